package io.sluice.avro;

import static io.sluice.avro.TestAvro.bytes;
import static io.sluice.avro.TestAvro.concat;
import static io.sluice.avro.TestAvro.contract;
import static io.sluice.avro.TestAvro.decode;
import static io.sluice.avro.TestAvro.decoder;
import static io.sluice.avro.TestAvro.field;
import static io.sluice.avro.TestAvro.framed;
import static io.sluice.avro.TestAvro.record;
import static io.sluice.avro.TestAvro.row;
import static io.sluice.avro.TestAvro.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.RegisteredSchema.Reference;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** From which schema to which contract: evolution, references, recursion, and what is no schema. */
class AvroSchemasTest {
  private static final Contract NAMES =
      contract("", "name: name, type: string", "name: n, path: inner.n, type: int64");

  private static RegisteredSchema avro(String text, Reference... references) {
    return new RegisteredSchema(RegisteredSchema.AVRO, text, List.of(references));
  }

  /** Writers come and go: a column has what its writer's schema has for it. */
  @Test
  void eachRecordIsReadByTheSchemaThatItNames() {
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(1, record(field("name", "\"string\"")))
            .with(2, record(field("extra", "\"double\""), field("name", "[\"null\",\"string\"]")))
            .with(
                3,
                record(
                    field(
                        "inner",
                        "{\"type\":\"record\",\"name\":\"I\",\"fields\":["
                            + field("n", "\"int\"")
                            + "]}"),
                    "{\"name\":\"label\",\"aliases\":[\"name\"],\"type\":\"string\",\"default\":7}"));
    ValueDecoder decoder = decoder(NAMES, registry);
    for (int i = 0; i < 3; i++) {
      assertEquals(
          Arrays.asList("a", null), row(NAMES, decode(decoder, framed(1, bytes(0, 2, 'a')))));
      assertEquals(
          Arrays.asList("b", null),
          row(NAMES, decode(decoder, framed(2, bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 'b')))));
      assertEquals(
          Arrays.asList(null, 5L), row(NAMES, decode(decoder, framed(3, bytes(0, 10, 2, 'c')))));
    }
    assertEquals(3, registry.asked, "each schema is asked for once");
  }

  @Test
  void plansOfManySchemasAreBounded() {
    TestAvro.Registry registry = new TestAvro.Registry();
    IntStream.range(0, 500).forEach(id -> registry.with(id, record(field("name", "\"string\""))));
    ValueDecoder decoder = decoder(NAMES, registry);
    for (int id = 0; id < 500; id++) {
      decode(decoder, framed(id, bytes(0, 2, 'a')));
    }
    decode(decoder, framed(499, bytes(0, 2, 'a')));
    assertEquals(500, registry.asked);
    decode(decoder, framed(0, bytes(0, 2, 'a')));
    assertEquals(501, registry.asked);
  }

  @Test
  void referencesAreParsedFirst() {
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(
                SchemaId.of(1),
                avro(
                    record(field("inner", "\"com.I\"")),
                    new Reference(
                        "n", "{\"type\":\"enum\",\"name\":\"com.E\",\"symbols\":[\"X\"]}"),
                    new Reference(
                        "i",
                        "{\"type\":\"record\",\"name\":\"com.I\",\"fields\":["
                            + field("e", "\"com.E\"")
                            + ","
                            + field("n", "\"long\"")
                            + "]}")));
    assertEquals(
        Arrays.asList(null, 4L),
        row(NAMES, decode(decoder(NAMES, registry), framed(1, bytes(0, 0, 8)))));
  }

  /** Several types of event in one topic, as Confluent's serializer writes them. */
  @Test
  void aUnionOfRecordsIsReadByItsBranches() {
    String other =
        "{\"type\":\"record\",\"name\":\"O\",\"fields\":[" + field("name", "\"string\"") + "]}";
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(1, "[\"null\"," + other + "," + record(field("name", "\"string\"")) + "]");
    ValueDecoder decoder = decoder(NAMES, registry);
    assertEquals(
        Arrays.asList("a", null), row(NAMES, decode(decoder, framed(1, bytes(4, 0, 2, 'a')))));
    assertEquals(
        "MISSING_FIELD at required, and absent or null",
        text(NAMES, decode(decoder, framed(1, bytes(2, 2, 'a')))));
    assertEquals(
        "NOT_AN_OBJECT  the value is of null, not of a record",
        text(NAMES, decode(decoder, framed(1, bytes(0)))));
  }

  @Test
  void aMapIsAnObjectWhoseNamesAreItsKeys() {
    Contract contract =
        contract(
            "",
            "name: trace, path: headers.trace, type: string",
            "name: tags, type: {struct: [{name: a, type: int32}, {name: b, type: int32}]}");
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(
                1,
                record(
                    field("headers", "{\"type\":\"map\",\"values\":[\"null\",\"string\"]}"),
                    field("tags", "{\"type\":\"map\",\"values\":\"int\"}")));
    TestAvro.Events events = new TestAvro.Events();
    ValueDecoder decoder = new AvroFormat().decoder(contract, registry, events);
    byte[] value =
        concat(
            bytes(0, 4, 10, 't', 'r', 'a', 'c', 'e', 2, 2, 'x', 2, 'o', 0, 0),
            bytes(2, 2, 'b', 6, 1, 6, 2, 'a', 8, 0));
    List<Object> row = row(contract, decode(decoder, framed(1, value)));
    assertEquals("x", row.get(0));
    assertEquals(List.of(4, 3), ((Row) row.get(1)).getValues());
    assertEquals(List.of("headers.o"), events.unknown);
    assertEquals(
        "DUPLICATE_KEY headers.o the key 'o' stands twice in one map",
        text(contract, decode(decoder, framed(1, bytes(0, 4, 2, 'o', 0, 2, 'o', 0, 0, 0)))));
    assertEquals(
        "NOT_UTF8 headers a key of the map is not UTF-8",
        text(contract, decode(decoder, framed(1, bytes(0, 2, 2, 0xFF, 0, 0, 0)))));
  }

  private static String node(String... fields) {
    return "{\"type\":\"record\",\"name\":\"Node\",\"fields\":["
        + String.join(",", fields)
        + ","
        + field("next", "[\"null\",\"Node\"]")
        + "]}";
  }

  /** Nodes, each within the one before. */
  private static byte[] nodes(int count) {
    byte[] nodes = bytes(2 * 7);
    for (int i = 1; i < count; i++) {
      nodes = concat(nodes, bytes(2, 0));
    }
    return concat(nodes, bytes(0));
  }

  @Test
  void whatIsRecursiveAndNobodyAskedForIsPassed() {
    Contract contract =
        contract("", "name: v, path: node.v, type: int32", "name: last, type: int32");
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(1, record(field("node", node(field("v", "\"int\""))), field("last", "\"int\"")))
            .with(2, record(field("other", node(field("v", "\"int\""))), field("last", "\"int\"")));
    ValueDecoder decoder = decoder(contract, registry);
    for (int i = 1; i <= 31; i++) {
      byte[] value = concat(bytes(0), nodes(i), bytes(6));
      assertEquals(List.of(7, 3), row(contract, decode(decoder, framed(1, value))));
      assertEquals(Arrays.asList(null, 3), row(contract, decode(decoder, framed(2, value))));
    }
    byte[] deep = concat(bytes(0), nodes(32), bytes(6));
    for (int id = 1; id <= 2; id++) {
      String text = text(contract, decode(decoder, framed(id, deep)));
      assertTrue(text.startsWith("TOO_DEEP " + (id == 1 ? "node" : "other") + ".next.next."), text);
      assertTrue(text.endsWith(" deeper than 32"), text);
    }
  }

  /** As far as the contract asks, which has an end; what is within is passed. */
  @Test
  void columnsOfARecursivePartAreReadAsFarAsTheContractAsks() {
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(1, record(field("node", node(field("v", "\"int\""))), field("last", "\"int\"")));
    byte[] three = framed(1, concat(bytes(0), bytes(14, 2, 16, 2, 18, 0), bytes(6)));
    byte[] one = framed(1, concat(bytes(0), bytes(14, 0), bytes(6)));
    Contract byPath =
        contract(
            "",
            "name: v, path: node.v, type: int32",
            "name: w, path: node.next.v, type: int32",
            "name: last, type: int32");
    ValueDecoder decoder = decoder(byPath, registry);
    assertEquals(Arrays.asList(7, null, 3), row(byPath, decode(decoder, one)));
    assertEquals(List.of(7, 8, 3), row(byPath, decode(decoder, three)));
    Contract asStruct =
        contract(
            "",
            "name: node, type: {struct: [{name: next, type: {struct: [{name: v, type: int32}]}}]}");
    Row node = (Row) row(asStruct, decode(decoder(asStruct, registry), three)).get(0);
    assertEquals(List.of(8), ((Row) node.getValue(0)).getValues());
  }

  /** A tree as it is: the one type that has no end takes it, down to the contract's depth. */
  @Test
  void aTreeIsJson() {
    String tree =
        "{\"type\":\"record\",\"name\":\"Tree\",\"fields\":["
            + field("v", "\"int\"")
            + ","
            + field("below", "{\"type\":\"map\",\"values\":\"Tree\"}")
            + ","
            + field("beside", "{\"type\":\"array\",\"items\":\"Tree\"}")
            + "]}";
    TestAvro.Registry registry = new TestAvro.Registry().with(1, record(field("tree", tree)));
    Contract contract = contract("", "name: tree, type: json");
    ValueDecoder decoder = decoder(contract, registry);
    byte[] leaf = bytes(4, 0, 0);
    for (int i = 0; i < 2; i++) {
      assertEquals(
          List.of("{\"below\":{},\"beside\":[],\"v\":2}"),
          row(contract, decode(decoder, framed(1, concat(bytes(0), leaf)))));
      assertEquals(
          List.of(
              "{\"below\":{\"k\":{\"below\":{},\"beside\":[],\"v\":2}},\"beside\":["
                  + "{\"below\":{},\"beside\":[],\"v\":2},{\"below\":{},\"beside\":[],\"v\":2}],\"v\":1}"),
          row(
              contract,
              decode(
                  decoder,
                  framed(
                      1,
                      concat(bytes(0, 2, 2, 2, 'k'), leaf, bytes(0, 4), leaf, leaf, bytes(0))))));
      byte[] deep = bytes(0);
      for (int depth = 0; depth < 20; depth++) {
        deep = concat(deep, bytes(2, 0, 2));
      }
      assertTrue(
          text(contract, decode(decoder, framed(1, deep))).startsWith("TOO_DEEP tree.beside[0]."));
    }
  }

  @Test
  void aMapsKeysAreThoseOfAMap() {
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(
                1,
                record(field("m", "{\"type\":\"map\",\"values\":[\"null\",\"int\",\"string\"]}")));
    Contract contract = contract("", "name: m, type: {map: int64}");
    ValueDecoder decoder = decoder(contract, registry);
    for (int i = 0; i < 2; i++) {
      Map<String, Long> expected = new HashMap<>();
      expected.put("a" + i, null);
      expected.put("b", 3L);
      assertEquals(
          List.of(expected),
          row(
              contract,
              decode(decoder, framed(1, bytes(0, 4, 4, 'a', '0' + i, 0, 2, 'b', 2, 6, 0)))));
    }
    assertEquals(
        "WRONG_TYPE m.x expected a whole number, found the string \"y\"",
        text(contract, decode(decoder, framed(1, bytes(0, 2, 2, 'x', 4, 2, 'y', 0)))));
  }

  @Test
  void whatIsNoSchemaIsADeadLetterOfEachRecord() {
    String deep = "{\"type\":\"array\",\"items\":".repeat(5_000) + "\"int\"" + "}".repeat(5_000);
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(1, "{")
            .with(2, "\"string\"")
            .with(3, record(field("name", "\"Nobody\"")))
            .with(4, " ".repeat(1 << 20) + record())
            .with(5, record(field("name", deep)))
            .with(SchemaId.of(6), new RegisteredSchema(RegisteredSchema.PROTOBUF, "", List.of()))
            .with(SchemaId.of(7), avro(record(), new Reference("a", "x")))
            .with(8, "null")
            .with(9, "[]");
    ValueDecoder decoder = decoder(NAMES, registry);
    for (int round = 0; round < 2; round++) {
      for (int id = 1; id <= 9; id++) {
        String text = text(NAMES, decode(decoder, framed(id, bytes(0))));
        assertTrue(
            text.startsWith("UNUSABLE_SCHEMA  the record's schema " + id + " cannot be used: it")
                || id == 9 && text.startsWith("MALFORMED "),
            text);
      }
    }
    assertEquals(9, registry.asked, "each is asked for and parsed once");
    assertEquals(
        "SCHEMA_NOT_FOUND  the registry has no schema 77",
        text(NAMES, decode(decoder, framed(77, bytes(0)))));
  }

  @Test
  void aRegistryThatIsNotThereIsNoFaultOfTheRecord() {
    ValueDecoder decoder = decoder(NAMES, Schemas.NONE);
    assertThrows(UserException.class, () -> decode(decoder, framed(1, bytes(0))));
  }

  /** AWS Glue's frame: 3, no compression, a UUID. */
  @Test
  void gluesFrameNamesSchemasByUuid() {
    Contract contract = contract("", "name: name, type: string");
    contract = withFormat(contract, "{\"name\":\"avro\",\"framing\":\"glue\"}");
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(new SchemaId(0x1234, 0x5678), avro(record(field("name", "\"string\""))));
    byte[] value =
        ByteBuffer.allocate(21)
            .put((byte) 3)
            .put((byte) 0)
            .putLong(0x1234)
            .putLong(0x5678)
            .put(bytes(0, 2, 'a'))
            .array();
    assertEquals(List.of("a"), row(contract, decode(decoder(contract, registry), value)));
  }

  static Contract withFormat(Contract contract, String format) {
    return ContractParser.parse(
        ContractJson.of(contract)
            .replaceFirst(
                "\"format\" : (\"\\w+\"|\\{[^}]*})",
                "\"format\" : " + Matcher.quoteReplacement(format)),
        "contract");
  }

  @Test
  void unknownFieldsAreCountedOnceForEachRecord() {
    Contract contract =
        contract("", "name: items, type: {list: {struct: [{name: a, type: int32}]}}");
    String item =
        "{\"type\":\"record\",\"name\":\"I\",\"fields\":["
            + field("a", "\"int\"")
            + ","
            + field("b", "[\"null\",\"int\"]")
            + "]}";
    TestAvro.Registry registry =
        new TestAvro.Registry()
            .with(
                1,
                record(
                    field("x", "\"null\""),
                    field("items", "{\"type\":\"array\",\"items\":" + item + "}")));
    TestAvro.Events events = new TestAvro.Events();
    ValueDecoder decoder = new AvroFormat().decoder(contract, registry, events);
    byte[] two = framed(1, bytes(0, 4, 2, 0, 4, 2, 2, 0));
    byte[] none = framed(1, bytes(0, 0));
    for (byte[] value : List.of(two, two, none)) {
      row(contract, decode(decoder, value));
    }
    assertEquals(List.of("items[].b", "x", "items[].b", "x", "x"), events.unknown);
    Contract strict =
        contract(
            "unknown_fields: dead_letter",
            "name: items, type: {list: {struct: [{name: a, type: int32}]}}",
            "name: x, type: string");
    assertEquals(
        "UNKNOWN_FIELD items[0].b the contract does not name this field",
        text(strict, decode(decoder(strict, registry), two)));
    row(strict, decode(decoder(strict, registry), none));
  }
}
