package io.sluice.csv;

import static io.sluice.csv.TestCsv.contract;
import static io.sluice.csv.TestCsv.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of rows, one by one. */
class CsvRowsTest {
  private static final String AT = "2026-01-02T03:04:05Z";

  /** A row of two fields, of which the second is of a type. */
  private static String second(String keys, String type, String field) {
    String row =
        text(
            contract("columns: [at, v]" + keys, "  - {name: v, type: " + type + "}\n"),
            AT + "," + field);
    return row.replaceFirst("^" + AT + "\\|", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "int64 # 42 # 42",
        "int64 # +0042 # 42",
        "int64 # \"42\" # 42",
        "int64 # ~ 42 ~ # 42",
        "int32 # 1e3 # 1000",
        "int32 # 2147483648 # WRONG_TYPE v: expected a whole number of 32 bits, found 2147483648",
        "int64 # 4x # WRONG_TYPE v: expected a whole number, found the string \"4x\"",
        "int64 # # null",
        "int64 # \"\" # WRONG_TYPE v: expected a whole number, found the string \"\"",
        "double # -0.5 # -0.5",
        "float # 1e2 # 100.0",
        "\"decimal(9,2)\" # 007.5 # 7.50",
        "\"decimal(9,2)\" # 1.234 # WRONG_TYPE v: expected a decimal(9,2), found 1.234",
        "boolean # true # true",
        "boolean # 0 # false",
        "boolean # yes # WRONG_TYPE v: expected true or false, found the string \"yes\"",
        "date # 2026-01-31 # 2026-01-31",
        "time # 03:04 # 03:04",
        "uuid # C0FFEE00-1234-4abc-8def-0123456789ab # c0ffee00-1234-4abc-8def-0123456789ab",
        "bytes # AQI= # 2 bytes",
        "bytes # 1234 # 3 bytes",
        "timestamp # 2026-01-02 03:04:05+01:00 # 2026-01-02T02:04:05Z",
        "\"timestamp(millis, epoch_ms)\" # 1500 # 1970-01-01T00:00:01.500Z",
        "\"timestamp(micros, epoch_s)\" # 1.5 # 1970-01-01T00:00:01.500Z",
        "\"timestamp(nanos, epoch_ns)\" # 1769903999123456789 # 2026-01-31T23:59:59.123456789Z",
        "\"timestamp(nanos, epoch_s)\" # 1769903999.123456789 # 2026-01-31T23:59:59.123456789Z",
        "timestamp(nanos) # 2026-01-31 23:59:59.123456789+01:00 # 2026-01-31T22:59:59.123456789Z",
        "{timestamp: {formats: [{pattern: yyyyMMddHHmmss, zone: UTC}, epoch_s]}} # 20260102030405 # 2026-01-02T03:04:05Z",
        "string # 0042 # 0042",
        "string # # null",
        "string # \"\" # ~~",
        "string # a\"b # a\"b",
        "string, null_values: [\"-\"] # \"-\" # null",
        "string, default: none # # null",
        "string, required: true # # MISSING_FIELD v: required, and absent or null",
      })
  void aTextIsWhatItsColumnIs(String type, String field, String expected) {
    assertEquals(expected, second("", type, field == null ? "" : field));
  }

  @Test
  void nullHasItsWordsWhereThereAreNoQuotes() {
    String words = ", null_words: [NULL, \"\\\\N\"]";
    assertEquals("null", second(words, "string", "NULL"));
    assertEquals("null", second(words, "int64", "\\N"));
    assertEquals("NULL", second(words, "string", "\"NULL\""));
    assertEquals("", second(words, "string", ""));
    assertEquals("", second(", null_words: []", "string", ""));
  }

  @Test
  void spaceAroundAFieldIsLeftOutWhereTheContractSaysSo() {
    assertEquals(" a b ", second("", "string", " a b "));
    assertEquals("a b", second(", trim: true", "string", "\t a b "));
    assertEquals(" a ", second(", trim: true", "string", "  \" a \"  "));
    assertEquals("null", second(", trim: true", "string", "   "));
    assertEquals(" \"a\"", second("", "string", " \"a\""), "a quote within a field is a character");
  }

  @Test
  void dialectsHaveTheirCharacters() {
    String v = "  - {name: v, type: string}\n";
    assertEquals(
        AT + "|a,\"b\"",
        text(contract("columns: [at, v], delimiter: ;, quote: \"'\"", v), AT + ";'a,\"b\"'"));
    assertEquals(AT + "|a", text(contract("columns: [at, v], delimiter: \\t", v), AT + "\ta"));
    assertEquals(AT + "|a", text(contract("columns: [at, v], delimiter: \"\\t\"", v), AT + "\ta"));
    assertEquals(
        AT + "|é", text(contract("columns: [at, v], delimiter: \"\\u0001\"", v), AT + "\u0001é"));
    assertEquals(AT + "|\"a", text(contract("columns: [at, v], quote: \"\"", v), AT + ",\"a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "AT # MALFORMED : the row has 1 fields, and there are 2 names",
        "AT,a,b # MALFORMED : the row has 3 fields, and there are 2 names",
        "AT,\"a # MALFORMED : line 1, field 2: its quote is not closed",
        "AT,\"a\\n\"\" # MALFORMED : line 1, field 2: its quote is not closed",
        "\\nAT,\"a\"b # MALFORMED : line 2, field 2: something follows its closing quote",
        "AT,a\\nAT,b # MALFORMED : more than one row",
        "AT,a\\nAT,\"b\" # MALFORMED : more than one row",
        "AT,\"a\"\\n\\n\\nAT,\"b # MALFORMED : line 4, field 2: its quote is not closed",
        "\\n\\r\\n # EMPTY : the record has no row",
        "\"AT\",\\r\\n\\n # AT|null",
        "\"AT\",x # AT|x",
        "x,AT # BAD_EVENT_TIME at: expected an ISO-8601 time with offset, found the string \"x\"",
      })
  void aMessageIsOneRow(String message, String expected) {
    Contract contract = contract("columns: [at, v]", "  - {name: v, type: string}\n");
    String value = message.replace("AT", AT).replace("\\n", "\n").replace("\\r", "\r");
    assertEquals(expected.replace("AT", AT), text(contract, value));
  }

  @Test
  void aHeaderNamesTheFieldsOfItsMessage() {
    Contract contract =
        contract("header: true", "  - {name: v, type: string}\n  - {name: w, type: int32}\n");
    assertEquals(AT + "|a|null", text(contract, "v,at\na," + AT));
    assertEquals(AT + "|null|7", text(contract, "at,\"w\"\n" + AT + ",7\n"));
    assertEquals("MALFORMED : a header, and no row behind it", text(contract, "at,v\n"));
    assertEquals(
        "MALFORMED : more than one row behind the header", text(contract, "at\n" + AT + "\n" + AT));
    assertEquals(
        "MALFORMED v: fields 1 and 3 have the same name", text(contract, "v,at,v\na," + AT + ",b"));
    assertEquals(
        "MALFORMED : the row has 1 fields, and there are 2 names", text(contract, "at,v\n" + AT));
    assertEquals(
        "MALFORMED : line 2, field 2: its quote is not closed",
        text(contract, "at,v\n" + AT + ",\"x"));
    assertEquals("MISSING_FIELD at: required, and absent or null", text(contract, "v\na"));
  }

  @Test
  void headersMayChangeFromRecordToRecord() {
    Contract contract = contract("header: true", "  - {name: v, type: string}\n");
    ValueDecoder decoder = TestCsv.decoder(contract, new TestCsv.Events());
    for (int i = 0; i < 1_000; i++) {
      String value = i % 3 == 0 ? "v,at\na," + AT : "at,v,x" + i % 500 + "\n" + AT + ",b,";
      SourceRecord record = new SourceRecord("s", 0, i, -1, null, value.getBytes(UTF_8), List.of());
      assertEquals(
          AT + "|" + (i % 3 == 0 ? "a" : "b"), text(contract, decoder.decode(record.bytes())));
    }
  }

  @Test
  void aByteOrderMarkBelongsToNoField() {
    assertEquals(
        AT + "|a",
        text(
            contract("header: true", "  - {name: v, type: string}\n"), "\uFEFFat,v\n" + AT + ",a"));
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    Contract contract = contract("columns: [at, v]", "");
    assertEquals(
        "NOT_UTF8 : the row is not UTF-8",
        text(contract, TestCsv.decode(contract, new byte[] {'a', ',', (byte) 0xC3})));
    assertEquals(
        "EMPTY : the record has no value (a tombstone)",
        text(contract, TestCsv.decode(contract, null)));
  }

  @Test
  void fieldsThatNobodyNamesAreCountedOrRefused() {
    Contract ignored = contract("header: true", "");
    TestCsv.Events events = new TestCsv.Events();
    byte[] value = ("at,x,,a.b\n" + AT + ",1,2,3").getBytes(UTF_8);
    SourceRecord record = new SourceRecord("s", 0, 0, -1, null, value, List.of());
    ValueDecoder decoder = TestCsv.decoder(ignored, events);
    assertEquals(AT, text(ignored, decoder.decode(record.bytes())));
    assertEquals(List.of("x", "#3", "a.b"), events.unknown);
    Contract refused =
        ContractParser.parse(
            """
            table: t
            topic: t
            event_time: at
            unknown_fields: dead_letter
            format: {name: csv, header: true}
            columns: [{name: at, type: timestamp, required: true}]
            """,
            "c.yaml");
    assertEquals(
        "UNKNOWN_FIELD x: the contract does not name this field",
        text(refused, TestCsv.decode(refused, value)));
  }

  @Test
  void aColumnsNameMayHaveDots() {
    assertEquals(
        AT + "|7",
        text(
            contract("columns: [at, a.b]", "  - {name: v, path: [a.b], type: int32}\n"),
            AT + ",7"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "trim: false # v # format csv needs the names of a row's fields: write columns",
        "'columns: [at], header: true' # v # but with header: true each record names its own",
        "'columns: [at, v, v]' # v # columns of format csv has 'v': fields 2 and 3 have the same name",
        "'columns: [at, v, \"\"]' # v # a name without characters",
        "'columns: [at]' # v # column 'v' reads the field 'v', which is not among the columns of format csv: at",
        "'columns: [at, v]' # v.w # no objects: if that is a field's name, write path: [\"v.w\"]",
        "'columns: [at, v], delimiter: \"\\\"\"' # v # the same character as delimiter and as quote",
      })
  void whatAContractCannotHaveIsRefusedInOneLine(String keys, String path, String why) {
    Contract contract = contract(keys, "  - {name: v, path: " + path + ", type: string}\n");
    UserException refused = assertThrows(UserException.class, () -> text(contract, AT));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().lines().count() == 1, refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "'columns: [at], delimiter: ab' # delimiter 'ab' must be one character",
        "'columns: [at], delimiter: x' # delimiter 'x' must be one character",
        "'columns: [at], delimiter: é' # delimiter 'é' must be one character",
        "'columns: [at], quote: qq' # quote 'qq' must be one character",
      })
  void aCharacterIsOneOfAscii(String keys, String why) {
    UserException refused = assertThrows(UserException.class, () -> contract(keys, ""));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @Test
  void aColumnOfManyValuesIsRefused() {
    Contract contract = contract("header: true", "  - {name: v, type: {list: string}}\n");
    assertThrows(UserException.class, () -> text(contract, AT));
  }

  @Test
  void aDocumentHasNumbersWhereTextsAreSome() {
    Contract contract = contract("header: true", "");
    assertEquals(
        "{\"at\":\""
            + AT
            + "\",\"n\":42,\"d\":1.50,\"zip\":\"0042\",\"b\":true,\"e\":null,\"q\":\"\"}",
        new CsvFormat()
            .document(
                ("at,n,d,zip,b,e,q\n" + AT + ",42,\"1.50\",0042,true,,\"\"").getBytes(UTF_8),
                contract,
                Schemas.NONE)
            .orElseThrow()
            .toString());
    assertTrue(
        new CsvFormat().document("at\n1,2".getBytes(UTF_8), contract, Schemas.NONE).isEmpty());
  }
}
