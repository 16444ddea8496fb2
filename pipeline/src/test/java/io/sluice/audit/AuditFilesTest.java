package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.lake.Positions.Range;
import io.sluice.report.TestLake;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are damaged, elsewhere, or have rows of no committed record. */
class AuditFilesTest extends AuditFixture {
  @Test
  void aDamagedFileIsNamedAndAllElseIsJudged() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(2);
    lake.complete(DATE);
    Path file = lake.files(DATE).get(0);
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(file) - 100);
    }
    AuditReport report = judge();
    // The manifest says which rows it had: they are not lost.
    assertCounts(report, 1, 0);
    assertEquals(1, report.damaged().size());
    for (String part : List.of(file.getFileName().toString(), "is damaged", "--replaceDamaged")) {
      assertTrue(report.damaged().get(0).contains(part), report.damaged().get(0));
    }
    Files.write(file, new byte[0]);
    assertEquals(1, judge().damaged().size());
  }

  @Test
  void aFolderThatWasRenamedIsNamed() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    Path folder = lake.files(DATE).get(0).getParent();
    Path other = folder.resolveSibling("event_date=2026-03-01");
    Files.move(folder, other);
    String byFooter = String.join("", judge().damaged());
    assertTrue(byFooter.contains("has rows of 2026-05-01"), byFooter);
    Files.move(other, folder);
    lake.complete(DATE);
    // The neighbour's could be of another zone, by its footers.
    Files.move(folder, folder.resolveSibling("event_date=2026-05-02"));
    String byManifest = String.join("", judge().damaged());
    assertTrue(byManifest.contains("is the manifest of 2026-05-01"), byManifest);
  }

  /**
   * Such as Kafka timestamps in microseconds, in nanoseconds, and the least and greatest of all.
   */
  @ParameterizedTest
  @ValueSource(
      longs = {
        1_764_336_000_000_000L,
        1_764_336_000_000_000_000L,
        Long.MAX_VALUE,
        -1_764_336_000_000_000_000L,
        -62_135_596_800_001L
      })
  void aTimeBeyondAllDatesIsInTheFolderOfTheNearest(long time) throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    SourceRecord strange = TestLake.record(0, 0, Instant.ofEpochMilli(time), "no JSON");
    topic.add(strange);
    write(List.of(strange), 6);
    assertEquals(List.of(), judge().damaged());
  }

  @Test
  void aLakeOfOtherTopicsIsSaidToBeOne() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    assertFalse(text(judge()).contains("No file here is of this topic"), text(judge()));
    topic.createdAnew("cluster/user-actions/other");
    String text = text(judge());
    assertTrue(
        text.contains("No file here is of this topic, cluster/user-actions/other")
            && text.contains(TestLake.SOURCE),
        text);
  }

  @Test
  void rowsOfAbortedRecordsAreExtra() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    List<SourceRecord> all = records(0, 0, 20, 0);
    write(without(all, 19), 6);
    // 8 to 18 were aborted; 19 is the marker.
    FakeTopic committed = new FakeTopic(2);
    all.stream().filter(record -> record.offset() < 8).forEach(committed::add);
    topic = committed.end(0, 20);
    AuditReport report = judge();
    assertEquals(11, report.extra(), text(report));
    assertFalse(report.passed());
    assertTrue(report.line().contains(" extra=11"), report.line());
    assertFalse(text(report).contains("were looked for beyond"), text(report));
    assertTrue(report.toJson().contains("\"looked_for_extra\":true"), report.toJson());
    topic.cleanup = SourceReader.Cleanup.COMPACTION;
    AuditReport compacted = judge();
    assertTrue(compacted.passed());
    assertTrue(text(compacted).contains("the topic is compacted"), text(compacted));
  }

  /** Else whoever lacks the right would take what was not looked for as not there. */
  @Test
  void thatExtraRowsWereNotLookedForIsSaid() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 20, 0), 6);
    topic = new FakeTopic(2);
    records(0, 0, 8, 0).forEach(topic::add);
    topic.end(0, 20).cleanup = SourceReader.Cleanup.NOT_SAID;
    AuditReport report = judge();
    assertEquals(0, report.extra());
    assertTrue(
        text(report)
            .contains(
                "rows that are no committed record were looked for beyond the topic's end only:"
                    + " Kafka does not say whether the topic is compacted: allow DESCRIBE_CONFIGS"),
        text(report));
    assertTrue(
        report.toJson().contains("\"looked_for_extra\":false,\"cleanup\":\"not_said\""),
        report.toJson());
  }

  /** Without a marker nearby nothing is read, so it takes the flag to find them. */
  @Test
  void everyRecordIsReadWhereThatIsAsked() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    List<SourceRecord> all = records(0, 0, 20, 0);
    write(all, 6);
    FakeTopic committed = new FakeTopic(2);
    without(all, 7).forEach(committed::add);
    topic = committed;
    assertTrue(judge().passed());
    assertEquals(0, topic.read);
    assertEquals(1, judge(request(false, true, null)).extra());
  }

  @Test
  void rowsBeyondTheEndOfTheTopicAreExtra() throws IOException {
    write(records(0, 0, 20, 0), 6);
    topic = new FakeTopic(2);
    records(0, 0, 15, 0);
    AuditReport report = judge();
    assertEquals(List.of(new Range(15, 19)), report.partitions().get(0).extra());
  }
}
