package io.sluice.debezium;

import java.util.List;

/** Envelopes as JsonConverter writes them, with schemas and without. */
final class Json {
  private Json() {}

  static final String SOURCE =
      """
      {"version":"3.1.0.Final","connector":"postgresql","name":"t","ts_ms":1767323045123,"snapshot":"false",\
      "db":"shop","sequence":"[null,\\"26\\"]","ts_us":1767323045123456,"ts_ns":1767323045123456789,\
      "schema":"public","table":"orders","txId":7,"lsn":26,"xmin":null}""";

  private static final String SOURCE_SCHEMA =
      """
      {"type":"struct","fields":[{"type":"string","optional":false,"field":"version"},\
      {"type":"string","optional":false,"field":"connector"},{"type":"string","optional":false,"field":"name"},\
      {"type":"int64","optional":false,"field":"ts_ms"},{"type":"string","optional":true,"name":"io.debezium.data.Enum",\
      "version":1,"parameters":{"allowed":"true,last,false,incremental"},"default":"false","field":"snapshot"},\
      {"type":"string","optional":false,"field":"db"},{"type":"string","optional":true,"field":"sequence"},\
      {"type":"int64","optional":true,"field":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"},\
      {"type":"string","optional":false,"field":"schema"},{"type":"string","optional":false,"field":"table"},\
      {"type":"int64","optional":true,"field":"txId"},{"type":"int64","optional":true,"field":"lsn"},\
      {"type":"int64","optional":true,"field":"xmin"}],"optional":false,\
      "name":"io.debezium.connector.postgresql.Source","field":"source"}""";

  /** An envelope alone. */
  static String envelope(String op, String before, String after) {
    return "{\"before\":"
        + before
        + ",\"after\":"
        + after
        + ",\"source\":"
        + SOURCE
        + ",\"transaction\":null,\"op\":\""
        + op
        + "\",\"ts_ms\":1767323046000,\"ts_us\":1767323046000001,\"ts_ns\":1767323046000001002}";
  }

  /**
   * An envelope beside its schema.
   *
   * @param fields of the row, each as JsonConverter writes it
   */
  static String withSchema(List<String> fields, String envelope) {
    return "{\"schema\":" + schema(fields) + ",\"payload\":" + envelope + "}";
  }

  static String schema(List<String> fields) {
    String row =
        "{\"type\":\"struct\",\"fields\":[" + String.join(",", fields) + "],\"optional\":true,";
    return "{\"type\":\"struct\",\"fields\":["
        + row
        + "\"name\":\"t.public.orders.Value\",\"field\":\"before\"},"
        + row
        + "\"name\":\"t.public.orders.Value\",\"field\":\"after\"},"
        + SOURCE_SCHEMA
        + ",{\"type\":\"string\",\"optional\":false,\"field\":\"op\"},"
        + "{\"type\":\"int64\",\"optional\":true,\"field\":\"ts_ms\"}],"
        + "\"optional\":false,\"name\":\"t.public.orders.Envelope\",\"version\":2}";
  }

  /** A field of a schema's. */
  static String field(String name, String type, String semantic) {
    return "{\"type\":\""
        + type
        + "\",\"optional\":true,"
        + (semantic.isEmpty() ? "" : "\"name\":\"" + semantic + "\",\"version\":1,")
        + "\"field\":\""
        + name
        + "\"}";
  }

  /** A field that is a decimal. */
  static String decimal(String name, int scale) {
    return "{\"type\":\"bytes\",\"optional\":true,\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1,"
        + "\"parameters\":{\"scale\":\""
        + scale
        + "\",\"connect.decimal.precision\":\"10\"},\"field\":\""
        + name
        + "\"}";
  }
}
