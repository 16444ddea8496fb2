package io.sluice.infer;

import io.sluice.UserException;
import io.sluice.contract.ContractFormat;
import io.sluice.convert.Rejection;
import io.sluice.decode.Recognised;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.Sighting;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Says which format a sample's records are of, as far as they look alike. */
final class FormatGuess {
  /** So many records tell as well as all of them. */
  private static final int LOOKED_AT = 200;

  /** The registry is waited for at each id that it has not: what is no frame names many. */
  private static final int MOST_UNKNOWN = 3;

  private final List<RecordFormat> formats =
      ContractFormat.all().values().stream().map(RecordFormat.class::cast).toList();
  private final Sample sample;
  private final Schemas schemas;
  private final Map<SchemaId, Optional<RegisteredSchema>> registered = new HashMap<>();
  private int unknown;

  private FormatGuess(Sample sample, Schemas schemas) {
    this.sample = sample;
    this.schemas = schemas;
  }

  /**
   * The section of the format that most records are of; that of JSON where nothing tells.
   *
   * @throws UserException where most records name a schema, and it is not known or of no format
   */
  static String of(Sample sample, Schemas schemas) {
    return new FormatGuess(sample, schemas).section();
  }

  private String section() {
    List<SourceRecord> records = lookedAt();
    long framed = records.stream().filter(record -> framing(record) != Framing.Kind.NONE).count();
    boolean areFramed = framed * 2 > records.size();
    if (areFramed && schemas == Schemas.NONE) {
      throw framed(
          framed,
          records,
          "give --schemaRegistry=URL, which has the schema, or say with --format how they are written");
    }
    Map<String, Integer> votes = new LinkedHashMap<>();
    for (SourceRecord record : records) {
      if ((framing(record) != Framing.Kind.NONE) == areFramed) {
        recognised(record).ifPresent(section -> votes.merge(section, 1, Integer::sum));
      }
    }
    Optional<String> most =
        votes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    if (most.isEmpty() && areFramed) {
      throw framed(framed, records, nobodyReads());
    }
    return most.orElse(ContractFormat.DEFAULT);
  }

  /** Evenly over the sample, of those that have a value. */
  private List<SourceRecord> lookedAt() {
    List<SourceRecord> valued =
        sample.records().stream()
            .filter(record -> record.value() != null && record.value().length > 0)
            .toList();
    int step = Math.max(1, valued.size() / LOOKED_AT);
    return java.util.stream.IntStream.range(0, valued.size())
        .filter(i -> i % step == 0)
        .mapToObj(valued::get)
        .toList();
  }

  private static byte[] value(SourceRecord record) {
    return Objects.requireNonNull(record.value());
  }

  private static Framing.Kind framing(SourceRecord record) {
    return Framing.Kind.seen(value(record));
  }

  private Optional<String> recognised(SourceRecord record) {
    Framing.Kind framing = framing(record);
    RegisteredSchema schema = null;
    if (framing != Framing.Kind.NONE) {
      Optional<RegisteredSchema> found = schema(record, framing);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      schema = found.get();
    }
    Sighting sighting = new Sighting(value(record), framing, schema);
    Recognised best = null;
    for (RecordFormat format : formats) {
      Optional<Recognised> one = format.recognise(sighting);
      if (one.isPresent() && (best == null || one.get().isEnvelope())) {
        best = one.get();
      }
    }
    return Optional.ofNullable(best).map(Recognised::section);
  }

  private Optional<RegisteredSchema> schema(SourceRecord record, Framing.Kind framing) {
    Framing frame = new Framing(framing, SampleDocuments.MOST_BYTES);
    try {
      frame.read(record.bytes());
    } catch (Rejection e) {
      return Optional.empty();
    }
    Optional<RegisteredSchema> known = registered.get(frame.id());
    if (known == null) {
      known = unknown < MOST_UNKNOWN ? ask(frame.id()) : Optional.empty();
      registered.put(frame.id(), known);
    }
    return known;
  }

  private Optional<RegisteredSchema> ask(SchemaId id) {
    try {
      return Optional.of(schemas.get(id));
    } catch (UnknownSchemaException e) {
      unknown++;
      return Optional.empty();
    }
  }

  private String nobodyReads() {
    List<Map.Entry<SchemaId, Optional<RegisteredSchema>>> found =
        registered.entrySet().stream().filter(one -> one.getValue().isPresent()).toList();
    if (found.isEmpty()) {
      return "the registry has none of schemas "
          + String.join(
              ", ", registered.keySet().stream().map(SchemaId::toString).limit(5).toList())
          + ": name the registry that its producer uses, or say with --format how they are written";
    }
    return "the registry has schema "
        + found.get(0).getKey()
        + ", of type "
        + found.get(0).getValue().get().type()
        + ", and no format on the class path reads such records ("
        + String.join(", ", formats.stream().map(RecordFormat::name).toList())
        + "): add the jar that has it, or say with --format how they are written";
  }

  private UserException framed(long framed, List<SourceRecord> records, String remedy) {
    Framing.Kind kind =
        framing(
            records.stream()
                .filter(record -> framing(record) != Framing.Kind.NONE)
                .findFirst()
                .orElseThrow());
    return new UserException(
        "topic "
            + sample.topic()
            + ": "
            + framed
            + " of "
            + records.size()
            + " sampled values begin with the id of a schema, as the serializers of "
            + (kind == Framing.Kind.GLUE ? "AWS Glue" : "a schema registry")
            + " write it: "
            + remedy);
  }
}
