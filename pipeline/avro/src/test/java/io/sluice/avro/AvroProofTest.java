package io.sluice.avro;

import static io.sluice.avro.TestAvro.field;

import io.sluice.FormatProofContract;
import io.sluice.deadletter.Reason;
import io.sluice.schema.RegisteredSchema;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;

/** Records of Avro, whose schema evolves in the middle, are proved to the rebuilt date. */
class AvroProofTest extends FormatProofContract {
  private static final String CONTRACT =
      """
      format: avro
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
        - {name: n, type: int64%s}
        - {name: kind, type: string}
        - {name: price, type: "decimal(9,2)"}
        - {name: city, path: a.city, type: string}
        - {name: note, type: string}
      """;

  private static final String FIRST =
      TestAvro.record(
          field("n", "\"int\""),
          field("kind", "{\"type\":\"enum\",\"name\":\"Kind\",\"symbols\":[\"NEW\"]}"),
          field(
              "price",
              "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":1}"),
          field(
              "a",
              "{\"type\":\"record\",\"name\":\"A\",\"fields\":["
                  + field("city", "\"string\"")
                  + "]}"));

  /** An int is a long, an enum a text, a time finer; a field has come and one has gone. */
  private static final String SECOND =
      TestAvro.record(
              field("note", "[\"null\",\"string\"]"),
              field("kind", "[\"null\",\"string\"]"),
              field("n", "\"long\""),
              field("other", "{\"type\":\"map\",\"values\":\"int\"}"))
          .replace("timestamp-millis", "timestamp-micros");

  private static final String WRONG = TestAvro.record(field("n", "\"string\""));
  private static final int LATE = 5;

  @Override
  protected String format() {
    return "avro";
  }

  @Override
  protected String contract() {
    return CONTRACT;
  }

  private static RegisteredSchema schema(String text) {
    return new RegisteredSchema(RegisteredSchema.AVRO, text, List.of());
  }

  @Override
  protected Map<Integer, RegisteredSchema> schemas() {
    return Map.of(1, schema(FIRST), 2, schema(SECOND), 3, schema(WRONG), 4, schema("\"string\""));
  }

  @Override
  protected Map<Integer, RegisteredSchema> lateSchemas() {
    return Map.of(LATE, schema(SECOND));
  }

  private static byte[] first(int n, Instant time) {
    Schema schema = TestAvro.schema(FIRST);
    Schema a = schema.getField("a").schema();
    return TestAvro.encode(
        schema,
        new GenericRecordBuilder(schema)
            .set("at", time.toEpochMilli())
            .set("n", n)
            .set("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), "NEW"))
            .set("price", ByteBuffer.wrap(TestAvro.bytes(0xFF, 0x6A)))
            .set("a", new GenericRecordBuilder(a).set("city", "Zürich\n").build())
            .build());
  }

  private static byte[] second(long n, Instant time) {
    Schema schema = TestAvro.schema(SECOND);
    return TestAvro.encode(
        schema,
        new GenericRecordBuilder(schema)
            .set("at", time.toEpochMilli() * 1_000)
            .set("note", n % 2 == 0 ? null : "odd")
            .set("kind", "PAID")
            .set("n", n)
            .set("other", Map.of("x", 1))
            .build());
  }

  private static Sent framed(int id, byte[] datum) {
    return Sent.of(TestAvro.framed(id, datum));
  }

  @Override
  protected Good good(int number, Instant time) {
    return number < GOOD / 2
        ? new Good(framed(1, first(number, time)), number + "|NEW|-15.00|Zürich\n|null")
        : new Good(framed(2, second(1L << 40, time)), (1L << 40) + "|PAID|null|null|null");
  }

  @Override
  protected List<Odd> odd(Instant time) {
    Schema wrong = TestAvro.schema(WRONG);
    byte[] text =
        TestAvro.encode(
            wrong,
            new GenericRecordBuilder(wrong).set("at", time.toEpochMilli()).set("n", "42").build());
    byte[] good = second(7, time);
    return List.of(
        new Odd(framed(3, text), Reason.WRONG_TYPE, "42|null|null|null|null"),
        new Odd(framed(LATE, good), Reason.SCHEMA_NOT_FOUND, "7|PAID|null|null|odd"),
        new Odd(framed(99, good), Reason.SCHEMA_NOT_FOUND, null),
        new Odd(framed(4, good), Reason.UNUSABLE_SCHEMA, null),
        new Odd(framed(2, Arrays.copyOf(good, good.length - 1)), Reason.MALFORMED, null),
        new Odd(framed(2, Arrays.copyOf(good, good.length + 1)), Reason.MALFORMED, null),
        new Odd(Sent.of(good), Reason.MALFORMED, null),
        new Odd(Sent.of(new byte[] {'{', '}'}), Reason.MALFORMED, null),
        new Odd(Sent.of(null), Reason.EMPTY, null));
  }
}
