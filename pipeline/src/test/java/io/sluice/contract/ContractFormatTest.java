package io.sluice.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.UserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code format:} has effect, and what is wrong with it is named with its line. */
class ContractFormatTest {
  private static Contract contract(String format) {
    return ContractParser.parse(
        "table: t\ntopic: t\n"
            + format
            + "event_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n",
        "c.yaml");
  }

  @Test
  void whatAContractDoesNotSayIsTheFormatsOwn() {
    assertEquals("json", contract("").format().name());
    assertEquals("json", contract("format: json\n").format().name());
    assertEquals("|", contract("format: lines\n").format().keys().text("delimiter"));
    assertEquals(
        ";", contract("format: {name: lines, delimiter: ;}\n").format().keys().text("delimiter"));
    assertEquals("json", contract("format: {name: json}\n").format().name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "format: avro ~ c.yaml:3: format is one of bytes, json, lines, string, not 'avro'",
        "format: {delimiter: ;} ~ c.yaml:3: format has no 'name'",
        "format: {name: lines, delimeter: ;} ~ c.yaml:3: unknown key 'delimeter' in format; did you mean delimiter? Known are delimiter, name",
        "format: {name: json, delimiter: ;} ~ c.yaml:3: unknown key 'delimiter' in format; known are name",
        "format: [json] ~ c.yaml:3: format must be a mapping of keys to values",
        "format: {name: lines, delimiter: [a]} ~ c.yaml:3: delimiter must be a single value"
      })
  void whatIsWrongIsNamed(String format, String message) {
    assertEquals(
        message, assertThrows(UserException.class, () -> contract(format + "\n")).getMessage());
  }

  @Test
  void anotherFormatOrAnotherValueOfItsKeysIsAChangeToKnowOf() {
    ContractDiff.Change format = change(contract(""), contract("format: lines\n"), "format");
    assertEquals("json -> lines", format.change());
    assertEquals(ContractDiff.Verdict.NOTE, format.verdict());
    assertEquals(
        "| -> ;",
        change(
                contract("format: lines\n"),
                contract("format: {name: lines, delimiter: ;}\n"),
                "format.delimiter")
            .change());
  }

  private static ContractDiff.Change change(Contract older, Contract newer, String what) {
    return ContractDiff.of(older, newer).changes().stream()
        .filter(change -> change.what().equals(what))
        .findFirst()
        .orElseThrow();
  }
}
