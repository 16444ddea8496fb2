package io.sluice.avro;

import static io.sluice.avro.TestAvro.bytes;
import static io.sluice.avro.TestAvro.encode;
import static io.sluice.avro.TestAvro.field;
import static io.sluice.avro.TestAvro.framed;

import io.sluice.contract.Contract;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import io.sluice.schema.Schemas;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.beam.sdk.values.Row;

/** Avro with Confluent's frame keeps what every format promises. */
class AvroFormatTest extends RecordFormatContract {
  private static final Contract CONTRACT =
      TestAvro.contract(
          "",
          "name: name, path: a.name, type: string",
          "name: n, type: int64",
          "name: price, type: \"decimal(9,2)\"",
          "name: tags, type: {list: string}",
          "name: items, type: {list: {struct: [{name: sku, type: string, required: true}]}}");

  private static final String TEXT =
      TestAvro.record(
          field(
              "a",
              "[\"null\",{\"type\":\"record\",\"name\":\"A\",\"fields\":["
                  + field("name", "[\"string\",\"null\"]")
                  + "]}]"),
          field("other", "{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"double\"}}"),
          field("n", "[\"int\",\"string\",\"null\"]"),
          field(
              "price",
              "[\"null\",{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":1}]"),
          field("tags", "{\"type\":\"array\",\"items\":[\"null\",\"string\"]}"),
          field(
              "items",
              "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"I\",\"fields\":["
                  + field("sku", "[\"null\",\"string\"]")
                  + "]}}"));
  private static final Schema SCHEMA = TestAvro.schema(TEXT);
  private static final Schema ITEM = SCHEMA.getField("items").schema().getElementType();
  private static final long TIME = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();

  private static GenericRecordBuilder builder() {
    return new GenericRecordBuilder(SCHEMA)
        .set("at", TIME)
        .set("a", null)
        .set("other", Map.of())
        .set("n", null)
        .set("price", null)
        .set("tags", List.of())
        .set("items", List.of());
  }

  private static GenericRecordBuilder full() {
    Schema a = SCHEMA.getField("a").schema().getTypes().get(1);
    return builder()
        .set("a", new GenericRecordBuilder(a).set("name", "é\n").build())
        .set("other", Map.of("x", List.of(1.5, 2.5), "y", List.of()))
        .set("n", 1000)
        .set("price", ByteBuffer.wrap(bytes(0xFF, 0x6A)))
        .set("tags", Arrays.asList("a", null))
        .set("items", List.of(new GenericRecordBuilder(ITEM).set("sku", "S-1").build()));
  }

  private static byte[] value(GenericData.Record record) {
    return framed(7, encode(SCHEMA, record));
  }

  @Override
  protected RecordFormat format() {
    return new AvroFormat();
  }

  @Override
  protected Contract contract() {
    return CONTRACT;
  }

  @Override
  protected Schemas schemas() {
    return new TestAvro.Registry().with(7, TEXT).with(8, "\"string\"").with(9, "{");
  }

  @Override
  protected List<Example> good() {
    Instant time = Instant.ofEpochMilli(TIME);
    return List.of(
        new Example(
            value(builder().build()), Arrays.asList(time, null, null, null, List.of(), List.of())),
        new Example(
            value(full().build()),
            Arrays.asList(
                time,
                "é\n",
                1000L,
                new BigDecimal("-15.00"),
                Arrays.asList("a", null),
                List.of(
                    Row.withSchema(
                            CONTRACT
                                .rowSchema()
                                .getField("items")
                                .getType()
                                .getCollectionElementType()
                                .getRowSchema())
                        .addValue("S-1")
                        .build()))));
  }

  @Override
  protected List<byte[]> bad() {
    byte[] good = value(full().build());
    return List.of(
        bytes(0),
        bytes(1, 0, 0, 0, 7, 0),
        bytes(0, 0, 0, 0, 6, 0),
        bytes(0, 0, 0, 0, 8, 0),
        bytes(0, 0, 0, 0, 9, 0),
        Arrays.copyOf(good, good.length - 1),
        Arrays.copyOf(good, good.length + 1),
        value(builder().set("n", "1").build()),
        value(
            builder()
                .set("items", List.of(new GenericRecordBuilder(ITEM).set("sku", null).build()))
                .build()));
  }
}
