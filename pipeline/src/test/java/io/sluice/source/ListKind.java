package io.sluice.source;

import io.sluice.contract.KeySpec;
import io.sluice.contract.KeyValues;
import java.util.List;
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

  @Override
  public Source of(KeyValues keys, PipelineOptions options) {
    return new ListSource(keys.text("of"));
  }
}
