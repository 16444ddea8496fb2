package io.sluice.iceberg;

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
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** A real lake of user actions, followed into a table that Iceberg's own reader reads. */
final class TestLake implements AutoCloseable {
  static final Table TABLE = TestPanes.TABLE;
  static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  static final TableIdentifier NAME = TableIdentifier.of("lake", "user_actions");

  private final Stores stores;
  private final PipelineOptions options;
  final Store store;
  final LakeTable table;

  TestLake(Path directory) throws IOException {
    this(TestStores.of(directory), PipelineOptionsFactory.create());
  }

  TestLake(Stores stores, PipelineOptions options) throws IOException {
    this.stores = stores;
    this.options = options;
    store = stores.open(options);
    table = LakeTable.begin(store, stores, TABLE, null, false);
  }

  void append(LocalDate date, int shard, long... offsets) throws IOException {
    new AppendLog(store, TABLE, date, shard, false).append(TestPanes.rows(offsets));
    publish(date);
  }

  void publish(LocalDate date) throws IOException {
    new Publication(store, TABLE, date).complete(Map.of());
  }

  Compact.Result compact(LocalDate date) throws IOException {
    return new Compact(
            store, TABLE, new Compact.Settings(1 << 20, Duration.ZERO, 2, false), bytes -> {})
        .run(date, false);
  }

  IcebergFollower follower(Catalog catalog) {
    return new IcebergFollower(
        catalog, NAME, new LakeSchema(TABLE), Footers.in(stores.open(options)));
  }

  /** Follows a date as another process would. */
  Reconciled follow(Catalog catalog, LocalDate date) throws IOException {
    IcebergFollower follower = follower(catalog);
    return new Reconcile(Published.in(store, TABLE), follower, "iceberg").date(date);
  }

  Map<LocalDate, Reconcile.Outcome> follow(Catalog catalog, Collection<LocalDate> dates)
      throws IOException {
    IcebergFollower follower = follower(catalog);
    return new Reconcile(Published.in(store, TABLE), follower, "iceberg").dates(dates, () -> {});
  }

  /** How many rows readers find. */
  static long rows(Catalog catalog, Expression filter) throws IOException {
    long rows = 0;
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(catalog.loadTable(NAME)).where(filter).build()) {
      for (Record record : records) {
        rows += record == null ? 0 : 1;
      }
    }
    return rows;
  }

  static long rows(Catalog catalog) throws IOException {
    return rows(catalog, Expressions.alwaysTrue());
  }

  @Override
  public void close() {
    store.close();
  }
}
