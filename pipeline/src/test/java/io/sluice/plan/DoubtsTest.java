package io.sluice.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.contract.Choice;
import io.sluice.contract.Condition;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeSettings;
import io.sluice.json.JsonFormat;
import io.sluice.schema.SchemaSettings;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecord.Header;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What loses a topic without a dead letter is said, and what is well is not. */
class DoubtsTest {
  private static final String HEAD = "table: t\ntopic: t\nevent_time: record_time\n";
  private static final String LINES =
      "columns:\n  - {name: id, type: int64}\n  - {name: sku, path: lines.sku, type: string}\n";

  private static Contract contract(String text) {
    return ContractParser.parse(HEAD + text, "c.yaml");
  }

  /** Records of a type and an id each, as many of each as is said, with a header of the type. */
  private static List<SourceRecord> events(Object... typesAndCounts) {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < typesAndCounts.length; i += 2) {
      String type = (String) typesAndCounts[i];
      for (int n = 0; n < (int) typesAndCounts[i + 1]; n++) {
        String json = "{\"type\":\"" + type + "\",\"id\":" + records.size() + "}";
        records.add(
            record(records.size(), json, List.of(new Header("kind", type.getBytes(UTF_8)))));
      }
    }
    return records;
  }

  private static SourceRecord record(long offset, String json, List<Header> headers) {
    return new SourceRecord(
        "c/t/i", 0, offset, Records.TIME.toEpochMilli(), null, json.getBytes(UTF_8), headers);
  }

  private static List<String> doubts(
      Contract contract, List<String> before, List<SourceRecord> records) {
    Decoded decoded =
        Decoded.of(
            records, contract, new DecodeSettings(null, null, SchemaSettings.NONE), Schemas.NONE);
    Doubts doubts = new Doubts(contract, before, contract.showsValues(), Schemas.NONE);
    Fields fields = new Fields(contract);
    records.forEach(doubts::add);
    for (SourceRecord record : decoded.documents()) {
      new JsonFormat()
          .document(record.value(), contract, Schemas.NONE)
          .ifPresent(
              document -> {
                doubts.add(document);
                fields.add(document);
              });
    }
    return doubts.doubts(decoded.outcomes(), fields.unknown()).stream()
        .map(doubt -> (doubt.isNote() ? "note " : "") + doubt.about() + ": " + doubt.text())
        .toList();
  }

  private static String when(String condition) {
    return "when: [" + condition + "]\nunrouted: others\ncolumns: [{name: id, type: int64}]\n";
  }

  @Test
  void aListThatNoRecordHasIsNamedWithThoseThatTheyHave() {
    List<SourceRecord> records =
        Records.of(40, i -> "{\"id\":" + i + ",\"lines\":[{\"sku\":\"a\"}],\"tags\":[1]}");
    assertEquals(
        List.of(
            "explode: no record of the sample has a list at linse, of 40 records that are the"
                + " table's; they have lists at tags"),
        doubts(contract("explode: linse\n" + LINES), List.of(), records));
    assertEquals(
        List.of(
            "explode: no record of the sample has a list at linse, of 40 records that are the"
                + " table's; they have lists at lines, tags"),
        doubts(
            contract("explode: linse\ncolumns:\n  - {name: id, type: int64}\n"),
            List.of(),
            records));
    assertEquals(List.of(), doubts(contract("explode: lines\n" + LINES), List.of(), records));
  }

  @Test
  void oneListAmongManyRecordsIsEnough() {
    Contract contract = contract("explode: lines\n" + LINES);
    assertEquals(
        List.of(),
        doubts(
            contract,
            List.of(),
            Records.of(100, i -> i == 7 ? "{\"lines\":[{\"sku\":\"a\"}]}" : "{\"id\":1}")));
    assertEquals(
        List.of("explode: the list at lines has no element in any of 100 records"),
        doubts(contract, List.of(), Records.of(100, i -> "{\"lines\":[]}")));
  }

  @Test
  void aConditionThatNoRecordMeetsIsNamedWithWhatTheyHave() {
    List<SourceRecord> records = events("order", 60, "click", 30, "view", 20, "refund", 10);
    assertEquals(
        List.of(
            "when: no record of the sample meets it, of 120 records: {path: type, is: refnud} holds"
                + " for none; the values there are order (60), click (30), view (20), …"),
        doubts(contract(when("{path: type, is: refnud}")), List.of(), records));
    assertEquals(
        List.of(
            "when: no record of the sample meets it, of 120 records: {path: tpye, in: [order,"
                + " refund]} holds for none; none has a value there"),
        doubts(
            contract(when("{path: type, exists: true}, {path: tpye, in: [order, refund]}")),
            List.of(),
            records));
    assertEquals(
        List.of(
            "when: no record of the sample meets it, of 120 records: {from: headers.knid, starts_with:"
                + " o} holds for none; none has a value there"),
        doubts(contract(when("{from: headers.knid, starts_with: o}")), List.of(), records));
    assertEquals(
        List.of(
            "when: no record of the sample meets it, of 120 records, though each of its conditions"
                + " holds for some"),
        doubts(
            contract(when("{path: type, is: order}, {from: headers.kind, is: click}")),
            List.of(),
            records));
    // One of a thousand is enough.
    assertEquals(
        List.of(),
        doubts(
            contract(when("{path: type, is: refund}")),
            List.of(),
            events("order", 999, "refund", 1)));
  }

  @Test
  void valuesThatMayNotBeShownAreCounted() {
    assertEquals(
        List.of(
            "when: no record of the sample meets it, of 5 records: {path: type, is: x} holds for"
                + " none; 5 have a value there"),
        doubts(
            contract("dead_letters: {value: drop}\n" + when("{path: type, is: x}")),
            List.of(),
            events("order", 5)));
  }

  /** As a run has them beside each other. */
  private static Contract among(Contract contract, List<Contract> before, Choice.Unrouted rest) {
    List<List<Condition>> unless =
        before.stream().map(one -> one.intake().choice().when()).toList();
    return contract.with(contract.intake().choice().among(unless, rest));
  }

  @Test
  void recordsThatContractsBeforeTakeAreSaidToBeTheirs() {
    List<SourceRecord> records = events("order", 60, "refund", 40);
    Contract orders = contract(when("{path: type, starts_with: or}"));
    Contract all = contract(when("{path: type, exists: true}"));
    Contract refunds =
        among(
            contract(when("{path: type, is: refund}")),
            List.of(orders, all),
            Choice.Unrouted.OTHERS);
    assertEquals(
        List.of(
            "when: all that meet it, 40 records, are taken by table everything, whose contract"
                + " comes first"),
        doubts(refunds, List.of("orders", "everything"), records));
    // Of one that is looked at alone the others' names are not known.
    assertEquals(
        List.of(
            "when: all that meet it, 40 records, are taken by the table that asks [{path: type,"
                + " exists: true}], whose contract comes first"),
        doubts(refunds, List.of(), records));
    assertEquals(
        List.of(),
        doubts(
            among(
                contract(when("{path: type, is: refund}")),
                List.of(orders),
                Choice.Unrouted.OTHERS),
            List.of("orders"),
            records));
    Contract rest =
        among(
            contract("columns: [{name: id, type: int64}]\n"),
            List.of(orders, all),
            Choice.Unrouted.DEAD_LETTER);
    assertEquals(
        List.of(
            "note unless: all 100 records of the sample are taken by table orders (60), table"
                + " everything (40), whose contracts come first"),
        doubts(rest, List.of("orders", "everything"), records));
  }

  @Test
  void whatIsSkippedAltogetherIsSaidWithWhy() {
    String skips =
        "columns: [{name: type, type: string, required: true}]\n"
            + "transform:\n  - skip_if: {column: type, equals: order}\n";
    assertEquals(
        List.of("skipped: no record of the sample is a row or a dead letter: skip_if: 5"),
        doubts(contract(skips), List.of(), events("order", 5)));
    assertEquals(List.of(), doubts(contract(skips), List.of(), events("order", 5000, "refund", 1)));
    assertEquals(List.of(), doubts(contract(skips), List.of(), List.of()));
  }
}
