package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a row has that is not in its record's value, and values that say the same in another way.
 */
class AddedColumnsTest {
  private static final long TIME = 1_790_000_000_123L;

  private static Contract contract(String columns) {
    Contract contract =
        ContractParser.parse(
            "table: t\ntopic: t\nevent_time: record_time\ncolumns:\n" + columns, "c.yaml");
    assertEquals(contract, ContractParser.parse(ContractJson.of(contract), "record"));
    return contract;
  }

  private static SourceRecord record(String key, String value, Header... headers) {
    return new SourceRecord(
        "s",
        7,
        42,
        TIME,
        key == null ? null : key.getBytes(UTF_8),
        value.getBytes(UTF_8),
        List.of(headers));
  }

  private static Header header(String name, String value) {
    return new Header(name, value == null ? null : value.getBytes(UTF_8));
  }

  private static String decode(Contract contract, SourceRecord record) {
    return TestDecoders.text(contract, record);
  }

  @Test
  void aRowHasWhatStandsBesideTheValue() {
    Contract contract =
        contract(
            """
              - {name: k, type: string, from: key}
              - {name: raw, type: bytes, from: key}
              - {name: trace, type: string, from: headers.trace-id}
              - {name: tries, type: int32, from: headers.tries, required: true}
              - {name: p, type: int32, from: partition}
              - {name: o, type: int64, from: offset}
              - {name: at, type: timestamp, from: record_time}
              - {name: region, type: string, from: {constant: eu-1}}
              - {name: v, type: int64}
            """);
    assertEquals(
        "user|4 bytes|b|3|7|42|2026-09-21T14:13:20.123Z|eu-1|5",
        decode(
            contract,
            record(
                "user",
                "{\"v\":5,\"k\":\"of the value\"}",
                header("trace-id", "a"),
                header("trace-id", "b"),
                header("tries", " 3 "))));
    assertEquals(
        "null|null|null|3|7|42|2026-09-21T14:13:20.123Z|eu-1|null",
        decode(contract, record(null, "{}", header("trace-id", null), header("tries", "3"))));
    assertEquals(
        "MISSING_FIELD headers.tries: required, and absent or null",
        decode(contract, record("u", "{}")));
    assertEquals(
        "WRONG_TYPE headers.tries: expected a whole number, found the string \"many\"",
        decode(contract, record("u", "{}", header("tries", "many"))));
    SourceRecord bad =
        new SourceRecord(
            "s", 7, 42, TIME, new byte[] {-1}, "{}".getBytes(UTF_8), List.of(header("tries", "1")));
    assertEquals("NOT_UTF8 key: the string is not UTF-8", decode(contract, bad));
  }

  @Test
  void aRecordWithoutATimeIsADeadLetterWhereThatIsTheEventTime() {
    SourceRecord none = new SourceRecord("s", 0, 1, -1, null, "{}".getBytes(UTF_8), List.of());
    assertEquals(
        "MISSING_FIELD record_time: required, and absent or null",
        decode(contract("  - {name: v, type: int64}\n"), none));
    SourceRecord beyond =
        new SourceRecord("s", 0, 1, Long.MAX_VALUE, null, "{}".getBytes(UTF_8), List.of());
    assertTrue(
        decode(contract("  - {name: v, type: int64}\n"), beyond)
            .startsWith(Reason.BAD_EVENT_TIME + " record_time: "));
  }

  /** Each column alone, so that a quick way that sees no more than these is taken as well. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "type: {decimal: {precision: 6, scale: 2, written: unscaled}} # {\"v\":1234} # 12.34",
        "type: {decimal: {precision: 6, scale: 2, written: unscaled}} # {\"v\":\"-5\"} # -0.05",
        "type: {decimal: {precision: 6, scale: 2, written: unscaled}} # {\"v\":1e3} # 10.00",
        "type: {decimal: {precision: 6, scale: 2, written: unscaled}} # {\"v\":1.5} # WRONG_TYPE v: expected a decimal number without its point, found 1.5",
        "type: {decimal: {precision: 6, scale: 2, written: unscaled}} # {\"v\":1234567} # WRONG_TYPE v: expected a decimal(6,2), found 12345.67",
        "type: {decimal: {precision: 38, scale: 2, written: base64}} # {\"v\":\"BNI=\"} # 12.34",
        "type: {decimal: {precision: 38, scale: 2, written: base64}} # {\"v\":\"/w==\"} # -0.01",
        "type: {decimal: {precision: 6, scale: 2, written: base64}} # {\"v\":\"\"} # WRONG_TYPE v: expected base64 of a decimal number without its point, found the string \"\"",
        "type: {decimal: {precision: 6, scale: 2, written: base64}} # {\"v\":12} # WRONG_TYPE v: expected base64 of a decimal number without its point, found 12",
        "type: int64, coerce: true # {\"v\":\"42\"} # 42",
        "type: int64, coerce: true # {\"v\":\" +0042 \"} # 42",
        "type: int32, coerce: true # {\"v\":\"1e3\"} # 1000",
        "type: int32, coerce: true # {\"v\":\"2147483648\"} # WRONG_TYPE v: expected a whole number of 32 bits, found 2147483648",
        "type: int64, coerce: true # {\"v\":\"4x\"} # WRONG_TYPE v: expected a whole number, found the string \"4x\"",
        "type: int64, coerce: true # {\"v\":[1]} # WRONG_TYPE v: expected a whole number, found a list",
        "type: double, coerce: true # {\"v\":\"-0.5\"} # -0.5",
        "type: boolean, coerce: true # {\"v\":1} # true",
        "type: boolean, coerce: true # {\"v\":\"false\"} # false",
        "type: boolean, coerce: true # {\"v\":2} # WRONG_TYPE v: expected true or false, found 2",
        "type: string, coerce: true # {\"v\":1.50} # 1.50",
        "type: string, coerce: true # {\"v\":true} # true",
        "type: string, coerce: true # {\"v\":{}} # WRONG_TYPE v: expected a string, found an object",
        "type: 'timestamp(millis, epoch_ms)', coerce: true # {\"v\":\"1500\"} # 1970-01-01T00:00:01.500Z",
        "type: {timestamp: {formats: [epoch_s, {pattern: yyyyMMdd, zone: UTC}]}}, coerce: true # {\"v\":\" 5\"} # 1970-01-01T00:00:05Z",
        "type: {timestamp: {formats: [{pattern: yyyyMMdd, zone: UTC}, epoch_s]}}, coerce: true # {\"v\":\"20260102\"} # 2026-01-02T00:00:00Z",
        "type: string, null_values: [N/A, ''] # {\"v\":\"N/A\"} # null",
        "type: string, null_values: [N/A, ''] # {\"v\":\"\"} # null",
        "type: string, null_values: [N/A, ''] # {\"v\":\"n/a\"} # n/a",
        "type: int32, null_values: [-1] # {\"v\":-1} # null",
        "type: int32, null_values: [-1], default: 0 # {\"v\":-1} # 0",
        "type: int32, null_values: [-1], required: true # {\"v\":-1} # MISSING_FIELD v: required, and absent or null",
        "type: int32, default: 7, required: true # {} # 7",
        "type: int32, default: 7 # {\"v\":null} # 7",
        "type: int32, default: 7 # {\"v\":8} # 8",
        "type: string, default: '' # {} # ''",
        "type: boolean, default: true # {} # true",
        "type: date, default: 2026-01-31 # {} # 2026-01-31",
        "type: timestamp, default: '2026-01-31T00:00:00+01:00' # {} # 2026-01-30T23:00:00Z",
        "type: timestamp(nanos), default: '1970-01-01T00:00:00.000000001+01:00' # {} # 1969-12-31T23:00:00.000000001Z",
        "type: timestamp(nanos), from: {constant: '1677-09-21T00:12:43.145225Z'} # {} # 1677-09-21T00:12:43.145225Z",
        "type: 'timestamp(nanos, epoch_ns)', coerce: true # {\"v\":\" 1769903999123456789\"} # 2026-01-31T23:59:59.123456789Z",
        "type: 'timestamp(nanos, epoch_s)', null_values: [0] # {\"v\":0} # null",
        "type: 'decimal(9,2)', default: 1.5 # {} # 1.50",
        "type: uuid, default: c0ffee00-1234-4abc-8def-0123456789ab # {} # c0ffee00-1234-4abc-8def-0123456789ab",
      })
  void aValueThatSaysTheSameIsTaken(String column, String json, String expected) {
    assertEquals(expected, decode(contract("  - {name: v, " + column + "}\n"), record("k", json)));
  }
}
