package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.ContractDiff.Change;
import io.sluice.contract.ContractDiff.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContractDiffTest {
  private static final String HEAD =
      """
      table: t
      topic: t
      event_time: at
      columns:
        - {name: at, type: timestamp, required: true}
      """;

  private static Contract contract(String version, String rest) {
    return ContractParser.parse("version: " + version + "\n" + HEAD + rest, "c.yaml");
  }

  private static String column(String type) {
    return "  - {name: x, type: " + type + "}\n";
  }

  static Stream<Arguments> changes() {
    String none = "";
    return Stream.of(
        Arguments.of(none, column("string"), Verdict.COMPATIBLE, "column x", "added"),
        Arguments.of(
            none,
            "  - {name: x, type: string, required: true}\n",
            Verdict.NOTE,
            "column x",
            "added, required"),
        Arguments.of(
            column("string"),
            "  - {name: x, type: string, required: true}\n",
            Verdict.NOTE,
            "column x",
            "nullable -> required"),
        Arguments.of(
            column("int32"), column("int64"), Verdict.INCOMPATIBLE, "column x", "int32 -> int64"),
        Arguments.of(
            column("float"), column("double"), Verdict.INCOMPATIBLE, "column x", "float -> double"),
        Arguments.of(
            column("string"), column("int64"), Verdict.INCOMPATIBLE, "column x", "string -> int64"),
        Arguments.of(
            column("date"),
            column("timestamp"),
            Verdict.INCOMPATIBLE,
            "column x",
            "date -> timestamp"),
        Arguments.of(
            column("'decimal(9,2)'"),
            column("'decimal(18,2)'"),
            Verdict.INCOMPATIBLE,
            "column x",
            "decimal(9,2) -> decimal(18,2)"),
        Arguments.of(
            column("timestamp"),
            column("timestamp(micros)"),
            Verdict.NOTE,
            "column x",
            "timestamp -> timestamp(micros, iso8601)"),
        Arguments.of(
            column("timestamp(millis)"),
            column("timestamp(micros)"),
            Verdict.INCOMPATIBLE,
            "column x",
            "timestamp(millis, iso8601) -> timestamp(micros, iso8601)"),
        Arguments.of(
            column("timestamp(micros)"),
            column("timestamp(nanos)"),
            Verdict.INCOMPATIBLE,
            "column x",
            "timestamp(micros, iso8601) -> timestamp(nanos, iso8601)"),
        Arguments.of(
            column("timestamp(nanos)"),
            column("timestamp"),
            Verdict.INCOMPATIBLE,
            "column x",
            "timestamp(nanos, iso8601) -> timestamp"),
        Arguments.of(
            column("timestamp"),
            column("timestamp(nanos)"),
            Verdict.INCOMPATIBLE,
            "column x",
            "timestamp -> timestamp(nanos, iso8601)"),
        Arguments.of(
            column("timestamp(nanos)"),
            column("'timestamp(nanos, epoch_ns)'"),
            Verdict.NOTE,
            "column x",
            "iso8601 -> epoch_ns"),
        Arguments.of(
            column("timestamp(millis)"),
            column("'timestamp(millis, epoch_s)'"),
            Verdict.NOTE,
            "column x",
            "iso8601 -> epoch_s"),
        Arguments.of(
            column("{list: int32}"),
            column("{list: int64}"),
            Verdict.INCOMPATIBLE,
            "column x[]",
            "int32 -> int64"),
        Arguments.of(
            column("{list: int32}"),
            column("int32"),
            Verdict.INCOMPATIBLE,
            "column x",
            "{list: int32} -> int32"),
        Arguments.of(
            column("{struct: [{name: a, type: string}]}"),
            column("{struct: [{name: a, type: string}, {name: b, type: int32}]}"),
            Verdict.COMPATIBLE,
            "field x.b",
            "added"),
        Arguments.of(
            column("{list: {struct: [{name: a, type: string}]}}"),
            column("{list: {struct: [{name: a, type: string}, {name: b, type: int32}]}}"),
            Verdict.COMPATIBLE,
            "field x[].b",
            "added"),
        Arguments.of(
            column("{struct: [{name: a, type: int32}]}"),
            column("{struct: [{name: a, type: string}]}"),
            Verdict.INCOMPATIBLE,
            "field x.a",
            "int32 -> string"),
        Arguments.of(
            column("{struct: [{name: a, type: string}, {name: b, type: int32}]}"),
            column("{struct: [{name: a, type: string}, {name: B, type: int32}]}"),
            Verdict.INCOMPATIBLE,
            "field x.b",
            "renamed to B"),
        Arguments.of(
            column("string"),
            "  - {name: X, path: x, type: string}\n",
            Verdict.INCOMPATIBLE,
            "column x",
            "renamed to X"),
        Arguments.of(
            column("string"),
            "  - {name: x, path: y, type: string}\n",
            Verdict.NOTE,
            "column x",
            "$.x -> $.y"),
        Arguments.of(
            column("string"),
            "  - {name: x, type: string, dictionary: false}\n",
            Verdict.COMPATIBLE,
            "column x",
            "dictionary or bloom_filter"),
        Arguments.of(none, "zone: Asia/Tokyo\n", Verdict.INCOMPATIBLE, "zone", "UTC -> Asia/Tokyo"),
        Arguments.of(
            none,
            "unknown_fields: dead_letter\n",
            Verdict.NOTE,
            "unknown_fields",
            "ignore -> dead_letter"),
        Arguments.of(none, "max_bytes: 5\n", Verdict.NOTE, "max_bytes", "1048576 -> 5"),
        Arguments.of(none, "max_depth: 5\n", Verdict.NOTE, "max_depth", "32 -> 5"),
        Arguments.of(
            none, "position_columns: true\n", Verdict.NOTE, "position_columns", "false -> true"));
  }

  /** Which of two contracts came first changes what is to be known, not whether both may write. */
  @ParameterizedTest
  @MethodSource("changes")
  void aChangeIsNamedAndJudgedTheSameBothWays(
      String before, String after, Verdict verdict, String what, String change) {
    ContractDiff diff = ContractDiff.of(contract("1", before), contract("2", after));
    assertEquals(1, diff.changes().size(), diff.changes().toString());
    Change only = diff.changes().get(0);
    assertEquals(verdict, only.verdict(), only.toString());
    assertEquals(what, only.what());
    assertEquals(change, only.change());
    assertFalse(only.why().isEmpty());
    assertEquals(verdict != Verdict.INCOMPATIBLE, diff.isCompatible());
    assertEquals(
        diff.isCompatible(),
        ContractDiff.of(contract("2", after), contract("1", before)).isCompatible());
  }

  private static Contract at(String table, String column) {
    return ContractParser.parse(
        "version: " + table + "\ntable: t\ntopic: t\nevent_time: at\ncolumns: [" + column + "]\n",
        "c.yaml");
  }

  @Test
  void anotherEventTimeNeedsAnotherTable() {
    Contract iso = at("1", "{name: at, type: timestamp, required: true}");
    Contract path = at("2", "{name: at, path: b, type: timestamp, required: true}");
    Contract epoch = at("3", "{name: at, type: 'timestamp(millis, epoch_ms)', required: true}");
    for (Contract other : List.of(path, epoch)) {
      Change change = ContractDiff.of(iso, other).incompatible().get(0);
      assertEquals("event_time", change.what());
      assertTrue(change.why().contains("begin a new table"), change.why());
    }
  }

  @Test
  void aRenameIsADropAndAnAddWithAHint() {
    ContractDiff diff =
        ContractDiff.of(
            contract("1", column("string")),
            contract("2", "  - {name: y, path: x, type: int32}\n"));
    assertEquals(
        List.of("column y added", "column x dropped"),
        diff.changes().stream().map(change -> change.what() + " " + change.change()).toList());
    assertTrue(diff.changes().get(0).why().contains("coalesce(y, x)"), diff.changes().toString());
    assertTrue(diff.isCompatible());
  }

  @Test
  void aStructOfWhichNoFieldIsLeftIsAnotherColumn() {
    assertFalse(
        ContractDiff.of(
                contract("1", column("{struct: [{name: a, type: string}]}")),
                contract("2", column("{struct: [{name: b, type: string}]}")))
            .isCompatible());
  }

  @Test
  void orderAndTopicAndStorageAreNoOtherMeaning() {
    Contract one =
        contract("1", "  - {name: x, type: string}\n  - {name: y, type: {list: int32}}\n");
    Contract other =
        ContractParser.parse(
            "version: 1\ntable: t\ntopic: elsewhere\nevent_time: at\ncolumns:\n"
                + "  - {name: y, type: {list: int32}}\n"
                + "  - {name: at, type: timestamp, required: true}\n"
                + "  - {name: x, type: string, bloom_filter: true, dictionary: false}\n",
            "c.yaml");
    assertTrue(ContractDiff.sameMeaning(one, other));
    assertTrue(ContractDiff.of(one, other).isCompatible());
    assertFalse(ContractDiff.sameMeaning(one, contract("1", column("string"))));
  }

  @Test
  void utcHasSeveralNames() {
    assertEquals(
        List.of(), ContractDiff.of(contract("1", ""), contract("1", "zone: Etc/UTC\n")).changes());
  }

  @Test
  void oneVersionIsOneContract() {
    ContractDiff diff = ContractDiff.of(contract("1", ""), contract("1", column("string")));
    assertEquals("version", diff.incompatible().get(0).what());
    assertEquals(List.of(), ContractDiff.of(contract("1", ""), contract("1", "")).changes());
  }

  @Test
  void contractsOfTwoTablesHaveNothingToDoWithEachOther() {
    Contract other =
        ContractParser.parse(
            "table: u\ntopic: t\nevent_time: x\ncolumns: [{name: x, type: timestamp, required: true}]",
            "c.yaml");
    ContractDiff diff = ContractDiff.of(contract("1", column("string")), other);
    assertTrue(diff.isCompatible());
    assertEquals(List.of("table"), diff.changes().stream().map(change -> change.what()).toList());
  }

  @Test
  void aNameWithADotIsAnotherPathThanTwoNames() {
    ContractDiff diff =
        ContractDiff.of(
            contract("1", "  - {name: x, path: a.b, type: string}\n"),
            contract("2", "  - {name: x, path: [a.b], type: string}\n"));
    assertEquals(List.of("$.a.b -> $[a.b]"), diff.changes().stream().map(c -> c.change()).toList());
  }

  @Test
  void aContractIsReadBackFromItsJson() {
    Contract contract =
        contract(
            "2026-01.a",
            """
              - {name: a, path: b.c, type: 'decimal(38,10)', dictionary: false}
              - {name: d, type: {list: {struct: [{name: e, type: timestamp(micros), required: true}, {name: f, type: {list: bytes}}]}}}
              - {name: g, type: 'timestamp(millis, epoch_us)', bloom_filter: true}
              - {name: h, path: [h.i, j], type: string}
              - {name: k, path: 'l[0]', type: string}
            zone: Europe/Berlin
            unknown_fields: dead_letter
            max_bytes: 7
            max_depth: 3
            position_columns: true
            """);
    assertEquals(contract, ContractParser.parse(ContractJson.of(contract), "json"));
    assertEquals(List.of("h.i", "j"), contract.columns().get(4).path());
    Contract standard = ContractParser.userActions();
    assertEquals(standard, ContractParser.parse(ContractJson.of(standard), "json"));
    Column nested = contract.columns().get(2);
    assertEquals(
        nested.type(),
        contract("1", "  - {name: d, type: " + ContractJson.quoted(nested.type()) + "}\n")
            .columns()
            .get(1)
            .type());
  }

  /** Each says from what to what. */
  @Test
  void whatAContractSaysOfRecordsIsShownBeforeAndAfter() {
    Contract one =
        contract(
            "1",
            "  - {name: k, from: key, path: a, type: string, mask: {truncate: 3}}\nkey_format: json\nwhen: [{path: kind, is: x}]\n");
    Contract two =
        contract(
            "2",
            "  - {name: k, from: headers.k, type: string, mask: {truncate: 4}, default: none given}\nwhen: [{path: kind, in: [x, y]}, {from: headers.h, exists: true}]\nunless: [[{from: key, starts_with: a}]]\n");
    assertEquals(
        List.of(
            "when: kind is x -> kind in [x, y] and headers.h exists",
            "unless: none -> key starts_with a",
            "key_format: json -> none",
            "column k: from key -> headers.k, default none -> none given, mask truncate 3 -> truncate 4",
            "column k: $.a -> $.k"),
        ContractDiff.of(one, two).changes().stream()
            .map(change -> change.what() + ": " + change.change())
            .toList());
    assertEquals(
        "when: all records -> kind is x",
        ContractDiff.of(contract("1", ""), contract("2", "when: [{path: kind, is: x}]\n"))
            .changes()
            .stream()
            .map(change -> change.what() + ": " + change.change())
            .findFirst()
            .orElseThrow());
  }
}
