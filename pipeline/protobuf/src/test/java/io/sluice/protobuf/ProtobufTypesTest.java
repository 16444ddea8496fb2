package io.sluice.protobuf;

import static io.sluice.protobuf.Protos.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each type of a field, and each form in which its bytes may come. */
class ProtobufTypesTest {
  private static final String SCHEMA =
      """
      syntax = "proto3";
      import "google/protobuf/any.proto";
      import "google/protobuf/duration.proto";
      import "google/protobuf/struct.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      message All {
        int64 at = 1;
        int32 i32 = 2; int64 i64 = 3; uint32 u32 = 4; uint64 u64 = 5; sint32 s32 = 6; sint64 s64 = 7;
        fixed32 f32 = 8; fixed64 f64 = 9; sfixed32 sf32 = 10; sfixed64 sf64 = 11;
        float f = 12; double d = 13; bool b = 14; string s = 15; bytes y = 16;
        Kind kind = 17;
        google.protobuf.Timestamp time = 18;
        google.protobuf.Duration duration = 19;
        google.protobuf.Struct struct = 20;
        google.protobuf.Value value = 21;
        google.protobuf.ListValue list_value = 22;
        google.protobuf.Any any = 23;
        google.protobuf.DoubleValue dv = 24;
        google.protobuf.UInt64Value uv = 25;
        google.protobuf.BoolValue bv = 26;
        google.protobuf.BytesValue yv = 27;
        google.protobuf.StringValue sv = 28;
        optional int32 opt = 29;
        oneof choice { int32 left = 30; Sub right = 31; Kind other = 32; }
        repeated int32 nums = 33;
        repeated string texts = 34;
        repeated Sub subs = 35;
        repeated google.protobuf.Timestamp times = 36;
        map<string, Sub> by_name = 37;
        map<int32, string> by_number = 38;
        map<bool, Kind> by_flag = 39;
        Sub sub = 40;
        repeated Kind kinds = 41;
        int32 far = 70000;
      }
      message Sub { string name = 1; optional int32 n = 2; Sub sub = 3; repeated int32 ns = 4; }
      enum Kind { NONE = 0; ONE = 1; UNO = 1; option allow_alias = true; NEGATIVE = -1; FAR = 1000; }
      """;
  private static final Descriptor ALL = Protos.type(SCHEMA, "All");
  private static final String SET = Protos.descriptorSet(ALL.getFile());

  private final Protos.Events events = new Protos.Events();

  private static Contract contract(String more, String... columns) {
    StringBuilder yaml =
        new StringBuilder(
            """
            table: t
            topic: t
            event_time: at
            format: {name: protobuf, framing: none, message: All, schema: "%s"}
            %s
            columns:
              - {name: at, type: "timestamp(micros, epoch_s)", required: true}
            """
                .formatted(SET, more));
    for (String column : columns) {
      yaml.append("  - {").append(column).append("}\n");
    }
    return ContractParser.parse(yaml.toString(), "c.yaml");
  }

  /** What a message becomes under a contract with these columns, without the time. */
  private String decode(byte[] message, String... columns) {
    return decode(contract("", columns), message);
  }

  private String decode(Contract contract, byte[] message) {
    events.unknown.clear();
    ValueDecoder decoder = new ProtobufFormat().decoder(contract, Schemas.NONE, events);
    String row = Protos.decode(decoder, contract, message);
    assertEquals(row, Protos.decode(decoder, contract, message), "the second time");
    events.unknown.subList(0, events.unknown.size() / 2).clear();
    return row.replaceFirst("^\\[[^,\\]]+(, )?", "[");
  }

  private static byte[] message(String text) {
    return Protos.message(ALL, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          i32: -5                          | i32     | int32          | -5
          i32: -5                          | i32     | int64          | -5
          i64: 9223372036854775807         | i64     | int64          | 9223372036854775807
          i64: 2147483648                  | i64     | int32          | WRONG_TYPE i64: expected a whole number of 32 bits, found 2147483648
          u32: 4294967295                  | u32     | int64          | 4294967295
          u64: 18446744073709551615        | u64     | "decimal(20,0)"| 18446744073709551615
          u64: 18446744073709551615        | u64     | int64          | WRONG_TYPE u64: expected a whole number of 64 bits, found 18446744073709551615
          s32: -2147483648                 | s32     | int32          | -2147483648
          s64: -9223372036854775808        | s64     | int64          | -9223372036854775808
          f32: 4294967295                  | f32     | int64          | 4294967295
          f64: 9223372036854775808         | f64     | "decimal(20,0)"| 9223372036854775808
          sf32: -1                         | sf32    | int32          | -1
          sf64: -1                         | sf64    | int64          | -1
          f: 0.1                           | f       | float          | 0.1
          f: 0.1                           | f       | double         | 0.10000000149011612
          f: nan                           | f       | float          | NaN
          d: -inf                          | d       | double         | -Infinity
          d: 0.1                           | d       | double         | 0.1
          d: 3                             | d       | int32          | 3
          b: true                          | b       | boolean        | true
          i32: 1                           | i32     | boolean        | WRONG_TYPE i32: expected true or false, found 1
          s: "x"                           | s       | string         | x
          s: "2026-01-02"                  | s       | date           | 2026-01-02
          s: "2026-01-02T03:04:05Z"        | s       | timestamp      | 2026-01-02T03:04:05Z
          s: "1.50"                        | s       | "decimal(4,2)" | 1.50
          y: "\\377a"                      | y       | bytes          | 0xff61/2
          y: "a"                           | y       | string         | WRONG_TYPE y: expected a string, found 1 bytes
          kind: UNO                        | kind    | string         | ONE
          kind: NEGATIVE                   | kind    | string         | NEGATIVE
          kind: FAR                        | kind    | string         | FAR
          kind: 5                          | kind    | string         | 5
          kind: ONE                        | kind    | int32          | WRONG_TYPE kind: expected a whole number, found the string "ONE"
          time { seconds: 1 nanos: 5000 }  | time    | timestamp      | 1970-01-01T00:00:01.000005Z
          time { seconds: -1 nanos: 1 }    | time    | timestamp      | 1969-12-31T23:59:59Z
          time { }                         | time    | timestamp      | 1970-01-01T00:00:00Z
          time { seconds: -1 nanos: 1 }    | time    | timestamp(nanos) | 1969-12-31T23:59:59.000000001Z
          time { seconds: 9223372036 nanos: 854774999 } | time | timestamp(nanos) | 2262-04-11T23:47:16.854774999Z
          time { seconds: 9223372036 nanos: 854775000 } | time | timestamp(nanos) | WRONG_TYPE time: expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 2262-04-11T23:47:16.854775Z
          time { nanos: -1 }               | time    | timestamp      | WRONG_TYPE time: expected a Timestamp with nanos of 0 to 999999999, found seconds 0, nanos -1
          time { nanos: 1000000000 }       | time    | timestamp      | WRONG_TYPE time: expected a Timestamp with nanos of 0 to 999999999, found seconds 0, nanos 1000000000
          time { seconds: 9223372036854775807 } | time | timestamp    | WRONG_TYPE time: expected a time of the years 1 to 9999, found a time 9223372036854775807 s from 1970
          time { seconds: 1 }              | time    | string         | WRONG_TYPE time: expected a string, found the time 1970-01-01T00:00:01Z
          time { seconds: 1 nanos: 2 }     | time.nanos | int32       | 2
          duration { seconds: 1 nanos: 500000000 }   | duration | string | 1.500s
          duration { seconds: -3 nanos: -1 } | duration | string      | -3.000000001s
          duration { nanos: -1000 }        | duration | string        | -0.000001s
          duration { seconds: 90 }         | duration | string        | 90s
          duration { seconds: 1 nanos: 5 } | duration | int64         | 1000000005
          duration { seconds: 315576000000 } | duration | int64       | WRONG_TYPE duration: expected a whole number of 64 bits, found 315576000000000000000
          duration { seconds: 315576000000 } | duration | "decimal(21,0)" | 315576000000000000000
          duration { seconds: 1 nanos: -1 } | duration | string       | `WRONG_TYPE duration: expected a Duration of at most 10000 years, nanos below a second and both of one sign, found seconds 1, nanos -1`
          struct { fields { key: "a" value { number_value: 1 } } fields { key: "b\\"" value { list_value { values { string_value: "\\303\\251" } values { null_value: 0 } values { } } } } } | struct | string | {"a":1,"b\\"":["é",null,null]}
          struct { }                       | struct  | string         | {}
          value { bool_value: true }       | value   | string         | true
          value { number_value: 1.5 }      | value   | string         | 1.5
          value { number_value: 1e300 }    | value   | string         | 1.0E300
          value { number_value: nan }      | value   | string         | WRONG_TYPE value: expected a number that JSON has, found NaN
          value { }                        | value   | string         | null
          list_value { }                   | list_value | string      | []
          dv { value: 2.5 }                | dv      | double         | 2.5
          dv { }                           | dv      | double         | 0.0
          i32: 1                           | dv      | double         | null
          uv { value: 18446744073709551615 } | uv    | "decimal(20,0)"| 18446744073709551615
          bv { }                           | bv      | boolean        | false
          yv { value: "x" }                | yv      | bytes          | 0x78/1
          sv { value: "" }                 | sv      | string         |
          sv { value: "" }                 | sv      | date           | WRONG_TYPE sv: expected a date as YYYY-MM-DD, found the string ""
          opt: 0                           | opt     | int32          | 0
          i32: 1                           | opt     | int32          | null
          left: 0                          | left    | int32          | 0
          right { name: "r" }              | left    | int32          | null
          right { name: "r" }              | right.name | string      | r
          nums: 1 nums: -1                 | nums    | {list: int64}  | [1, -1]
          nums: 1                          | nums    | int64          | WRONG_TYPE nums: expected a whole number, found a list
          i32: 1                           | i32     | {list: int32}  | WRONG_TYPE i32: expected a list, found 1
          texts: "a" texts: ""             | texts   | {list: string} | [a, ]
          kinds: ONE kinds: 7              | kinds   | {list: string} | [ONE, 7]
          subs { name: "a" } subs { n: 0 } | subs    | {list: {struct: [{name: name, type: string}, {name: n, type: int32}]}} | [[a, null], [, 0]]
          subs { name: "a" } subs { n: 0 } | subs    | {list: {struct: [{name: n, type: int32, required: true}]}} | `MISSING_FIELD subs[0].n: required, and absent or null`
          times { seconds: 1 } times { }   | times   | {list: timestamp} | [1970-01-01T00:00:01Z, 1970-01-01T00:00:00Z]
          texts: "1" texts: "x"            | texts   | {list: "decimal(3,0)"} | WRONG_TYPE texts[1]: expected a decimal number, found the string "x"
          by_name { key: "a" value { n: 1 } } by_name { key: "b" } | by_name | {struct: [{name: a, type: {struct: [{name: n, type: int32}, {name: name, type: string}]}}, {name: b, type: {struct: [{name: name, type: string}]}}]} | [[1, ], []]
          by_name { key: "a" value { n: 1 } } | by_name.a.n | int32   | 1
          by_number { key: -7 value: "x" } | by_number.-7 | string    | x
          by_number { value: "x" }         | by_number.0 | string     | x
          by_flag { key: true value: ONE } | by_flag.true | string    | ONE
          by_flag { key: true }            | by_flag.true | string    | NONE
          sub { sub { sub { name: "deep" } } } | sub.sub.sub.name | string | deep
          sub { sub { sub { name: "deep" } } } | sub | {struct: [{name: sub, type: {struct: [{name: name, type: string}]}}]} | [[]]
          sub { name: "a" }                | sub     | string         | WRONG_TYPE sub: expected a string, found an object
          sub { name: "a" }                | sub.name.x | string      | WRONG_TYPE sub.name: expected an object, found the string "a"
          far: 9                           | far     | int32          | 9
          """)
  void eachTypeIsReadOrRefused(String message, String path, String type, String expected) {
    String row = decode(message(message), "name: c, path: " + path + ", type: " + type);
    assertEquals(
        expected == null
            ? "[]"
            : expected.matches("[A-Z]+_[A-Z_]+ .*") ? expected : "[" + expected + "]",
        row);
  }

  @Test
  void whatCannotBeAbsentHasItsDefaultAndSoItMayBeRequired() {
    assertEquals(
        "[0, 0, 0.0, false, , 0x0/0, NONE, [], [null]]",
        decode(
            message("at: 1"),
            "name: i32, type: int32, required: true",
            "name: u64, type: \"decimal(20,0)\", required: true",
            "name: d, type: double, required: true",
            "name: b, type: boolean, required: true",
            "name: s, type: string, required: true",
            "name: y, type: bytes, required: true",
            "name: kind, type: string, required: true",
            "name: nums, type: {list: int32}, required: true",
            "name: by_name, type: {struct: [{name: a, type: {struct: [{name: n, type: int32}]}}]},"
                + " required: true"));
    assertEquals(
        "MISSING_FIELD opt: required, and absent or null",
        decode(message("at: 1"), "name: opt, type: int32, required: true"));
    assertEquals(
        "MISSING_FIELD sub.name: required, and absent or null",
        decode(message("at: 1"), "name: n, path: sub.name, type: string, required: true"));
  }

  /** To protobuf an empty text and an absent one are the same, where a field has no presence. */
  @Test
  void anEmptyTextIsNoDateAndSoThereIsNone() {
    assertEquals("[null]", decode(message("at: 1"), "name: s, type: date"));
    assertEquals("[null]", decode(bytes(0x7A, 0), "name: s, type: date"));
    assertEquals(
        "MISSING_FIELD s: required, and absent or null",
        decode(message("at: 1"), "name: s, type: date, required: true"));
  }

  @Test
  void whatTheContractDoesNotNameIsCountedOnceForAMessage() {
    byte[] message =
        bytes(
            message("i32: 1 sub { name: \"a\" n: 3 } texts: \"a\" texts: \"b\""),
            message("subs { name: \"a\" ns: 1 } subs { ns: 1 ns: 2 }"),
            // 99 as a number twice, and field 2, a number, as a text.
            bytes(0x98, 0x06, 1, 0x98, 0x06, 2, 0x12, 1, "x"));
    String[] columns = {
      "name: n, path: sub.name, type: string",
      "name: subs, type: {list: {struct: [{name: name, type: string}]}}"
    };
    assertEquals("[a, [[a], []]]", decode(message, columns));
    assertEquals(
        List.of("i32", "texts", "sub.n", "subs[].ns", "subs[].ns", "#99", "#2").stream()
            .sorted()
            .toList(),
        events.unknown.stream().sorted().toList());
    assertEquals(
        "UNKNOWN_FIELD i32: the contract does not name this field",
        decode(contract("unknown_fields: dead_letter", columns), message));
    assertEquals(
        "UNKNOWN_FIELD sub.#9: the contract does not name this field",
        decode(contract("unknown_fields: dead_letter", columns), bytes(0xC2, 0x02, 2, 0x48, 1)));
    assertEquals(
        "UNKNOWN_FIELD by_number.3: the contract does not name this field",
        decode(
            contract("unknown_fields: dead_letter", "name: m, path: by_number.2, type: string"),
            message("by_number { key: 3 value: \"x\" }")));
  }

  @Test
  void whatTheContractDoesNotNameIsCountedWithinABound() {
    String column = "name: m, path: by_number.2, type: string";
    assertEquals(
        "[null]",
        decode(
            message("by_number { key: 3 value: \"x\" } by_number { key: 3 value: \"y\" }"),
            column));
    assertEquals(List.of("by_number.3"), events.unknown);
    byte[] many = new byte[10_000];
    for (int i = 0; i < many.length; i += 4) {
      int tag = 1000 + i << 3;
      many[i] = (byte) (tag & 0x7F | 0x80);
      many[i + 1] = (byte) (tag >> 7 & 0x7F | 0x80);
      many[i + 2] = (byte) (tag >> 14);
    }
    assertEquals("[null]", decode(many, column));
    assertEquals(1000, events.unknown.size());
  }

  @Test
  void aNumberOf32BitsMayBeWrittenWithMore() {
    byte[] ones = {0x20, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    assertEquals("[4294967295]", decode(ones, "name: u32, type: int64"));
  }

  @Test
  void textsThatAreNotUtf8AreRefused() {
    assertEquals(
        "NOT_UTF8 s: the string is not UTF-8",
        decode(bytes(0x7A, 1, 0xC3), "name: s, type: string"));
    assertEquals(
        "NOT_UTF8 by_name: a key is not UTF-8",
        decode(bytes(0xAA, 0x02, 3, 0x0A, 1, 0xFF), "name: m, path: by_name.a.name, type: string"));
  }

  @Test
  void jsonIsReadAsTextAndAnyIsNotRead() {
    assertEquals(
        "UNUSABLE_SCHEMA struct: google.protobuf.Struct is read as JSON text: its column is a string",
        decode(message("at: 1"), "name: x, path: struct.a, type: int32"));
    assertEquals(
        "UNUSABLE_SCHEMA value: google.protobuf.Value is read as JSON text: its column is a string",
        decode(message("at: 1"), "name: value, type: int32"));
    String any = decode(message("at: 1"), "name: any, type: string");
    assertEquals("UNUSABLE_SCHEMA any: google.protobuf.Any holds a", any.substring(0, 48));
    assertEquals(
        "[x, 0x1/1]",
        decode(
            message("any { type_url: \"x\" value: \"\\001\" }"),
            "name: u, path: any.type_url, type: string",
            "name: v, path: any.value, type: bytes"));
  }

  /** Names that are data are there for each value, whatever the one before was. */
  @Test
  void aMessageIsReadIntoJsonAndMaps() {
    byte[] message =
        message(
            "sub { name: \"a\" n: 1 ns: [1, 2] sub { name: \"b\" } } subs { ns: 3 } subs { n: 4 }"
                + " nums: [5, -6] texts: [\"x\", \"y\"] kinds: [ONE, FAR]"
                + " by_name { key: \"k\" value { n: 7 } } by_name { key: \"l\" value { name: \"m\" } }"
                + " by_number { key: 8 value: \"eight\" } time { seconds: 1 } dv { value: 0.5 }"
                + " struct { fields { key: \"z\" value { list_value { values { number_value: 1 } } } } }");
    assertEquals(
        "[{\"n\":1,\"name\":\"a\",\"ns\":[1,2],\"sub\":{\"name\":\"b\",\"ns\":[]}}]",
        decode(message, "name: sub, type: json"));
    assertEquals(
        "[[{\"name\":\"\",\"ns\":[3]},{\"n\":4,\"name\":\"\",\"ns\":[]}]]",
        decode(message, "name: subs, type: json"));
    assertEquals("[[5,-6]]", decode(message, "name: nums, type: json"));
    assertEquals("[[\"x\",\"y\"]]", decode(message, "name: texts, type: json"));
    assertEquals("[[\"ONE\",\"FAR\"]]", decode(message, "name: kinds, type: json"));
    assertEquals(
        "[{\"k\":{\"n\":7,\"name\":\"\",\"ns\":[]},\"l\":{\"name\":\"m\",\"ns\":[]}}]",
        decode(message, "name: by_name, type: json"));
    assertEquals("[{\"8\":\"eight\"}]", decode(message, "name: by_number, type: json"));
    assertEquals("[\"1970-01-01T00:00:01Z\"]", decode(message, "name: time, type: json"));
    assertEquals("[0.5]", decode(message, "name: dv, type: json"));
    assertEquals("[{\"z\":[1]}]", decode(message, "name: struct, type: json").replace(".0", ""));
    assertEquals("[{8=eight}]", decode(message, "name: by_number, type: {map: string}"));
    assertEquals(
        "[{k={\"n\":7,\"name\":\"\",\"ns\":[]}, l={\"name\":\"m\",\"ns\":[]}}]",
        decode(message, "name: by_name, type: {map: json}"));
    assertEquals(
        "[{n=1, name=\"a\", ns=[1,2], sub={\"name\":\"b\",\"ns\":[]}}]",
        sorted(decode(message, "name: sub, type: {map: json}")));
    assertEquals(
        "[{k={ n: 7}, l={}}]",
        decode(message, "name: by_name, type: {map: {struct: [{name: n, type: int32}]}}")
            .replaceAll("\\s+", " ")
            .replace(" }", "}"));
    assertEquals(
        "TOO_DEEP sub.sub: deeper than 2",
        decode(contract("max_depth: 2", "name: sub, type: json"), message("sub { sub { } }")));
  }

  /** The entries of a map in the order of their keys. */
  private static String sorted(String map) {
    return map.substring(0, 2)
        + java.util.Arrays.stream(map.substring(2, map.length() - 2).split(", "))
            .sorted()
            .collect(java.util.stream.Collectors.joining(", "))
        + "}]";
  }

  @Test
  void whatIsDeeperThanTheContractAllowsIsADeadLetter() {
    Contract contract = contract("max_depth: 3", "name: s, path: sub.sub.sub.name, type: string");
    assertEquals("[null]", decode(contract, message("sub { sub { } }")));
    assertEquals(
        "TOO_DEEP sub.sub.sub: deeper than 3",
        decode(contract, message("sub { sub { sub { } } }")));
    Contract json = contract("max_depth: 3", "name: value, type: string");
    assertEquals("[[[1]]]", decode(json, message(nested(2))));
    for (int depth : new int[] {3, 31, 300, 600}) {
      byte[] message = message(nested(0));
      assertEquals("[1]", decode(json, message));
      assertEquals(
          "TOO_DEEP value: deeper than 2",
          decode(json, nestedBytes(depth))
              .replaceFirst("Protocol message had .*", "deeper than 2"));
    }
  }

  private static String nested(int lists) {
    return "value { "
        + "list_value { values { ".repeat(lists)
        + "number_value: 1"
        + " } }".repeat(lists)
        + " }";
  }

  /** The same, deeper than the library reads it from a text. */
  private static byte[] nestedBytes(int lists) {
    Value value = Value.newBuilder().setNumberValue(1).build();
    for (int i = 0; i < lists; i++) {
      value = Value.newBuilder().setListValue(ListValue.newBuilder().addValues(value)).build();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      coded.writeMessage(21, value);
      coded.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
