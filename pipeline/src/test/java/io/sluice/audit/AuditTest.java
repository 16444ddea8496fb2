package io.sluice.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.ProvedOffsets;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import io.sluice.source.TopicLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is on its way waits, what no job will write any more is lost, what Kafka deleted is gone,
 * what nobody committed is extra. Windows of five minutes; files whose time the test sets.
 */
class AuditTest {
  private static final Instant BEGIN = Instant.parse("2026-05-01T00:00:00Z");
  private static final LocalDate DATE = LocalDate.of(2026, 5, 1);
  private static final RunStarts.Timing TIMING =
      new RunStarts.Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofSeconds(10));

  @TempDir private Path directory;
  private TestLake lake;
  private FakeTopic topic;
  private final Set<Path> seen = new HashSet<>();

  @BeforeEach
  void begin() throws IOException {
    lake = new TestLake(directory);
    topic = new FakeTopic(2);
  }

  private static Instant at(double minutes) {
    return BEGIN.plusMillis((long) (minutes * 60_000));
  }

  /** Records of a partition, a second apart from a minute on, in the topic. */
  private List<SourceRecord> records(int partition, long from, long end, double minute) {
    List<SourceRecord> records = new ArrayList<>();
    for (long offset = from; offset < end; offset++) {
      SourceRecord record =
          TestLake.event(partition, offset, at(minute).plusSeconds(offset - from));
      topic.add(record);
      records.add(record);
    }
    return records;
  }

  /** Writes them, as of a minute of the store's clock. */
  private void write(List<SourceRecord> records, double minute) throws IOException {
    lake.append(records);
    stamp(minute);
  }

  private void stamp(double minute) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (seen.add(file)) {
          Files.setLastModifiedTime(file, FileTime.from(at(minute)));
        }
      }
    }
  }

  private void start(boolean atLake, double minute, Map<Integer, Long> offsets) throws IOException {
    RunStarts.record(lake.lake, lake.contract.table(), TestLake.SOURCE, offsets, atLake, TIMING);
    stamp(minute);
  }

  private static List<SourceRecord> without(List<SourceRecord> records, long... offsets) {
    Set<Long> left = new HashSet<>(LongStream.of(offsets).boxed().toList());
    return records.stream().filter(record -> !left.contains(record.offset())).toList();
  }

  private static Audit.Request request(boolean full, boolean records, Instant until) {
    return new Audit.Request(
        false,
        full,
        records,
        until,
        null,
        recorded -> recorded == null ? TIMING : recorded,
        Duration.ofMinutes(10),
        Audit.Expiry.NEVER);
  }

  private Audit audit() {
    return new Audit(lake.lake, lake.deadLetters, lake.contract, () -> topic);
  }

  private AuditReport judge(Audit.Request request) throws IOException {
    return audit().judge(request, Audit.Visitor.NONE, Long.MAX_VALUE, null);
  }

  private AuditReport judge() throws IOException {
    return judge(request(false, false, null));
  }

  private void prove(AuditReport report) throws IOException {
    report.proved().record(lake.lake, lake.contract.table(), report.source(), BEGIN, "1");
  }

  private static String text(AuditReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AuditText.print(report, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void assertCounts(AuditReport report, long lost, long waiting) {
    assertEquals(
        lost + " lost " + waiting + " waiting",
        report.lost() + " lost " + report.waiting() + " waiting",
        text(report));
  }

  /** A hole at offset 5 of partition 0, and a job that went on, for so many files of 40 minutes. */
  private void hole(int files) throws IOException {
    write(without(records(0, 0, 10, 0), 5), 6);
    for (int i = 1; i <= files; i++) {
      write(records(0, i * 10, i * 10 + 10, i * 40), i * 40 + 6);
    }
  }

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
    Audit audit = new Audit(counting, lake.deadLetters, lake.contract, () -> topic);
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

  /** Kafka timestamps in nanoseconds are of the year 55 000 000. */
  @Test
  void aTimeBeyondAllDatesIsInTheFolderOfTheLastOne() throws IOException {
    start(true, -1, Map.of(0, 0L, 1, 0L));
    SourceRecord late = TestLake.record(0, 0, Instant.ofEpochMilli(Long.MAX_VALUE / 10), "no JSON");
    SourceRecord early =
        TestLake.record(0, 1, Instant.ofEpochMilli(-62_135_596_800_001L), "no JSON");
    topic.add(late);
    topic.add(early);
    write(List.of(late, early), 6);
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
    topic.cleanup = TopicLog.Cleanup.COMPACTION;
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
    topic.end(0, 20).cleanup = TopicLog.Cleanup.NOT_SAID;
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
