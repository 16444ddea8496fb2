package io.sluice.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractParser;
import io.sluice.infer.DraftRequest;
import io.sluice.infer.GivenSchema;
import io.sluice.infer.SchemaContract;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.Schemas;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contracts that are drafted from schemas of Avro. */
class AvroSchemaDraftTest {
  private static final String ORDER =
      """
      {"type": "record", "name": "Order", "namespace": "shop", "doc": "An order.", "fields": [
        {"name": "ordered_at", "type": {"type": "long", "logicalType": "timestamp-millis"},
         "doc": "When it\\nhappened."},
        {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]}},
        {"name": "total",
         "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}]},
        {"name": "customer", "type": ["null", {"type": "record", "name": "Customer", "fields": [
          {"name": "id", "type": "long"},
          {"name": "friends", "type": {"type": "array", "items": "Customer"}}]}]},
        {"name": "due", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
        {"name": "shipped_ms", "type": "long"},
        {"name": "ts", "type": "long"},
        {"name": "width", "type": ["int", "long", "null"]},
        {"name": "either", "type": ["int", "string"]},
        {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
          {"name": "_n", "type": "int"}, {"name": "note", "type": ["null", "string"]}]}}},
        {"name": "group", "type": {"type": "map", "values": "double"}},
        {"name": "nothing", "type": "null"}]}
      """;

  private static GivenSchema subject(String schema, Framing.Kind framing) {
    return new GivenSchema(
        "--subject=orders-value",
        "the newest schema of subject orders-value",
        "orders",
        new RegisteredSchema(RegisteredSchema.AVRO, schema, List.of()),
        framing,
        null);
  }

  private static SchemaContract draft(String schema) {
    return SchemaContract.of(
        subject(schema, Framing.Kind.CONFLUENT), DraftRequest.OF_SAMPLE, null, null, Schemas.NONE);
  }

  @Test
  void eachFieldHasItsTypeAndWhatTheSchemaSaysOfIt() {
    SchemaContract draft = draft(ORDER);
    assertEquals(
        """
        # yaml-language-server: $schema=contract.schema.json
        # Drafted from the newest schema of subject orders-value: record shop.Order of Avro. No record was looked at: read it before you use it.
        version: 1
        table: orders
        topic: orders
        format: avro
        # ordered_at is a time that the schema requires; other times: due.
        event_time: ordered_at
        unknown_fields: ignore
        columns:
          # When it happened.
          - {name: ordered_at, type: timestamp, required: true}
          # one of NEW, PAID
          - {name: status, type: string, required: true}
          - {name: total, type: "decimal(12,2)"}
          - {name: customer_id, path: customer.id, type: int64}
          # contains itself: the JSON text of it
          - {name: customer_friends, path: customer.friends, type: {list: json}}
          # a local time, and Avro does not say of which zone: read as if it were UTC
          - {name: due, type: timestamp, required: true}
          - {name: shipped_ms, type: int64, required: true}
          # if it is a time, type: "timestamp(micros, epoch_ms)"
          - {name: ts, type: int64, required: true}
          - {name: width, type: int64}
          # of several types: the JSON text of each value
          - {name: either, type: json, required: true}
          - {name: lines, type: {list: {struct: [{name: n, path: _n, type: int32, required: true}, {name: note, type: string}]}}, required: true}
          - {name: group_value, path: group, type: {map: double}, required: true}
        # Not in it:
        #   "nothing": null in every record
        """,
        draft.yaml());
    assertEquals(List.of(), draft.warnings());
    assertEquals(
        List.of("time-as-number"),
        ContractLint.of(ContractParser.parseLocated(draft.yaml(), "draft")).stream()
            .map(ContractLint.Warning::rule)
            .toList());
  }

  @Test
  void whatTheLibraryWritesComesOutAtItsColumns() {
    Schema schema = TestAvro.schema(ORDER);
    Contract contract = draft(ORDER).contract();
    GenericData.Record customer =
        new GenericData.Record(schema.getField("customer").schema().getTypes().get(1));
    customer.put("id", 7L);
    customer.put("friends", List.of());
    GenericData.Record friend = new GenericData.Record(customer.getSchema());
    friend.put("id", 8L);
    friend.put("friends", List.of(customer));
    GenericData.Record line =
        new GenericData.Record(schema.getField("lines").schema().getElementType());
    line.put("_n", 3);
    GenericData.Record order = new GenericData.Record(schema);
    order.put("ordered_at", Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli());
    order.put("status", new GenericData.EnumSymbol(schema.getField("status").schema(), "PAID"));
    order.put(
        "total",
        new Conversions.DecimalConversion()
            .toBytes(new BigDecimal("12.34"), null, LogicalTypes.decimal(12, 2)));
    order.put("customer", friend);
    order.put("due", 1_767_323_045_123_456L);
    order.put("shipped_ms", 5L);
    order.put("ts", 6L);
    order.put("width", 9);
    order.put("either", "e");
    order.put("lines", List.of(line));
    order.put("group", Map.of("a", 1.5));
    TestAvro.Registry registry = new TestAvro.Registry().with(3, ORDER);
    byte[] value = TestAvro.framed(3, TestAvro.encode(schema, order));
    List<Object> row =
        TestAvro.row(contract, TestAvro.decode(TestAvro.decoder(contract, registry), value));
    assertEquals("PAID", row.get(0));
    assertEquals(new BigDecimal("12.34"), row.get(1));
    assertEquals(8L, row.get(2));
    assertEquals(List.of("{\"friends\":[],\"id\":7}"), row.get(3));
    assertTrue(String.valueOf(row.get(4)).startsWith("2026-01-02T03:04:05.123"), row + "");
    assertEquals(List.of(5L, 6L, 9L, "\"e\""), row.subList(5, 9));
    assertTrue(String.valueOf(row.get(9)).contains("3"), row + "");
    assertEquals(Map.of("a", 1.5), row.get(10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}' | timestamp",
        "'{\"type\":\"int\",\"logicalType\":\"time-millis\"}' | time",
        "'{\"type\":\"long\",\"logicalType\":\"time-micros\"}' | time",
        "'{\"type\":\"int\",\"logicalType\":\"date\"}' | date",
        "'{\"type\":\"string\",\"logicalType\":\"uuid\"}' | uuid",
        "'{\"type\":\"fixed\",\"name\":\"F\",\"size\":16,\"logicalType\":\"uuid\"}' | uuid",
        "'{\"type\":\"fixed\",\"name\":\"F\",\"size\":12,\"logicalType\":\"duration\"}' | bytes",
        "'{\"type\":\"fixed\",\"name\":\"F\",\"size\":9,\"logicalType\":\"decimal\",\"precision\":20,\"scale\":4}'"
            + " | '\"decimal(20,4)\"'",
        "'{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":64,\"scale\":2}' |"
            + " '\"decimal(38,2)\"'",
        "'{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":64,\"scale\":50}' | json",
        "'{\"type\":\"bytes\",\"logicalType\":\"big-decimal\"}' | json",
        "'[\"float\",\"double\"]' | double",
        "'{\"type\":\"array\",\"items\":[\"null\",\"long\"]}' | {list: int64}",
        "'{\"type\":\"map\",\"values\":[\"int\",\"boolean\"]}' | {map: json}",
        "'{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}}' |"
            + " {list: json}",
      })
  void aTypeOfAvroIsAColumns(String avro, String type) {
    String yaml = draft(TestAvro.record(TestAvro.field("x", avro))).yaml();
    assertTrue(yaml.contains("- {name: x, type: " + type), yaml);
  }

  @Test
  void recordsOfSeveralTypesHaveTheFieldsOfAll() {
    String schema =
        """
        [{"type": "record", "name": "A", "fields": [
           {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
           {"name": "x", "type": "int"}]},
         {"type": "record", "name": "B", "fields": [
           {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
           {"name": "y", "type": "string"}]}]
        """;
    SchemaContract draft = draft(schema);
    assertEquals(
        "the newest schema of subject orders-value: records A and B of Avro", draft.schema());
    assertTrue(draft.yaml().contains("  - {name: at, type: timestamp, required: true}\n"));
    assertTrue(draft.yaml().contains("  - {name: x, type: int32}\n"), draft.yaml());
    assertTrue(draft.yaml().contains("  - {name: y, type: string}\n"), draft.yaml());
  }

  @Test
  void gluesFrameIsWrittenIntoTheContract() {
    SchemaContract draft =
        SchemaContract.of(
            subject(ORDER, Framing.Kind.GLUE),
            new DraftRequest("t", "avro", null),
            "other",
            null,
            Schemas.NONE);
    assertTrue(draft.yaml().contains("\ntopic: other\nformat: {name: avro, framing: glue}\n"));
  }

  @Test
  void theContractOfAFileNamesItFromItsOwnFolder(@TempDir Path folder) throws IOException {
    Path schema = Files.createDirectories(folder.resolve("schemas")).resolve("order.v1.avsc");
    Files.writeString(schema, ORDER);
    Path out = Files.createDirectories(folder.resolve("contracts")).resolve("orders.yaml");
    SchemaContract draft =
        SchemaContract.ofFile(schema, new DraftRequest(null, null, out.toString()), null, null);
    assertTrue(
        draft
            .yaml()
            .contains(
                "\n"
                    + "table: order_events\n"
                    + "topic: order\n"
                    + "format: {name: avro, framing: none, schema: {file:"
                    + " \"../schemas/order.v1.avsc\"}}\n"),
        draft.yaml());
    Files.writeString(out, draft.yaml());
    assertEquals(draft.contract(), ContractParser.read(out));
    // Of a file that does not say by its name what it is, the content says it; or the flag does.
    Path bare = Files.writeString(folder.resolve("order"), ORDER);
    assertEquals(
        "{name: avro, framing: none, schema: {file: \"../order\"}}",
        SchemaContract.ofFile(bare, new DraftRequest(null, null, out.toString()), "t", null)
            .format());
    SchemaContract framed =
        SchemaContract.ofFile(
            bare, new DraftRequest(null, "{name: avro, framing: confluent}", null), "t", null);
    assertEquals("{name: avro, framing: confluent}", framed.format());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x.avsc | '\"int\"' | the schema is of int, and a contract is drafted from one of a record",
        "x.avsc | {| the schema cannot be used: it is no schema of Avro: it is no JSON: the document"
            + " ends too early",
        "x.avsc | not json | it is no JSON: not at line 1, column 1 is no value",
        "x.avsc | '{\"type\":\"record\",\"name\":\"E\"}' | it is no schema of Avro: ",
        "x.avsc | '{\"type\":\"recrod\",\"name\":\"E\"}' | it is no schema of Avro: ",
        "x.avsc | '{/* c */ \"type\":}' | at line 1, column ",
        "x.avsc | '{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}' | no field that a column"
            + " could hold",
        "x.avsc |"
            + " '{\"type\":\"record\",\"name\":\"E\",\"fields\":[{\"name\":\"n\",\"type\":\"null\"}]}'"
            + " | \"n\": null in every record",
        "x.txt | some text | is no schema that a format on the class path knows",
      })
  void whatNoContractIsDraftedFromIsSaidInOneLine(
      String name, String text, String said, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text, UTF_8);
    UserException e =
        assertThrows(
            UserException.class,
            () -> SchemaContract.ofFile(file, DraftRequest.OF_SAMPLE, null, null));
    assertTrue(e.getMessage().startsWith("--schema=" + file), e.getMessage());
    assertTrue(e.getMessage().contains(said), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    // Nor what the libraries call their classes and the source that they do not show.
    assertFalse(
        e.getMessage().matches(".*(Exception|REDACTED|org\\.apache|fasterxml).*"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"json", "string", "'{name: bytes}'"})
  void aFormatThatHasNoRecordsOfAvroIsRefused(String format) {
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                SchemaContract.of(
                    subject(ORDER, Framing.Kind.CONFLUENT),
                    new DraftRequest(null, format, null),
                    null,
                    null,
                    Schemas.NONE));
    assertEquals(
        "--subject=orders-value: it is of type AVRO, and no schema of the records of format "
            + format.replaceAll(".*: |}", "")
            + ": leave --format out, or draft from a sample of the topic",
        e.getMessage());
  }

  /** What a contract would not take from the file, or by its name, is refused before it is one. */
  @Test
  void aFileIsRefusedOfWhichNoContractCouldBe(@TempDir Path folder) throws IOException {
    String text = TestAvro.record(TestAvro.field("x", "\"long\""));
    int most = 1 << 20;
    Path file = folder.resolve("order.avsc");
    Files.writeString(file, text + " ".repeat(most - text.length()));
    SchemaContract draft = SchemaContract.ofFile(file, requestIn(folder), null, null);
    assertEquals("order", draft.contract().source().keys().text("topic"));
    Files.writeString(file, text + " ".repeat(most - text.length() + 1));
    Path bare = Files.writeString(folder.resolve(".avsc"), text);
    Path spaced = Files.writeString(folder.resolve("my order.avsc"), text);
    for (Map.Entry<Path, String> refused :
        Map.of(
                file, "larger than 1 MiB, which is the most that a contract takes of a schema's",
                bare, "no topic is called '', as the schema's name has it: write --topic=TOPIC",
                spaced, "no topic is called 'my order', as the schema's name has it")
            .entrySet()) {
      UserException e =
          assertThrows(
              UserException.class,
              () -> SchemaContract.ofFile(refused.getKey(), requestIn(folder), null, null));
      String said = "--schema=" + refused.getKey() + ": " + refused.getValue();
      assertTrue(e.getMessage().startsWith(said), e.getMessage());
    }
    assertEquals(
        "t",
        SchemaContract.ofFile(bare, requestIn(folder), "t", null)
            .contract()
            .source()
            .keys()
            .text("topic"));
    UserException e =
        assertThrows(
            UserException.class,
            () -> SchemaContract.ofFile(bare, requestIn(folder), "my order", null));
    assertTrue(
        e.getMessage().startsWith("--schema=" + bare + ": topic 'my order' must be"),
        e.getMessage());
  }

  private static DraftRequest requestIn(Path folder) {
    return new DraftRequest(null, null, folder.resolve("draft.yaml").toString());
  }

  @Test
  void aMessageIsNoneOfAvro() {
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                SchemaContract.of(
                    subject(ORDER, Framing.Kind.CONFLUENT),
                    DraftRequest.OF_SAMPLE,
                    null,
                    "shop.Order",
                    Schemas.NONE));
    assertTrue(e.getMessage().contains("of type AVRO, which has no messages"), e.getMessage());
  }

  @Test
  void bytesOfTheFixedTypeAreBytes() {
    Contract contract =
        draft(
                TestAvro.record(
                    TestAvro.field("x", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}")))
            .contract();
    Schema schema =
        TestAvro.schema(
            TestAvro.record(TestAvro.field("x", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}")));
    GenericData.Record datum = new GenericData.Record(schema);
    datum.put("at", 0L);
    datum.put("x", new GenericData.Fixed(schema.getField("x").schema(), new byte[] {1, 2}));
    TestAvro.Registry registry = new TestAvro.Registry().with(1, schema.toString());
    Object x =
        TestAvro.row(
                contract,
                TestAvro.decode(
                    TestAvro.decoder(contract, registry),
                    TestAvro.framed(1, TestAvro.encode(schema, datum))))
            .get(0);
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap((byte[]) x));
  }
}
