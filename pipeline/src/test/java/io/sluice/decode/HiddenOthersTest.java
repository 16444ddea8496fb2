package io.sluice.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.Contracts;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractDiff;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.contract.ContractParser.Located;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A table that keeps values out of its dead letters shares its topic: what is written of a record
 * that may be its own, in another table's dead letters, has no values either.
 */
class HiddenOthersTest {
  private static final String ORDERS =
      """
      table: orders
      topic: t
      event_time: record_time
      when: [{path: kind, is: order}]
      dead_letters: {value: %s}
      columns:
        - {name: email, type: string, mask: hash}
        - {name: n, type: int64}
      """;

  private static final String CLICKS =
      """
      table: clicks
      topic: t
      event_time: record_time
      %s
      columns:
        - {name: url, type: string}
        - {name: n, type: int64}
      """;

  private static final String CLICKS_ALONE = "when: [{path: kind, is: click}]";
  private static final String ALL_ELSE = "unknown_fields: ignore";

  private static Contract clicks(String letters, String clicks) {
    return Contracts.together(
            Stream.of(ORDERS.formatted(letters), CLICKS.formatted(clicks))
                .map(yaml -> new Located(ContractParser.parse(yaml, "c"), "c", Map.of()))
                .toList())
        .get(1)
        .contract();
  }

  /** A dead letter as a text, of whatever is in it. */
  private static String letter(Contract contract, String value) {
    SourceRecord record =
        new SourceRecord(
            "cluster/t/AAAAAAAAAAAAAAAAAAAAAA",
            0,
            7,
            1_790_000_000_123L,
            "SECRETkey".getBytes(UTF_8),
            value.getBytes(UTF_8),
            List.of(
                new Header("who", "SECRETheader".getBytes(UTF_8)),
                new Header("sluice-value", "SECRETmark".getBytes(UTF_8))));
    try (RecordDecoder decoder =
        new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE))) {
      Outcome.Rejected rejected = (Outcome.Rejected) decoder.decode(record);
      DeadLetter letter = DeadLetters.letter(decoder.letter(record, rejected));
      List<String> all = new ArrayList<>();
      all.add(letter.reason() + " " + letter.message());
      all.add("shown " + decoder.shown(rejected).message());
      all.add(text(letter.record().key()));
      all.add(text(letter.record().value()));
      for (Header header : letter.record().headers()) {
        all.add(header.key() + "=" + text(header.value()));
      }
      return String.join("|", all);
    }
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mask | when: [{path: kind, is: click}] | {\"kind\":\"order\",\"email\":\"SECRET",
        "mask | when: [{path: kind, is: click}] | {\"kind\":\"other\",\"email\":\"SECRET\"}",
        "drop | when: [{path: kind, is: click}] | {\"email\":\"SECRET\"}",
        "drop | when: [{from: headers.who, exists: true}] | {\"email\":\"SECRET\"",
        "mask | unknown_fields: ignore | {\"kind\":\"order\",\"email\":\"SECRET1\",\"email\":\"SECRET2",
        "mask | unknown_fields: ignore | SECRET",
        "mask | unknown_fields: ignore | {\"n\":\"SECRET\",\"kind\":",
      })
  void whatMayBeAnothersIsNotShown(String letters, String clicks, String value) {
    String letter = letter(clicks(letters, clicks), value);
    assertFalse(letter.contains("SECRET"), letter);
    assertTrue(letter.endsWith("|null|null|who=null|sluice-value=dropped"), letter);
  }

  @ParameterizedTest
  @ValueSource(strings = {CLICKS_ALONE, ALL_ELSE})
  void whatIsTheTablesOwnIsKept(String clicks) {
    String own = "{\"kind\":\"click\",\"n\":\"no number\"}";
    String letter = letter(clicks("mask", clicks), own);
    assertTrue(letter.endsWith("|SECRETkey|" + own + "|who=SECRETheader"), letter);
  }

  @Test
  void whereTheOtherKeepsValuesAllAreKept() {
    Contract clicks = clicks("keep", CLICKS_ALONE);
    assertFalse(clicks.intake().choice().hidesOthers());
    String letter = letter(clicks, "{\"kind\":\"other\",\"email\":\"SECRET\"}");
    assertTrue(
        letter.contains("|SECRETkey|{\"kind\":\"other\",\"email\":\"SECRET\"}|who="), letter);
  }

  /** As a run records it, for whoever has that contract alone. */
  @Test
  void itStandsInTheRecordedContractAndMakesNoOtherVersionOfIt() {
    Contract hides = clicks("mask", CLICKS_ALONE);
    assertTrue(hides.intake().choice().hidesOthers());
    assertEquals(hides, ContractParser.parse(ContractJson.of(hides), "recorded"));
    Contract keeps = clicks("keep", CLICKS_ALONE);
    assertTrue(ContractDiff.sameMeaning(hides, keeps));
    assertEquals(List.of(), ContractDiff.of(keeps, hides).incompatible());
  }
}
