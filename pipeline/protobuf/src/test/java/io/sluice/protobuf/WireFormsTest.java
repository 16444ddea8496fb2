package io.sluice.protobuf;

import static io.sluice.protobuf.Protos.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Descriptors.Descriptor;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same message in forms that are rare, and those of proto2: protobuf's rules, one by one. */
class WireFormsTest {
  private static final String SCHEMA =
      """
      syntax = "proto2";
      message M {
        required int64 at = 1;
        optional string name = 2;
        optional Sub sub = 3;
        repeated int32 nums = 4;
        repeated int32 packed = 5 [packed = true];
        oneof choice { string a = 6; Sub b = 7; Color c = 8; int32 unwanted = 9; }
        map<string, Sub> map = 10;
        optional group Grp = 11 { optional int32 x = 12; optional int32 y = 13; }
        repeated group Many = 14 { optional int32 x = 15; }
        optional Color color = 16;
        repeated Color colors = 17 [packed = true];
        map<string, Color> painted = 18;
        repeated Sub subs = 19;
        optional Needs needs = 20;
        extensions 100 to 199;
      }
      message Sub { optional int32 x = 1; optional int32 y = 2; repeated int32 zs = 3; optional Sub sub = 4; }
      message Needs { required int32 must = 1; optional int32 may = 2; }
      enum Color { RED = 1; BLUE = 2; }
      """;
  private static final Descriptor M = Protos.type(SCHEMA, "M");
  private static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: t
          topic: t
          event_time: at
          format: {name: protobuf, framing: none, message: M, schema: "%s"}
          columns:
            - {name: at, type: "timestamp(micros, epoch_s)", required: true}
            - {name: name, type: string}
            - {name: sub, type: {struct: [{name: x, type: int32}, {name: y, type: int32}, {name: zs, type: {list: int32}}, {name: sub, type: {struct: [{name: x, type: int32}, {name: y, type: int32}]}}]}}
            - {name: nums, type: {list: int32}}
            - {name: packed, type: {list: int32}}
            - {name: a, type: string}
            - {name: b_x, path: b.x, type: int32}
            - {name: b_y, path: b.y, type: int32}
            - {name: c, type: string}
            - {name: k_x, path: map.k.x, type: int32}
            - {name: k_y, path: map.k.y, type: int32}
            - {name: gx, path: grp.x, type: int32}
            - {name: gy, path: grp.y, type: int32}
            - {name: many, type: {list: {struct: [{name: x, type: int32}]}}}
            - {name: color, type: string}
            - {name: colors, type: {list: string}}
            - {name: painted, path: painted.k, type: string}
            - {name: may, path: needs.may, type: int32}
          """
              .formatted(Protos.descriptorSet(M.getFile())),
          "c.yaml");

  private final Protos.Events events = new Protos.Events();
  private final ValueDecoder decoder = new ProtobufFormat().decoder(CONTRACT, Schemas.NONE, events);

  private static byte[] m(String text) {
    return Protos.message(M, text);
  }

  private String decode(Object... pieces) {
    events.unknown.clear();
    return Protos.decode(decoder, CONTRACT, bytes(bytes(pieces), m("at: 0")));
  }

  private static byte[] repeated(int times, byte[] bytes) {
    return bytes(Collections.nCopies(times, bytes).toArray());
  }

  /** The values of all columns but the time, of which most are absent. */
  private static String row(String... values) {
    String[] all = {
      "null", "null", "[]", "[]", "null", "null", "null", "null", "null", "null", "null", "null",
      "[]", "null", "[]", "null", "null"
    };
    for (String value : values) {
      String[] parts = value.split("=", 2);
      List<String> names = CONTRACT.columns().stream().map(column -> column.name()).toList();
      all[names.indexOf(parts[0]) - 1] = parts[1];
    }
    return "[1970-01-01T00:00:00Z, " + String.join(", ", all) + "]";
  }

  @Test
  void ofAValueThatComesTwiceTheLastHolds() {
    assertEquals(row("name=b"), decode(m("name: \"a\""), m("name: \"b\"")));
    assertEquals(
        row("name=b"),
        decode(bytes(0x12, 1, 0xFF), m("name: \"b\"")),
        "also where the first is bad");
  }

  @Test
  void thePiecesOfAMessageAreMerged() {
    assertEquals(
        row("sub=[1, 5, [7, 8], [1, 2]]"),
        decode(
                m("sub { x: 1 y: 2 zs: 7 sub { x: 1 } }"),
                m("name: \"n\""),
                m("sub { y: 5 zs: 8 sub { y: 2 } }"))
            .replace(", n,", ", null,"));
  }

  @Test
  void aListMayHaveSomethingInBetweenAndAnyPacking() {
    assertEquals(
        row("nums=[1, 2, 3, 4]", "packed=[5, 6]", "name=x"),
        decode(
            m("nums: 1 nums: 2"),
            bytes(0x28, 5),
            m("name: \"x\""),
            bytes(0x22, 2, 3, 4),
            m("packed: 6")));
  }

  @Test
  void theLastMemberOfAOneofClearsTheOthers() {
    assertEquals(row("b_x=1"), decode(m("a: \"x\""), m("b { x: 1 }")));
    assertEquals(row("a=x"), decode(m("b { x: 1 }"), m("a: \"x\"")));
    assertEquals(row("b_x=1", "b_y=2"), decode(m("b { x: 1 }"), m("b { y: 2 }")));
    assertEquals(
        row("b_y=2"),
        decode(m("b { x: 1 }"), m("a: \"x\""), m("b { y: 2 }")),
        "what was cleared does not come back");
    assertEquals(row(), decode(m("a: \"x\""), m("unwanted: 1")), "also one that nobody wants");
    assertEquals(List.of("unwanted"), events.unknown);
    assertEquals(
        row("a=x"), decode(m("a: \"x\""), bytes(0x40, 9)), "but not a number that is no color");
    assertEquals(List.of("c"), events.unknown);
    assertEquals(row("a=x"), decode(m("a: \"x\""), bytes(0x4A, 0)), "nor a wrong wire type");
  }

  @Test
  void ofAKeyThatComesTwiceTheLastEntryHoldsAlone() {
    assertEquals(
        row("k_y=2"),
        decode(m("map { key: \"k\" value { x: 1 } }"), m("map { key: \"k\" value { y: 2 } }")));
    assertEquals(
        row("k_x=1", "k_y=2"),
        decode(bytes(0x52, 11, 0x0A, 1, "k", 0x12, 2, 0x08, 1, 0x12, 2, 0x10, 2)),
        "the pieces of one entry's value are merged");
    assertEquals(
        row("k_x=1"),
        decode(bytes(0x52, 7, 0x12, 2, 0x08, 1, 0x0A, 1, "k")),
        "the key may stand behind");
    assertEquals(
        row("k_x=1"), decode(bytes(0x52, 10, 0x0A, 1, "j", 0x12, 2, 0x08, 1, 0x0A, 1, "k")));
  }

  @Test
  void groupsAreReadAndMerged() {
    assertEquals(row("gx=1", "gy=3"), decode(m("Grp { x: 1 y: 2 }"), m("Grp { y: 3 }")));
    assertEquals(row("many=[[1], [null]]"), decode(m("Many { x: 1 } Many { }")));
    assertEquals(
        row("name=n"),
        decode(bytes(0xA3, 0x06, 0xAB, 0x06, 0xAC, 0x06, 0x08, 1, 0xA4, 0x06), m("name: \"n\"")),
        "unknown groups within one another");
    assertEquals(List.of("#100"), events.unknown);
    assertEquals(
        "MALFORMED : a group ends with the number of another",
        decode(bytes(0xA3, 0x06, 0xAC, 0x06)));
    assertEquals("MALFORMED : a group ends that has not begun", decode(bytes(0x0C)));
    byte[] deep = new byte[80];
    for (int i = 0; i < deep.length; i += 2) {
      deep[i] = (byte) (i < deep.length / 2 ? 0xA3 : 0xA4);
      deep[i + 1] = 0x06;
    }
    assertEquals(row(), decode(deep));
    assertEquals("TOO_DEEP : deeper than 32", decode(repeated(33, bytes(0xA3, 0x06))));
    assertEquals("MALFORMED grp: the bytes end within a field", decode(bytes(0x5B)));
  }

  @Test
  void aNumberThatAClosedEnumLacksIsAnUnknownField() {
    assertEquals(row("color=RED"), decode(bytes(0x80, 0x01, 1, 0x80, 0x01, 9)));
    assertEquals(List.of("color"), events.unknown);
    assertEquals(row("colors=[RED, BLUE]"), decode(bytes(0x8A, 0x01, 3, 1, 9, 2)));
    assertEquals(List.of("colors"), events.unknown);
    assertEquals(
        row("painted=RED"),
        decode(bytes(0x92, 0x01, 5, 0x0A, 1, "k", 0x10, 1, 0x92, 0x01, 5, 0x0A, 1, "k", 0x10, 9)));
    assertEquals(
        row("painted=BLUE"),
        decode(
            m("painted { key: \"k\" value: RED } painted { key: \"k\" value: BLUE }"),
            bytes(0x92, 0x01, 5, 0x0A, 1, "k", 0x10, 9)),
        "nor does it where keys come again");
    assertEquals(row("painted=RED"), decode(bytes(0x92, 0x01, 7, 0x0A, 1, "k", 0x10, 1, 0x10, 9)));
    assertEquals(row(), decode(bytes(0x92, 0x01, 5, 0x0A, 1, "k", 0x10, 9)));
    assertEquals(row("painted=BLUE"), decode(bytes(0x92, 0x01, 7, 0x10, 9, 0x0A, 1, "k", 0x10, 2)));
    assertEquals(row("painted=RED"), decode(bytes(0x92, 0x01, 3, 0x0A, 1, "k")), "the first");
  }

  @Test
  void whatProto2RequiresHasToBeThere() {
    String missing = "its message's type requires it, and it is absent";
    assertEquals(
        "MISSING_FIELD at: " + missing, Protos.decode(decoder, CONTRACT, m("name: \"x\"")));
    assertEquals("MISSING_FIELD needs.must: " + missing, decode(m("needs { may: 1 }")));
    assertEquals(row("may=1"), decode(m("needs { may: 1 }"), m("needs { must: 1 }")));
  }

  @Test
  void numbersMayHaveMoreBytesThanTheyNeedAndBeyond32BitsAreCut() {
    assertEquals(
        row("nums=[5, -1, 1]"),
        decode(
            bytes(0x20, 0x85, 0x80, 0x00),
            bytes(0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F),
            bytes(0xA0, 0x80, 0x00, 0x81, 0x80, 0x80, 0x80, 0x80, 0x01)));
    assertEquals(
        "MALFORMED nums: a number has more than ten bytes",
        decode(bytes(0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01))
            .replace("nums[0]", "nums"));
  }

  @Test
  void lengthsBeyondTheEndAreMalformed() {
    assertEquals("MALFORMED name: the bytes end within a field", decode(bytes(0x12, 0x7F)));
    assertEquals(
        "MALFORMED name: a length is negative", decode(bytes(0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F)));
    assertEquals(
        "MALFORMED sub.zs: the bytes end within a field", decode(bytes(0x1A, 3, 0x1A, 0x7F, 1)));
    assertEquals(
        "MALFORMED sub.zs: the bytes end within a field",
        decode(bytes(0x1A, 3, 0x1A, 2, 1), m("name: \"behind\"")),
        "nor may it be within the record");
    assertEquals("MALFORMED : a field has the number 0", decode(bytes(0x07)));
    assertEquals("MALFORMED : a field has the wire type 7", decode(bytes(0x0F)));
  }
}
