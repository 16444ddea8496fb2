package io.sluice.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables that follow a run's lake as an engine does: Iceberg's library plans the scan of
 * a snapshot, and DuckDB reads exactly the files of it. While the run goes on it does so in a loop:
 * in no snapshot is a position twice, or fewer of them than in the one before but for those of
 * users who may be erased, or a file that is gone.
 */
final class TableReader implements AutoCloseable {
  private static final long PAUSE_MILLIS = 2_000;
  private static final int MOST_EXAMPLES = 5;

  /** A table, its columns of a position, and which of its rows are there to stay. */
  private record Read(TableIdentifier table, String position, String staying) {}

  private final Catalog catalog;
  private final Path buckets;
  private final List<Read> tables;
  private final Set<Long> seen = new HashSet<>();
  private final TreeMap<String, Long> rows = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private final Thread thread = new Thread(this::loop, "table-reader");
  private int rewrites;
  private long faulty;
  private volatile boolean closed;

  /**
   * @param namespace of the tables
   * @param s3 where the store is, without its faults
   * @param buckets the folder in which it has its buckets
   * @param erasedUsers as {@link Judge} has them
   */
  TableReader(TableCatalog catalog, String namespace, URI s3, Path buckets, String erasedUsers) {
    this.catalog = catalog.open(s3);
    this.buckets = buckets;
    tables =
        List.of(
            new Read(
                TableIdentifier.of(namespace, "chaos"),
                "_partition, _offset",
                "not coalesce(" + erasedUsers + ", false)"),
            new Read(
                TableIdentifier.of(namespace, "chaos_dead_letters"),
                "\"partition\", \"offset\"",
                "true"));
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** How many snapshots it has read so far, of all tables. */
  synchronized int snapshots() {
    return seen.size();
  }

  /** How many of these say that files were rewritten, and no row changed. */
  synchronized int rewrites() {
    return rewrites;
  }

  /** How many of these were not as they are to be. */
  synchronized long faulty() {
    return faulty;
  }

  /** What was wrong, some of it. */
  synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  private void loop() {
    while (!closed) {
      try {
        look(false);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        fault("the tables cannot be read: " + Jobs.firstLine(e));
        return;
      }
    }
  }

  /**
   * Ends the loop, and reads each snapshot that it was too slow for.
   *
   * @throws IOException where one cannot be read
   */
  void finish() throws IOException, SQLException, InterruptedException {
    closed = true;
    thread.join(TimeUnit.MINUTES.toMillis(2));
    if (thread.isAlive()) {
      throw new IOException("the reader of the tables hangs");
    }
    look(true);
  }

  private void look(boolean all) throws IOException, SQLException {
    for (Read read : tables) {
      if (!catalog.tableExists(read.table())) {
        continue;
      }
      Table table = catalog.loadTable(read.table());
      Snapshot current = table.currentSnapshot();
      for (Snapshot snapshot : all ? table.snapshots() : List.<Snapshot>of()) {
        if (current == null || snapshot.snapshotId() != current.snapshotId()) {
          // Out of their order: each is compared with none.
          check(read, table, snapshot, false);
        }
      }
      if (current != null) {
        check(read, table, current, true);
      }
    }
  }

  private void check(Read read, Table table, Snapshot snapshot, boolean inOrder)
      throws IOException, SQLException {
    synchronized (this) {
      if (seen.contains(snapshot.snapshotId())) {
        return;
      }
    }
    List<String> wrong = new ArrayList<>();
    List<Path> files = files(table, snapshot.snapshotId(), wrong);
    long staying = 0;
    if (!files.isEmpty()) {
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
          Statement sql = connection.createStatement()) {
        sql.execute("set threads=1");
        try (ResultSet result =
            sql.executeQuery(
                "select count(*), count(distinct ("
                    + read.position()
                    + ")), count(*) filter ("
                    + read.staying()
                    + ") from read_parquet("
                    + Judge.Rows.of(files).sql()
                    + ", union_by_name=true)")) {
          result.next();
          long twice = result.getLong(1) - result.getLong(2);
          if (twice > 0) {
            wrong.add(twice + " rows twice");
          }
          staying = result.getLong(3);
        }
      }
    }
    String name = read.table().name();
    synchronized (this) {
      seen.add(snapshot.snapshotId());
      if (DataOperations.REPLACE.equals(snapshot.operation())) {
        rewrites++;
      }
      if (inOrder) {
        Long before = rows.put(name, staying);
        if (before != null && staying < before) {
          wrong.add(staying + " rows, after " + before);
        }
      }
      if (!wrong.isEmpty()) {
        fault(
            "snapshot "
                + snapshot.snapshotId()
                + " of "
                + name
                + " ("
                + snapshot.operation()
                + "): "
                + String.join(", ", wrong));
      }
    }
  }

  private synchronized void fault(String what) {
    if (faulty++ < MOST_EXAMPLES) {
      faults.add(what);
    }
  }

  /** The files of a scan of a snapshot, each as often as it is named. */
  private List<Path> files(Table table, long snapshot, List<String> wrong) throws IOException {
    List<Path> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot).planFiles()) {
      for (FileScanTask task : tasks) {
        Path file = buckets.resolve(task.file().location().replaceFirst("^s3://", ""));
        if (!task.deletes().isEmpty()) {
          wrong.add("rows deleted of " + file.getFileName());
        }
        if (Files.exists(file)) {
          files.add(file);
        } else {
          wrong.add("no file " + task.file().location());
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  /** Those of what the table of the rows has now. */
  Judge.Rows ofLake() throws IOException {
    return current(tables.get(0).table());
  }

  /** Those of what the table of the dead letters has now. */
  Judge.Rows ofDeadLetters() throws IOException {
    return current(tables.get(1).table());
  }

  private Judge.Rows current(TableIdentifier identifier) throws IOException {
    Snapshot snapshot = snapshot(identifier);
    return snapshot == null
        ? Judge.Rows.of(List.of())
        : Judge.Rows.of(
            files(catalog.loadTable(identifier), snapshot.snapshotId(), new ArrayList<>()));
  }

  private @Nullable Snapshot snapshot(TableIdentifier identifier) {
    return catalog.tableExists(identifier) ? catalog.loadTable(identifier).currentSnapshot() : null;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
