package io.sluice.delta;

import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Compact;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.follow.Footers;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.follow.Reconciled;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** A real lake of user actions, whose table Delta's own kernel reads. */
public final class TestLake implements AutoCloseable {
  public static final Table TABLE = TestPanes.TABLE;
  public static final LocalDate DATE = LocalDate.of(2026, 1, 2);

  private final Path directory;
  final Store store;

  public TestLake(Path directory) throws IOException {
    this.directory = directory;
    Stores stores = TestStores.of(directory);
    store = open(directory);
    LakeTable.begin(store, stores, TABLE, null, false);
  }

  static Store open(Path directory) {
    return TestStores.of(directory).open(PipelineOptionsFactory.create());
  }

  public void append(LocalDate date, int shard, long... offsets) throws IOException {
    new AppendLog(store, TABLE, date, shard, false).append(TestPanes.rows(offsets));
    new Publication(store, TABLE, date).complete(Map.of());
  }

  public Compact.Result compact(LocalDate date) throws IOException {
    return new Compact(
            store, TABLE, new Compact.Settings(1 << 20, Duration.ZERO, 2, false), bytes -> {})
        .run(date, false);
  }

  /** As {@code compact --publish=delta} does. */
  Compact.Result compact(LocalDate date, Duration grace) throws IOException {
    BeforeDeletion follows = told -> !follow(told).removed().isEmpty();
    return new Compact(
            store,
            TABLE,
            new Compact.Settings(1 << 20, Duration.ZERO, 2, false),
            bytes -> {},
            follows.with(grace))
        .run(date, false);
  }

  DeltaFollower follower(UnaryOperator<Store> faults) {
    return new DeltaFollower(
        faults.apply(open(directory)), new TableSchema(TABLE), Footers.in(open(directory)));
  }

  /** Follows a date as another process would. */
  public Reconciled follow(LocalDate date) throws IOException {
    return follow(date, UnaryOperator.identity());
  }

  Reconciled follow(LocalDate date, UnaryOperator<Store> faults) throws IOException {
    try (DeltaFollower follower = follower(faults)) {
      return new Reconcile(Published.in(store, TABLE), follower, "delta").date(date);
    }
  }

  public Map<LocalDate, Reconcile.Outcome> follow(Collection<LocalDate> dates) throws IOException {
    try (DeltaFollower follower = follower(UnaryOperator.identity())) {
      return new Reconcile(Published.in(store, TABLE), follower, "delta").dates(dates, () -> {});
    }
  }

  /** What readers find. */
  KernelTable table() {
    return new KernelTable(store, TABLE.name());
  }

  /** The names of the log's objects. */
  List<String> log() throws IOException {
    return store.list(TABLE.name() + "/_delta_log/").stream()
        .map(entry -> entry.key().substring(entry.key().lastIndexOf('/') + 1))
        .toList();
  }

  @Override
  public void close() {
    store.close();
  }
}
