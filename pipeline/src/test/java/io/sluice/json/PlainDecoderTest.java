package io.sluice.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.convert.Rejection;
import io.sluice.record.ColumnValues;
import io.sluice.record.RowValues;
import io.sluice.record.Utf8;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the plain decoder takes it reads as the JSON library does; what it does not take, it leaves.
 */
class PlainDecoderTest {
  private static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: plain
          topic: plain
          event_time: t
          max_depth: 4
          max_bytes: 2000
          columns:
            - {name: t, type: "timestamp(micros)", required: true}
            - {name: ms, type: "timestamp(millis, epoch_ms)"}
            - {name: sec, type: "timestamp(micros, epoch_s)"}
            - {name: ns, type: timestamp(nanos)}
            - {name: ens, type: "timestamp(nanos, epoch_ns)"}
            - {name: s, type: string, bloom_filter: true}
            - {name: inner, path: a.b, type: string}
            - {name: other, path: a.a_longer_name, type: string, dictionary: false}
            - {name: i, type: int32}
            - {name: l, type: int64}
            - {name: i_bloom, type: int32, bloom_filter: true}
            - {name: l_bloom, type: int64, bloom_filter: true}
            - {name: d, type: double}
            - {name: b, type: boolean}
            - {name: price, type: "decimal(9,2)"}
            - {name: whole, type: "decimal(18,0)"}
            - {name: large, type: "decimal(30,4)"}
            - {name: f, type: float}
            - {name: day, type: date}
            - {name: raw, type: bytes}
            - {name: many, type: {list: int32}}
            - {name: clock, type: time}
            - {name: id, type: uuid}
            - {name: js, type: json}
            - {name: js_bloom, type: json, bloom_filter: true}
            - {name: map, type: {map: int64}}
            - {name: maps, type: {map: {map: {list: json}}}}
            - {name: rows, type: {list: {struct: [{name: id, type: uuid}, {name: at, type: time, required: true}, {name: js, type: json}, {name: by, type: {map: {struct: [{name: one, type: string}]}}}]}}}
            - name: st
              type:
                struct:
                  - {name: one, type: string, required: true}
                  - {name: two, type: {list: {struct: [{name: x, type: double}, {name: y, type: date}]}}}
                  - {name: three, type: boolean}
          """,
          "plain.yaml");

  private static final String[] VALUES = {
    "\"x\"",
    "\"\"",
    "\"naïve 😀\"",
    "\"a\\\"b\\\\c\\/\\n\\t\\r\\b\\f\"",
    "\"\\u00e9\"",
    "\"\\ud83d\"",
    "\"\\x\"",
    "\"tab\tin\"",
    "\"2026-05-01T12:34:56.789Z\"",
    "\"2026-05-01T12:34:56+02:00\"",
    "\"2026-05-01T25:00:00Z\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59.999999999Z\"",
    "0",
    "-0",
    "1",
    "-1",
    "00",
    "01",
    "+1",
    "1.",
    ".5",
    "1.50",
    "-0.0",
    "12.345",
    "1e3",
    "1.0",
    "1E-3",
    "-1.5e+2",
    "1e400",
    "2147483647",
    "2147483648",
    "-2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "999999999999999999",
    "1000000000000000000",
    "0.1",
    "123456789.12",
    "1234567.89",
    "12345678.9",
    "123456789012345678901234567890",
    "4.9e-324",
    "1777640096789",
    "253402300800000",
    "-62135596800001",
    "true",
    "false",
    "null",
    "nul",
    "True",
    "{}",
    "[]",
    "[1,[2,{}]]",
    "{\"b\":\"in\"}",
    "{\"b\":null,\"a_longer_name\":\"y\"}",
    "{\"b\":\"1\",\"b\":\"2\"}",
    "{\"zz\":{\"q\":1}}",
    "{\"zz\":[[1]]}",
    "{\"zz\":[[[1]]]}",
    "{\"zz\":1,\"zz\":2}",
    "{\"zz\":1,\"yy\":[true,false,null,\"s\",1.5]}",
    "\"AQID\"",
    "\"AQI=\"",
    "\"AQJ=\"",
    "\"AQ==\"",
    "\"\\/\\/\\/\\/\"",
    "\"AQID\\n\"",
    "\"2024-02-29\"",
    "\"2023-02-29\"",
    "\"0000-01-01\"",
    "[1,-2,null,3]",
    "[1,2.5]",
    "{\"one\":\"a\",\"three\":true}",
    "{\"three\":false,\"one\":\"\\ud83d\\ude00\",\"two\":null}",
    "{\"two\":[{\"y\":\"2024-02-29\",\"x\":1.5},{},{\"x\":2}],\"one\":\"b\"}",
    "{\"one\":\"a\",\"zz[1]\":{\"q\":1},\"two\":[{\"w\":1},{\"w\":2}]}",
    "{\"one\":\"a\",\"zz\":{\"q\":1,\"q\":2}}",
    "{\"two\":[]}",
    "{\"one\":\"a\",\"one\":\"b\"}",
    "\"12:34:56.789012\"",
    "\"12:34\"",
    "\"24:00:00\"",
    "\"c0ffee00-1234-4abc-8def-0123456789ab\"",
    "\"C0FFEE00-1234-4ABC-8DEF-0123456789AB\"",
    "\"c0ffee0-1234-4abc-8def-0123456789ab\"",
    "{\"b\":1,\"a\":-2,\"a.b\":null}",
    "{\"b\": [1, 1.50, 1e3, \"\\u00e9\\u0001\"], \"a\" : {\"z\":{},\"y\":[]}}",
    "{\"b\":{\"x\":[1,{\"q\":null,\"p\":true}],\"a\":[]},\"a\":null}",
    "[{\"at\":\"12:34:56\",\"id\":\"c0ffee00-1234-4abc-8def-0123456789ab\",\"js\":{\"b\":1,\"a\":[]}},null]",
    "[{\"by\":{\"x\":{\"one\":\"1\"},\"y\":null},\"at\":\"12:34\",\"js\":7}]",
    "[{\"at\":\"12:34\",\"by\":{\"x\":{\"two\":\"1\"}}}]",
    "[{\"js\":7}]"
  };
  private static final String[] NAMES = {
    "t",
    "ms",
    "sec",
    "s",
    "a",
    "i",
    "l",
    "i_bloom",
    "l_bloom",
    "d",
    "b",
    "price",
    "whole",
    "zz",
    "a.b",
    "unknown",
    "\\u0069",
    "large",
    "f",
    "day",
    "raw",
    "many",
    "st",
    "x[1]",
    "",
    "clock",
    "id",
    "js",
    "js_bloom",
    "map",
    "maps",
    "rows"
  };
  private static final String[] SPACES = {"", "", "", "", " ", "\n", "\t ", "\r\n"};

  /** What the library's tokenizer makes of it; null where it is rejected. */
  private static Row byTheLibrary(byte[] json, List<String> unknown) {
    try {
      return row(new ExactDecoder(CONTRACT, unknown::add).decode(json));
    } catch (Rejection e) {
      return null;
    }
  }

  private static Row row(ColumnValues values) {
    return new RowValues(CONTRACT.columns()).row(values, "s", 0, 1, -1);
  }

  private static boolean isPlain(String json) {
    return decode(new PlainDecoder(CONTRACT, JsonPlan.of(CONTRACT)), json.getBytes(UTF_8));
  }

  /**
   * As in a batch: other bytes before and behind, which would make sense of a document that ends
   * too early.
   */
  private static boolean decode(PlainDecoder plain, byte[] json) {
    byte[] before = "{\"t\":".getBytes(UTF_8);
    byte[] behind = "\"2026-05-01T12:34:56Z\":1}}]\"}}".getBytes(UTF_8);
    ByteBuffer all = ByteBuffer.allocate(before.length + json.length + 1 + behind.length);
    all.put(before).put(json).put((byte) 0).put(behind);
    return plain.decode(all.array(), before.length, json.length);
  }

  /** Whether it was plain; where it was, both agree on everything. */
  private static boolean compare(PlainDecoder plain, byte[] json) {
    if (!decode(plain, json)) {
      return false;
    }
    List<String> unknown = new ArrayList<>();
    Row row = byTheLibrary(json, unknown);
    String text = new String(json, ISO_8859_1);
    if (row == null) {
      fail("taken, and the library rejects it: " + text);
    }
    Row quickly = row(plain.values());
    for (int i = 0; i < CONTRACT.columns().size(); i++) {
      Object expected = row.getValue(i);
      Object found = quickly.getValue(i);
      assertTrue(
          Objects.deepEquals(expected, found),
          CONTRACT.columns().get(i).name() + ": " + expected + ", " + found + " of " + text);
    }
    assertEquals(unknown, plain.unknownFields(), text);
    return true;
  }

  private static String pick(SplittableRandom random, String[] from) {
    return from[random.nextInt(from.length)];
  }

  private static String document(SplittableRandom random) {
    StringBuilder json = new StringBuilder(pick(random, SPACES) + "{");
    boolean sensible = random.nextInt(3) > 0;
    json.append(pick(random, SPACES)).append("\"t\":\"2026-05-01T12:34:56.789Z\"");
    for (int i = random.nextInt(7); i > 0; i--) {
      String name = pick(random, NAMES);
      json.append(pick(random, SPACES)).append(',').append(pick(random, SPACES));
      json.append('"').append(name).append('"').append(pick(random, SPACES)).append(':');
      json.append(pick(random, SPACES))
          .append(sensible ? fitting(random, name) : pick(random, VALUES));
    }
    return json.append(pick(random, SPACES)).append('}').append(pick(random, SPACES)).toString();
  }

  private static String fitting(SplittableRandom random, String name) {
    return switch (name) {
      case "s" -> VALUES[random.nextInt(4)];
      case "a" -> "{\"b\":" + VALUES[random.nextInt(4)] + "}";
      case "i", "l", "ms", "sec", "whole" -> String.valueOf(random.nextInt(-99999, 99999));
      case "d" -> String.valueOf(random.nextDouble() * 1e6);
      case "price" -> random.nextInt(1_000_000) + "." + random.nextInt(10);
      case "large" ->
          "-".repeat(random.nextInt(2)) + "12345678901234567890." + random.nextInt(1000);
      case "f" -> String.valueOf(random.nextInt() * 1e-3);
      case "day" -> "\"20" + (10 + random.nextInt(20)) + "-02-" + (20 + random.nextInt(10)) + "\"";
      case "many", "st", "raw" -> VALUES[VALUES.length - 1 - random.nextInt(18)];
      case "b" -> random.nextBoolean() ? "true" : "false";
      default -> pick(random, VALUES);
    };
  }

  /** A hundred thousand documents by seed, and as many with a byte changed, removed or doubled. */
  @Tag("slow")
  @Test
  void agreesWithTheLibraryOnEverythingThatItTakes() {
    PlainDecoder plain = new PlainDecoder(CONTRACT, JsonPlan.of(CONTRACT));
    int taken = 0;
    int mutantsTaken = 0;
    for (long seed = 0; seed < 100_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] json = document(random).getBytes(UTF_8);
      taken += compare(plain, json) ? 1 : 0;
      byte[] mutant = json.clone();
      int at = random.nextInt(json.length);
      switch (random.nextInt(3)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> System.arraycopy(json, at, mutant, 0, json.length - at);
        default -> mutant[at] = json[random.nextInt(json.length)];
      }
      mutantsTaken += compare(plain, mutant) ? 1 : 0;
    }
    // Else the comparison would be one of nothing.
    assertTrue(taken > 20_000, "taken: " + taken);
    assertTrue(mutantsTaken > 2_000, "mutants taken: " + mutantsTaken);
  }

  /** Names are told apart by more than one word of bits, and found by their hashes. */
  @Test
  void aHundredColumnsInAnyOrder() throws Rejection {
    StringBuilder columns = new StringBuilder();
    List<String> members = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      columns.append("  - {name: column_%d, type: int32, required: %b}\n".formatted(i, i % 2 == 0));
      members.add("\"column_%d\":%d".formatted(i, i));
    }
    Contract wide =
        ContractParser.parse(
            """
            table: wide
            topic: wide
            event_time: t
            columns:
              - {name: t, type: timestamp, required: true}
            """
                + columns,
            "wide.yaml");
    PlainDecoder plain = new PlainDecoder(wide, JsonPlan.of(wide));
    ExactDecoder exact = new ExactDecoder(wide, path -> {});
    RowValues rows = new RowValues(wide.columns());
    java.util.Random random = new java.util.Random(7);
    for (int round = 0; round < 50; round++) {
      java.util.Collections.shuffle(members, random);
      String json =
          "{\"t\":\"2026-05-01T12:34:56Z\",\"column_100\":1," + String.join(",", members) + "}";
      assertTrue(decode(plain, json.getBytes(UTF_8)), json);
      assertEquals(
          rows.row(exact.decode(json.getBytes(UTF_8)), "s", 0, 1, -1),
          rows.row(plain.values(), "s", 0, 1, -1));
      assertEquals(List.of("column_100"), plain.unknownFields());
      int twice = random.nextInt(100);
      String duplicate = json.replace("\"column_100\":1", "\"column_" + twice + "\":1");
      assertFalse(decode(plain, duplicate.getBytes(UTF_8)), duplicate);
      String missing = json.replaceAll(",?\"column_98\":98", "").replace("{,", "{");
      assertFalse(decode(plain, missing.getBytes(UTF_8)), missing);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"t\":\"2026-05-01T12:34:56Z\"}",
        "{\"t\":\"2026-05-01T12:34:56Z\",\"s\":\"a\\\"b\",\"a\":{\"b\":\"é\"},\"zz\":[1,2]}",
        " { \"t\" : \"2026-05-01T12:34:56.1+02:00\" , \"i\" : -5 , \"d\" : 1.5e3 , \"price\" : 12.5 , \"b\" : false } \n"
      })
  void takesWhatIsUsual(String json) {
    assertTrue(isPlain(json), json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "null",
        "[]",
        "{\"t\":null}",
        "{\"t\":\"2026-05-01T12:34:56Z\"}x",
        "{\"t\":\"2026-05-01T12:34:56Z\",}",
        "{\"t\":\"2026-05-01T12:34:56Z\" \"i\":1}",
        "{\"t\":\"2026-05-01T12:34:56Z\",\"i\":1,\"i\":1}",
        "{\"t\":\"2026-05-01T12:34:56Z\",\"zz\":1,\"zz\":1}",
        "{\"t\":\"2026-05-01T12:34:56Z\",\"i\":\"1\"}",
        "{\"t\":\"2026-02-30T12:34:56Z\"}",
        "{\"t\":\"2026-05-01T12:34:56Z\",\"s\":\"\\ud83d\"}",
        "{\"t\":\"2026-05-01T12:34:56Z\",\"a\":{\"c\":{\"d\":{},\"d\":1}}}"
      })
  void leavesWhatIsNot(String json) {
    assertFalse(isPlain(json), json);
  }

  /** Cut off anywhere, or with a byte of zero anywhere, a document is not plain. */
  @Test
  void leavesWhatEndsTooEarly() {
    byte[] json =
        ("{\"t\":\"2026-05-01T12:34:56Z\", \"a\":{\"b\":\"x\\ny\"},\"i\":-12,\"d\":1.5e3,"
                + "\"b\":true,\"s\":null,\"price\":12.34,\"zz\":[1,\"q\"]} ")
            .getBytes(UTF_8);
    PlainDecoder plain = new PlainDecoder(CONTRACT, JsonPlan.of(CONTRACT));
    assertTrue(decode(plain, json));
    for (int length = 0; length < json.length - 1; length++) {
      assertFalse(decode(plain, Arrays.copyOf(json, length)), "cut off at " + length);
    }
    for (int i = 0; i < json.length; i++) {
      byte[] zero = json.clone();
      zero[i] = 0;
      assertFalse(decode(plain, zero), "zero at " + i);
    }
  }

  @Test
  void takesNoOtherBytesThanUtf8() {
    String json = "{\"t\":\"2026-05-01T12:34:56Z\",\"a\":{\"b\":\"?\"}}";
    for (int i = 0x80; i < 0x100; i++) {
      byte[] bytes = json.getBytes(UTF_8);
      bytes[json.indexOf('?')] = (byte) i;
      assertFalse(decode(new PlainDecoder(CONTRACT, JsonPlan.of(CONTRACT)), bytes), "byte " + i);
    }
  }

  /** Every sequence of two bytes, and the corners of those of three and four. */
  @Test
  void utf8IsJudgedAsTheJdkDoes() {
    for (int i = 0; i < 1 << 16; i++) {
      agree(new byte[] {(byte) (i >> 8), (byte) i});
    }
    int[] corners = {0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xFF};
    for (int first = 0xC0; first < 0x100; first++) {
      for (int second : corners) {
        for (int third : corners) {
          agree(new byte[] {(byte) first, (byte) second, (byte) third});
          for (int fourth : corners) {
            agree(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth});
          }
        }
      }
    }
  }

  private static void agree(byte[] bytes) {
    boolean expected;
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      expected = true;
    } catch (java.nio.charset.CharacterCodingException e) {
      expected = false;
    }
    assertEquals(expected, Utf8.isValid(bytes), java.util.HexFormat.of().formatHex(bytes));
  }
}
