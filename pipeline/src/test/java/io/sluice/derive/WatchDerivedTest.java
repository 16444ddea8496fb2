package io.sluice.derive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.TestTimer;
import io.sluice.TestValue;
import io.sluice.compact.Compact;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job's worker says of what is made of a table, look by look. */
class WatchDerivedTest {
  private static final Table TABLE = TestPanes.TABLE;
  private static final LocalDate DATE = LocalDate.of(2026, 1, 31);
  private static final Instant MADE = Instant.parse("2026-01-31T10:00:00Z");

  @TempDir Path directory;
  private Store store;
  private LakeTable lake;
  private WatchDerived.LookFn step;
  private final TestValue<Boolean> isWatched = new TestValue<>();
  private final TestTimer tick = new TestTimer(() -> new org.joda.time.Instant(0));

  @BeforeEach
  void begin() throws IOException {
    ListedKind.reset();
    ListedKind.allow(TABLE.name());
    Stores stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
    lake = LakeTable.begin(store, stores, TABLE, null, false);
    step = step(true);
  }

  @AfterEach
  void end() {
    step.teardown();
    store.close();
    ListedKind.reset();
  }

  /** As a worker has it, when the job begins and after each restart. */
  private WatchDerived.LookFn step(boolean isServed) {
    WatchDerived.LookFn fn = new WatchDerived.LookFn(List.of(lake), isServed);
    fn.setup(PipelineOptionsFactory.create());
    return fn;
  }

  private void append(LocalDate date, long... offsets) throws IOException {
    new AppendLog(store, TABLE, date, 0, false).append(TestPanes.rows(offsets));
    new Publication(store, TABLE, date).complete(Map.of());
  }

  private void publish(LocalDate date, long... offsets) throws IOException {
    append(date, offsets);
    step.process(KV.of(TABLE.name(), date.toString()), isWatched, tick);
  }

  private void look() throws InterruptedException {
    tick.isSet = false;
    step.onTick(TABLE.name(), isWatched, tick);
    assertTrue(tick.isSet, "it looks again by itself");
    step.work(TABLE.name()).join();
  }

  private static DerivedVersion version(long number, long... offsets) {
    Positions positions = new Positions();
    for (long offset : offsets) {
      positions.add(TestPanes.SOURCE, TestPanes.PARTITION, offset);
    }
    return new DerivedVersion(number, MADE, 10 * number, positions, Map.of("late", number - 1));
  }

  private static List<Double> gauge(String name) {
    SluiceMetrics.total(SluiceMetrics.FOLLOWER_COMMITS);
    MetricSnapshots all = PrometheusRegistry.defaultRegistry.scrape(name::equals);
    return all.stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .filter(point -> ListedKind.NAME.equals(point.getLabels().get("kind")))
        .filter(point -> TABLE.name().equals(point.getLabels().get("table")))
        .map(point -> ((GaugeSnapshot.GaugeDataPointSnapshot) point).getValue())
        .toList();
  }

  private static void assertBehind(double files, double rows) {
    assertEquals(List.of(files), gauge("sluice_derived_files_behind"));
    assertEquals(List.of(rows), gauge("sluice_derived_rows_behind"));
    assertEquals(1, gauge("sluice_derived_behind_seconds").size());
    assertEquals(files > 0, gauge("sluice_derived_behind_seconds").get(0) > 0);
  }

  @Test
  void whatWasNotBegunIsNotSpokenOf() throws Exception {
    publish(DATE, 1, 2);
    look();
    for (String name : List.of("version", "rows", "files_behind", "behind_seconds", "lacking")) {
      assertEquals(List.of(), gauge("sluice_derived_" + name), name);
    }
  }

  /**
   * Dates of before the job are compared, too; and a version that has nothing new lacks nothing.
   */
  @Test
  void aVersionLacksTheFilesThatHaveWhatItHasNot() throws Exception {
    append(DATE.minusDays(1), 1, 2);
    ListedKind.switchTo(TABLE.name(), version(3, 1, 2));
    publish(DATE, 3, 4, 5);
    look();
    assertEquals(List.of(3.0), gauge("sluice_derived_version"));
    assertEquals(List.of(30.0), gauge("sluice_derived_rows"));
    assertEquals(List.of(2.0), gauge("sluice_derived_lacking"));
    assertEquals(
        List.of((double) MADE.getEpochSecond()), gauge("sluice_derived_version_timestamp_seconds"));
    assertBehind(1, 3);
    publish(DATE, 6);
    look();
    assertBehind(2, 4);
    ListedKind.switchTo(TABLE.name(), version(4, 1, 2, 3, 4, 5));
    look();
    assertEquals(List.of(4.0), gauge("sluice_derived_version"));
    assertBehind(1, 1);
    ListedKind.switchTo(TABLE.name(), version(5, 1, 2, 3, 4, 5, 6));
    look();
    assertBehind(0, 0);
  }

  @Test
  void aFileOfWhichItHasSomeIsBehindAsAWhole() throws Exception {
    ListedKind.switchTo(TABLE.name(), version(1, 1, 3));
    publish(DATE, 1, 2, 3);
    look();
    assertBehind(1, 3);
  }

  @Test
  void onceItIsBegunAllDatesAreCompared() throws Exception {
    publish(DATE.minusDays(1), 1, 2);
    look();
    publish(DATE, 3);
    look();
    ListedKind.switchTo(TABLE.name(), version(1, 3));
    look();
    assertBehind(1, 2);
  }

  @Test
  void aCompactionBringsNothingNew() throws Exception {
    ListedKind.switchTo(TABLE.name(), version(1, 1, 2, 3));
    publish(DATE, 1, 2);
    publish(DATE, 3);
    new Compact(store, TABLE, new Compact.Settings(1 << 20, Duration.ZERO, 2, false), bytes -> {})
        .run(DATE, false);
    step.process(KV.of(TABLE.name(), DATE.toString()), isWatched, tick);
    look();
    assertBehind(0, 0);
  }

  /** A version that cannot be read is deleted by hand: the one before it is the newest again. */
  @Test
  void whereAVersionIsRemovedTheOneBeforeLacksWhatItHad() throws Exception {
    ListedKind.switchTo(TABLE.name(), version(1, 1));
    publish(DATE, 1);
    publish(DATE.plusDays(1), 2);
    ListedKind.switchTo(TABLE.name(), version(2, 1, 2));
    look();
    assertBehind(0, 0);
    ListedKind.removeNewest(TABLE.name());
    look();
    assertEquals(List.of(1.0), gauge("sluice_derived_version"));
    assertBehind(1, 1);
  }

  @Test
  void whatCannotBeAnsweredIsAskedAgainAndNoDateIsForgotten() throws Exception {
    ListedKind.switchTo(TABLE.name(), version(1, 1));
    publish(DATE, 1);
    look();
    for (Exception how :
        List.of(new IOException("the store is away"), new IllegalStateException("a bug"))) {
      ListedKind.fails(how);
      publish(DATE.plusDays(1), 2);
      look();
      assertBehind(0, 0);
    }
    ListedKind.fails(null);
    look();
    assertBehind(1, 1);
  }

  @Test
  void aWorkerThatIsGoneSaysNothingMore() throws Exception {
    ListedKind.switchTo(TABLE.name(), version(1, 1));
    publish(DATE, 1, 2);
    look();
    assertBehind(1, 2);
    step.teardown();
    assertEquals(List.of(), gauge("sluice_derived_files_behind"));
    assertEquals(List.of(), gauge("sluice_derived_version"));
    // The next worker has the timer from the state.
    step = step(true);
    look();
    assertBehind(1, 2);
  }

  @Test
  void whereNoMetricsAreServedNothingIsLookedAt() throws Exception {
    step.teardown();
    step = step(false);
    ListedKind.switchTo(TABLE.name(), version(1, 1));
    publish(DATE, 1, 2);
    assertTrue(tick.isSet, "a restart with metrics goes on from this state");
    look();
    assertEquals(List.of(), gauge("sluice_derived_version"));
  }

  /** The state is of a run with a contract more. */
  @Test
  void aTableOfAnotherRunIsLeftAlone() {
    isWatched.write(true);
    tick.isSet = false;
    step.onTick("another", isWatched, tick);
    assertFalse(tick.isSet);
    assertNull(isWatched.value);
  }
}
