package io.sluice.debezium;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How Kafka Connect and Debezium write a value that JSON or Avro has no word for. */
enum Encoding {
  /** What it is. */
  PLAIN,
  TEXT,
  /** Base64 in JSON. */
  BYTES,
  /** What is not finite is a text in JSON. */
  FLOATING,
  /** An object or a map. */
  OBJECT,
  LIST,
  /** The digits in bytes, the place of the point in the schema. */
  DECIMAL,
  /** An object of the digits and the place of the point. */
  VARIABLE_DECIMAL,
  /** Days since 1970-01-01. */
  DATE,
  TIME_MILLIS,
  TIME_MICROS,
  TIME_NANOS,
  TIMESTAMP_MILLIS,
  TIMESTAMP_MICROS,
  TIMESTAMP_NANOS,
  /** A text, {@code 2026-11-28T14:18:00.123456Z}. */
  ZONED_TIMESTAMP,
  /** A text, {@code 14:18:00.123456Z}. */
  ZONED_TIME,
  /** A text, {@code 2026-11-28Z}. */
  ISO_DATE,
  /** A text that is a document of JSON. */
  JSON,
  /** A text with commas between the members of a set. */
  SET;

  private static final Map<String, Encoding> BY_NAME =
      Map.ofEntries(
          Map.entry("org.apache.kafka.connect.data.Decimal", DECIMAL),
          Map.entry("io.debezium.data.VariableScaleDecimal", VARIABLE_DECIMAL),
          Map.entry("org.apache.kafka.connect.data.Date", DATE),
          Map.entry("io.debezium.time.Date", DATE),
          Map.entry("org.apache.kafka.connect.data.Time", TIME_MILLIS),
          Map.entry("io.debezium.time.Time", TIME_MILLIS),
          Map.entry("io.debezium.time.MicroTime", TIME_MICROS),
          Map.entry("io.debezium.time.NanoTime", TIME_NANOS),
          Map.entry("org.apache.kafka.connect.data.Timestamp", TIMESTAMP_MILLIS),
          Map.entry("io.debezium.time.Timestamp", TIMESTAMP_MILLIS),
          Map.entry("io.debezium.time.MicroTimestamp", TIMESTAMP_MICROS),
          Map.entry("io.debezium.time.NanoTimestamp", TIMESTAMP_NANOS),
          Map.entry("io.debezium.time.ZonedTimestamp", ZONED_TIMESTAMP),
          Map.entry("io.debezium.time.IsoTimestamp", ZONED_TIMESTAMP),
          Map.entry("io.debezium.time.ZonedTime", ZONED_TIME),
          Map.entry("io.debezium.time.IsoTime", ZONED_TIME),
          Map.entry("io.debezium.time.IsoDate", ISO_DATE),
          Map.entry("io.debezium.data.Json", JSON),
          Map.entry("io.debezium.data.EnumSet", SET));

  /**
   * The encoding of a schema.
   *
   * @param name its name; null for none
   * @param otherwise where the name says nothing
   */
  static Encoding of(@Nullable String name, Encoding otherwise) {
    return name == null ? otherwise : BY_NAME.getOrDefault(name, otherwise);
  }
}
