package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.ProvedOffsets;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What was proved stays so, what Kafka deleted before it was read is gone, and what is gone of what
 * was proved is seen.
 */
class AuditProofTest extends AuditFixture {
  @Test
  void whatRetentionTakesAfterTheProofIsNotMissed() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    write(records(0, 11, 20, 1), 7);
    topic.end(0, 21);
    assertFalse(text(judge()).contains("count all files"), text(judge()));
    prove(judge());
    topic.deleteBefore(0, 15);
    assertTrue(judge().complete(), text(judge()));
    assertTrue(text(judge()).contains("count all files"), text(judge()));
    assertEquals(21, judge().partitions().get(0).from());
    // Offset 10 was no record when it was proved.
    assertTrue(judge(request(true, false, null)).complete());
    // Another topic of this name has proved nothing.
    topic.createdAnew("cluster/user-actions/other");
    assertEquals(15, judge().partitions().get(0).from());
  }

  /** The first job read from the end, another reads the history since. */
  @Test
  void whatLiesBelowTheFirstStartIsJudgedOnceARunIsAskedForIt() throws IOException {
    List<SourceRecord> history = records(0, 0, 10, 0);
    start(false, 9, Map.of(0, 10L, 1, 0L));
    write(records(0, 10, 20, 10), 16);
    write(records(0, 20, 30, 50), 56);
    topic.end(0, 31);
    prove(judge());
    start(true, 70, Map.of(0, 0L, 1, 0L));
    write(without(history, 5), 76);
    write(records(0, 31, 40, 110), 116);
    write(records(0, 40, 50, 150), 156);
    write(records(0, 50, 60, 190), 196);
    // The marker at 30 was there to be read when it was proved.
    topic.deleteBefore(0, 4);
    // Of what lies below, files from 10 on show nothing: they may be of the first job.
    assertCounts(judge(), 0, 1);
    assertEquals(5, judge().partitions().get(0).provedBefore());
    write(records(0, 5, 6, 0), 197);
    topic.deleteBefore(0, 40);
    assertTrue(judge().complete(), text(judge()));
    prove(judge());
    assertEquals(60, judge().partitions().get(0).from());
  }

  @Test
  void theProofOnlyGrowsAndOneThatDidNotPassIsNone() throws IOException {
    write(records(0, 0, 10, 0), 6);
    prove(judge());
    topic.end(0, 5);
    prove(judge());
    String table = lake.contract.table();
    assertEquals(
        List.of(new Range(0, 9)), ProvedOffsets.read(lake.lake, table, TestLake.SOURCE).of(0));
    assertEquals(1, lake.lake.list("_sluice/" + table + "/proved/").size());
    assertEquals(Set.of(), ProvedOffsets.read(lake.lake, table, "another").partitions());
  }

  @Test
  void deletedFilesOfWhatWasProvedAreFoundByAFullAuditAlone() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    write(records(0, 10, 20, 40), 46);
    write(records(0, 20, 30, 80), 86);
    prove(judge());
    Files.delete(lake.files(DATE).get(0));
    AuditReport quick = judge();
    assertTrue(quick.passed(), text(quick));
    assertTrue(quick.line().endsWith(" removed=10"), quick.line());
    assertTrue(text(quick).contains("10 offsets that an earlier audit proved"), text(quick));
    // No job reads again what is proved: nothing has to come after it to show that it is lost.
    AuditReport full = judge(request(true, false, null));
    assertCounts(full, 10, 0);
    assertTrue(full.toJson().contains("\"rebuild\":[\"2026-05-01\"]"), full.toJson());

    write(records(0, 30, 40, 120), 126);
    write(records(0, 40, 50, 160), 166);
    prove(judge());
    assertEquals(10, judge().removed());
    topic.deleteBefore(0, 20);
    assertCounts(judge(request(true, false, null)), 0, 0);
    assertEquals(10, judge().removed());
  }

  /** No file with a greater offset stands behind it: what an audit has proved is beyond doubt. */
  @Test
  void theLastFileOfWhatWasProvedIsFoundWhenItIsDeleted() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    write(records(0, 10, 20, 40), 46);
    prove(judge());
    Files.delete(lake.files(DATE).get(1));
    // What came since is on its way.
    records(0, 20, 25, 60);
    AuditReport full = judge(request(true, false, null));
    assertCounts(full, 10, 5);
    assertTrue(full.toJson().contains("\"rebuild\":[\"2026-05-01\"]"), full.toJson());
    Files.delete(lake.files(DATE).get(0));
    assertCounts(judge(request(true, false, null)), 20, 5);
  }

  @Test
  void whatKafkaDeletedBeforeItWasReadIsGoneUntilSomebodyAcknowledgesIt() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    records(0, 10, 30, 1);
    topic.deleteBefore(0, 20);
    AuditReport report = judge();
    assertEquals(10, report.gone(), text(report));
    assertEquals(10, report.waiting());
    assertFalse(report.passed());
    assertTrue(report.line().contains(" gone=10"), report.line());
    assertTrue(text(report).contains("--partition=0 --from=10 --to=19"), text(report));

    Acknowledge acknowledge =
        new Acknowledge(lake.lake, lake.deadLetters, lake.contract, () -> topic);
    for (Range wrong : List.of(new Range(10, 20), new Range(0, 9))) {
      String message =
          assertThrows(
                  UserException.class, () -> acknowledge.record(0, wrong, "me", "x", BEGIN, "1"))
              .getMessage();
      assertTrue(message.contains("are not gone"), message);
    }
    assertThrows(
        UserException.class, () -> acknowledge.record(7, new Range(0, 0), "me", "x", BEGIN, "1"));
    acknowledge.record(0, new Range(10, 19), "Ada", "retention of an hour", BEGIN, "1");

    AuditReport after = judge();
    assertTrue(after.passed(), text(after));
    assertEquals(10, after.acknowledged());
    assertEquals(List.of(new Range(0, 19)), after.proved().of(0));
    assertEquals(
        "retention of an hour",
        Acknowledgement.read(lake.lake, lake.contract.table()).get(0).why());
  }

  /** As of a topic with transactions: between its records are markers. */
  @Test
  void oneCommandAcknowledgesAllHolesOfAPartitionAndNothingElse() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    long[] markers = LongStream.range(0, 100).map(i -> i * 3 + 1).toArray();
    List<SourceRecord> all = records(0, 0, 300, 0);
    write(without(all, markers), 6);
    write(records(0, 300, 310, 60), 66);
    write(records(0, 310, 320, 120), 126);
    topic.deleteBefore(0, 300);
    AuditReport report = judge();
    assertEquals(100, report.gone(), text(report));
    String text = text(report);
    assertEquals(2, text.split("sluice acknowledge", -1).length, text);
    assertTrue(text.contains("up to 100 records") && text.contains("--from=1 --to=298 "), text);
    Acknowledgement done =
        new Acknowledge(lake.lake, lake.deadLetters, lake.contract, () -> topic)
            .record(0, new Range(1, 298), "Ada", "markers", BEGIN, "1");
    assertEquals(100, done.count());
    assertTrue(judge().passed(), text(judge()));
    assertEquals(100, judge().acknowledged());
    Files.delete(lake.files(DATE).get(0));
    assertEquals(200, judge().gone(), text(judge()));
  }

  @Test
  void whatKafkaDeletedAMomentAgoMayBeInAJob() throws IOException {
    double now = Duration.between(BEGIN, Instant.now()).toMinutes();
    start(true, now - 60, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, now - 20), now - 14);
    records(0, 10, 20, now - 2);
    topic.deleteBefore(0, 15);
    AuditReport report = judge();
    assertEquals(0, report.gone(), text(report));
    assertCounts(report, 0, 10);
  }
}
