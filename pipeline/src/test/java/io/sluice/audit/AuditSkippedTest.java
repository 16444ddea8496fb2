package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records that the contract skips are in the lake without rows, and the audit adds up. */
class AuditSkippedTest extends AuditFixture {

  private void skipViews() throws IOException {
    String json = ContractJson.of(ContractParser.userActions());
    lake =
        new TestLake(
            directory.resolve("skipping"),
            ContractParser.parse(
                json.replaceFirst(
                    "\\{",
                    "{\"transform\": [{\"skip_if\": {\"column\": \"event_name\", \"equals\": \"view\"}}],"),
                "skipping.json"));
  }

  private SourceRecord buy(int partition, long offset, double minute) {
    SourceRecord record =
        TestLake.record(
            partition,
            offset,
            at(minute),
            "{\"timestamp\":\""
                + at(minute)
                + "\",\"event_name\":\"buy\",\"user_identifiers\":{\"id\":\"u\"}}");
    topic.add(record);
    return record;
  }

  @Test
  void whatIsSkippedIsCountedApartByPartitionAndNothingIsLost() throws IOException {
    skipViews();
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    write(List.of(buy(0, 10, 1), buy(1, 0, 1)), 7);
    write(records(1, 1, 4, 1), 8);
    AuditReport report = judge();
    assertTrue(report.passed(), text(report));
    assertEquals(
        "audit: offsets=15 lake=2 dead=0 lost=0 duplicate=0 waiting=0 dates=1 files=4 skipped=13",
        report.line());
    assertEquals(
        List.of(10L, 3L),
        report.partitions().stream().map(AuditReport.Partition::skipped).toList());
    assertEquals(2, report.lakeRows());
    assertTrue(text(report).contains(" skipped "), text(report));
    assertTrue(report.toJson().contains("\"skipped\":13,"), report.toJson());
    assertTrue(report.toJson().contains("\"skipped\":10,"), report.toJson());
    assertEquals(report.offsets(), 15);
  }

  /** It is proved all the same, and whoever reads that is to know what it is worth. */
  @Test
  void thatNoRecordAtAllIsARowIsSaid() throws IOException {
    skipViews();
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    AuditReport report = judge();
    assertTrue(report.passed(), text(report));
    String said =
        "no record here is a row or a dead letter, for the contract wants none of 10 records; sluice"
            + " plan says why";
    assertTrue(text(report).contains(said), text(report));
    write(List.of(buy(0, 10, 1)), 7);
    assertFalse(text(judge()).contains("sluice plan"), text(report));
  }

  @Test
  void withoutAnyNothingIsSaidOfThem() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    AuditReport report = judge();
    assertEquals(
        "audit: offsets=10 lake=10 dead=0 lost=0 duplicate=0 waiting=0 dates=1 files=1",
        report.line());
    assertFalse(text(report).contains("skipped"), text(report));
    assertFalse(report.toJson().contains("skipped"), report.toJson());
  }

  @Test
  void aCopyOfAFileWithoutRowsIsADuplicate() throws IOException {
    skipViews();
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    lake.copy(lake.files(DATE).get(0));
    AuditReport report = judge();
    assertEquals(10, report.duplicate());
    assertEquals(10, report.skipped());
    assertEquals(0, report.lake());
  }

  @Test
  void aSkippedRecordThatNoFileHasIsLostAndItsDateIsNamed() throws IOException {
    skipViews();
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(3);
    AuditReport report = judge();
    assertEquals(1, report.lost(), text(report));
    assertEquals(DATE, report.remedy().dates().first());
    assertFalse(report.remedy().hasOthers());
  }
}
