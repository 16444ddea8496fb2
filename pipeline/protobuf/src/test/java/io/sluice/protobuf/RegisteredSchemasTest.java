package io.sluice.protobuf;

import static io.sluice.protobuf.Protos.bytes;
import static io.sluice.protobuf.Protos.framed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records whose schemas change, and those that have none that can be read. */
class RegisteredSchemasTest {
  private static final String FIRST =
      """
      syntax = "proto3";
      message Order { int64 at = 1; string id = 2; int32 total = 3; Line line = 4; message Line { string sku = 1; } }
      message Refund { int64 at = 1; string id = 2; }
      """;

  /** A field is wider, one is a list, one is gone, one is new, one has another name. */
  private static final String SECOND =
      """
      syntax = "proto3";
      message Order { int64 at = 1; string key = 2; int64 total = 3; repeated Line line = 4; optional string note = 5; message Line { string sku = 1; } }
      """;

  private static final Contract CONTRACT = contract("");

  private static Contract contract(String keys) {
    return ContractParser.parse(
        """
        table: t
        topic: t
        event_time: at
        format: {name: protobuf%s}
        columns:
          - {name: at, type: "timestamp(micros, epoch_s)", required: true}
          - {name: id, type: string}
          - {name: total, type: int64}
          - {name: line, type: {struct: [{name: sku, type: string}]}}
          - {name: note, type: string}
        """
            .formatted(keys),
        "c.yaml");
  }

  private final Map<SchemaId, RegisteredSchema> registered = new HashMap<>();
  private int asked;

  private final Schemas schemas =
      new Schemas() {
        @Override
        public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
          asked++;
          RegisteredSchema found = registered.get(id);
          if (found == null) {
            throw new UnknownSchemaException("the registry has no schema " + id);
          }
          return found;
        }

        @Override
        public RegisteredSchema latest(String subject) throws UnknownSchemaException {
          throw new UnknownSchemaException(subject);
        }
      };

  private ValueDecoder decoder = decoder(CONTRACT);

  private ValueDecoder decoder(Contract contract) {
    return new ProtobufFormat().decoder(contract, schemas, new Protos.Events());
  }

  private void register(int id, String text) {
    registered.put(
        SchemaId.of(id), new RegisteredSchema(RegisteredSchema.PROTOBUF, text, List.of()));
  }

  private String decode(byte[] value) {
    return Protos.decode(decoder, CONTRACT, value);
  }

  private static byte[] order(String schema, String text) {
    return Protos.message(Protos.type(schema, "Order"), text);
  }

  @Test
  void eachRecordIsReadByItsOwnSchema() {
    register(1, FIRST);
    register(2, SECOND);
    byte[] first = framed(1, order(FIRST, "id: \"a\" total: 5 line { sku: \"s\" }"));
    byte[] second = framed(2, order(SECOND, "key: \"a\" total: 5000000000 note: \"n\""));
    for (int i = 0; i < 3; i++) {
      assertEquals("[1970-01-01T00:00:00Z, a, 5, [s], null]", decode(first));
      assertEquals(
          "WRONG_TYPE line: expected an object, found a list", decode(second), "not silently null");
    }
    assertEquals(2, asked, "a schema is asked for once");
  }

  @Test
  void theIndexSaysWhichMessageItIs() {
    register(1, FIRST);
    byte[] refund = bytes(0, 0, 0, 0, 1, 2, 2, order(FIRST, "id: \"r\""));
    assertEquals("[1970-01-01T00:00:00Z, r, null, null, null]", decode(refund));
    assertEquals(
        "[1970-01-01T00:00:00Z, r, 0, null, null]",
        decode(bytes(0, 0, 0, 0, 1, 2, 0, order(FIRST, "id: \"r\""))),
        "the first may be written in full");
    assertEquals(
        "UNUSABLE_SCHEMA : schema 1: it has no message of the index [7]",
        decode(bytes(0, 0, 0, 0, 1, 2, 14)));
    assertEquals(
        "MALFORMED : the index of the message has 50 numbers", decode(bytes(0, 0, 0, 0, 1, 100)));
    assertEquals("MALFORMED : the bytes end within a field", decode(bytes(0, 0, 0, 0, 1)));
    assertEquals("[1970-01-01T00:00:00Z, , 0, null, null]", decode(bytes(0, 0, 0, 0, 1, 0)));
    decoder = decoder(contract(", message: Order"));
    assertEquals(
        "UNUSABLE_SCHEMA : schema 1: the record is a Refund, and not a Order", decode(refund));
    decoder = decoder(contract(", message: Refund"));
    assertEquals("[1970-01-01T00:00:00Z, r, null, null, null]", decode(refund));
    assertEquals(
        "UNUSABLE_SCHEMA : schema 1: the record is a Order, and not a Refund",
        decode(framed(1, order(FIRST, "id: \"r\""))));
  }

  @Test
  void schemasThatCannotBeReadAreDeadLettersAndAskedForOnce() {
    register(1, "syntax = \"proto3\"; message A { X x = 1; }");
    registered.put(SchemaId.of(2), new RegisteredSchema(RegisteredSchema.JSON, "{}", List.of()));
    register(3, "syntax = \"proto3\"; message A { string s = 1 }");
    register(4, "syntax = \"proto3\"; enum Nothing { A = 0; }");
    for (int i = 0; i < 2; i++) {
      assertEquals(
          "UNUSABLE_SCHEMA : schema 1: A.x: \"X\" is not defined.", decode(framed(1, new byte[0])));
      assertEquals(
          "UNUSABLE_SCHEMA : schema 2: it is of type JSON, not PROTOBUF",
          decode(framed(2, new byte[0])));
      assertEquals(
          "UNUSABLE_SCHEMA : schema 3: Syntax error in schema.proto:1:46: expected ';' but was '}'",
          decode(framed(3, new byte[0])));
      assertEquals(
          "UNUSABLE_SCHEMA : schema 4: it has no message of the index [0]",
          decode(framed(4, new byte[0])));
    }
    assertEquals(4, asked);
    assertEquals("SCHEMA_NOT_FOUND : the registry has no schema 9", decode(framed(9, new byte[0])));
  }

  @Test
  void aRegistryThatIsNotThereIsNoFaultOfTheRecord() {
    ValueDecoder alone = new ProtobufFormat().decoder(CONTRACT, Schemas.NONE, new Protos.Events());
    assertThrows(UserException.class, () -> Protos.decode(alone, CONTRACT, framed(1, new byte[0])));
  }

  @Test
  void manySchemasAreKeptWithinABound() {
    for (int id = 1; id <= 500; id++) {
      register(id, FIRST);
    }
    byte[] order = order(FIRST, "id: \"a\"");
    for (int round = 0; round < 2; round++) {
      for (int id = 1; id <= 500; id++) {
        assertEquals("[1970-01-01T00:00:00Z, a, 0, null, null]", decode(framed(id, order)));
      }
    }
    assertEquals(1000, asked, "the oldest is asked for again");
  }

  @Test
  void documentsHaveNamesAndNumbersAsTheyAre() {
    String text =
        """
        syntax = "proto3";
        import "google/protobuf/duration.proto";
        import "google/protobuf/struct.proto";
        import "google/protobuf/timestamp.proto";
        import "google/protobuf/wrappers.proto";
        message Order {
          int64 big_number = 1; uint64 huge = 2; double d = 3; float f = 4; bytes raw = 5;
          google.protobuf.Timestamp at = 6; google.protobuf.Duration took = 7; google.protobuf.Struct any = 8;
          google.protobuf.Int32Value wrapped = 9; google.protobuf.Int32Value none = 10;
          map<int32, string> names = 11; repeated Order orders = 12; optional string absent = 13; Kind kind = 14;
          google.protobuf.Timestamp wrong = 15; double nan = 16;
        }
        enum Kind { ZERO = 0; }
        """;
    register(1, text);
    JsonNode document =
        new ProtobufFormat()
            .document(
                framed(
                    1,
                    order(
                        text,
                        """
                        big_number: 9007199254740993 huge: 18446744073709551615 d: 0.1 f: 0.1 raw: "\\377"
                        at { seconds: 1 nanos: 500000000 } took { seconds: 2 } any { fields { key: "a" value { number_value: 1 } } }
                        wrapped { value: 3 } names { key: 7 value: "x" } orders { } kind: 5 wrong { seconds: 9223372036854775807 } nan: nan
                        """)),
                CONTRACT,
                schemas)
            .orElseThrow();
    String expected =
        """
        {"big_number":9007199254740993,"huge":18446744073709551615,"d":0.1,"f":0.1,"raw":"/w==",
        "at":"1970-01-01T00:00:01.500Z","took":"2s","any":{"a":1},"wrapped":3,"names":{"7":"x"},
        "orders":[{"big_number":0,"huge":0,"d":0.0,"f":0.0,"raw":"","names":{},"orders":[],"kind":"ZERO","nan":0.0}],
        "kind":"5","wrong":{"seconds":9223372036854775807,"nanos":0},"nan":"NaN"}"""
            .replace("\n", "");
    assertEquals(expected, document.toString());
  }
}
