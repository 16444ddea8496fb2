package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.compact.BeforeDeletion;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.erase.Erase;
import io.sluice.erase.EraseLetters;
import io.sluice.erase.Where;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was erased is neither lost nor there twice, and is counted apart. */
class AuditErasedTest extends AuditFixture {
  private void positions(boolean placed) throws IOException {
    String json = ContractJson.of(ContractParser.userActions());
    lake =
        new TestLake(
            directory.resolve("erased"),
            ContractParser.parse(
                json.replaceFirst(
                    "\"position_columns\" *: *(true|false)", "\"position_columns\":" + placed),
                "erased.json"));
  }

  private SourceRecord of(int partition, long offset, double minute, String user) {
    SourceRecord record =
        TestLake.record(
            partition,
            offset,
            at(minute),
            "{\"timestamp\":\""
                + at(minute)
                + "\",\"event_name\":\"buy\",\"user_identifiers\":{\"id\":\""
                + user
                + "\"}}");
    topic.add(record);
    return record;
  }

  /** Dead, for it has no name of an event. */
  private SourceRecord dead(int partition, long offset, double minute, String user) {
    SourceRecord record =
        TestLake.record(
            partition,
            offset,
            at(minute),
            "{\"timestamp\":\""
                + at(minute)
                + "\",\"user_identifiers\":{\"id\":\""
                + user
                + "\"}}");
    topic.add(record);
    return record;
  }

  private Where where(String user) {
    String column =
        lake.contract.columns().stream()
            .filter(one -> one.path().equals(List.of("user_identifiers", "id")))
            .findFirst()
            .orElseThrow()
            .name();
    return Where.parse(column + " = " + user, List.of(lake.contract));
  }

  private Erase erase(Store store, Table table) {
    return new Erase(
        store,
        table,
        new Erase.Settings(Duration.ZERO, 3, false, false),
        BeforeDeletion.NOTHING,
        files -> {});
  }

  private void erase(String user, double minute) throws IOException {
    Table table = lake.contract.lakeTable();
    Table letters = DeadLetters.table(lake.contract);
    erase(lake.lake, table).run(DATE, where(user));
    Positions erased = EraseLetters.erased(lake.lake, table);
    new EraseLetters(
            lake.deadLetters, lake.contract, erase(lake.deadLetters, letters), where(user), false)
        .run(DATE, erased);
    stamp(minute);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasErasedIsCountedApartAndProved(boolean placed) throws IOException {
    positions(placed);
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    write(List.of(of(0, 10, 1, "gone"), of(1, 0, 1, "gone"), dead(1, 1, 1, "gone")), 7);
    write(List.of(dead(1, 2, 1, "other")), 7);
    erase("gone", 8);
    AuditReport report = judge();
    assertTrue(report.passed(), text(report));
    assertEquals(
        "audit: offsets=14 lake=10 dead=1 lost=0 duplicate=0 waiting=0 dates=1 files="
            + report.files().lake()
            + " erased=3",
        report.line());
    assertEquals(10, report.lakeRows());
    assertTrue(text(report).contains("3 records are erased"), text(report));
    assertEquals(!placed, text(report).contains("do not say the positions"), text(report));
    assertTrue(report.toJson().contains("\"erased\":3,"), report.toJson());
    if (placed) {
      assertEquals(
          List.of(1L, 2L),
          report.partitions().stream().map(AuditReport.Partition::erased).toList());
    }
    // What was proved with it stays proved, and a copy of a file of it is there twice.
    prove(report);
    AuditReport again = judge();
    assertEquals(report.line(), again.line());
    assertEquals(0, again.removed());
  }

  @Test
  void withoutAnyNothingIsSaidOfThem() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    AuditReport report = judge();
    assertFalse(text(report).contains("erased"), text(report));
    assertFalse(report.toJson().contains("erased"), report.toJson());
  }

  @Test
  void whatIsMissingBesideItIsLostStill() throws IOException {
    positions(true);
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(List.of(of(1, 0, 0, "gone")), 6);
    erase("gone", 7);
    hole(3);
    AuditReport report = judge();
    assertEquals(1, report.lost(), text(report));
    assertEquals(1, report.erased());
  }
}
