package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.TestDecoders;
import io.sluice.record.ColumnValues;
import io.sluice.record.RowValues;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
  private static final Instant RECORD_TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final Set<Reason> SEEN = EnumSet.noneOf(Reason.class);
  private static final Contract TYPES =
      ContractParser.parse(
          """
          table: types
          topic: types
          event_time: t
          max_bytes: 4000
          max_depth: 6
          columns:
            - {name: t, type: timestamp, required: true}
            - {name: s, type: string}
            - {name: b, type: boolean}
            - {name: i, type: int32}
            - {name: l, type: int64}
            - {name: f, type: float}
            - {name: d, type: double}
            - {name: m, type: "decimal(10,2)"}
            - {name: day, type: date}
            - {name: us, type: "timestamp(micros)"}
            - {name: es, type: "timestamp(micros, epoch_s)"}
            - {name: ems, type: "timestamp(millis, epoch_ms)"}
            - {name: eus, type: "timestamp(micros, epoch_us)"}
            - {name: raw, type: bytes}
            - {name: deep, path: a.b.c, type: string}
            - {name: tags, type: {list: string}}
            - name: items
              type:
                list:
                  struct:
                    - {name: sku, type: string, required: true}
                    - {name: n, type: int32}
          """,
          "types.yaml");
  private static final Contract STRICT =
      ContractParser.parse(
          """
          table: strict
          topic: strict
          event_time: t
          unknown_fields: dead_letter
          columns:
            - {name: t, type: timestamp, required: true}
          """,
          "strict.yaml");

  private final List<String> unknown = new ArrayList<>();

  private Row decode(Contract contract, byte[] value) throws Rejection {
    return decode(contract, value, RECORD_TIME.toEpochMilli());
  }

  private Row decode(Contract contract, byte[] value, long recordTime) throws Rejection {
    ColumnValues values = new ExactDecoder(contract, unknown::add).decode(value);
    Outcome.Rejected late =
        TestDecoders.late(
            contract,
            Duration.ofHours(24),
            Duration.ofDays(30),
            values.micros(contract.eventTime()),
            recordTime);
    if (late != null) {
      throw new Rejection(late.reason(), late.path(), late.message());
    }
    return new RowValues(contract.columns()).row(values, "s", 3, 42, recordTime);
  }

  /** Decodes an object that has the event time and what is given. */
  private Row decode(String fields) throws Rejection {
    return decode(TYPES, ("{\"t\":\"2026-01-02T00:00:00Z\"" + fields + "}").getBytes(UTF_8));
  }

  private void rejects(Reason reason, String path, Contract contract, byte[] value) {
    Rejection rejection = assertThrows(Rejection.class, () -> decode(contract, value));
    assertEquals(reason, rejection.reason(), rejection.text());
    assertEquals(path, rejection.path());
    SEEN.add(reason);
  }

  private void rejects(Reason reason, String path, String json) {
    rejects(reason, path, TYPES, json.getBytes(UTF_8));
  }

  @Test
  void aNameWithADotHasAPathOfItsOwn() throws Rejection {
    Contract contract =
        ContractParser.parse(
            """
            table: dots
            topic: dots
            event_time: t
            columns:
              - {name: t, type: timestamp, required: true}
              - {name: two, path: id.h, type: string}
              - {name: one, path: [id.h], type: string}
              - {name: inner, path: [a, "b.c"], type: string}
            """,
            "dots.yaml");
    byte[] json =
        "{\"t\":\"2026-01-02T00:00:00Z\",\"id\":{\"h\":\"2\"},\"id.h\":\"1\",\"a\":{\"b.c\":\"3\"}}"
            .getBytes(UTF_8);
    Row row = decode(contract, json);
    assertEquals(List.of("2", "1", "3"), row.getValues().subList(1, 4));
    PlainDecoder plain = new PlainDecoder(contract, JsonPlan.of(contract));
    assertTrue(plain.decode(Arrays.copyOf(json, json.length + 1), 0, json.length));
    assertEquals("1", new String(plain.values().array(2), plain.values().start(2), 1, UTF_8));
    assertEquals(List.of(), plain.unknownFields());
  }

  /** As JSON Schema's integer. */
  @ParameterizedTest
  @CsvSource({
    "1.0, 1",
    "1e3, 1000",
    "-1.50e1, -15",
    "0.0, 0",
    "-0.0, 0",
    "0e-999999999, 0",
    "20E-1, 2",
    "2147483647.000, 2147483647",
    "-2.147483648e9, -2147483648"
  })
  void wholeNumbersMayBeWrittenWithAFractionOrAnExponent(String json, int value) throws Rejection {
    Row row = decode(",\"i\":" + json + ",\"l\":" + json);
    assertEquals(value, row.getInt32("i"));
    assertEquals(value, row.getInt64("l"));
    assertEquals(Long.MIN_VALUE, decode(",\"l\":-9.223372036854775808e18").getInt64("l"));
  }

  @Test
  void everyTypeIsReadAndCarriesItsPosition() throws Rejection {
    Row row =
        decode(
            ",\"s\":\"caf\\u00e9 \\ud83d\\ude00\",\"b\":true,\"i\":-7,\"l\":9007199254740993,\"f\":1.5,\"d\":2,\"m\":12.3,"
                + "\"day\":\"2024-02-29\",\"us\":\"2026-01-02T03:04:05.123456789+02:00\",\"es\":1.25,\"ems\":1700000000123,"
                + "\"eus\":1700000000123456,\"raw\":\"AQID\",\"a\":{\"b\":{\"c\":\"x\"}},\"tags\":[\"p\",null],"
                + "\"items\":[{\"sku\":\"k\",\"n\":1},{\"sku\":\"l\"}]");
    assertEquals("café 😀", row.getString("s"));
    assertEquals(true, row.getBoolean("b"));
    assertEquals(-7, row.getInt32("i"));
    assertEquals(9007199254740993L, row.getInt64("l"));
    assertEquals(1.5f, row.getFloat("f"));
    assertEquals(2.0, row.getDouble("d"));
    assertEquals(new BigDecimal("12.30"), row.getDecimal("m"));
    assertEquals(LocalDate.of(2024, 2, 29), row.getValue("day"));
    assertEquals(Instant.parse("2026-01-02T01:04:05.123456Z"), row.getValue("us"));
    assertEquals(Instant.ofEpochMilli(1250), row.getValue("es"));
    assertEquals(Instant.ofEpochMilli(1700000000123L), row.getValue("ems"));
    assertEquals(Instant.parse("2023-11-14T22:13:20.123456Z"), row.getValue("eus"));
    assertArrayEquals(new byte[] {1, 2, 3}, row.getBytes("raw"));
    assertEquals("x", row.getString("deep"));
    assertEquals(Arrays.asList("p", null), new ArrayList<>(row.getArray("tags")));
    Row item = (Row) row.getArray("items").toArray()[1];
    assertEquals("l", item.getString("sku"));
    assertNull(item.getInt32("n"));
    assertEquals("s", row.getString("_source"));
    assertEquals(3, row.getInt32("_partition"));
    assertEquals(42L, row.getInt64("_offset"));
    assertEquals(RECORD_TIME.toEpochMilli(), row.getInt64("_record_time"));
  }

  @Test
  void nullAndAbsentFieldsAreNull() throws Rejection {
    Row row = decode(",\"s\":null,\"a\":null,\"tags\":null");
    assertNull(row.getString("s"));
    assertNull(row.getString("deep"));
    assertNull(row.getValue("tags"));
    assertNull(row.getValue("i"));
  }

  @Test
  void noValueIsEmpty() {
    Rejection rejection =
        assertThrows(Rejection.class, () -> new ExactDecoder(TYPES, unknown::add).decode(null));
    assertEquals(Reason.EMPTY, rejection.reason());
    rejects(Reason.EMPTY, "", "");
    rejects(Reason.EMPTY, "", " \n\t");
  }

  @Test
  void whatIsNotUtf8IsCalledSo() {
    rejects(
        Reason.NOT_UTF8, "", TYPES, new byte[] {'{', '"', (byte) 0xC3, '(', '"', ':', '1', '}'});
    rejects(
        Reason.NOT_UTF8, "", TYPES, new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
    rejects(Reason.NOT_UTF8, "", TYPES, new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'});
    rejects(
        Reason.NOT_UTF8, "", TYPES, "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"t\"",
        "{\"t\":",
        "{\"t\":\"2026",
        "{'t':1}",
        "{\"x\":01}",
        "{\"x\":NaN}",
        "{\"x\":[1,}",
        "{\"x\":\"\\q\"}",
        "nul",
        "\uFEFF{}",
        "{\"x\":\"\\ud800\"}",
        "{\"s\":\"\\udc00 \"}",
        "{\"x\":\"a\nb\"}",
        "[1,",
        "{\"x\":{\"y\":1}"
      })
  void malformedJsonIsRejected(String json) {
    rejects(
        Reason.MALFORMED_JSON,
        json.contains("\\ud800") ? "x" : json.contains("\\udc00") ? "s" : "",
        json);
  }

  @Test
  void utf16WithoutMarkIsNotTakenForJson() {
    rejects(
        Reason.MALFORMED_JSON,
        "",
        TYPES,
        "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16BE));
    rejects(
        Reason.MALFORMED_JSON,
        "",
        TYPES,
        "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"t\":\"2026-01-02T00:00:00Z\"} {}", "{\"t\":\"2026-01-02T00:00:00Z\"}x", "{}]"})
  void whatFollowsTheDocumentIsRejected(String json) {
    rejects(Reason.TRAILING_DATA, "", json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{\"t\":1}]", "1", "\"x\"", "null", "true"})
  void onlyObjectsAreDocuments(String json) {
    rejects(Reason.NOT_AN_OBJECT, "", json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s    | {\"s\":\"a\",\"s\":\"b\"}",
        "x    | {\"x\":1,\"x\":2}",
        "x    | {\"x\":1,\"\\u0078\":2}",
        "x.y  | {\"x\":{\"y\":1,\"y\":2}}",
        "a.b  | {\"a\":{\"b\":null,\"b\":null}}",
        "items[1].n | {\"items\":[{\"sku\":\"a\"},{\"sku\":\"b\",\"n\":1,\"n\":2}]}",
        "x[0].y | {\"x\":[{\"y\":1,\"y\":2}]}"
      })
  void aNameThatStandsTwiceIsRejectedWhereverItIs(String path, String json) {
    rejects(Reason.DUPLICATE_KEY, path, json);
  }

  @Test
  void limitsHold() throws Rejection {
    rejects(Reason.TOO_LARGE, "", "{\"m\":" + "1".repeat(1500) + "}");
    rejects(Reason.TOO_DEEP, "x[0][0][0][0][0]", "{\"x\":" + "[".repeat(6) + "]".repeat(6) + "}");
    rejects(
        Reason.TOO_DEEP,
        "x.y.y.y.y.y",
        "{\"x\":" + "{\"y\":".repeat(6) + "1" + "}".repeat(6) + "}");
    decode(",\"x\":" + "[".repeat(5) + "]".repeat(5));
  }

  @Test
  void requiredFieldsMustBeThere() {
    rejects(Reason.MISSING_FIELD, "t", "{}");
    rejects(Reason.MISSING_FIELD, "t", "{\"t\":null}");
    rejects(
        Reason.MISSING_FIELD,
        "items[0].sku",
        "{\"t\":\"2026-01-02T00:00:00Z\",\"items\":[{\"n\":1}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s | {\"s\":1}",
        "s | {\"s\":{}}",
        "b | {\"b\":\"true\"}",
        "i | {\"i\":2147483648}",
        "i | {\"i\":1.5}",
        "i | {\"i\":1e-1}",
        "i | {\"i\":2147483648.0}",
        "i | {\"i\":1e1000000000}",
        "i | {\"i\":100e2147483647}",
        "i | {\"i\":1e-2147483647}",
        "l | {\"l\":9223372036854775807.5}",
        "l | {\"l\":9223372036854775808.0}",
        "l | {\"l\":1e19}",
        "i | {\"i\":\"1\"}",
        "l | {\"l\":9223372036854775808}",
        "f | {\"f\":1e39}",
        "d | {\"d\":1e400}",
        "m | {\"m\":1.234}",
        "m | {\"m\":123456789}",
        "m | {\"m\":1e1000000000}",
        "m | {\"m\":1e2147483648}",
        "m | {\"m\":100e2147483647}",
        "m | {\"m\":1e-2147483649}",
        "m | {\"m\":\"1e2147483648\"}",
        "m | {\"m\":\"100e2147483647\"}",
        "i | {\"i\":1e2147483648}",
        "l | {\"l\":1e999999999}",
        "f | {\"f\":1e2147483648}",
        "f | {\"f\":-1e999999999999}",
        "d | {\"d\":1e2147483648}",
        "es | {\"es\":1e2147483648}",
        "ems | {\"ems\":-1e2147483648}",
        "eus | {\"eus\":1e-2147483649}",
        "ems | {\"ems\":1e999999999}",
        "items[0].n | {\"items\":[{\"sku\":\"a\",\"n\":1e2147483648}]}",
        "m | {\"m\":\"x\"}",
        "day | {\"day\":\"2023-02-29\"}",
        "us | {\"us\":\"2026-01-02\"}",
        "es | {\"es\":\"1\"}",
        "es | {\"es\":1e300}",
        "raw | {\"raw\":\"?\"}",
        "a | {\"a\":1}",
        "a.b | {\"a\":{\"b\":[]}}",
        "a.b.c | {\"a\":{\"b\":{\"c\":1}}}",
        "tags | {\"tags\":{}}",
        "tags[1] | {\"tags\":[\"a\",1]}",
        "items[0] | {\"items\":[1]}",
        "items[1].n | {\"items\":[{\"sku\":\"a\"},{\"n\":\"x\"}]}"
      })
  void wrongTypesNameTheirPath(String path, String json) {
    rejects(Reason.WRONG_TYPE, path, json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"yesterday\"",
        "\"2026-01-02T00:00:00\"",
        "\"2026-13-02T00:00:00Z\"",
        "\"2026-02-30T00:00:00Z\"",
        "\"2026-01-02T24:00:01Z\"",
        "\"\"",
        "1700000000",
        "\"+12026-01-02T00:00:00Z\"",
        "\"2026-01-02T00:00:60Z\"",
        "\"2026-01-02T24:00:01Z\"",
        "\"2026-01-02T24:00:00.5Z\"",
        "\"2026-01-02T25:00:00Z\"",
        "\"2026-01-02T12:59:60Z\"",
        "\"2026-01-02T23:59:60-08:00\"",
        "\"2026-01-02T23:59:61Z\"",
        "\"20260132T030405Z\"",
        "\"20260102T03040Z\"",
        "\"20260102T03:04:05\"",
        "\"2026012T030405Z\"",
        "\"20260102T030405\"",
        "\"20260102T03Z\"",
        "\"2026-01-02_00:00:00Z\"",
        "\"2026-01-02T00:00:00;5Z\"",
        "\"2026-01-02T00:00:00,Z\"",
        "\"2026-01-02T00:00.5Z\"",
        "\"2026-01-02T00:00:00 Z\"",
        "\"2026-01-02  00:00:00Z\"",
        "\"2026-01-02T00:00:00+1\"",
        "\"2026-01-02T00:00:00+100\"",
        "\"2026-01-02T00:00:00+24:00\"",
        "\"2026-01-02T00:00:00+01:60\"",
        "\"2026-01-02T00:00:00+01:0\"",
        "\"2026-01-02T00:00:00UTC\"",
        "\"2026-01-02T00Z\"",
        "\"2026-01-02 00:00:00\"",
        "\"2026-01-02T00:0:00Z\"",
        "\"0000-12-31T23:59:59Z\"",
        "1e2147483648",
        "{}",
        "true"
      })
  void badEventTimes(String time) {
    rejects(Reason.BAD_EVENT_TIME, "t", "{\"t\":" + time + "}");
  }

  @Test
  void eventTimesFarFromTheRecordAreRejected() throws Rejection {
    rejects(Reason.FUTURE_EVENT_TIME, "t", "{\"t\":\"2026-01-03T03:04:05.001Z\"}");
    rejects(Reason.STALE_EVENT_TIME, "t", "{\"t\":\"2025-12-03T03:04:04.999Z\"}");
    decode(TYPES, "{\"t\":\"2026-01-03T03:04:05Z\"}".getBytes(UTF_8));
    decode(TYPES, "{\"t\":\"2025-12-03T03:04:05Z\"}".getBytes(UTF_8));
  }

  @Test
  void unknownFieldsAreCountedAndRejectedWhereTheContractSaysSo() throws Rejection {
    decode(",\"zzz\":{\"y\":[1,{\"k\":2}]},\"a\":{\"other\":1}");
    assertEquals(List.of("zzz", "a.other"), unknown);
    rejects(
        Reason.UNKNOWN_FIELD,
        "zzz",
        STRICT,
        "{\"t\":\"2026-01-02T00:00:00Z\",\"zzz\":1}".getBytes(UTF_8));
  }

  /** Numbers that cost gigabytes where their digits are written out, or that BigDecimal is not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "1e-999999999",
        "1e2147483648",
        "1e-2147483649",
        "100e2147483647",
        "1e99999999999999999999"
      })
  void anExtremeNumberIsNoTroubleWhereNobodyAsksForIt(String number) throws Rejection {
    decode(",\"zzz\":" + number + ",\"yyy\":{\"x\":[" + number + "]}");
  }

  @Test
  void zeroIsZeroWhateverItsExponent() throws Rejection {
    for (String zero : List.of("0e2147483648", "0.00e-99999999999", "-0e999999999")) {
      Row row = decode(",\"m\":" + zero + ",\"es\":" + zero + ",\"d\":" + zero);
      assertEquals(new BigDecimal("0.00"), row.getDecimal("m"));
      assertEquals(Instant.EPOCH, row.getValue("es"));
      assertEquals(0.0, Math.abs(row.getDouble("d")));
    }
  }

  /** A date beyond has a name that no list of the lake would find. */
  @ParameterizedTest
  @CsvSource({
    "Pacific/Auckland, 9999-12-31T12:00:00Z, 9999-12-31T10:00:00Z",
    "America/New_York, 0001-01-01T03:00:00Z, 0001-01-01T05:00:00Z",
    "UTC, 0000-12-31T23:59:59Z, 0001-01-01T00:00:00Z"
  })
  void anEventTimeWhoseDateIsBeyondTheYearsIsBad(String zone, String beyond, String within)
      throws Rejection {
    Contract contract =
        ContractParser.parse(
            """
            table: dates
            topic: dates
            event_time: t
            zone: %s
            columns:
              - {name: t, type: timestamp, required: true}
            """
                .formatted(zone),
            "dates.yaml");
    Rejection rejection =
        assertThrows(Rejection.class, () -> decode(contract, withTime(beyond), -1), zone);
    assertEquals(Reason.BAD_EVENT_TIME, rejection.reason());
    Instant accepted = (Instant) decode(contract, withTime(within), -1).getValue("t");
    LocalDate date = contract.lakeTable().dateOf(accepted.getEpochSecond() * 1_000_000L);
    assertEquals(accepted.atZone(contract.zone()).toLocalDate(), date);
  }

  private static byte[] withTime(String time) {
    return ("{\"t\":\"" + time + "\"}").getBytes(UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"x\":NaN} | NaN at byte 5 is no number in JSON",
        "{\"x\":[1,-Infinity]} | -Infinity at byte 8 is no number in JSON",
        "{\"d\":Infinity} | Infinity at byte 5 is no number in JSON",
        "{\"d\": nan} | nan at byte 6 is no number in JSON",
        "{\"x\":01} | 01 at byte 5 is not how JSON writes a number",
        "{\"x\":+1} | +1 at byte 5 is not how JSON writes a number",
        "{\"x\":None} | None at byte 5 is no value",
        "{'x':1} | found a single quote at byte 1 where a name in double quotes",
        "{\"x\":1,} | found } at byte 7 where a name in double quotes is due",
        "{\"x\" 1} | found 1 at byte 5 where a colon is due",
        "{\"x\":1 \"y\":2} | found \" at byte 7 where a comma",
        "{\"x\":[1,]} | found ] at byte 8 where a value is due",
        "{\"x\":\"\\q\"} | the escape \\q at byte 6 is not one of JSON's",
        "{\"x\":\"\\u00g0\"} | the escape \\u00g at byte 6 is not one of JSON's",
        "{\"x\":\"a | the document ends too early, in a string",
        "{\"x\":{ | the document ends too early",
        "{\"x\": /* */ 1} | found a slash (JSON has no comments) at byte 6",
        "{\"é\":ä} | found the byte 0xc3 at byte 6 where a value is due"
      })
  void aMalformedDocumentIsExplainedInOurWords(String json, String message) {
    Rejection rejection = assertThrows(Rejection.class, () -> decode(TYPES, json.getBytes(UTF_8)));
    assertEquals(Reason.MALFORMED_JSON, rejection.reason());
    assertTrue(rejection.text().startsWith(message), rejection.text());
  }

  @Test
  void aNumberThatIsTooLongIsExplainedInOurWords() {
    byte[] json = ("{\"zzz\":" + "1".repeat(1500) + "}").getBytes(UTF_8);
    Rejection rejection = assertThrows(Rejection.class, () -> decode(TYPES, json));
    assertEquals("a number of more than 1000 digits", rejection.text());
  }

  @AfterAll
  static void everyReasonWasSeen() {
    // Those that are not JSON's: RecordDecoderTest, LinesFormatTest, TransformTest, ChooserTest.
    assertEquals(
        EnumSet.complementOf(
            EnumSet.of(
                Reason.DECODER_FAILED,
                Reason.MALFORMED,
                Reason.SCHEMA_NOT_FOUND,
                Reason.UNUSABLE_SCHEMA,
                Reason.UNROUTED,
                Reason.MASKED,
                Reason.SCHEMA_VIOLATION,
                Reason.TRANSFORM_REJECTED)),
        SEEN);
  }
}
