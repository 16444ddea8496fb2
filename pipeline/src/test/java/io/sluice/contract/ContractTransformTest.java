package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.sluice.UserException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A contract's transform is typed when it is read, and is part of what the contract means. */
class ContractTransformTest {
  private static final String HEAD =
      """
      version: %s
      table: t
      topic: t
      event_time: at
      columns:
        - {name: id, type: int64}
        - {name: at, type: timestamp, required: true}
        - {name: name, type: string}
      """;
  private static final String FUNCTIONS =
      """
      transform:
        - skip_if: {column: name, equals: debug}
        - upper_case: {column: name, into: loud}
        - remove: {columns: [id, name]}
        - upper_case: {column: loud}
      """;

  private static Contract contract(String version, String more) {
    return ContractParser.parse(HEAD.formatted(version) + more, "c.yaml");
  }

  private static List<String> names(List<Column> columns) {
    return columns.stream().map(Column::name).toList();
  }

  @Test
  void theTableHasTheColumnsThatComeOut() {
    Contract contract = contract("1", FUNCTIONS);
    assertEquals(List.of("id", "at", "name"), names(contract.columns()));
    assertEquals(List.of("at", "loud"), names(contract.rowColumns()));
    Table table = contract.lakeTable();
    assertEquals(List.of("at", "loud"), names(table.columns()));
    assertEquals(0, table.timeColumn());
    assertEquals(1, contract.eventTime());
    Contract millis = contract.withTimestamps(ColumnType.Timestamp.Unit.MILLIS);
    assertEquals(millis.columns().get(1), millis.lakeTable().columns().get(0));
    assertEquals(List.of("id", "at", "name"), names(contract.withoutTransform().rowColumns()));
  }

  @Test
  void asJsonItIsTheSameContractAndOneWithoutIsThatOfBefore() {
    Contract contract = contract("1", FUNCTIONS);
    assertEquals(contract, ContractParser.parse(ContractJson.of(contract), "c.json"));
    assertFalse(ContractJson.of(contract("1", "")).contains("transform"));
    assertEquals(contract("1", ""), contract("1", "transform: []\n"));
    for (long number : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
      Contract one = contract("1", "transform: [{add_time: {seconds: " + number + "}}]\n");
      assertEquals(number, one.transform().calls().get(0).keys().number("seconds"));
      assertEquals(one, ContractParser.parse(ContractJson.of(one), "c.json"));
    }
    for (String none : List.of("{add_time: {}}", "{add_time: }", "{add_time: null}")) {
      assertEquals(
          contract("1", "transform: [{add_time: {seconds: 0}}]\n"),
          contract("1", "transform: [" + none + "]\n"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}| 10: an entry of transform is one function with its keys: - FUNCTION: {…}",
        "{a: {}, b: {}}| 10: an entry of transform is one function with its keys: - FUNCTION: {…}",
        "skip_if| 10: an entry of transform must be a mapping of keys to values",
        "{skip_iff: {}}| 10: no function is called 'skip_iff'; the class path has add_time, fail_if, reject_if, remove, skip_if, tamper, upper_case: add the jar that has it, or write another",
        "{skip_if: {column: name}}| 10: skip_if has no 'equals': write equals: debug",
        "{skip_if: }| 10: skip_if has no 'column': write column: event_name",
        "{skip_if: {column: name, equals: a, not: b}}| 10: unknown key 'not' in skip_if; known are column, equals",
        "{skip_if: {column: nam, equals: a}}| 10: skip_if has no column 'nam': name one of the columns",
        "{skip_if: {column: [name], equals: a}}| 10: column must be a single value",
        "{add_time: {seconds: 9223372036854775808}}| 10: seconds is a whole number of at most 64 bits, not '9223372036854775808'",
        "{add_time: {seconds: 1.5}}| 10: seconds is a whole number of at most 64 bits, not '1.5'",
        "{add_time: {seconds: 1, seconds: 1}}| 10: key 'seconds' stands twice",
        "{add_time: ''}| 10: add_time must be a mapping of keys to values",
        "{remove: {columns: id}}| 10: columns must be a list",
        "{remove: {columns: [at]}}| 10: remove would remove or change the event time, 'at', which is out of reach for functions: name another column",
        "{upper_case: {column: name, into: ID}}| 10: upper_case would make a second column 'ID' (query engines ignore case)",
        "{upper_case: {column: name, into: event_date}}| 10: upper_case would make a column 'event_date', which Sluice makes from event_time",
        "{upper_case: {column: name, into: a b}}| 10: upper_case would make a column 'a b': names are letters, digits and _, a letter first"
      })
  void whatDoesNotGoTogetherIsRefusedWithItsLine(String entry, String message) {
    UserException e =
        assertThrows(UserException.class, () -> contract("1", "transform:\n  - " + entry + "\n"));
    assertEquals("c.yaml:" + message, e.getMessage());
  }

  @Test
  void aChangedTransformNeedsAVersionAndItsColumnsAreHeldToWhatMayChange() {
    Contract one = contract("1", "");
    Contract same = contract("1", FUNCTIONS);
    assertFalse(ContractDiff.sameMeaning(one, same));
    assertTrue(ContractDiff.sameMeaning(same, contract("1", FUNCTIONS)));
    assertFalse(ContractDiff.of(one, same).isCompatible());
    ContractDiff diff = ContractDiff.of(one, contract("2", FUNCTIONS));
    assertTrue(diff.isCompatible(), diff.changes().toString());
    assertEquals(
        List.of(
            "transform none -> skip_if {column=name, equals=debug}, upper_case {column=name, into=loud}, remove {columns=[id, name]}, upper_case {column=loud, into=}",
            "columns that transform removes [] -> [id, name]",
            "column loud added",
            "column id dropped",
            "column name dropped"),
        diff.changes().stream().map(change -> change.what() + " " + change.change()).toList());
    // A column of another type is refused wherever it comes from.
    Contract number =
        ContractParser.parse(
            HEAD.formatted("3").replace("id, type: int64", "loud, type: int64"), "c.yaml");
    assertFalse(ContractDiff.of(contract("2", FUNCTIONS), number).isCompatible());
  }

  @Test
  void theSchemaForEditorsKnowsTheFunctions() throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode text = json.readTree(ContractParser.jsonSchema());
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text);
    for (String good : List.of(FUNCTIONS, "transform: []\n")) {
      assertEquals(java.util.Set.of(), schema.validate(tree(json, good)));
    }
    for (String bad :
        List.of(
            "transform: skip_if\n",
            "transform: [{}]\n",
            "transform: [{skip_iff: {}}]\n",
            "transform: [{skip_if: {column: name}}]\n",
            "transform: [{remove: {columns: id}}]\n",
            "transform: [{upper_case: {column: name, onto: x}}]\n")) {
      assertFalse(schema.validate(tree(json, bad)).isEmpty(), bad);
    }
  }

  private static JsonNode tree(ObjectMapper json, String more) {
    return json.valueToTree(
        new Load(LoadSettings.builder().build()).loadFromString(HEAD.formatted("1") + more));
  }
}
