package io.sluice.debezium;

import static io.sluice.debezium.TestDebezium.contract;
import static io.sluice.debezium.TestDebezium.refused;
import static io.sluice.debezium.TestDebezium.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each encoding of Kafka Connect and Debezium: what comes of it, with a schema and without. */
class EncodingsTest {
  private static Contract of(String type) {
    return of(type, "");
  }

  private static Contract of(String type, String keys) {
    return contract(keys, "name: v, type: " + (type.startsWith("{") ? type : "\"" + type + "\""));
  }

  private static String row(String value) {
    return Json.envelope("c", "null", "{\"v\":" + value + "}");
  }

  private static String row(String field, String value) {
    return Json.withSchema(List.of(field), row(value));
  }

  private static String row(String type, String semantic, String value) {
    return row(Json.field("v", type, semantic), value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int32  | org.apache.kafka.connect.data.Date      | -1 | date | 1969-12-31
          int32  | io.debezium.time.Date                   | 20454 | date | 2026-01-01
          int32  | org.apache.kafka.connect.data.Time      | 86399999 | time | 23:59:59.999
          int32  | io.debezium.time.Time                   | 1 | time | 00:00:00.001
          int64  | io.debezium.time.MicroTime              | 86399999999 | time | 23:59:59.999999
          int64  | io.debezium.time.NanoTime               | 1999 | time | 00:00:00.000001
          int64  | org.apache.kafka.connect.data.Timestamp | -1 | timestamp | 1969-12-31T23:59:59.999Z
          int64  | io.debezium.time.Timestamp              | 1767323045123 | timestamp | 2026-01-02T03:04:05.123Z
          int64  | io.debezium.time.MicroTimestamp         | -1 | timestamp | 1969-12-31T23:59:59.999999Z
          int64  | io.debezium.time.MicroTimestamp         | 1 | timestamp(millis, epoch_s) | 1970-01-01T00:00:00Z
          int64  | io.debezium.time.NanoTimestamp          | -1 | timestamp | 1969-12-31T23:59:59.999999Z
          int64  | io.debezium.time.NanoTimestamp          | 9223372036854775807 | timestamp | 2262-04-11T23:47:16.854775Z
          string | io.debezium.time.ZonedTimestamp         | "2026-01-02T03:04:05.123456Z" | timestamp | 2026-01-02T03:04:05.123456Z
          string | io.debezium.time.ZonedTimestamp         | "2026-01-02T03:04:05+01:00" | timestamp(micros, epoch_ms) | 2026-01-02T02:04:05Z
          string | io.debezium.time.ZonedTimestamp         | "2026-01-02T03:04:05Z" | string | 2026-01-02T03:04:05Z
          string | io.debezium.time.IsoTimestamp           | "2026-01-02T03:04:05Z" | timestamp | 2026-01-02T03:04:05Z
          string | io.debezium.time.ZonedTime              | "03:04:05.123456Z" | time | 03:04:05.123456
          string | io.debezium.time.ZonedTime              | "00:30:00+01:00" | time | 23:30
          string | io.debezium.time.ZonedTime              | "00:30:00+01:00" | string | 00:30:00+01:00
          string | io.debezium.time.IsoTime                | "03:04Z" | time | 03:04
          string | io.debezium.time.IsoDate                | "2026-01-02Z" | date | 2026-01-02
          string | io.debezium.time.IsoDate                | "2026-01-02Z" | string | 2026-01-02Z
          string | io.debezium.time.Interval               | "P1DT2H" | string | P1DT2H
          int64  | io.debezium.time.MicroDuration          | 86400000000 | int64 | 86400000000
          int64  | io.debezium.time.MicroTimestamp         | -1 | int64 | -1
          int64  | io.debezium.time.NanoTimestamp          | -1 | timestamp(nanos) | 1969-12-31T23:59:59.999999999Z
          int64  | io.debezium.time.MicroTimestamp         | -1 | timestamp(nanos) | 1969-12-31T23:59:59.999999Z
          string | io.debezium.time.ZonedTimestamp         | "2026-01-02T03:04:05.123456789+01:00" | timestamp(nanos) | 2026-01-02T02:04:05.123456789Z
          string | io.debezium.time.ZonedTimestamp         | "1969-12-31T23:59:59.999999999Z" | timestamp(nanos) | 1969-12-31T23:59:59.999999999Z
          string | io.debezium.time.ZonedTimestamp         | "2026-01-02T03:04:05.123456789Z" | timestamp | 2026-01-02T03:04:05.123456Z
          int64  | io.debezium.time.MicroTime              | -5 | int64 | -5
          int32  | io.debezium.time.Date                   | 20454 | int32 | 20454
          int32  | io.debezium.time.Year                   | 2026 | int32 | 2026
          string | io.debezium.data.Uuid                   | "01234567-89AB-cdef-0123-456789abcdef" | uuid | 01234567-89ab-cdef-0123-456789abcdef
          string | io.debezium.data.Enum                   | "a" | string | a
          string | io.debezium.data.EnumSet                | "a,b" | string | a,b
          string | io.debezium.data.EnumSet                | "a,b" | {list: string} | [a, b]
          string | io.debezium.data.EnumSet                | "" | {list: string} | []
          string | io.debezium.data.EnumSet                | "a,b" | json | "a,b"
          string | io.debezium.data.Xml                    | "<a/>" | string | <a/>
          string | io.debezium.data.Json                   | "{\\"b\\": 1.50, \\"a\\": [null]}" | json | {"a":[null],"b":1.50}
          string | io.debezium.data.Json                   | "{\\"b\\": 1.50}" | string | {"b": 1.50}
          string | io.debezium.data.Json                   | "[1, 2]" | {list: int32} | [1, 2]
          string | io.debezium.data.Json                   | "{\\"k\\": 1}" | {map: int32} | {k=1}
          string | ''                                      | "{\\"k\\": 1}" | json | {"k":1}
          string | ''                                      | "abc" | string | abc
          float  | ''                                      | 1.5 | float | 1.5
          float  | ''                                      | "NaN" | float | NaN
          double | ''                                      | "-Infinity" | double | -Infinity
          double | ''                                      | "Infinity" | double | Infinity
          boolean | ''                                     | true | boolean | true
          int16  | ''                                      | 7 | double | 7.0
          """)
  void aValueWithASchemaIsWhatItMeans(
      String type, String semantic, String value, String column, String expected) {
    assertEquals(expected, String.valueOf(value(of(column), row(type, semantic, value))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                        | 20454 | date | 2026-01-01
          ''                        | "2026-01-01" | date | 2026-01-01
          ''                        | "2026-01-01Z" | date | 2026-01-01
          ''                        | 86399999999 | time | 23:59:59.999999
          ', times: millis'         | 86399999 | time | 23:59:59.999
          ', times: nanos'          | 1999 | time | 00:00:00.000001
          ''                        | "03:04:05Z" | time | 03:04:05
          ''                        | 1 | timestamp(micros, epoch_us) | 1970-01-01T00:00:00.000001Z
          ''                        | "2026-01-02T03:04:05Z" | timestamp | 2026-01-02T03:04:05Z
          ''                        | 1769903999123456789 | timestamp(nanos, epoch_ns) | 2026-01-31T23:59:59.123456789Z
          ''                        | "2026-01-02T03:04:05.000000001Z" | timestamp(nanos) | 2026-01-02T03:04:05.000000001Z
          ''                        | "AJY=" | decimal(9,2) | 1.50
          ''                        | 1.5 | decimal(9,2) | 1.50
          ''                        | {"scale": 1, "value": "Dw=="} | decimal(9,2) | 1.50
          ', decimals: text'        | "1.5" | decimal(9,2) | 1.50
          ', decimals: text'        | "1234" | decimal(9,2) | 1234.00
          ''                        | "NaN" | double | NaN
          ''                        | "{\\"b\\": 1, \\"a\\": 2}" | json | {"a":2,"b":1}
          ''                        | {"b": 1, "a": 2} | json | {"a":2,"b":1}
          ''                        | [20454, null] | {list: date} | [2026-01-01, null]
          ''                        | "[\\"2026-01-01\\"]" | {list: date} | [2026-01-01]
          ''                        | {"a": 1} | {map: date} | {a=1970-01-02}
          ''                        | "{\\"a\\": 1.5}" | {map: double} | {a=1.5}
          """)
  void aValueWithoutASchemaIsWhatTheContractTakesItFor(
      String keys, String value, String column, String expected) {
    assertEquals(expected, String.valueOf(value(of(column, keys), row(value))));
  }

  @Test
  void decimalsHaveAllTheirDigits() {
    String scaled = Json.decimal("v", 2);
    assertEquals("1.50", value(of("decimal(9,2)"), row(scaled, "\"AJY=\"")).toString());
    assertEquals("1.5000", value(of("decimal(9,4)"), row(scaled, "\"AJY=\"")).toString());
    assertEquals("1.5", value(of("double"), row(scaled, "\"AJY=\"")).toString());
    assertEquals("1.50", value(of("json"), row(scaled, "\"AJY=\"")));
    // decimal.format=NUMERIC of JsonConverter.
    assertEquals("1.50", value(of("decimal(9,2)"), row(scaled, "1.5")).toString());
    assertEquals(
        "WRONG_TYPE v: expected a decimal(9,1), found 1.51",
        refused(of("decimal(9,1)"), row(scaled, "\"AJc=\"")));
    String variable =
        "{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"optional\":false,\"field\":\"scale\"},"
            + "{\"type\":\"bytes\",\"optional\":false,\"field\":\"value\"}],\"optional\":true,"
            + "\"name\":\"io.debezium.data.VariableScaleDecimal\",\"version\":1,\"field\":\"v\"}";
    assertEquals(
        "150.00",
        value(of("decimal(9,2)"), row(variable, "{\"scale\":-1,\"value\":\"Dw==\"}")).toString());
    assertEquals("1.5", value(of("json"), row(variable, "{\"scale\":1,\"value\":\"Dw==\"}")));
    for (String wrong :
        List.of(
            "{\"scale\":1}",
            "{\"value\":\"Dw==\"}",
            "{\"scale\":1,\"value\":\"\"}",
            "{\"scale\":2147483648000,\"value\":\"Dw==\"}",
            "{\"scale\":1,\"value\":\"%\"}",
            "{\"scale\":1.5,\"value\":\"Dw==\"}",
            "\"\"",
            "true",
            "[]")) {
      String refused = refused(of("decimal(9,2)"), row(variable, wrong));
      assertTrue(refused.startsWith("WRONG_TYPE v") || refused.startsWith("TOO_LARGE v"), refused);
    }
  }

  @Test
  void bytesAreBytesInJsonToo() {
    assertArrayEquals(
        new byte[] {0, -1}, (byte[]) value(of("bytes"), row("bytes", "", "\"AP8=\"")));
    assertArrayEquals(
        new byte[] {0, -1},
        (byte[]) value(of("bytes"), row("bytes", "io.debezium.data.Bits", "\"AP8=\"")));
    assertArrayEquals(new byte[] {0, -1}, (byte[]) value(of("bytes"), row("\"AP8=\"")));
    assertEquals("\"AP8=\"", value(of("json"), row("bytes", "", "\"AP8=\"")));
  }

  @Test
  void partsOfObjectsHaveRealValuesToo() {
    String point =
        "{\"type\":\"struct\",\"fields\":["
            + Json.field("d", "int32", "io.debezium.time.Date")
            + ","
            + Json.decimal("p", 1)
            + "],\"optional\":true,\"field\":\"v\"}";
    String value = "{\"d\":1,\"p\":\"Dw==\",\"x\":null}";
    assertEquals(
        "{\"d\":\"1970-01-02\",\"p\":1.5,\"x\":null}", value(of("json"), row(point, value)));
    assertEquals(
        "1970-01-02",
        String.valueOf(value(contract("", "name: v, path: v.d, type: date"), row(point, value))));
    String map =
        "{\"type\":\"map\",\"keys\":{\"type\":\"string\"},\"values\":{\"type\":\"int32\",\"name\":\"io.debezium.time.Date\"},\"field\":\"v\"}";
    assertEquals("{a=1970-01-02}", String.valueOf(value(of("{map: date}"), row(map, "{\"a\":1}"))));
    String list =
        "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"name\":\"io.debezium.data.Json\"},\"field\":\"v\"}";
    assertEquals("[{\"a\":1}]", value(of("json"), row(list, "[\"{\\\"a\\\": 1}\"]")));
    assertEquals(
        "[{\"a\": 1}]",
        String.valueOf(value(of("{list: string}"), row(list, "[\"{\\\"a\\\": 1}\"]"))));
  }

  @Test
  void whatIsNoValueOfItsColumnSaysSo() {
    assertEquals(
        "WRONG_TYPE v: expected a time of the day, found 86400000000 microseconds",
        refused(of("time"), row("int64", "io.debezium.time.MicroTime", "86400000000")));
    assertEquals(
        "WRONG_TYPE v: expected a date of the years 1 to 9999, found the date +10000-01-01",
        refused(of("date"), row("int32", "io.debezium.time.Date", "2932897")));
    assertEquals(
        "WRONG_TYPE v: expected a date in days since 1970, found 2147483648",
        refused(of("date"), row("int32", "io.debezium.time.Date", "2147483648")));
    assertEquals(
        "WRONG_TYPE v: expected a string, found the date 1970-01-02",
        refused(of("string"), row("int32", "io.debezium.time.Date", "1")));
    String noJson = refused(of("json"), row("string", "", "\"abc\""));
    assertTrue(noJson.startsWith("MALFORMED_JSON v: in the text: "), noJson);
    assertEquals(
        "WRONG_TYPE v: expected a decimal number in base64, found another text",
        refused(of("decimal(9,2)"), row("\"1.5\"")));
    assertEquals(
        "WRONG_TYPE v: expected a number, found the string \"nan\"",
        refused(of("double"), row("double", "", "\"nan\"")));
    assertEquals(
        "WRONG_TYPE v: expected an ISO-8601 time with offset, found the string \"+292278994-08-16T23:00:00Z\"",
        refused(
            of("timestamp"),
            row("string", "io.debezium.time.ZonedTimestamp", "\"+292278994-08-16T23:00:00Z\"")));
    // Milliseconds of the year 12000 are microseconds of another one.
    assertTrue(
        refused(
                of("timestamp(micros, epoch_us)"),
                row("int64", "io.debezium.time.Timestamp", "316516204800000"))
            .startsWith("WRONG_TYPE v: expected a time of the years 1 to 9999"));
  }

  @Test
  void nullIsNullInEachEncoding() {
    for (String semantic :
        List.of(
            "io.debezium.time.Date",
            "io.debezium.time.MicroTime",
            "io.debezium.time.ZonedTimestamp",
            "io.debezium.data.Json",
            "io.debezium.data.EnumSet",
            "org.apache.kafka.connect.data.Decimal",
            "io.debezium.data.VariableScaleDecimal")) {
      assertEquals(null, value(of("json"), row("string", semantic, "null")), semantic);
    }
  }
}
