package io.sluice.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An audit masks nothing: whoever audits need not have the keys of masks. */
class LostDatesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dead_letters: {value: mask}\n",
        "dead_letters: {value: drop}\n",
        "transform:\n  - upper_case: {column: who, into: loud}\n"
      })
  void datesAreFoundWithoutTheKeyOfAMask(String more) {
    Contract contract =
        ContractParser.parse(
            """
            table: t
            topic: t
            event_time: at
            columns:
              - {name: at, type: timestamp, required: true}
              - {name: who, type: string, required: true, mask: {hmac: {env: SLUICE_NO_SUCH_KEY}}}
              - {name: key, from: key, type: string, mask: {hmac: {file: /no/such/key}}}
            """
                + more,
            "c.yaml");
    try (LostDates dates = new LostDates(contract, SchemaSettings.NONE)) {
      dates.add(
          new SourceRecord(
              "s",
              0,
              0,
              0,
              "k".getBytes(UTF_8),
              "{\"at\":\"2026-02-01T12:00:00Z\",\"who\":\"alice\"}".getBytes(UTF_8),
              List.of()));
      assertEquals(new TreeSet<>(List.of(LocalDate.of(2026, 2, 1))), dates.dates());
      assertFalse(dates.hasOthers());
    }
  }
}
