package io.sluice.plan;

import io.sluice.SluiceConfig;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.decode.RecordDecoder;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import io.sluice.source.SourceRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether the registry has the schemas that a sample's records name: they are decoded, and what is
 * asked on the way is what a run would ask.
 */
final class RegistryCheck {
  private static final String NAME = "registry";
  private static final int NAMED = 5;

  private final Checks checks;
  private final @Nullable String address;

  /**
   * @param address as {@code --schemaRegistry} gives it; null for none
   */
  RegistryCheck(Checks checks, @Nullable String address) {
    this.checks = checks;
    this.address = address;
  }

  /** Where there is nothing to ask for. */
  void skip() {
    if (address != null) {
      checks.skipped(NAME, "there is no record that names a schema");
    }
  }

  /**
   * The schemas of the run's registry; null where its settings cannot be used, which is said.
   *
   * @throws UserException where there are none to be used
   */
  @Nullable Schemas open(SluiceConfig config) {
    Schemas[] opened = new Schemas[1];
    try {
      opened[0] = config.decoding().schemas().open();
    } catch (UserException e) {
      checks.check(
          NAME,
          "",
          () -> {
            throw e;
          });
    }
    return opened[0];
  }

  /** Decodes records as a run would; false where a schema could not be asked for. */
  boolean run(SluiceConfig config, List<SourceRecord> records, Schemas schemas) {
    return run(
        asked -> new RecordDecoder(config.contract(), config.decoding(), asked)::decode,
        records,
        schemas);
  }

  boolean run(
      Function<Schemas, Consumer<SourceRecord>> decoders,
      List<SourceRecord> records,
      Schemas schemas) {
    Asked asked = new Asked(schemas);
    // What the format refuses of a contract is no fault of the registry.
    Consumer<SourceRecord> decoder = decoders.apply(asked);
    Checks tried = new Checks();
    boolean answers =
        tried.check(
            NAME,
            "check --schemaRegistry",
            () -> {
              records.forEach(decoder);
              return address + " answers: " + asked;
            });
    if (!answers || !asked.isEmpty()) {
      checks.addAll(tried);
    } else if (address != null) {
      checks.note(NAME, "not asked: no record of the sample names a schema");
    }
    return answers;
  }

  /** Remembers what was asked for. */
  private static final class Asked implements Schemas {
    private final Schemas of;
    private final Set<SchemaId> found = new LinkedHashSet<>();
    private final Set<SchemaId> missing = new LinkedHashSet<>();

    Asked(Schemas of) {
      this.of = of;
    }

    @Override
    public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
      try {
        RegisteredSchema schema = of.get(id);
        found.add(id);
        return schema;
      } catch (UnknownSchemaException e) {
        missing.add(id);
        throw e;
      }
    }

    @Override
    public RegisteredSchema latest(String subject) throws UnknownSchemaException {
      return of.latest(subject);
    }

    boolean isEmpty() {
      return found.isEmpty() && missing.isEmpty();
    }

    @Override
    public String toString() {
      String text = Wording.count(found.size(), "schema") + " of the sample found";
      if (missing.isEmpty()) {
        return text;
      }
      List<String> named = missing.stream().limit(NAMED).map(SchemaId::toString).toList();
      return text
          + ", "
          + missing.size()
          + " not, whose records are dead letters: "
          + String.join(", ", named)
          + (missing.size() > NAMED ? ", …" : "");
    }
  }
}
