package io.sluice.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.TestTimer;
import io.sluice.TestValue;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.KV;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job's step and its state against a table of Iceberg: a job's commits are neither dropped nor
 * repeated, whatever its state knows of them.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class IcebergJobTest {
  private static final Table TABLE = TestPanes.TABLE;
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final String KEY = "iceberg/" + TABLE.name();

  @TempDir Path directory;
  private PipelineOptions options;
  private Map<String, String> catalog;
  private Store store;
  private LakeTable lake;
  private FollowTables.FollowFn step;
  private final TestValue<Map<String, Long>> owed = new TestValue<>();
  private final TestValue<Boolean> isKnown = new TestValue<>();
  private final TestTimer tick = new TestTimer(() -> new org.joda.time.Instant(0));

  @BeforeEach
  void begin() throws IOException {
    catalog =
        Map.of(
            "type",
            "jdbc",
            "uri",
            "jdbc:h2:mem:" + directory.getFileName() + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE",
            "jdbc.schema-version",
            "V1",
            "warehouse",
            directory.resolve("warehouse").toString(),
            "io-impl",
            "io.sluice.iceberg.LocalFileIO");
    StringBuilder lines = new StringBuilder("sluice.namespace=lake\n");
    catalog.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
    Path file = Files.writeString(directory.resolve("iceberg.properties"), lines);
    options = PipelineOptionsFactory.fromArgs("--icebergConfig=" + file).create();
    Stores stores = TestStores.of(directory.resolve("lake"));
    store = stores.open(options);
    lake = LakeTable.begin(store, stores, TABLE, null, false);
    step = step();
  }

  @AfterEach
  void end() {
    step.teardown();
    store.close();
  }

  private FollowTables.FollowFn step() {
    FollowTables.FollowFn fn =
        new FollowTables.FollowFn(List.of(lake), List.of("iceberg"), Duration.ofSeconds(30));
    fn.setup(options);
    return fn;
  }

  /** What a job writes, and tells its followers. */
  private void publish(LocalDate date, long... offsets) throws IOException {
    write(date, offsets);
    step.process(KV.of(KEY, date.toString()), owed, isKnown, tick);
  }

  /** What others write. */
  private void write(LocalDate date, long... offsets) throws IOException {
    new AppendLog(store, TABLE, date, 0, false).append(TestPanes.rows(offsets));
    new Publication(store, TABLE, date).complete(Map.of());
  }

  private void follow() throws InterruptedException {
    do {
      assertTrue(tick.isSet, "no tick will come any more");
      tick.isSet = false;
      step.onTick(KEY, owed, isKnown, tick);
      TimeUnit.MILLISECONDS.sleep(5);
    } while (owed.value != null);
  }

  private org.apache.iceberg.Table table() {
    return CatalogUtil.buildIcebergCatalog("sluice", catalog, new Configuration())
        .loadTable(TableIdentifier.of("lake", TABLE.name()));
  }

  private long rows() throws IOException {
    try (CloseableIterable<Record> records = IcebergGenerics.read(table()).build()) {
      return StreamSupport.stream(records.spliterator(), false).count();
    }
  }

  private long snapshots() {
    return StreamSupport.stream(table().snapshots().spliterator(), false).count();
  }

  /**
   * apache/iceberg#18098: a job without state counts its checkpoints from 1 again, and a sink that
   * goes by what the table says of them drops its commits in silence until it comes that far. Here
   * nothing is counted: the table has files, or it has not.
   */
  @Test
  void aStartWithoutStateDropsNoCommit() throws Exception {
    for (int i = 1; i <= 5; i++) {
      publish(DATE, i);
      follow();
    }
    assertEquals(5, rows());
    assertEquals(5, snapshots());

    step.teardown();
    step = step();
    owed.value = null;
    isKnown.value = null;
    // Between the two somebody else wrote what no job ever told a follower.
    write(DATE.plusDays(1), 6);
    publish(DATE, 7);
    follow();
    assertEquals(7, rows());
    assertEquals(6, snapshots(), "what was there is not committed again");
    publish(DATE, 8);
    follow();
    assertEquals(8, rows());
  }

  private Map<String, Long> owed(String why) {
    return Objects.requireNonNull(owed.value, why);
  }

  /**
   * apache/iceberg#10765: the commit is in the table, the checkpoint that was to know it fails, and
   * the job goes on from the one before.
   */
  @Test
  void aCheckpointThatFailsAfterTheCommitRepeatsNothing() throws Exception {
    publish(DATE, 1);
    follow();
    publish(DATE, 2);
    Map<String, Long> checkpoint =
        Map.copyOf(owed("the state owes the date before it is followed"));
    follow();
    assertEquals(2, rows());
    assertEquals(2, snapshots());

    for (int restarts = 0; restarts < 3; restarts++) {
      step.teardown();
      step = step();
      owed.value = checkpoint;
      tick.isSet = true;
      follow();
      assertEquals(2, rows());
      assertEquals(2, snapshots());
    }
    // The records are read again as well, which the log takes once, and the date is told again.
    publish(DATE, 2);
    publish(DATE, 3);
    follow();
    assertEquals(3, rows());
    assertEquals(3, snapshots());
  }

  /** The same the other way round: the state says that nothing is owed, and the table is older. */
  @Test
  void aTableThatIsOlderThanTheStateIsPutRightByTheLookOfEachHour() throws Exception {
    publish(DATE, 1);
    follow();
    long older = table().currentSnapshot().snapshotId();
    publish(DATE, 2);
    follow();
    table().manageSnapshots().rollbackTo(older).commit();
    assertEquals(1, rows());
    assertTrue(tick.isSet, "it looks again by itself");
    tick.isSet = false;
    step.onTick(KEY, owed, isKnown, tick);
    follow();
    assertEquals(2, rows());
  }
}
