package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.lake.Positions.Range;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.report.TestLake;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on its way waits, and what no job will write any more is lost. */
class AuditTest extends AuditFixture {
  @Test
  void whatARunningJobKeepsForItsWindowAndWhatItHasNotReadYetWaits() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(1);
    records(0, 20, 27, 45);
    AuditReport report = judge();
    assertCounts(report, 0, 8);
    assertTrue(report.passed());
    assertFalse(report.complete());
    assertEquals(27, report.offsets());
    assertEquals(at(0).plusSeconds(5), report.oldestWaiting());
    assertTrue(report.line().contains(" lost=0 duplicate=0 waiting=8 "), report.line());
    assertEquals(List.of(new Range(0, 4)), report.proved().of(0));
  }

  @Test
  void whatTheJobMustHaveWrittenIsLostAndTheTextSaysWhatBringsItBack() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(2);
    AuditReport report = judge();
    assertCounts(report, 1, 0);
    assertFalse(report.passed());
    assertEquals(List.of(new Range(5, 5)), report.partitions().get(0).lost());
    assertTrue(
        text(report).contains("sluice rebuild --date=2026-05-01 --from=kafka"), text(report));
    assertTrue(report.toJson().contains("\"rebuild\":[\"2026-05-01\"]"), report.toJson());
    assertEquals(Set.of(), report.proved().partitions());
  }

  @Test
  void aLostDeadLetterComesBackByAJobAndNotByARebuild() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(2);
    topic.add(TestLake.record(0, 5, at(0), "no JSON"));
    AuditReport report = judge();
    assertCounts(report, 1, 0);
    assertFalse(text(report).contains("sluice rebuild"), text(report));
    assertTrue(text(report).contains("--startFrom=lake"), text(report));
  }

  @Test
  void aJobThatStandsStillHasLostNothingHoweverLongAgo() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(0);
    records(0, 10, 15, 60 * 24 * 3);
    assertCounts(judge(), 0, 6);
  }

  @Test
  void aPartitionThatLagsHoldsBackAllOthers() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(3);
    write(records(1, 0, 10, 0), 6);
    assertCounts(judge(), 1, 0);
    records(1, 10, 20, 1);
    assertCounts(judge(), 0, 11);
  }

  /** Of partition 1 the last record is in no file; partition 0 goes on. */
  private void lostAtTheEnd() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(without(records(1, 0, 11, 0), 10), 6);
    hole(2);
  }

  private void write0(int... minutes) throws IOException {
    for (int minute : minutes) {
      long from = topic.ends().get(0);
      write(records(0, from, from + 10, minute), minute + 6);
    }
  }

  private void observe(double minute) throws IOException {
    prove(judge());
    stamp(minute);
  }

  @Test
  void aRecordThatHoldsTheVerdictOfAllIsNamed() throws IOException {
    lostAtTheEnd();
    AuditReport report = judge();
    assertCounts(report, 0, 2);
    assertEquals(
        List.of("1: 10"),
        report.heldBy().stream().map(one -> one.partition() + ": " + one.offset()).toList());
    assertTrue(
        text(report)
            .contains(
                "held by partition 1, offset 10, of the Kafka timestamp 2026-05-01T00:00:10Z: seen since "),
        text(report));
    assertTrue(
        report.toJson().contains("\"held_by\":[{\"partition\":1,\"offset\":10,"), report.toJson());
    observe(100);
    assertEquals(at(100), judge().heldBy().get(0).since());
  }

  @Test
  void aRecordAtTheEndOfAQuietPartitionIsLostOnceTheJobWentOnForLong() throws IOException {
    lostAtTheEnd();
    observe(100);
    // The watermark is that of the file before: 100, which is not 25 minutes after it was seen.
    write0(100, 120);
    assertCounts(judge(), 0, 2);
    assertEquals(1, judge().heldBy().size());
    write0(140, 180);
    AuditReport report = judge();
    assertCounts(report, 2, 0);
    assertEquals(List.of(new Range(10, 10)), report.partitions().get(1).lost());
    assertEquals(List.of(), report.heldBy());
    assertCounts(judge(request(true, false, null)), 2, 0);
  }

  @Test
  void aJobThatStoppedAfterARecordWasSeenHasNotLostIt() throws IOException {
    lostAtTheEnd();
    observe(60 * 24 * 2);
    assertCounts(judge(), 0, 2);
  }

  @Test
  void aPartitionThatIsReadSlowlyIsNotLost() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    List<SourceRecord> slow = records(1, 0, 20, 0);
    write(slow.subList(0, 10), 6);
    hole(2);
    observe(100);
    write0(140, 180);
    write(slow.subList(10, 11), 181);
    write0(220);
    observe(230);
    assertCounts(judge(), 0, 10);
    assertEquals(11, judge().heldBy().get(0).offset());
    assertEquals(at(230), judge().heldBy().get(0).since());
  }

  /** What a run reads once more writes no files: nobody sees how far it is. */
  @Test
  void aRunThatReadsAPartitionOnceMoreHasNotLostItsEnd() throws IOException {
    lostAtTheEnd();
    observe(100);
    start(true, 110, Map.of(0, 5L, 1, 0L));
    write0(140, 180, 220);
    assertCounts(judge(), 0, 2);
    // One that began at the end has nothing else to read.
    start(false, 230, Map.of(0, 5L, 1, 10L));
    write0(240);
    assertCounts(judge(), 0, 2);
    write0(280, 320);
    assertCounts(judge(), 2, 0);
  }

  @Test
  void whatCameSinceHoldsTheVerdictUntilItIsWritten() throws IOException {
    lostAtTheEnd();
    observe(100);
    write0(140, 180);
    SourceRecord later = records(1, 11, 12, 190).get(0);
    assertCounts(judge(), 0, 3);
    write(List.of(later), 196);
    write0(220, 260);
    assertCounts(judge(), 2, 0);
  }

  @Test
  void aPartitionThatReallyLagsKeepsAnothersEnd() throws IOException {
    topic = new FakeTopic(3);
    start(true, -1, Map.of(0, 0L, 1, 0L, 2, 0L));
    write(without(records(1, 0, 11, 0), 10), 6);
    hole(2);
    write(records(2, 0, 10, 0), 6);
    records(2, 10, 12, 1);
    observe(100);
    write0(140, 180);
    write(records(2, 10, 11, 1), 187);
    assertCounts(judge(), 0, 3);
  }

  @Test
  void aJobThatStartedAgainWithoutStateReadsItOnceMore() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(2);
    assertCounts(judge(), 1, 0);
    start(true, 90, Map.of(0, 5L, 1, 0L));
    assertCounts(judge(), 0, 1);
    write(records(0, 30, 40, 120), 126);
    assertCounts(judge(), 0, 1);
    write(records(0, 40, 50, 160), 166);
    write(records(0, 50, 60, 200), 206);
    assertCounts(judge(), 1, 0);
  }

  @Test
  void aJobAtTheEndSaysNothingOfOneThatIsStillBehind() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    List<SourceRecord> behind = records(0, 10, 20, 10);
    start(false, 50, Map.of(0, 20L, 1, 0L));
    for (int i = 2; i < 6; i++) {
      write(records(0, i * 10, i * 10 + 10, 20 + i * 40), i * 40 + 26);
    }
    assertCounts(judge(), 0, 10);
    write(without(behind, 15), 230);
    assertCounts(judge(), 0, 1);
  }

  /** Microseconds, none, far ahead: the time of the job never is such a time. */
  @ParameterizedTest
  @ValueSource(longs = {1764336000000000L, -1L, Long.MIN_VALUE / 1000, 4102444800000L})
  void aStrangeTimestampChangesNothing(long time) throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(1);
    SourceRecord odd =
        new SourceRecord(TestLake.SOURCE, 0, 5, time, null, new byte[] {'x'}, List.of());
    topic.add(odd);
    assertCounts(judge(), 0, 1);
    assertTrue(judge().toJson().contains("oldest_waiting"));
    write(records(0, 20, 30, 80), 86);
    assertCounts(judge(), 1, 0);
  }

  @Test
  void filesOfRecordsThatAreAheadOfTheClockShowNothing() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(without(records(0, 0, 10, 0), 5), 6);
    write(records(0, 10, 20, 60 * 24 * 365), 46);
    write(records(0, 20, 30, 60 * 24 * 366), 86);
    records(0, 30, 31, 87);
    assertCounts(judge(), 0, 2);
  }

  @Test
  void onlyWhatIsBeforeAGivenTimeIsJudged() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(2);
    records(0, 30, 40, 95);
    assertCounts(judge(request(false, false, at(95))), 1, 0);
    assertCounts(judge(request(false, false, at(0))), 0, 0);
    assertCounts(judge(), 1, 10);
  }

  /** A job from the settings before these were recorded, and longer ones that a run recorded. */
  @Test
  void longerWindowsWaitLonger() throws IOException {
    hole(2);
    assertCounts(judge(), 1, 0);
    RunStarts.record(
        lake.lake,
        lake.contract.table(),
        TestLake.SOURCE,
        Map.of(0, 0L, 1, 0L),
        true,
        new RunStarts.Timing(Duration.ofHours(1), Duration.ZERO, Duration.ZERO));
    stamp(-1);
    assertCounts(judge(), 0, 1);
  }

  @Test
  void markersAndOtherOffsetsWithoutRecordsAreNothingToWaitFor() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    write(records(0, 11, 20, 1), 7);
    topic.end(0, 21);
    AuditReport report = judge();
    assertTrue(report.complete(), text(report));
    assertEquals(List.of(new Range(0, 20)), report.proved().of(0));
  }

  @Test
  void alsoALongAbortedTailIsNothingToWaitFor() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    records(0, 10, 11, 1);
    topic.end(0, 50_000);
    assertCounts(judge(), 0, 1);
    assertEquals(at(1), judge().oldestWaiting());
  }

  @Test
  void ofManyRecordsThatWaitFewAreRead() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(without(records(0, 0, 10, 0), 5), 6);
    write(records(0, 10, 20, 40), 46);
    write(records(0, 30_000, 30_001, 80), 86);
    records(0, 20, 30_000, 80);
    records(0, 30_001, 30_021, 120);
    topic.read = 0;
    AuditReport report = judge();
    assertCounts(report, 1, 29_980 + 20);
    assertTrue(topic.read < 12_000, topic.read + " were read");
  }

  @Test
  void whatRetentionTakesWhileItIsReadIsCountedOnce() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    records(0, 10, 30, 1);
    topic.looked =
        offset -> {
          if (offset == 14) {
            topic.deleteBefore(0, 20);
          }
        };
    assertCounts(judge(), 0, 20);
  }

  @Test
  void whatIsWrittenBetweenTwoPassesIsThere() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    write(records(1, 0, 10, 0), 6);
    List<SourceRecord> later = records(1, 10, 20, 1);
    int[] asked = {0};
    topic.asked =
        () -> {
          // Before the first pass, at its end.
          if (++asked[0] == 2) {
            try {
              write(later, 7);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    AuditReport report = audit().judge(request(false, false, null), Audit.Visitor.NONE, 0, null);
    assertTrue(asked[0] > 2, "one pass");
    assertCounts(report, 0, 0);
    assertEquals(30, report.offsets());
  }

  /** Files and records are read whole once, however often it is looked whether something waits. */
  @Tag("slow")
  @Test
  void waitingReadsNothingWholeMoreThanOnce() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    write(records(0, 0, 10, 0), 6);
    List<SourceRecord> first = records(0, 10, 20, 1);
    List<SourceRecord> second = records(0, 20, 30, 1);
    Map<String, Integer> reads = new java.util.concurrent.ConcurrentHashMap<>();
    Store counting =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("read")
                      && ((String) arguments[0]).endsWith(".parquet")) {
                    reads.merge((String) arguments[0], 1, Integer::sum);
                  }
                  try {
                    return method.invoke(lake.lake, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    Audit audit =
        new Audit(counting, lake.deadLetters, lake.contract, () -> topic, SchemaSettings.NONE);
    Audit.Request deep =
        new Audit.Request(
            true,
            false,
            true,
            null,
            null,
            recorded -> TIMING,
            Duration.ofMinutes(10),
            Audit.Expiry.NEVER);
    audit.run(deep);
    String file = reads.keySet().iterator().next();
    int once = reads.get(file) - 1;
    assertTrue(once > 0, "nothing was read whole");
    reads.clear();
    topic.looks = 0;
    topic.asked =
        () -> {
          try {
            if (topic.looks == 1) {
              write(first, 7);
            } else if (topic.looks == 2) {
              write(second, 8);
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    assertTrue(audit.await(deep, Duration.ofMinutes(5)).complete());
    assertTrue(topic.looks >= 3, topic.looks + " looks");
    assertEquals(topic.looks + once, reads.get(file));
  }

  @Test
  void theVerdictIsTheSameWherePartitionsAreHeldOneByOne() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    topic = new FakeTopic(5);
    for (int partition = 0; partition < 5; partition++) {
      write(without(records(partition, 0, 300, 0), 5, 6), 6);
      write(records(partition, 300, 310, 40), 46);
      write(records(partition, 310, 320, 80), 86);
    }
    lake.copy(lake.files(DATE).get(0));
    AuditReport whole = judge();
    AuditReport byOne = audit().judge(request(false, false, null), Audit.Visitor.NONE, 0, null);
    assertEquals(whole.toJson(), byOne.toJson());
    assertEquals(whole.line(), byOne.line());
    assertTrue(whole.duplicate() > 0 && whole.lost() == 10, whole.line());
  }

  @Test
  void whatIsWrittenBetweenTwoLooksIsNotLost() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    hole(2);
    AuditReport first = judge();
    assertCounts(first.confirmedBy(judge()), 1, 0);
    write(records(0, 5, 6, 0), 87);
    assertCounts(first.confirmedBy(judge()), 0, 1);
  }

  @Test
  void nothingWaitsInAnEmptyTopic() throws IOException {
    AuditReport report = judge();
    assertTrue(report.complete());
    assertNull(report.oldestWaiting());
  }
}
