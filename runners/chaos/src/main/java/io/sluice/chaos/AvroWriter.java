package io.sluice.chaos;

import io.sluice.schema.RegisteredSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Events as records of Avro, written by Avro's own library. From release to release fields come,
 * go, move and widen, and an enum gets symbols.
 */
final class AvroWriter extends FramedWriter<Schema> {
  private static final String MILLIS = "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}";
  private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
  private static final String TEXT = "[\"null\",\"string\"]";
  private static final String PLATFORM =
      ",{\"name\":\"platform\",\"type\":\"string\",\"default\":\"web\"}";

  /** What the producer's releases write, in their order; after the last comes the first again. */
  private static final List<String> RELEASES =
      List.of(
          record("Action", time(MILLIS), name(TEXT), n("\"int\""), user("")),
          // A field with a default.
          record("Action", time(MILLIS), name(TEXT), n("\"int\""), user(PLATFORM)),
          // An int is a long.
          record("Action", time(MILLIS), name(TEXT), n("\"long\""), user(PLATFORM)),
          // A finer time, and a text that is an enum.
          record("Action", time(MICROS), name(symbols("\"view\"")), n("\"long\""), user(PLATFORM)),
          // One more symbol, and it is used.
          record(
              "Action",
              time(MICROS),
              name(symbols("\"buy\",\"view\"")),
              n("\"long\""),
              user(PLATFORM)),
          // Fields that no contract names, and all in another order.
          record(
              "Action",
              field("tags", "{\"type\":\"map\",\"values\":\"int\"}"),
              n("\"long\""),
              user(PLATFORM),
              field("comment", "[\"string\",\"null\"]"),
              name(TEXT),
              time(MICROS)),
          // A field is gone.
          record("Action", n("\"long\""), user(""), name(TEXT), time(MICROS)),
          // The record has another name, and a part may be missing.
          record(
              "UserAction\",\"aliases\":[\"Action\"],\"namespace\":\"shop",
              time(MILLIS),
              name(TEXT),
              n("\"long\""),
              user("").replace("\"type\":{", "\"type\":[\"null\",{").replace("]}}", "]}]}")));

  private static String record(String name, String... fields) {
    return "{\"type\":\"record\",\"name\":\""
        + name
        + "\",\"doc\":\"release %d\",\"fields\":["
        + String.join(",", fields)
        + "]}";
  }

  private static String field(String name, String type) {
    return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
  }

  private static String time(String type) {
    return field("timestamp", type);
  }

  private static String name(String type) {
    return field("event_name", type);
  }

  private static String n(String type) {
    return field("n", type);
  }

  private static String user(String more) {
    return field(
        "user_identifiers",
        "{\"type\":\"record\",\"name\":\"Identifiers\",\"fields\":["
            + field("id", "\"string\"")
            + more
            + "]}");
  }

  private static String symbols(String symbols) {
    return "[\"null\",{\"type\":\"enum\",\"name\":\"Kind\",\"symbols\":[" + symbols + "]}]";
  }

  /**
   * Registers the first schema, for which it waits up to a minute.
   *
   * @param registry its address
   */
  AvroWriter(String registry, String topic) throws IOException, InterruptedException {
    super(registry, topic, RegisteredSchema.AVRO, AvroWriter::release, Schema::toString);
  }

  private static Schema release(int number) {
    String text = RELEASES.get(number % RELEASES.size());
    return new Schema.Parser().parse(text.formatted(number));
  }

  @Override
  Written body(Schema schema, Action action) {
    Schema names = branch(schema.getField("event_name").schema());
    Schema users = schema.getField("user_identifiers").schema();
    boolean mayBuy = names.getType() == Schema.Type.ENUM && names.hasEnumSymbol("buy");
    boolean hasPlatform = branch(users).getField("platform") != null;
    Action kept = kept(action, mayBuy, users.isUnion(), hasPlatform);
    GenericRecord record = new GenericData.Record(schema);
    record.put("timestamp", time(action, schema));
    record.put("event_name", symbol(kept.name(), names));
    record.put("n", n(action, schema));
    if (kept.user() != null) {
      GenericRecord user = new GenericData.Record(branch(users));
      user.put("id", kept.user());
      if (hasPlatform) {
        user.put("platform", kept.platform());
      }
      record.put("user_identifiers", user);
    }
    if (schema.getField("tags") != null) {
      record.put("tags", Map.of("n", (int) (action.n() % 100)));
      record.put("comment", action.n() % 2 == 0 ? null : "odd");
    }
    return new Written(bytes(record), kept);
  }

  private static Object time(Action action, Schema schema) {
    boolean inMillis =
        schema.getField("timestamp").schema().getLogicalType().getName().equals("timestamp-millis");
    return inMillis ? action.time() : action.time() * 1_000;
  }

  private static Object n(Action action, Schema schema) {
    boolean isInt = schema.getField("n").schema().getType() == Schema.Type.INT;
    return isInt ? (Object) Math.toIntExact(action.n()) : (Object) action.n();
  }

  private static @Nullable Object symbol(@Nullable String name, Schema type) {
    return name == null || type.getType() != Schema.Type.ENUM
        ? name
        : new GenericData.EnumSymbol(type, name);
  }

  /** The type itself, or that of a union which is not null. */
  private static Schema branch(Schema type) {
    if (!type.isUnion()) {
      return type;
    }
    return type.getTypes().stream()
        .filter(one -> one.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] bytes(GenericRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }
}
