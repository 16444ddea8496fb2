package io.sluice.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.json.JsonFormat;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.Sample;
import io.sluice.source.SourceRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is found out is shown whole, however long it is. */
class SampleTextTest {
  private static Outcomes.Rejected rejected(String path, String message, @Nullable String bytes) {
    return new Outcomes.Rejected(
        Reason.WRONG_TYPE, path, 14, new Outcomes.Example(0, 227, message, bytes));
  }

  private static Findings findings(Outcomes outcomes, List<Beside.Had> beside) {
    return new Findings(
        outcomes,
        List.of(
            new Doubts.Doubt("when", "no record meets it"), new Doubts.Doubt("unless", "it is so")),
        10_000,
        1,
        List.of(),
        true,
        List.of(new Fields.NeverSeen("user", "a.rather.long.path.".repeat(6) + "x", "user_id")),
        beside,
        List.of(),
        List.of(),
        EventTimes.of(List.of()),
        Map.of(),
        null);
  }

  private static List<String> sample(Outcomes outcomes) {
    List<String> lines = new ArrayList<>();
    new SampleText(lines::add)
        .sample(
            new Plan.Sampled(10_000, 20_000, 1, Map.of(), Sample.End.COMPLETE),
            findings(outcomes, List.of()));
    return lines;
  }

  private static List<String> sample(Outcomes.Rejected rejected) {
    List<String> lines = sample(new Outcomes(9, 9, Map.of(), List.of(rejected), 9));
    return lines.subList(4, lines.size() - 2);
  }

  @Test
  void aShortReasonHasItsValueBehindIt() {
    assertEquals(
        List.of(
            "    WRONG_TYPE               14    0.14 %  n: expected a number, at 0@227: {\"n\":·x}"),
        sample(rejected("n", "expected a number", "{\"n\":\nx}")));
    List<String> cut = sample(rejected("n", "expected a number", "{" + "v".repeat(199) + "…"));
    assertEquals(1, cut.size());
    assertEquals(130, cut.get(0).length());
  }

  /** The end of a message is what helps. */
  @Test
  void aLongReasonIsWrappedAndNotCut() {
    String path = "order.customer.addresses[].geography.coordinates.latitude";
    String message =
        "expected a time of the format iso8601 with an offset, found the string \"2026-01-02\": write type: date, or have the producer send one";
    List<String> lines = sample(rejected(path, message, "{\"order\":" + "1".repeat(190) + "…"));
    assertTrue(lines.size() > 1, lines.toString());
    assertTrue(lines.stream().allMatch(line -> line.length() <= 130), lines.toString());
    String text = String.join(" ", lines.stream().map(String::strip).toList());
    assertTrue(text.contains(path + ": " + message + ", at 0@227: {\"order\":1"), text);

    // Without a space, too.
    String word = "x".repeat(400);
    String whole =
        String.join("", sample(rejected("", word, null)).stream().map(String::strip).toList());
    assertTrue(whole.contains(word), whole);
    assertTrue(whole.endsWith(", at 0@227: no value"), whole);
    // A line that is full has no room for the value, and is not made two for it.
    String full = "y".repeat(130 - 43 - ", at 0@227".length());
    assertEquals(
        List.of("    WRONG_TYPE               14    0.14 %  " + full + ", at 0@227"),
        sample(rejected("", full, "{\"n\":1}")));
  }

  /** A plan fits a screen, with all else that it says. */
  @Test
  void reasonsThatHaveNoRoomAreCounted() {
    List<Outcomes.Rejected> twenty =
        Collections.nCopies(20, rejected("n", "expected a number", "x"));
    List<String> lines = sample(new Outcomes(9, 9, Map.of(), twenty, 9));
    assertEquals(12, lines.stream().filter(line -> line.contains("expected a number")).count());
    assertTrue(lines.contains("    and 8 other reasons and paths: --json has all"));
    List<Outcomes.Rejected> long7 =
        Collections.nCopies(7, rejected("n", "expected a number ".repeat(8), "x"));
    lines = sample(new Outcomes(9, 9, Map.of(), long7, 9));
    assertEquals(6, lines.stream().filter(line -> line.contains("0.14 %")).count());
    assertTrue(lines.contains("    and 1 other reason and path: --json has all"));
  }

  @Test
  void whatIsSkippedIsSaidWithWhy() {
    List<String> lines = sample(new Outcomes(4, 12, Map.of("no elements", 6L), List.of(), 9));
    assertTrue(lines.get(2).endsWith("0.04 %  12 rows"), lines.toString());
    assertEquals(
        "  skipped                     6    0.06 %  no row, no dead letter: no elements",
        lines.get(3));
    assertEquals("  WARNING                when: no record meets it", lines.get(5));
    assertEquals("  note                   it is so", lines.get(6));
  }

  @Test
  void columnsAreNamedWithWhatTheyAreLikelyToBe() {
    List<String> lines = new ArrayList<>();
    new SampleText(lines::add)
        .columns(
            findings(
                new Outcomes(9, 9, Map.of(), List.of(), 9_000),
                List.of(
                    new Beside.Had("account", "key", 9_000),
                    new Beside.Had("trace", "headers.trace", 60),
                    new Beside.Had("span", "headers.span", 0))));
    String text = String.join(" ", lines.stream().map(String::strip).toList());
    assertTrue(text.contains(" is it user_id?"), text);
    assertTrue(text.contains("account: each record has key "), text);
    assertTrue(text.contains("trace: 60 of 9,000 records have headers.trace "), text);
    assertTrue(text.endsWith("span: no record has headers.span"), text);
  }

  /**
   * Of the table's records alone, and of them what neither a column nor the contract itself reads.
   */
  @Test
  void whatIsUnknownIsSaidWithoutAValueWhereNoneIsShown() {
    String head =
        "table: t\ntopic: t\nevent_time: record_time\n"
            + "when: [{path: kind.name, is: a}, {path: seen, exists: true}]\n";
    String columns = "columns: [{name: id, type: int64}, {name: m, type: string, mask: hash}]\n";
    List<SourceRecord> records =
        Records.of(
            20,
            i ->
                i % 2 == 0
                    ? "{\"kind\":{\"name\":\"a\",\"pad\":1},\"seen\":1,\"id\":1,\"m\":\"x\",\"own\":true}"
                    : "{\"kind\":{\"name\":\"b\"},\"id\":1,\"others\":\"y\"}");
    assertEquals(
        List.of(
            "  unknown                kind.pad: in 100.00 %, number, as 1",
            "  unknown                own: in 100.00 %, boolean, as true"),
        unknown(head + columns.replace(", mask: hash", ""), records));
    assertEquals(
        List.of(
            "  unknown                kind.pad: in 100.00 %, number",
            "  unknown                own: in 100.00 %, boolean"),
        unknown(head + "dead_letters: {value: mask}\n" + columns, records));
  }

  private static List<String> unknown(String text, List<SourceRecord> records) {
    Contract contract = ContractParser.parse(text, "c.yaml");
    DecodeSettings settings = new DecodeSettings(null, null, SchemaSettings.NONE);
    Decoded decoded = Decoded.of(records, contract, settings, Schemas.NONE);
    Fields fields = new Fields(contract);
    for (SourceRecord record : decoded.documents()) {
      fields.add(new JsonFormat().document(record.value(), contract, Schemas.NONE).orElseThrow());
    }
    List<String> lines = new ArrayList<>();
    new SampleText(lines::add)
        .columns(
            new Findings(
                decoded.outcomes(),
                List.of(),
                records.size(),
                1,
                fields.unknown(),
                true,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                EventTimes.of(List.of()),
                Map.of(),
                null));
    return lines.stream().filter(line -> line.contains("unknown")).toList();
  }
}
