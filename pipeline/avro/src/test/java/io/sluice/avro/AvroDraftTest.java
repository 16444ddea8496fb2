package io.sluice.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ContractJson;
import io.sluice.infer.ContractDraft;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.Samples;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contracts that are drafted from records of Avro. */
class AvroDraftTest {
  private static final String SCHEMA =
      TestAvro.record(
          TestAvro.field("id", "\"long\""),
          TestAvro.field("name", "[\"null\",\"string\"]"),
          TestAvro.field("key", "{\"type\":\"string\",\"logicalType\":\"uuid\"}"),
          TestAvro.field("day", "{\"type\":\"int\",\"logicalType\":\"date\"}"),
          TestAvro.field("opens", "{\"type\":\"long\",\"logicalType\":\"time-micros\"}"),
          TestAvro.field(
              "price",
              "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}"),
          TestAvro.field("blob", "\"bytes\""),
          TestAvro.field("tags", "{\"type\":\"array\",\"items\":\"string\"}"));

  private static final Schema WRITER = TestAvro.schema(SCHEMA);

  private static byte[] datum(int i) {
    GenericData.Record datum = new GenericData.Record(WRITER);
    datum.put("at", Samples.TIME.plusSeconds(i).toEpochMilli());
    datum.put("id", 1L + i);
    datum.put("name", i % 2 == 0 ? null : "n" + i);
    datum.put("key", "0b4b1c55-7a0e-4a39-8c1e-0000000000" + (10 + i));
    datum.put("day", 20_000 + i);
    datum.put("opens", 30_600_000_000L + i);
    datum.put(
        "price",
        new Conversions.DecimalConversion()
            .toBytes(
                new BigDecimal("12.5" + i % 10),
                WRITER.getField("price").schema(),
                LogicalTypes.decimal(9, 2)));
    datum.put("blob", ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) i}));
    datum.put("tags", List.of("a", "b"));
    return TestAvro.encode(WRITER, datum);
  }

  private static List<byte[]> framed(int id) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      byte[] datum = datum(i);
      values.add(ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array());
    }
    return values;
  }

  private static Map<String, String> types(ContractDraft draft) {
    return draft.contract().columns().stream()
        .collect(
            Collectors.toMap(
                Column::name,
                column -> ContractJson.text(column.type()),
                (one, other) -> one,
                TreeMap::new));
  }

  private static final Map<String, String> TYPES =
      Map.of(
          "at", "timestamp",
          "id", "int64",
          "name", "string",
          "key", "uuid",
          "day", "date",
          "opens", "time",
          "price", "decimal(18,2)",
          "blob", "bytes",
          "tags", "{list: string}");

  @Test
  void aRegisteredSchemaSaysThatItIsAvro() {
    Schemas registry = new TestAvro.Registry().with(7, SCHEMA);
    ContractDraft draft = ContractDraft.of(Samples.of(framed(7)), DraftRequest.OF_SAMPLE, registry);
    assertEquals("avro", draft.format());
    assertTrue(draft.yaml().contains("\nformat: avro\n"), draft.yaml());
    assertEquals(TYPES, types(draft), draft.yaml());
    assertEquals(50, draft.proof().accepted(), draft.proof().line());
    assertEquals("at", draft.contract().columns().get(draft.contract().eventTime()).name());
  }

  @Test
  void gluesFrameIsWrittenIntoTheContract() {
    SchemaId id = new SchemaId(0x1234_5678_9abc_4defL, 5);
    Schemas registry =
        new TestAvro.Registry()
            .with(id, new RegisteredSchema(RegisteredSchema.AVRO, SCHEMA, List.of()));
    List<byte[]> values =
        IntStream.range(0, 50)
            .mapToObj(
                i -> {
                  byte[] datum = datum(i);
                  return ByteBuffer.allocate(18 + datum.length)
                      .put((byte) 3)
                      .put((byte) 0)
                      .putLong(id.high())
                      .putLong(id.low())
                      .put(datum)
                      .array();
                })
            .toList();
    ContractDraft draft = ContractDraft.of(Samples.of(values), DraftRequest.OF_SAMPLE, registry);
    assertTrue(draft.yaml().contains("\nformat: {name: avro, framing: glue}\n"), draft.yaml());
    assertEquals(50, draft.proof().accepted(), draft.proof().line());
  }

  @Test
  void withoutAFrameTheFormatIsSaidWithItsSchema(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("events.avsc"), SCHEMA);
    String format = "{name: avro, framing: none, schema: {file: events.avsc}}";
    ContractDraft draft =
        ContractDraft.of(
            Samples.of(IntStream.range(0, 50).mapToObj(AvroDraftTest::datum).toList()),
            new DraftRequest(null, format, directory.resolve("out.yaml").toString()),
            Schemas.NONE);
    assertTrue(draft.yaml().contains("\nformat: " + format + "\n"), draft.yaml());
    assertEquals(TYPES, types(draft), draft.yaml());
    assertEquals(50, draft.proof().accepted(), draft.proof().line());
  }

  private static String refused(List<byte[]> values, String format, Schemas schemas) {
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                ContractDraft.of(
                    Samples.of(values), new DraftRequest(null, format, null), schemas));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void whatIsMissingIsSaid() {
    String none = refused(framed(7), null, Schemas.NONE);
    assertTrue(none.contains("50 of 50 sampled values begin with the id of a schema"), none);
    assertTrue(none.contains("give --schemaRegistry=URL"), none);
    TestAvro.Registry empty = new TestAvro.Registry();
    String unknown = refused(framed(7), null, empty);
    assertTrue(unknown.contains("the registry has none of schemas 7: name the"), unknown);
    assertEquals(1, empty.asked, "asked once for each id");
    String json =
        refused(
            framed(7),
            null,
            new TestAvro.Registry()
                .with(SchemaId.of(7), new RegisteredSchema("OTHER", "{}", List.of())));
    assertTrue(json.contains("schema 7, of type OTHER, and no format on the class path"), json);
    String other = refused(framed(7), "nothing", Schemas.NONE);
    assertTrue(other.startsWith("--format=nothing: format is one of avro, bytes, json, "), other);
    String more = refused(framed(7), "avro\nmax_bytes: 1", Schemas.NONE);
    assertTrue(more.contains("write NAME, or a mapping on one line"), more);
    String wrong = refused(List.of("{}".getBytes(UTF_8)), "avro", new TestAvro.Registry());
    assertTrue(
        wrong.contains("0 of 1 sampled values are records of format avro that Sluice accepts")
            && wrong.contains("{MALFORMED=1}"),
        wrong);
  }

  /** What is no frame but looks like one must not be waited for record by record. */
  @Test
  void aRegistryIsAskedForSomeUnknownIdsAlone() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      values.add(ByteBuffer.allocate(9).put((byte) 0).putInt(1000 + i).putInt(i).array());
    }
    TestAvro.Registry empty = new TestAvro.Registry();
    assertTrue(refused(values, null, empty).contains("the registry has none of schemas"));
    assertEquals(3, empty.asked);
  }

  @Test
  void someTombstonesAndOthersDoNotChangeWhatMostAre() {
    List<byte[]> values = new ArrayList<>(framed(7));
    values.add(null);
    values.add("{\"a\":1}".getBytes(UTF_8));
    values.add(new byte[] {0, 0, 0, 0, 9, 1});
    ContractDraft draft =
        ContractDraft.of(
            Samples.of(values), DraftRequest.OF_SAMPLE, new TestAvro.Registry().with(7, SCHEMA));
    assertEquals("avro", draft.format());
    assertEquals(50, draft.documents());
    assertEquals(
        Map.of("EMPTY", 1, "MALFORMED", 1, "SCHEMA_NOT_FOUND", 1), draft.proof().rejected());
  }
}
