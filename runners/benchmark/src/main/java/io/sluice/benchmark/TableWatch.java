package io.sluice.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * A table of Iceberg, watched from outside: which files its snapshots name, and when the catalog
 * was first seen to have each snapshot.
 */
final class TableWatch implements AutoCloseable {
  /** A file is called visible so much too late at most, and never too early. */
  private static final Duration PERIOD = Duration.ofMillis(250);

  /** Where the table is found. */
  interface Source extends Closeable {
    /** The table as it is now; empty where it is not there yet. */
    Optional<Table> load() throws IOException;

    @Override
    default void close() throws IOException {}
  }

  private final Source source;
  private final Thread thread = new Thread(this::watch, "table-watch");
  private final Set<Long> snapshots = new HashSet<>();
  private final Map<Path, Long> visible = new HashMap<>();
  private @Nullable Exception failure;
  private volatile boolean isClosed;

  TableWatch(Source source) {
    this.source = source;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void watch() {
    try {
      while (!isClosed) {
        look();
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private void look() throws IOException {
    Table table = source.load().orElse(null);
    if (table == null) {
      return;
    }
    long now = System.currentTimeMillis();
    for (Snapshot snapshot : table.snapshots()) {
      synchronized (this) {
        if (!snapshots.add(snapshot.snapshotId())) {
          continue;
        }
      }
      for (DataFile file :
          SnapshotChanges.builderFor(table).snapshot(snapshot).build().addedDataFiles()) {
        synchronized (this) {
          visible.putIfAbsent(path(file), now);
        }
      }
    }
  }

  /** How many rows the current snapshot says that it has. */
  long rows() throws IOException {
    return source
        .load()
        .map(Table::currentSnapshot)
        .map(
            snapshot ->
                Long.parseLong(
                    snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0")))
        .orElse(0L);
  }

  /** The files that the current snapshot names. */
  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        source.load().orElseThrow().newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        files.add(path(task.file()));
      }
    }
    return files;
  }

  private static Path path(DataFile file) {
    return Path.of(file.location().replaceFirst("^file:/+", "/"));
  }

  /** How many snapshots there were so far. */
  synchronized int snapshots() {
    return snapshots.size();
  }

  /**
   * Waits until the table names all files.
   *
   * @throws IllegalStateException where it does not within a time
   */
  Map<Path, Long> await(Collection<Path> files, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      synchronized (this) {
        if (failure != null) {
          throw new IllegalStateException("the table cannot be read", failure);
        }
        if (visible.keySet().containsAll(files)) {
          return Map.copyOf(visible);
        }
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              visible.size()
                  + " of "
                  + files.size()
                  + " files are in the table, and the others have not come for "
                  + patience.toSeconds()
                  + " s");
        }
      }
      TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
    }
  }

  @Override
  public void close() throws InterruptedException {
    isClosed = true;
    thread.join();
    try {
      source.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
