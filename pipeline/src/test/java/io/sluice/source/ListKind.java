package io.sluice.source;

import io.sluice.contract.Family;
import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import io.sluice.contract.Plugged;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** A second kind of source, for contracts that name another than the default. */
public final class ListKind implements SourceKind {
  @Override
  public String name() {
    return "lists";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.required("of", KeySpec.Type.TEXT, "What the lists are called.", "events"),
        KeySpec.choice("order", List.of("as_sent", "by_time"), "Which record comes first."));
  }

  /** {@code PREFIX*} is all lists of names that begin so. */
  @Override
  public Optional<Family> family(Plugged source) {
    String of = source.keys().text("of");
    return of.endsWith("*")
        ? Optional.of(
            new Family(
                of,
                name -> name.startsWith(of.substring(0, of.length() - 1)),
                name -> named(name, source.keys().text("order"))))
        : Optional.empty();
  }

  private Plugged named(String list, String order) {
    return new Plugged(name(), new KeyValues(Map.of("of", list, "order", order)));
  }

  @Override
  public String topic(Plugged source, String sourceId) {
    return source.keys().text("of");
  }

  @Override
  public NavigableSet<String> names(PipelineOptions options) {
    return ListSource.names();
  }

  @Override
  public Source of(KeyValues keys, PipelineOptions options) {
    return new ListSource(keys.text("of"));
  }
}
