package io.sluice.debezium;

import io.sluice.contract.Contract;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.RecordFormatContract;
import io.sluice.schema.Schemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Envelopes in Avro keep what every format promises. */
class AvroFormatTest extends RecordFormatContract {
  private static final Contract CONTRACT =
      TestDebezium.contract(
          ", values: avro",
          "name: op, path: _op, type: string, required: true",
          "name: id, type: int64",
          "name: price, type: \"decimal(9,2)\"",
          "name: day, type: date",
          "name: tags, type: {list: string}",
          "name: old_price, path: _before.price, type: \"decimal(9,2)\"");

  /** As Confluent's converter writes it. */
  private static final String TEXT =
      """
      {"type":"record","name":"Envelope","namespace":"t.public.orders","fields":[
        {"name":"before","type":["null",{"type":"record","name":"Value","fields":[
          {"name":"id","type":"long"},
          {"name":"price","type":["null",{"type":"bytes","scale":2,"precision":9,"connect.version":1,
            "connect.parameters":{"scale":"2","connect.decimal.precision":"9"},
            "connect.name":"org.apache.kafka.connect.data.Decimal","logicalType":"decimal"}],"default":null},
          {"name":"day","type":["null",{"type":"int","connect.version":1,"connect.name":"io.debezium.time.Date"}],"default":null},
          {"name":"tags","type":["null",{"type":"array","items":["null","string"]}],"default":null},
          {"name":"other","type":["null",{"type":"map","values":"double"}],"default":null}],
          "connect.name":"t.public.orders.Value"}],"default":null},
        {"name":"after","type":["null","Value"],"default":null},
        {"name":"source","type":{"type":"record","name":"Source","namespace":"io.debezium.connector.postgresql","fields":[
          {"name":"ts_ms","type":"long"},{"name":"lsn","type":["null","long"],"default":null},
          {"name":"ts_us","type":["null","long"],"default":null}],"connect.name":"io.debezium.connector.postgresql.Source"}},
        {"name":"op","type":"string"},
        {"name":"ts_ms","type":["null","long"],"default":null}],"connect.version":2,"connect.name":"t.public.orders.Envelope"}
      """;

  private static final Schema SCHEMA = new Schema.Parser().parse(TEXT);
  private static final Schema ROW = SCHEMA.getField("after").schema().getTypes().get(1);
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456Z");

  private static byte[] envelope(
      String op, GenericData.@Nullable Record before, GenericData.@Nullable Record after) {
    GenericData.Record source =
        new GenericRecordBuilder(SCHEMA.getField("source").schema())
            .set("ts_ms", 1767323045123L)
            .set("lsn", 26L)
            .set("ts_us", 1767323045123456L)
            .build();
    GenericData.Record envelope =
        new GenericRecordBuilder(SCHEMA)
            .set("before", before)
            .set("after", after)
            .set("source", source)
            .set("op", op)
            .set("ts_ms", 1767323046000L)
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<>(SCHEMA, new GenericData()).write(envelope, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TestDebezium.framed(1, out.toByteArray());
  }

  private static GenericData.Record row(byte[] price, @Nullable Integer day, List<String> tags) {
    return new GenericRecordBuilder(ROW)
        .set("id", 1000L)
        .set("price", ByteBuffer.wrap(price))
        .set("day", day)
        .set("tags", tags)
        .set("other", java.util.Map.of("a", 1.5))
        .build();
  }

  private static GenericData.Record before() {
    return row(new byte[] {0, 100}, 1, List.of());
  }

  private static GenericData.Record after() {
    return row(new byte[] {-1, 0x6A}, 20_454, Arrays.asList("é\n", null));
  }

  @Override
  protected RecordFormat format() {
    return new DebeziumFormat();
  }

  @Override
  protected Contract contract() {
    return CONTRACT;
  }

  @Override
  protected Schemas schemas() {
    TestDebezium.Registry registry = new TestDebezium.Registry();
    registry.id(TEXT);
    registry.id("\"string\"");
    registry.id("{");
    registry.id(
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");
    return registry;
  }

  @Override
  protected List<Example> good() {
    BigDecimal old = new BigDecimal("1.00");
    return List.of(
        new Example(
            envelope("u", before(), after()),
            Arrays.asList(
                TIME,
                "u",
                1000L,
                new BigDecimal("-1.50"),
                LocalDate.of(2026, 1, 1),
                Arrays.asList("é\n", null),
                old)),
        new Example(
            envelope("d", before(), null),
            Arrays.asList(TIME, "d", 1000L, old, LocalDate.of(1970, 1, 2), List.of(), old)),
        new Example(
            envelope("r", null, row(new byte[] {0}, null, List.of())),
            Arrays.asList(TIME, "r", 1000L, new BigDecimal("0.00"), null, List.of(), null)));
  }

  @Override
  protected List<byte[]> bad() {
    byte[] good = envelope("u", before(), after());
    byte[] string = TestDebezium.framed(2, new byte[] {2, 'a'});
    return List.of(
        Arrays.copyOf(good, good.length - 1),
        Arrays.copyOf(good, good.length + 1),
        envelope("x", before(), after()),
        envelope("c", null, null),
        envelope("d", null, null),
        envelope("d", before(), after()),
        envelope("u", before(), row(new byte[0], 1, List.of())),
        envelope("u", row(new byte[0], 1, List.of()), after()),
        string,
        TestDebezium.framed(3, new byte[] {0}),
        TestDebezium.framed(4, new byte[] {0}),
        TestDebezium.framed(5, new byte[] {0}),
        new byte[] {0},
        new byte[] {1, 0, 0, 0, 1, 0});
  }
}
