package io.sluice.avro;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Schemas, data and contracts of a seed. */
final class RandomAvro {
  private static final int DEEPEST = 3;
  private static final List<String> TYPES =
      List.of(
          "string",
          "boolean",
          "int32",
          "int64",
          "float",
          "double",
          "date",
          "bytes",
          "timestamp",
          "timestamp(nanos)",
          "\"decimal(12,3)\"",
          "{list: string}",
          "{struct: [{name: f1, type: string}]}");

  private static final long LEAST_SECOND = -62_135_596_800L;
  private static final long MOST_SECOND = 253_402_300_799L;

  private final SplittableRandom random;
  private int names;
  private boolean isInRange;

  RandomAvro(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The same, whose data are what their types mean: times of the years 1 to 9999, UUIDs. */
  RandomAvro inRange() {
    isInRange = true;
    return this;
  }

  /** A value of a logical type as it is meant; null for another type. */
  private Object meant(Schema schema, String logical) {
    return switch (logical) {
      case "date" -> (int) (random.nextLong(LEAST_SECOND, MOST_SECOND) / 86_400);
      case "timestamp-millis", "local-timestamp-millis" ->
          random.nextLong(LEAST_SECOND, MOST_SECOND) * 1_000;
      case "timestamp-micros", "local-timestamp-micros" ->
          random.nextLong(LEAST_SECOND, MOST_SECOND) * 1_000_000 + 123_456;
      case "uuid" ->
          schema.getType() == Schema.Type.STRING
              ? new UUID(random.nextLong(), random.nextLong()).toString()
              : null;
      case "decimal" ->
          schema.getType() == Schema.Type.BYTES
              ? ByteBuffer.wrap(bytes(1 + random.nextInt(8)))
              : new GenericData.Fixed(schema, new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8});
      default -> null;
    };
  }

  SplittableRandom random() {
    return random;
  }

  /** A record with a time {@code at} and some fields. */
  Schema document() {
    List<Schema.Field> fields = fields(DEEPEST, 1 + random.nextInt(8));
    Schema time = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    fields.add(random.nextInt(fields.size() + 1), new Schema.Field("at", time));
    return Schema.createRecord("Document", null, "random", false, fields);
  }

  private List<Schema.Field> fields(int depth, int count) {
    List<Schema.Field> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add(new Schema.Field("f" + i, schema(depth)));
    }
    return fields;
  }

  private Schema schema(int depth) {
    return switch (random.nextInt(depth > 0 ? 15 : 10)) {
      case 0 -> Schema.create(Schema.Type.NULL);
      case 1 -> Schema.create(Schema.Type.BOOLEAN);
      case 2 -> any(Schema.Type.INT, LogicalTypes.date(), LogicalTypes.timeMillis());
      case 3 ->
          any(
              Schema.Type.LONG,
              LogicalTypes.timeMicros(),
              LogicalTypes.timestampMillis(),
              LogicalTypes.timestampMicros(),
              LogicalTypes.timestampNanos(),
              LogicalTypes.localTimestampMillis(),
              LogicalTypes.localTimestampMicros(),
              LogicalTypes.localTimestampNanos());
      case 4 -> Schema.create(random.nextBoolean() ? Schema.Type.FLOAT : Schema.Type.DOUBLE);
      case 5 -> any(Schema.Type.STRING, LogicalTypes.uuid());
      case 6 -> any(Schema.Type.BYTES, LogicalTypes.decimal(20, 2), LogicalTypes.bigDecimal());
      case 7 -> fixed();
      case 8 -> Schema.createEnum(name(), null, "random", List.of("A", "BE", "C_3"));
      case 9, 10 -> nullable(depth);
      case 11 -> Schema.createArray(schema(depth - 1));
      case 12 -> Schema.createMap(schema(depth - 1));
      case 13 -> union(depth);
      default ->
          Schema.createRecord(name(), null, "random", false, fields(depth - 1, random.nextInt(5)));
    };
  }

  private String name() {
    return "N" + names++;
  }

  private Schema any(Schema.Type type, LogicalType... logical) {
    Schema schema = Schema.create(type);
    int choice = random.nextInt(logical.length + 1);
    return choice == logical.length ? schema : logical[choice].addToSchema(schema);
  }

  private Schema fixed() {
    return switch (random.nextInt(4)) {
      case 0 ->
          LogicalTypes.decimal(20, 4).addToSchema(Schema.createFixed(name(), null, "random", 9));
      case 1 -> LogicalTypes.uuid().addToSchema(Schema.createFixed(name(), null, "random", 16));
      case 2 -> LogicalTypes.duration().addToSchema(Schema.createFixed(name(), null, "random", 12));
      default -> Schema.createFixed(name(), null, "random", random.nextInt(5));
    };
  }

  private Schema nullable(int depth) {
    Schema other = schema(Math.max(0, depth - 1));
    Schema none = Schema.create(Schema.Type.NULL);
    if (other.getType() == Schema.Type.NULL || other.getType() == Schema.Type.UNION) {
      return other;
    }
    return random.nextBoolean() ? Schema.createUnion(none, other) : Schema.createUnion(other, none);
  }

  private Schema union(int depth) {
    List<Schema> branches = new ArrayList<>();
    List<Schema.Type> seen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Schema branch = schema(depth - 1);
      boolean isNamed = branch.getType() == Schema.Type.RECORD;
      if (branch.getType() != Schema.Type.UNION && (isNamed || !seen.contains(branch.getType()))) {
        branches.add(branch);
        seen.add(branch.getType());
      }
    }
    return branches.isEmpty() ? Schema.create(Schema.Type.NULL) : Schema.createUnion(branches);
  }

  Object datum(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    String name = logical == null ? "" : logical.getName();
    Object meant = isInRange ? meant(schema, name) : null;
    if (meant != null) {
      return meant;
    }
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case INT ->
          switch (name) {
            case "date" -> random.nextInt(-800_000, 3_000_000);
            case "time-millis" -> random.nextInt(86_400_000);
            default -> random.nextInt() >> random.nextInt(32);
          };
      case LONG -> {
        if (name.equals("time-micros")) {
          yield random.nextLong(86_400_000_000L);
        }
        long range = name.endsWith("millis") ? 1_000_000_000_000L : Long.MAX_VALUE / 100;
        yield name.isEmpty()
            ? random.nextLong() >> random.nextInt(64)
            : random.nextLong(-range, range);
      }
      // JSON has no word for it.
      case FLOAT ->
          random.nextInt(20) == 0 && !isInRange ? Float.NaN : (float) random.nextInt() / 8;
      case DOUBLE -> random.nextInt(20) == 0 ? 1e300 : random.nextDouble();
      case STRING -> text();
      case BYTES ->
          name.equals("big-decimal")
              ? ByteBuffer.wrap(bigDecimal())
              : ByteBuffer.wrap(
                  bytes(name.isEmpty() ? random.nextInt(70) : 1 + random.nextInt(12)));
      case FIXED -> new GenericData.Fixed(schema, bytes(schema.getFixedSize()));
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case UNION -> datum(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
      case ARRAY -> {
        List<Object> array = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
          array.add(datum(schema.getElementType()));
        }
        yield array;
      }
      case MAP -> {
        // In an order that a reader's map can be put into, too.
        TreeMap<String, Object> map = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put("f" + random.nextInt(6), datum(schema.getValueType()));
        }
        yield map;
      }
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          record.put(field.pos(), datum(field.schema()));
        }
        yield record;
      }
    };
  }

  private String text() {
    int length = random.nextInt(random.nextInt(10) == 0 ? 300 : 12);
    return random.nextInt(5) == 0
        ? "é€𝄞".repeat(length / 4)
        : "abcdefghij".repeat(30).substring(0, length);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] bigDecimal() {
    byte[] unscaled = bytes(1 + random.nextInt(10));
    int scale = random.nextInt(-10, 10);
    return TestAvro.concat(
        TestAvro.bytes(2 * unscaled.length), unscaled, TestAvro.bytes(scale << 1 ^ scale >> 31));
  }

  /** Columns of a contract for some fields of a document: by name, by path, and of wrong types. */
  List<String> columns(Schema document) {
    List<String> columns = new ArrayList<>();
    for (Schema.Field field : document.getFields()) {
      if (!field.name().equals("at") && random.nextInt(3) > 0) {
        columns(columns, field.name(), field.schema(), DEEPEST);
      }
    }
    return columns;
  }

  private void columns(List<String> columns, String path, Schema schema, int depth) {
    Schema inner = branch(schema);
    if (depth > 0 && random.nextBoolean()) {
      if (inner.getType() == Schema.Type.RECORD && !inner.getFields().isEmpty()) {
        for (Schema.Field field : inner.getFields()) {
          if (random.nextBoolean()) {
            columns(columns, path + "." + field.name(), field.schema(), depth - 1);
          }
        }
        return;
      }
      if (inner.getType() == Schema.Type.MAP) {
        columns(columns, path + ".f" + random.nextInt(6), inner.getValueType(), depth - 1);
        return;
      }
    }
    columns.add(
        "name: c"
            + columns.size()
            + ", path: "
            + path
            + ", type: "
            + type(schema)
            + (random.nextInt(12) == 0 ? ", required: true" : ""));
  }

  private Schema branch(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> branches =
        schema.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
    return branches.isEmpty()
        ? schema.getTypes().get(0)
        : branches.get(random.nextInt(branches.size()));
  }

  private String type(Schema any) {
    Schema schema = branch(any);
    if (random.nextInt(25) == 0) {
      return TYPES.get(random.nextInt(TYPES.size()));
    }
    if (random.nextInt(15) == 0) {
      return "json";
    }
    LogicalType logical = schema.getLogicalType();
    String name = logical == null ? "" : logical.getName();
    if (name.startsWith("time-")) {
      return "time";
    }
    if (name.equals("uuid")) {
      return schema.getType() == Schema.Type.FIXED && random.nextBoolean() ? "uuid" : "string";
    }
    if (name.equals("decimal") || name.equals("big-decimal")) {
      return random.nextBoolean() ? "\"decimal(38,10)\"" : "\"decimal(16,2)\"";
    }
    return switch (schema.getType()) {
      case NULL, STRING, ENUM -> "string";
      case BOOLEAN -> "boolean";
      case INT -> name.equals("date") ? "date" : random.nextBoolean() ? "int32" : "int64";
      case LONG ->
          name.contains("timestamp")
              ? List.of("timestamp", "timestamp(millis)", "timestamp(nanos)").get(random.nextInt(3))
              : random.nextInt(4) == 0 ? "double" : "int64";
      case FLOAT, DOUBLE -> random.nextBoolean() ? "double" : "float";
      case BYTES -> "bytes";
      case FIXED -> "bytes";
      case ARRAY -> "{list: " + type(schema.getElementType()) + "}";
      case MAP ->
          random.nextBoolean()
              ? "{map: " + type(schema.getValueType()) + "}"
              : "{struct: [{name: f1, type: " + type(schema.getValueType()) + "}]}";
      case RECORD -> {
        List<String> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
          if (random.nextInt(3) > 0) {
            fields.add(
                random.nextInt(fields.size() + 1),
                "{name: "
                    + field.name()
                    + ", type: "
                    + type(field.schema())
                    + (random.nextInt(12) == 0 ? ", required: true}" : "}"));
          }
        }
        fields.add("{name: none, type: string}");
        yield "{struct: [" + String.join(", ", fields) + "]}";
      }
      case UNION -> throw new IllegalStateException("a union within a union");
    };
  }
}
