package io.sluice.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.record.RowValues;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a value of whatever form in a column of each type. */
class ConvertersTest {
  /** A value, in each form that a format may have it in. */
  private enum Form {
    TEXT,
    NUMBER,
    INTEGER,
    FLOATING,
    DECIMAL,
    FLAG,
    BYTES,
    DATE,
    TIME,
    INSTANT,
    LIST;

    void give(Converter to, String value) throws Rejection {
      byte[] bytes = value.getBytes(UTF_8);
      switch (this) {
        case TEXT -> to.text(bytes, 0, bytes.length);
        case NUMBER -> to.number(value);
        case INTEGER -> to.integer(Long.parseLong(value));
        case FLOATING -> to.floating(Double.parseDouble(value));
        case DECIMAL -> to.decimal(new BigDecimal(value));
        case FLAG -> to.flag(Boolean.parseBoolean(value));
        case BYTES -> to.bytes(bytes, 0, bytes.length);
        case DATE -> to.date(Long.parseLong(value));
        case TIME -> to.time(Long.parseLong(value));
        case INSTANT -> to.instant(Long.parseLong(value), 123_456_789);
        case LIST -> {
          Elements list = to.list();
          list.element().text(bytes, 0, bytes.length);
          list.end();
        }
      }
    }
  }

  private static final String LISTED =
      "{timestamp: {formats: [iso8601, epoch_ms, {pattern: 'dd/MMM/yyyy:HH:mm:ss Z'},"
          + " {pattern: 'yyyy-MM-dd HH:mm[:ss]', zone: Europe/Berlin}, {pattern: MMM d yyyy, zone: UTC}]}}";

  private static final String LISTED_NANOS =
      "{timestamp: {unit: nanos, formats: [iso8601, epoch_s, epoch_ns, {pattern: 'dd/MM/uuuu HH:mm:ss.SSSSSSSSS', zone: Europe/Berlin}]}}";

  private static Contract contract(String given) {
    String type =
        given.equals("LISTED") ? LISTED : given.equals("LISTED_NANOS") ? LISTED_NANOS : given;
    return ContractParser.parse(
        """
        table: t
        topic: t
        event_time: t
        columns:
          - {name: t, type: timestamp, required: true}
          - {name: v, type: %s}
        """
            .formatted(type.contains(",") && !type.startsWith("{") ? '"' + type + '"' : type),
        "c.yaml");
  }

  private static Object convert(String type, Form form, String value) throws Rejection {
    Contract contract = contract(type);
    RowConverter row = new RowConverter(contract);
    Fields document = row.begin();
    document.field("t").converter().instant(0, 0);
    form.give(document.field("v").converter(), value);
    return new RowValues(contract.columns()).row(row.finish(), "s", 0, 0, 0).getValue("v");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "string | TEXT | naïve | naïve",
        "boolean | FLAG | true | true",
        "int32 | INTEGER | -2147483648 | -2147483648",
        "int32 | NUMBER | 1.0e3 | 1000",
        "int32 | FLOATING | 7 | 7",
        "int64 | DECIMAL | 9223372036854775807.00 | 9223372036854775807",
        "float | INTEGER | 16777217 | 1.6777216E7",
        "float | FLOATING | 0.1 | 0.1",
        "float | FLOATING | NaN | NaN",
        "double | FLOATING | -Infinity | -Infinity",
        "double | NUMBER | 1e-400 | 0.0",
        "double | DECIMAL | 0.5 | 0.5",
        "'decimal(5,2)' | TEXT | 1.5 | 1.50",
        "'decimal(5,2)' | INTEGER | -999 | -999.00",
        "'decimal(38,0)' | DECIMAL | 1e37 | 10000000000000000000000000000000000000",
        "date | TEXT | 2024-02-29 | 2024-02-29",
        "date | DATE | -1 | 1969-12-31",
        "time | TEXT | 23:59 | 23:59",
        "time | TIME | 1999 | 00:00:00.000001",
        "timestamp | INSTANT | -1 | 1969-12-31T23:59:59.123456Z",
        "timestamp | TEXT | 2026-01-01T00:00:00+01:00 | 2025-12-31T23:00:00Z",
        "'timestamp(millis, epoch_ms)' | INTEGER | 1 | 1970-01-01T00:00:00.001Z",
        "'timestamp(millis, epoch_s)' | NUMBER | 1.5 | 1970-01-01T00:00:01.500Z",
        "'timestamp(micros, epoch_s)' | FLOATING | 0.5 | 1970-01-01T00:00:00.500Z",
        "'timestamp(millis, epoch_s)' | INSTANT | 0 | 1970-01-01T00:00:00.123Z",
        "uuid | TEXT | C0FFEE00-1234-4abc-8def-0123456789ab | c0ffee00-1234-4abc-8def-0123456789ab",
        "uuid | BYTES | 0123456789abcdef | 30313233-3435-3637-3839-616263646566",
        "json | NUMBER | 1.50 | 1.50",
        "'timestamp(micros, epoch_ns)' | INTEGER | -1 | 1969-12-31T23:59:59.999999Z",
        "'timestamp(micros, epoch_ns)' | NUMBER | 1500.9 | 1970-01-01T00:00:00.000001Z",
        "timestamp(nanos) | INSTANT | -1 | 1969-12-31T23:59:59.123456789Z",
        "timestamp(nanos) | TEXT | 2026-01-01T00:00:00.123456789+01:00 | 2025-12-31T23:00:00.123456789Z",
        "timestamp(nanos) | TEXT | '20260101T000000,1234567Z' | 2026-01-01T00:00:00.123456700Z",
        "{list: timestamp(nanos)} | LIST | 2026-01-01T00:00:00.000000001Z | [2026-01-01T00:00:00.000000001Z]",
        "'timestamp(nanos, epoch_ns)' | INTEGER | -1 | 1969-12-31T23:59:59.999999999Z",
        "'timestamp(nanos, epoch_ns)' | INTEGER | 1769903999123456789 | 2026-01-31T23:59:59.123456789Z",
        "'timestamp(nanos, epoch_ns)' | NUMBER | 1500.9 | 1970-01-01T00:00:00.000001500Z",
        "'timestamp(nanos, epoch_us)' | INTEGER | -9223372036854775 | 1677-09-21T00:12:43.145225Z",
        "'timestamp(nanos, epoch_ms)' | DECIMAL | -0.0000005 | 1969-12-31T23:59:59.999999999Z",
        "'timestamp(nanos, epoch_s)' | NUMBER | 1769903999.1234567891 | 2026-01-31T23:59:59.123456789Z",
        "'timestamp(nanos, epoch_s)' | FLOATING | 0.5 | 1970-01-01T00:00:00.500Z",
        "LISTED_NANOS | TEXT | 2026-01-01T00:00:00.000000001Z | 2026-01-01T00:00:00.000000001Z",
        "LISTED_NANOS | TEXT | 1769903999.123456789 | 2026-01-31T23:59:59.123456789Z",
        "LISTED_NANOS | TEXT | 1769903999123456789 | 2026-01-31T23:59:59.123456789Z",
        "LISTED_NANOS | TEXT | 01/07/2026 12:00:00.000000009 | 2026-07-01T10:00:00.000000009Z",
        "LISTED | TEXT | 2026-01-01T00:00:00Z | 2026-01-01T00:00:00Z",
        "LISTED | INTEGER | 1500 | 1970-01-01T00:00:01.500Z",
        "LISTED | TEXT | 1500.5 | 1970-01-01T00:00:01.500500Z",
        "LISTED | TEXT | 28/nov/2026:14:18:00 +0100 | 2026-11-28T13:18:00Z",
        "LISTED | TEXT | 2026-07-01 12:00 | 2026-07-01T10:00:00Z",
        "LISTED | TEXT | 2026-10-25 02:30:00 | 2026-10-25T00:30:00Z",
        "LISTED | TEXT | Feb 28 2026 | 2026-02-28T00:00:00Z",
      })
  void fits(String type, Form form, String value, String expected) throws Rejection {
    assertEquals(expected, String.valueOf(convert(type, form, value)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "string | INTEGER | 1 | expected a string, found 1",
        "string | BYTES | xy | expected a string, found 2 bytes",
        "boolean | INTEGER | 1 | expected true or false, found 1",
        "int32 | INTEGER | 2147483648 | expected a whole number of 32 bits, found 2147483648",
        "int32 | TEXT | 1 | expected a whole number, found the string \"1\"",
        "int32 | FLOATING | 0.5 | expected a whole number, found 0.5",
        "int64 | FLOATING | NaN | expected a whole number, found NaN",
        "int64 | DECIMAL | 1e999999999 | expected a whole number of 64 bits, found 1E+999999999",
        "float | FLOATING | 1e300 | expected a number that a float can hold, found 1.0E300",
        "double | NUMBER | 1e400 | expected a number that a double can hold, found 1e400",
        "'decimal(5,2)' | DECIMAL | 0.001 | 'expected a decimal(5,2), found 0.001'",
        "'decimal(5,2)' | TEXT | abc | expected a decimal number, found the string \"abc\"",
        "'decimal(5,2)' | FLOATING | 0.5 | expected a decimal number, found 0.5",
        "date | DATE | 3000000 | expected a date of the years 1 to 9999, found the date +10183-09-21",
        "date | INSTANT | 0 | expected a date as YYYY-MM-DD, found the time 1970-01-01T00:00:00.123456789Z",
        "time | TEXT | 24:00 | expected a time of the day as HH:MM:SS, found the string \"24:00\"",
        "timestamp | INTEGER | 1 | expected an ISO-8601 time with offset, found 1",
        "timestamp | INSTANT | 9223372036854775807 | expected a time of the years 1 to 9999, found a time 9223372036854775807 s from 1970",
        "timestamp(nanos) | TEXT | 2262-04-11T23:47:16.854775Z | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 2262-04-11T23:47:16.854775Z'",
        "timestamp(nanos) | TEXT | 1677-09-21T00:12:43.145224999Z | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 1677-09-21T00:12:43.145224999Z'",
        "timestamp(nanos) | INSTANT | 9300000000 | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 2264-09-14T21:20:00.123456789Z'",
        "timestamp(nanos) | INSTANT | 9223372036854775807 | expected a time of the years 1 to 9999, found a time 9223372036854775807 s from 1970",
        "'timestamp(nanos, epoch_ns)' | INTEGER | 9223372036854775807 | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 2262-04-11T23:47:16.854775807Z'",
        "'timestamp(nanos, epoch_ns)' | NUMBER | 9223372036854775808 | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 2262-04-11T23:47:16.854775808Z'",
        "'timestamp(nanos, epoch_s)' | INTEGER | -62135596800 | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 0001-01-01T00:00:00Z'",
        "'timestamp(nanos, epoch_s)' | NUMBER | 1e12 | 'expected a time as epoch_s, found 1e12'",
        "LISTED_NANOS | TEXT | 10000000000 | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 2286-11-20T17:46:40Z'",
        "LISTED_NANOS | TEXT | 01/07/2400 12:00:00.000000009 | 'expected a time from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach, found the time 2400-07-01T10:00:00.000000009Z'",
        "timestamp(nanos) | TEXT | now | expected an ISO-8601 time with offset, found the string \"now\"",
        "'timestamp(millis, epoch_ms)' | TEXT | 1 | expected a time as epoch_ms, found the string \"1\"",
        "LISTED | TEXT | Feb 30 2026 | expected a time as iso8601 or epoch_ms or 'dd/MMM/yyyy:HH:mm:ss Z' or 'yyyy-MM-dd HH:mm[:ss]' or 'MMM d yyyy', found the string \"Feb 30 2026\"",
        "LISTED | TEXT | 2026-03-29 02:30 | expected a time as iso8601 or epoch_ms or 'dd/MMM/yyyy:HH:mm:ss Z' or 'yyyy-MM-dd HH:mm[:ss]' or 'MMM d yyyy', found the string \"2026-03-29 02:30\"",
        "uuid | TEXT | c0ffee | expected a UUID, found the string \"c0ffee\"",
        "uuid | BYTES | short | expected a UUID, found 5 bytes",
        "{list: int32} | INTEGER | 1 | expected a list, found 1",
        "{map: int32} | TEXT | x | expected an object, found the string \"x\"",
      })
  void doesNotFit(String type, Form form, String value, String message) {
    Rejection rejection = assertThrows(Rejection.class, () -> convert(type, form, value));
    assertEquals(message, rejection.text());
    assertEquals("", rejection.path());
  }

  @Test
  void theLastOfARepeatedKeyHolds() throws Rejection {
    Contract contract = contract("{map: {list: int64}}");
    RowConverter row = new RowConverter(contract);
    Fields document = row.begin();
    document.field("t").converter().instant(0, 0);
    Fields map = document.field("v").converter().object();
    for (String key : new String[] {"a", "b", "a", "c", "b"}) {
      Converter value = map.field(key).converter();
      if (key.equals("c")) {
        value.nothing();
        continue;
      }
      Elements list = value.list();
      list.element().integer(key.equals("a") ? 1 : 2);
      list.element().nothing();
      list.end();
    }
    map.end();
    Object value = new RowValues(contract.columns()).row(row.finish(), "s", 0, 0, 0).getValue("v");
    assertEquals("{a=[1, null], c=null, b=[2, null]}", String.valueOf((Map<?, ?>) value));
  }

  @Test
  void whatIsRequiredAndAbsentIsNamedByItsPath() throws Rejection {
    Contract contract = contract("{list: {struct: [{name: x, type: string, required: true}]}}");
    RowConverter row = new RowConverter(contract);
    Fields document = row.begin();
    Elements list = document.field("v").converter().list();
    Fields struct = list.element().object();
    Rejection within = assertThrows(Rejection.class, struct::end);
    assertEquals("v[0].x", within.within("[0]").within("v").path());
    row.begin();
    assertEquals("t", assertThrows(Rejection.class, row::finish).path());
  }
}
