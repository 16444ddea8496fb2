package io.sluice.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.TestTimer;
import io.sluice.TestValue;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a job's step owes to a follower that is well, away, or hangs. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FollowFnTest {
  private static final Table TABLE = TestPanes.TABLE;
  private static final LocalDate DATE = LocalDate.of(2026, 1, 31);
  private static final String KEY = SwitchedKind.NAME + "/" + TABLE.name();

  @TempDir Path directory;
  private Store store;
  private LakeTable lake;
  private FollowTables.FollowFn step;
  private final TestValue<Map<String, Long>> owed = new TestValue<>();
  private final TestValue<Boolean> isKnown = new TestValue<>();
  private final TestTimer tick = new TestTimer(() -> new org.joda.time.Instant(0));

  @BeforeEach
  void begin() throws IOException {
    SwitchedKind.reset();
    isKnown.write(true);
    Stores stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
    lake = LakeTable.begin(store, stores, TABLE, null, false);
    step = step();
  }

  @AfterEach
  void end() {
    SwitchedKind.reset();
    step.teardown();
    store.close();
  }

  /** As a worker has it, when the job begins and after each restart. */
  private FollowTables.FollowFn step() {
    return step(SwitchedKind.NAME);
  }

  private FollowTables.FollowFn step(String follower) {
    FollowTables.FollowFn fn =
        new FollowTables.FollowFn(List.of(lake), List.of(follower), Duration.ofSeconds(30));
    fn.setup(PipelineOptionsFactory.create());
    return fn;
  }

  private void publish(LocalDate date, long... offsets) throws IOException {
    new AppendLog(store, TABLE, date, 0, false).append(TestPanes.rows(offsets));
    new Publication(store, TABLE, date).complete(Map.of());
    arrives(date.toString());
  }

  private void arrives(String date) {
    step.process(KV.of(KEY, date), owed, isKnown, tick);
  }

  private void tickUntil(java.util.function.BooleanSupplier done) throws InterruptedException {
    while (!done.getAsBoolean()) {
      assertTrue(tick.isSet, "no tick will come any more");
      tick.isSet = false;
      step.onTick(KEY, owed, isKnown, tick);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static List<String> has(LocalDate date) {
    return SwitchedKind.database(TABLE.name()).of(date);
  }

  private static long failures() {
    return SluiceMetrics.total(SluiceMetrics.FOLLOWER_FAILURES);
  }

  @Test
  void aDateThatIsPublishedIsFollowed() throws Exception {
    long commits = SluiceMetrics.total(SluiceMetrics.FOLLOWER_COMMITS);
    publish(DATE, 1, 2);
    assertEquals(Set.of(DATE.toString()), Objects.requireNonNull(owed.value).keySet());
    tickUntil(() -> owed.value == null);
    assertEquals(List.of("part-00000-00000000.parquet"), has(DATE));
    assertTrue(tick.isSet, "it looks again by itself");
    assertEquals(commits + 1, SluiceMetrics.total(SluiceMetrics.FOLLOWER_COMMITS));
  }

  @Test
  void oneThatIsAwayIsLateAndCatchesUp() throws Exception {
    long before = failures();
    SwitchedKind.isAway();
    publish(DATE, 1);
    tickUntil(() -> failures() > before + 1);
    publish(DATE.plusDays(1), 2);
    assertEquals(
        Set.of(DATE.toString(), DATE.plusDays(1).toString()),
        Objects.requireNonNull(owed.value).keySet());
    assertEquals(List.of(), has(DATE));
    SwitchedKind.answers(() -> {});
    tickUntil(() -> owed.value == null);
    assertEquals(1, has(DATE).size());
    assertEquals(1, has(DATE.plusDays(1)).size());
  }

  /**
   * Neither the next dates nor the bundle wait for it, and what came meanwhile is not forgotten.
   */
  @Test
  void oneThatDoesNotAnswerHoldsUpNothing() throws Exception {
    CountDownLatch isCalled = new CountDownLatch(1);
    CountDownLatch letGo = SwitchedKind.hangs(isCalled);
    publish(DATE, 1);
    step.onTick(KEY, owed, isKnown, tick);
    isCalled.await();
    // It has not looked at the date yet, or it has: the step cannot know.
    publish(DATE, 2);
    publish(DATE.plusDays(1), 3);
    step.onTick(KEY, owed, isKnown, tick);
    assertEquals(2, Objects.requireNonNull(owed.value).size());
    letGo.countDown();
    tickUntil(() -> owed.value == null);
    assertEquals(2, has(DATE).size());
    assertEquals(1, has(DATE.plusDays(1)).size());
  }

  /** The round has looked at the lake before, and its result is not fetched yet. */
  @Test
  void whatIsPublishedBeforeARoundIsOverIsOwedUntilTheNext() throws Exception {
    publish(DATE, 1);
    step.onTick(KEY, owed, isKnown, tick);
    joinRounds();
    assertEquals(1, has(DATE).size());
    publish(DATE, 2);
    tickUntil(() -> owed.value == null);
    assertEquals(2, has(DATE).size());
  }

  @Test
  void aBugOfAFollowerIsAFailureLikeOthers() throws Exception {
    long before = failures();
    SwitchedKind.answers(
        () -> {
          throw new IllegalStateException("a bug");
        });
    publish(DATE, 1);
    tickUntil(() -> failures() > before);
    SwitchedKind.answers(
        () -> {
          throw new NoClassDefFoundError("a.library.that.is.not.There");
        });
    tickUntil(() -> failures() > before + 1);
    assertNotNull(owed.value);
    SwitchedKind.answers(() -> {});
    tickUntil(() -> owed.value == null);
    assertEquals(1, has(DATE).size());
  }

  @Test
  void aRestartGoesOnWithWhatIsOwed() throws Exception {
    long before = failures();
    SwitchedKind.isAway();
    publish(DATE, 1);
    tickUntil(() -> failures() > before);
    step.teardown();
    step = step();
    SwitchedKind.answers(() -> {});
    tickUntil(() -> owed.value == null);
    assertEquals(1, has(DATE).size());
  }

  /** The target's client swallows the interrupt: another worker has the follower by then. */
  @Test
  void aRoundThatIsGivenUpBeginsWithNoFurtherDate() throws Exception {
    CountDownLatch isCalled = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    SwitchedKind.answers(
        () -> {
          isCalled.countDown();
          try {
            letGo.await();
          } catch (InterruptedException e) {
            // As some clients do.
            return;
          }
        });
    publish(DATE, 1);
    publish(DATE.plusDays(1), 2);
    step.onTick(KEY, owed, isKnown, tick);
    isCalled.await();
    step.teardown();
    letGo.countDown();
    joinRounds();
    assertEquals(List.of(), has(DATE.plusDays(1)));
  }

  /** A follower that is named beside one that the job had, or after a time without it. */
  @Test
  void oneThatTheJobDidNotHaveIsOwedAllDates() throws Exception {
    publish(DATE, 1);
    owed.value = null;
    isKnown.clear();
    arrives(DATE.plusDays(1).toString());
    tickUntil(() -> owed.value == null);
    assertEquals(1, has(DATE).size());
  }

  /** A restored state has its timer all the same. */
  @Test
  void oneThatIsNamedNoMoreIsLeftAlone() throws Exception {
    publish(DATE, 1);
    step.teardown();
    step = step("symlink");
    tick.isSet = false;
    step.onTick(KEY, owed, isKnown, tick);
    step.onExpiration(KEY, owed);
    joinRounds();
    assertFalse(tick.isSet, "it is waited for no more");
    assertNull(owed.value);
    assertEquals(List.of(), has(DATE));
    assertNull(isKnown.value, "when it comes back it is owed all dates");
  }

  private static List<Double> filesBehind() {
    SluiceMetrics.total(SluiceMetrics.FOLLOWER_COMMITS);
    MetricSnapshots all =
        PrometheusRegistry.defaultRegistry.scrape("sluice_follower_files_behind"::equals);
    return all.stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .filter(point -> SwitchedKind.NAME.equals(point.getLabels().get("follower")))
        .map(point -> ((GaugeSnapshot.GaugeDataPointSnapshot) point).getValue())
        .toList();
  }

  /** What the gauges say while it works, and that they say nothing of a worker that is gone. */
  @Test
  void howMuchIsBehindIsSaidUntilItIsEqual() throws Exception {
    assertEquals(List.of(), filesBehind());
    publish(DATE, 1);
    tickUntil(() -> owed.value == null);
    assertEquals(List.of(0.0), filesBehind());
    AtomicInteger calls = new AtomicInteger();
    SwitchedKind.answers(
        () -> {
          if (calls.incrementAndGet() % 2 == 0) {
            throw new IOException("it takes no change");
          }
        });
    long before = failures();
    publish(DATE, 2);
    tickUntil(() -> failures() > before);
    assertEquals(List.of(1.0), filesBehind());
    SwitchedKind.answers(() -> {});
    tickUntil(() -> owed.value == null);
    assertEquals(List.of(0.0), filesBehind());
    step.teardown();
    assertEquals(List.of(), filesBehind());
  }

  private static void joinRounds() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("sluice-follow-" + SwitchedKind.NAME)) {
        thread.join();
      }
    }
  }

  /** Nobody told the job: it was another's compaction, or it happened while no job ran. */
  @Test
  void whatNobodyHasToldIsFoundByALookAtAllDates() throws Exception {
    publish(DATE, 1);
    publish(DATE.plusDays(400), 2);
    owed.value = null;
    arrives(FollowerWork.ALL);
    tickUntil(() -> owed.value == null);
    assertEquals(1, has(DATE).size());
    assertEquals(1, has(DATE.plusDays(400)).size());
    SwitchedKind.database(TABLE.name()).clear();
    // The tick of an hour later.
    step.onTick(KEY, owed, isKnown, tick);
    assertEquals(Set.of(FollowerWork.ALL), Objects.requireNonNull(owed.value).keySet());
    tickUntil(() -> owed.value == null);
    assertEquals(1, has(DATE).size());
  }

  @Test
  void ofALookAtAllDatesThoseThatFailedAreOwed() throws Exception {
    publish(DATE, 1);
    publish(DATE.plusDays(1), 2);
    new AppendLog(store, TABLE, DATE, 0, false).append(TestPanes.rows(7));
    new Publication(store, TABLE, DATE).complete(Map.of());
    store.replace(TABLE.name() + "/event_date=" + DATE + "/_manifest-000002.json", new byte[9]);
    owed.value = null;
    long before = failures();
    arrives(FollowerWork.ALL);
    tickUntil(() -> failures() > before);
    step.onTick(KEY, owed, isKnown, tick);
    tickUntil(() -> Set.of(DATE.toString()).equals(Objects.requireNonNull(owed.value).keySet()));
    assertEquals(1, has(DATE.plusDays(1)).size());
    assertEquals(List.of(), has(DATE), "which files are live is not known");
  }

  @Test
  void theStateStaysSmall() throws Exception {
    SwitchedKind.isAway();
    for (int day = 0; day <= FollowTables.FollowFn.MOST_DATES; day++) {
      arrives(DATE.plusDays(day).toString());
    }
    assertEquals(Set.of(FollowerWork.ALL), Objects.requireNonNull(owed.value).keySet());
    publish(DATE, 1);
    SwitchedKind.answers(() -> {});
    tickUntil(() -> owed.value == null);
    assertEquals(1, has(DATE).size());
  }

  @Test
  void aRunThatEndsLeavesNothingBehindThatItCanDo() throws Exception {
    publish(DATE, 1);
    step.onExpiration(KEY, owed);
    assertNull(owed.value);
    assertEquals(1, has(DATE).size());
    SwitchedKind.isAway();
    publish(DATE.plusDays(1), 2);
    step.onExpiration(KEY, owed);
    assertNotNull(owed.value);
  }
}
