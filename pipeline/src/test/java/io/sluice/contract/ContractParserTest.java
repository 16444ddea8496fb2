package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContractParserTest {
  private static final String HEAD =
      "table: t\ntopic: t\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "integer              | int32, or int64 for what is larger",
        "bigint               | int64",
        "datetime             | timestamp",
        "DateTime2            | timestamp",
        "varchar(20)          | string",
        "text                 | string",
        "Boolean              | boolean",
        "strnig               | string",
        "NUMERIC(12,2)        | decimal(12,2)",
        "number               | double, or decimal(p,s) where no digit may be lost",
        "numeric              | decimal(p,s)",
        "timstamp(millis)     | timestamp(millis)",
        "timestamptz(6)       | timestamp",
        "double precision     | double",
        "array<string>        | {list: TYPE}",
        "text[]               | {list: TYPE}",
        "date-time            | timestamp",
      })
  void aTypeOfAnotherLanguageIsAnsweredWithTheOneThatIsMeant(String type, String meant) {
    UserException e =
        assertThrows(
            UserException.class,
            () -> ContractParser.parse(HEAD + "  - {name: x, type: '" + type + "'}\n", "c.yaml"));
    assertTrue(
        e.getMessage()
            .startsWith(
                "c.yaml:6: unknown type '" + type + "'; did you mean " + meant + "? Types are "),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zone: Europe/Berln | unknown zone 'Europe/Berln'; did you mean Europe/Berlin?",
        "zone: Berlin       | unknown zone 'Berlin'; did you mean Europe/Berlin?",
        "zone: new york     | unknown zone 'new york'; did you mean America/New_York?",
        "zone: PST          | unknown zone 'PST'; did you mean America/Los_Angeles?",
        "zone: Mars/Olympus | unknown zone 'Mars/Olympus': a name as Europe/Berlin, or UTC",
        "zon: UTC           | unknown key 'zon' in the contract; did you mean zone? Known are ",
        "unroutd: skip      | unknown key 'unroutd' in the contract; known are ",
      })
  void aSlipIsAnsweredWithWhatIsNearest(String line, String what) {
    UserException e =
        assertThrows(UserException.class, () -> ContractParser.parse(HEAD + line + "\n", "c.yaml"));
    assertTrue(e.getMessage().startsWith("c.yaml:6: " + what), e.getMessage());
    assertFalse(e.getMessage().contains("unrouted"), e.getMessage());
  }

  /** What comes of a slip, as that a required key is missing, is not said of it as well. */
  @Test
  void allKeysAndTypesThatThereAreNotAreNamedAtOnce() {
    String yaml =
        HEAD.replace("required", "requried")
            + "  - {name: x, type: integer}\n  - {name: y, type: text, nullable: true}\nzone: Berlin\n";
    UserException e = assertThrows(UserException.class, () -> ContractParser.parse(yaml, "c.yaml"));
    List<String> faults = ContractFaults.of(e);
    List<String> begin =
        List.of(
            "c.yaml:8: unknown zone 'Berlin'",
            "c.yaml:5: unknown key 'requried' in a column; did you mean required?",
            "c.yaml:6: unknown type 'integer'",
            "c.yaml:7: unknown key 'nullable' in a column; known are ",
            "c.yaml:7: unknown type 'text'");
    assertEquals(begin.size(), faults.size(), faults.toString());
    for (int i = 0; i < begin.size(); i++) {
      assertTrue(faults.get(i).startsWith(begin.get(i)), faults.toString());
    }
    assertEquals(faults.get(0) + " (and 4 more: sluice contract check says which)", e.getMessage());
  }

  /** A contract is put right in one go, and not in as many tries as it has columns. */
  @Test
  void whatIsWrongWithEachColumnIsNamedAtOnce() {
    String yaml =
        HEAD
            + "  - {name: 9x, type: string}\n"
            + "  - {name: fine, type: string}\n"
            + "  - {name: y, type: 'decimal(39,2)'}\n"
            + "  - {name: Fine, type: string}\n"
            + "  - {name: z, tpye: string}\n"
            + "  - {name: b, type: boolean, bloom_filter: true}\n";
    UserException e = assertThrows(UserException.class, () -> ContractParser.parse(yaml, "c.yaml"));
    List<String> faults = ContractFaults.of(e);
    List<String> begin =
        List.of(
            "c.yaml:6: name '9x' must be letters",
            "c.yaml:8: decimal",
            "c.yaml:9: two columns are named 'Fine'",
            "c.yaml:10: unknown key 'tpye' in a column; ",
            "c.yaml:11: bloom_filter serves columns of one value");
    assertEquals(begin.size(), faults.size(), faults.toString());
    for (int i = 0; i < begin.size(); i++) {
      assertTrue(faults.get(i).startsWith(begin.get(i)), faults.toString());
    }
  }

  @Test
  void theDefaultContractIsUserActions() {
    Contract contract = ContractParser.userActions();
    assertEquals("user_actions", contract.table());
    assertEquals("user-actions", contract.source().keys().text("topic"));
    assertEquals(
        java.util.List.of(
            "event_datetime", "event_name", "user_id", "platform", "product_name", "SKU"),
        contract.columns().stream().map(Column::name).toList());
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("", 1, "empty"),
        Arguments.of("- a\n- b\n", 1, "must be a mapping"),
        Arguments.of("table: [", 1, "not YAML"),
        Arguments.of("table: T t\n", 1, "lower-case"),
        Arguments.of("table: t\n", 1, "has no 'topic'"),
        Arguments.of(HEAD + "colour: blue\n", 6, "unknown key 'colour'"),
        Arguments.of(HEAD + "  - {name: x, type: strnig}\n", 6, "unknown type 'strnig'"),
        Arguments.of(HEAD + "  - {name: x, type: 'decimal(39,2)'}\n", 6, "precision is 1 to 38"),
        Arguments.of(
            HEAD
                + "  - {name: x, type: timestamp(nanos), default: '2262-04-11T23:47:16.854775Z'}\n",
            6,
            "from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z"),
        Arguments.of(
            HEAD
                + "  - {name: x, type: timestamp, from: {constant: '0001-01-01T00:00:00+01:00'}}\n",
            6,
            "of the years 1 to 9999"),
        Arguments.of(HEAD + "  - {name: x, type: 'timestamp(picos)'}\n", 6, "unknown unit 'picos'"),
        Arguments.of(
            HEAD + "  - {name: x, type: {timestamp: {formats: []}}}\n", 6, "formats is empty"),
        Arguments.of(
            HEAD + "  - {name: x, type: {timestamp: {formats: [rfc822]}}}\n",
            6,
            "unknown format 'rfc822'"),
        Arguments.of(
            HEAD + "  - {name: x, type: {timestamp: {formats: [{pattern: yyyy-MM-dd}]}}}\n",
            6,
            "say whose clock it is"),
        Arguments.of(
            HEAD
                + "  - {name: x, type: {timestamp: {formats: [{pattern: 'yyyy-MM-dd Z', zone: UTC}]}}}\n",
            6,
            "drop zone"),
        Arguments.of(
            HEAD + "  - {name: x, type: {timestamp: {formats: [{pattern: 'bb', zone: UTC}]}}}\n",
            6,
            "pattern 'bb' is none of Java's DateTimeFormatter"),
        Arguments.of(HEAD + "  - {name: AT, type: string}\n", 6, "two columns"),
        Arguments.of(HEAD + "  - {name: x, path: at.y, type: string}\n", 6, "no such part"),
        Arguments.of(
            HEAD
                + "  - {name: x, path: 'p.q[0]', type: string}\n"
                + "  - {name: y, path: p.q, type: {map: string}}\n",
            6,
            "column 'x' reads a part of the value of column 'y'"),
        Arguments.of(
            HEAD
                + "  - {name: x, path: 'l[0].s', type: string}\n"
                + "  - {name: y, path: l.s, type: string}\n"
                + "explode: l\n",
            6,
            "column 'x' has an index into 'l', the list that explode makes rows of"),
        Arguments.of(
            HEAD
                + "  - {name: y, path: p.l.s, type: string}\n"
                + "  - {name: x, path: 'p.l[1].s', type: string}\n"
                + "explode: p.l\n",
            7,
            "Write 'p.l.s' with a column from: ordinal"),
        Arguments.of(HEAD + "  - {name: event_date, type: date}\n", 6, "made by Sluice"),
        Arguments.of(HEAD + "  - {name: _x, type: string}\n", 6, "a letter first"),
        Arguments.of(HEAD + "  - {name: x, path: a..b, type: string}\n", 6, "empty name"),
        Arguments.of(HEAD + "  - {name: x, type: {struct: []}}\n", 6, "at least one field"),
        Arguments.of(
            HEAD + "  - {name: x, type: string, required: maybe}\n", 6, "one of false, true"),
        Arguments.of(HEAD + "max_bytes: -1\n", 6, "whole number"),
        Arguments.of(HEAD + "zone: Mars/Olympus\n", 6, "unknown zone"),
        Arguments.of(HEAD + "unknown_fields: explode\n", 6, "dead_letter, ignore"),
        Arguments.of(HEAD.replace("event_time: at", "event_time: other"), 3, "not a column"),
        Arguments.of(HEAD.replace(", required: true", ""), 3, "required: true"),
        Arguments.of(HEAD + "table: u\n", 6, "stands twice"),
        Arguments.of(HEAD.replace("topic: t", "topic: /e.*/"), 1, "as in t_{topic}"),
        Arguments.of(
            HEAD.replace("topic: t", "topic: /e(/").replace("table: t", "table: t_{topic}"),
            2,
            "topic /e(/ is no regular expression: Unclosed group, at its character 3"),
        Arguments.of(
            HEAD.replace("table: t", "table: t_{topic}"), 1, "and the contract is for one"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsNamedWithFileAndLine(String yaml, int line, String what) {
    UserException e = assertThrows(UserException.class, () -> ContractParser.parse(yaml, "c.yaml"));
    assertTrue(e.getMessage().startsWith("c.yaml:" + line + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(what), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    UserException e =
        assertThrows(UserException.class, () -> ContractParser.read(Path.of("/no/such.yaml")));
    assertTrue(e.getMessage().contains("/no/such.yaml: no such file"), e.getMessage());
  }

  /** It is often the missing one with a slip in it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "event_time: at   | event_tme: at                 | unknown key 'event_tme' in the contract",
        "topic: t         | topci: t                      | unknown key 'topci' in the contract",
        "type: string}    | tpye: string}                 | unknown key 'tpye' in a column",
        "type: string}    | type: {strcut: []}}           | unknown key 'strcut' in a type",
        "type: string}    | type: {struct: [{nmae: a, type: string}]}} | unknown key 'nmae' in a field",
        "type: string}    | type: string, from: {constnat: a}} | unknown key 'constnat' in from",
        "columns:         | when: [{paht: a, is: x}]\\ncolumns: | unknown key 'paht' in a condition",
        "topic: t         | source: {nam: kafka, topic: t} | unknown key 'nam' in source",
      })
  void anUnknownKeyIsSaidBeforeAMissingOne(String right, String wrong, String says) {
    String yaml =
        "table: t\ntopic: t\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n  - {name: n, type: string}\n";
    String bad = yaml.replace(right, wrong.replace("\\n", "\n"));
    String message =
        assertThrows(UserException.class, () -> ContractParser.parse(bad, "c.yaml")).getMessage();
    assertTrue(message.contains(": " + says), message);
  }

  @Test
  void anIndexFromTheEndIsRefused() {
    String yaml =
        "table: t\ntopic: t\nevent_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n  - {name: n, path: PATH, type: string}\n";
    assertEquals(
        "c.yaml:6: path 'items[-1].n' of column 'n' has an index below 0: elements are counted from [0] on, and from the end of a list there is no path",
        assertThrows(
                UserException.class,
                () -> ContractParser.parse(yaml.replace("PATH", "'items[-1].n'"), "c.yaml"))
            .getMessage());
    // A list of names takes each as it stands.
    assertEquals(
        List.of("items[-1]", "n"),
        ContractParser.parse(yaml.replace("PATH", "['items[-1]', n]"), "c.yaml")
            .columns()
            .get(1)
            .path());
  }
}
