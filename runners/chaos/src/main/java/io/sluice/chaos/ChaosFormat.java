package io.sluice.chaos;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How the events of a run are written: in each format that there is but {@code bytes}, which takes
 * whatever a record holds, so that no event of it can be a broken one.
 */
enum ChaosFormat {
  JSON(false, true, (registry, topic) -> new JsonWriter()),
  AVRO(true, false, AvroWriter::new),
  PROTOBUF(true, false, ProtobufWriter::new),
  JSON_SCHEMA(true, true, JsonSchemaWriter::new),
  DEBEZIUM(false, true, (registry, topic) -> new DebeziumWriter()),
  CSV(false, true, (registry, topic) -> new CsvWriter()) {
    /** A row has no objects. */
    @Override
    String contract(String json) {
      String columns = String.join(", ", CsvWriter.NAMES);
      return withFormat(json, "{name: csv, columns: [" + columns + "]}")
          .replace("user_identifiers.", "");
    }
  },
  /** With all that is not the time beside the value. */
  STRING(false, true, (registry, topic) -> new TextWriter()) {
    @Override
    String contract(String json) {
      return super.contract(json)
          .replace("path: timestamp", "path: value")
          .replace(
              "name: event_name", "name: event_name, from: {constant: " + TextWriter.NAME + "}")
          .replace("name: n,", "name: n, from: headers." + Load.NUMBER + ",")
          // No record has such a header.
          .replace("path: user_identifiers.", "from: headers.");
    }
  };

  /** Makes what writes events to a topic. */
  private interface Writers {
    EventWriter of(String registry, String topic) throws IOException, InterruptedException;
  }

  private final boolean hasSchemas;
  private final boolean isText;
  private final Writers writers;

  ChaosFormat(boolean hasSchemas, boolean isText, Writers writers) {
    this.hasSchemas = hasSchemas;
    this.isText = isText;
    this.writers = writers;
  }

  /** Whether events are behind Confluent's frame, by a schema that evolves. */
  boolean hasSchemas() {
    return hasSchemas;
  }

  /** Whether numbers are texts, so that there can be any. */
  boolean isText() {
    return isText;
  }

  /**
   * What writes events to a topic.
   *
   * @param registry its address
   */
  EventWriter writer(String registry, String topic) throws IOException, InterruptedException {
    return writers.of(registry, topic);
  }

  /** What a job needs to read them, beside the contract. */
  List<String> flags(String registry) {
    return hasSchemas ? List.of("--schemaRegistry=" + registry) : List.of();
  }

  /** A contract for events of this format, made of the one for JSON. */
  String contract(String json) {
    return withFormat(json, label());
  }

  private static String withFormat(String json, String format) {
    return json.replaceFirst("(?m)^(topic: .*)$", "$1\nformat: " + format);
  }

  /** As it is written on the command line and in a contract. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String labels(Predicate<ChaosFormat> which) {
    return Arrays.stream(values())
        .filter(which)
        .map(ChaosFormat::label)
        .collect(Collectors.joining(", "));
  }
}
