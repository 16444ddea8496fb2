package io.sluice.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.Reason;
import io.sluice.source.SourceRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fixes do what they say, and else leave the bytes as they are. */
class FixesTest {
  private static DeadLetter letter(Reason reason, String path, byte @Nullable [] value) {
    SourceRecord record = new SourceRecord("source", 0, 7, 0, null, value, List.of());
    return new DeadLetter(record, reason, path, "", "1", Instant.EPOCH);
  }

  private static String fix(String yaml, Reason reason, String path, String value) {
    byte[] fixed =
        FixParser.parse(yaml.getBytes(UTF_8), "fix.yaml")
            .apply(letter(reason, path, value.getBytes(UTF_8)));
    return new String(java.util.Objects.requireNonNull(fixed), UTF_8);
  }

  private static String fix(String operation, String value) {
    return fix("- " + operation, Reason.WRONG_TYPE, "", value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // A name in the same object keeps its place; numbers keep their digits, all of them.
        "rename: {from: b, to: x} | {\"a\":1.10,\"b\":-0,\"c\":12345678901234567890.10e5} | {\"a\":1.10,\"x\":-0,\"c\":12345678901234567890.10e5}",
        "rename: {from: a.b, to: c.d} | {\"a\":{\"b\":1,\"k\":2}} | {\"a\":{\"k\":2},\"c\":{\"d\":1}}",
        "rename: {from: a, to: a.b} | {\"a\":1} | {\"a\":{\"b\":1}}",
        "rename: {from: a, to: b} | {\"a\":1,\"b\":null} | {\"b\":1}",
        "rename: {from: a, to: b} | {\"a\":1,\"b\":2} | {\"a\":1,\"b\":2}",
        "rename: {from: z, to: b} | { \"a\": 1 } | { \"a\": 1 }",
        "rename: {from: [id.h], to: id_h} | {\"id.h\":1,\"id\":{\"h\":2}} | {\"id_h\":1,\"id\":{\"h\":2}}",
        "default: {path: a.b, value: web} | {\"c\":1} | {\"c\":1,\"a\":{\"b\":\"web\"}}",
        "default: {path: a.b, value: 1.50} | {\"a\":{\"b\":null}} | {\"a\":{\"b\":1.50}}",
        "default: {path: a, value: true} | {\"a\":0} | {\"a\":0}",
        "default: {path: a.b, value: 1} | {\"a\":\"text\"} | {\"a\":\"text\"}",
        "default: {path: `items[*].n`, value: 1} | {\"items\":[{\"n\":5},{},7]} | {\"items\":[{\"n\":5},{\"n\":1},7]}",
        "default: {path: `items[*].n`, value: 1} | {} | {}",
        "cast: {path: a, to: int64} | {\"a\":\" +12 \"} | {\"a\":12}",
        "cast: {path: a, to: int64} | {\"a\":12.0} | {\"a\":12}",
        "cast: {path: a, to: int64} | {\"a\":1.5e3} | {\"a\":1500}",
        "cast: {path: a, to: int64} | {\"a\":\"9223372036854775808\"} | {\"a\":\"9223372036854775808\"}",
        "cast: {path: a, to: int64} | {\"a\":1e-999} | {\"a\":1e-999}",
        "cast: {path: a, to: int32} | {\"a\":\"2147483648\"} | {\"a\":\"2147483648\"}",
        "cast: {path: a, to: int32} | {\"a\":\"-2147483648\"} | {\"a\":-2147483648}",
        "cast: {path: a, to: int32} | {\"a\":\"12x\"} | {\"a\":\"12x\"}",
        "cast: {path: a, to: double} | {\"a\":\"1.2500000000000000000001\"} | {\"a\":1.2500000000000000000001}",
        "cast: {path: a, to: decimal} | {\"a\":\"NaN\"} | {\"a\":\"NaN\"}",
        "cast: {path: a, to: string} | {\"a\":12.50} | {\"a\":\"12.50\"}",
        "cast: {path: a, to: string} | {\"a\":true} | {\"a\":\"true\"}",
        "cast: {path: a, to: string} | {\"a\":{}} | {\"a\":{}}",
        "cast: {path: a, to: boolean} | {\"a\":\"TRUE\"} | {\"a\":true}",
        "cast: {path: a, to: boolean} | {\"a\":0} | {\"a\":false}",
        "cast: {path: a, to: boolean} | {\"a\":\"yes\"} | {\"a\":\"yes\"}",
        "cast: {path: `tags[*]`, to: string} | {\"tags\":[1,\"x\",null,2.0]} | {\"tags\":[\"1\",\"x\",null,\"2.0\"]}",
        "cast: {path: a, to: string} | {\"a\":1,\"a\":2} | {\"a\":1,\"a\":2}",
        "cast: {path: a, to: string} | {\"a\":1}{} | {\"a\":1}{}",
        "cast: {path: a, to: string} | [1] | [1]",
        "strip_prefix: `json:` | json:{\"a\":1} | {\"a\":1}",
        "strip_prefix: `json:` | jso{\"a\":1} | jso{\"a\":1}",
        "time_format: {path: t, format: dd.MM.yyyy HH:mm, zone: Europe/Berlin} | {\"t\":\"01.07.2026 12:30\"} | {\"t\":\"2026-07-01T10:30:00Z\"}",
        "time_format: {path: t, format: dd.MM.yyyy HH:mm} | {\"t\":\"31.02.2026 12:30\"} | {\"t\":\"31.02.2026 12:30\"}",
        "time_format: {path: t, format: yyyyMMdd} | {\"t\":20260701} | {\"t\":\"2026-07-01T00:00:00Z\"}",
        "time_format: {path: t, format: \"d MMM yyyy hh:mm:ss a xx\"} | {\"t\":\"1 jul 2026 01:02:03 pm +0200\"} | {\"t\":\"2026-07-01T11:02:03Z\"}",
        "time_format: {path: t, format: epoch_ms} | {\"t\":\"1782900000123\"} | {\"t\":\"2026-07-01T10:00:00.123Z\"}",
        "time_format: {path: t, format: epoch_s} | {\"t\":-1.5} | {\"t\":\"1969-12-31T23:59:58.500Z\"}",
        "time_format: {path: t, format: epoch_s} | {\"t\":1e300} | {\"t\":1e300}",
        "time_format: {path: t, format: epoch_us} | {\"t\":\"soon\"} | {\"t\":\"soon\"}",
      })
  void eachOperation(String operation, String before, String after) {
    assertEquals(after, fix(operation.replace('`', '"'), before));
  }

  @Test
  void bytesBeforeTheDocumentGo() {
    Fixes fixes =
        FixParser.parse(
            "- strip_bom: true\n  strip_prefix: {hex: \"00 00 00 00 2A\"}\n".getBytes(UTF_8),
            "fix.yaml");
    byte[] document = {
      (byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 0, 0, 0, 0, 0x2A, '{', '}',
    };
    assertArrayEquals(
        new byte[] {'{', '}'}, fixes.apply(letter(Reason.MALFORMED_JSON, "", document)));
    assertNull(fixes.apply(letter(Reason.EMPTY, "", null)));
  }

  @Test
  void whatIsNotUtf8StaysAsItIs() {
    byte[] utf16 = "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16BE);
    byte[] latin = {'{', '"', 'a', '"', ':', '"', (byte) 0xE9, '"', '}'};
    Fixes fixes = FixParser.parse("- cast: {path: a, to: string}".getBytes(UTF_8), "fix.yaml");
    assertSame(utf16, fixes.apply(letter(Reason.NOT_UTF8, "", utf16)));
    assertSame(latin, fixes.apply(letter(Reason.NOT_UTF8, "", latin)));
  }

  @Test
  void aValueMayBeMovedIntoAnObjectOfItsOwnName() {
    String yaml = "- rename: {from: a, to: a.b}\n";
    assertEquals("{\"a\":{\"b\":1}}", fix(yaml, Reason.WRONG_TYPE, "a", "{\"a\":1}"));
  }

  @Test
  void rulesAreForTheirReasonsAndPathsAndApplyInOrder() {
    String yaml =
        """
        - reasons: [WRONG_TYPE, MISSING_FIELD]
          where: {path: "items[*].price"}
          rename: {from: a, to: b}
          cast: {path: b, to: string}
        - reasons: BAD_EVENT_TIME
          rename: {from: a, to: c}
        - rename: {from: b, to: d}
        """;
    assertEquals("{\"d\":\"1\"}", fix(yaml, Reason.WRONG_TYPE, "items[12].price", "{\"a\":1}"));
    assertEquals("{\"d\":\"1\"}", fix(yaml, Reason.MISSING_FIELD, "items[*].price", "{\"a\":1}"));
    assertEquals("{\"a\":1}", fix(yaml, Reason.WRONG_TYPE, "items.price", "{\"a\":1}"));
    assertEquals("{\"c\":1}", fix(yaml, Reason.BAD_EVENT_TIME, "items[0].price", "{\"a\":1}"));
    assertEquals("{\"a\":1}", fix(yaml, Reason.TOO_DEEP, "items[0].price", "{\"a\":1}"));
    for (String path : new String[] {"", "a b.c", "x[*][*].y", "x[3]"}) {
      String one = "- where: {path: \"" + path + "\"}\n  rename: {from: a, to: b}\n";
      assertEquals("{\"b\":1}", fix(one, Reason.WRONG_TYPE, path, "{\"a\":1}"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | fix.yaml:1: no rules: write a list of them",
        "rename: {from: a, to: b} | fix.yaml:1: the file must be a list of rules",
        "[] | fix.yaml:1: the file must be a list of rules",
        "- {} | fix.yaml:1: a rule without a fix: add one of strip_bom",
        "- reasons: [WRONG_TYPES] | fix.yaml:1: unknown reason 'WRONG_TYPES': one of EMPTY",
        "- reasons: [] | fix.yaml:1: reasons is empty",
        "- renam: {from: a, to: b} | fix.yaml:1: unknown key 'renam' in a rule; did you mean rename? Known are reasons, where, strip_bom",
        "- rename: {from: a} | fix.yaml:1: rename has no 'to'",
        "- rename: {from: a, to: b, too: c} | fix.yaml:1: unknown key 'too' in rename; known are from, to",
        "- rename: {from: a, to: a} | fix.yaml:1: rename: from and to are the same",
        "- rename: {from: `a[*].b`, to: c} | fix.yaml:1: rename goes through objects only",
        "- cast: {path: a, to: int} | fix.yaml:1: cast to 'int': one of string, boolean, int32",
        "- cast: {path: a..b, to: string} | fix.yaml:1: path 'a..b': names with a . between",
        "- cast: {path: `a[0]`, to: string} | fix.yaml:1: path 'a[0]': names with a . between, and [*]",
        "- default: {path: a} | fix.yaml:1: default has no 'value'",
        "- default: {path: a, value: null} | fix.yaml:1: value is a string, a number",
        "- default: {path: a, value: [1]} | fix.yaml:1: value is a string, a number",
        "- time_format: {path: a, format: \"bbb\"} | fix.yaml:1: format 'bbb': ",
        "- time_format: {path: a, format: HH, zone: Mars} | fix.yaml:1: unknown zone 'Mars'",
        "- strip_bom: yes | fix.yaml:1: strip_bom is true, or left out",
        "- strip_prefix: \"\" | fix.yaml:1: strip_prefix is empty",
        "- strip_prefix: {hex: 0xZ} | fix.yaml:1: hex: pairs of hexadecimal digits",
        "- where: {path: `a[`} | fix.yaml:1: where: path 'a[': the path of dead letters",
        "- where: {path: a..b} | fix.yaml:1: where: path 'a..b': the path of dead letters",
        "- rename: {from: a.b, to: a} | fix.yaml:1: rename: to is an object that from leads through",
        "- where: {paths: a} | fix.yaml:1: unknown key 'paths' in where",
        "- [a | fix.yaml:1: not YAML: ",
      })
  void whatIsWrongIsNamedByFileAndLine(String yaml, String message) {
    UserException refused =
        assertThrows(
            UserException.class,
            () -> FixParser.parse(yaml.replace('`', '"').getBytes(UTF_8), "fix.yaml"));
    assertEquals(
        message,
        refused
            .getMessage()
            .substring(0, Math.min(message.length(), refused.getMessage().length())));
    assertEquals(1, refused.getMessage().lines().count());
  }

  @Test
  void theLineIsTheOneThatIsWrong() {
    UserException refused =
        assertThrows(
            UserException.class,
            () ->
                FixParser.parse(
                    "# comment\n- strip_bom: true\n- cast:\n    path: a\n    to: text\n"
                        .getBytes(UTF_8),
                    "fix.yaml"));
    assertEquals("fix.yaml:5: cast to 'text'", refused.getMessage().substring(0, 26));
  }
}
