package io.sluice.write;

import io.sluice.UserException;
import io.sluice.block.Block;
import io.sluice.block.LogKey;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.OpenTables;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Encodes and appends files on a thread of its own, one after the other, so that a worker's thread
 * goes on, and its checkpoints with it. What waits here is bounded.
 */
final class Appender implements AutoCloseable {
  private static final int MOST_LOGS = 512;

  /** Appends that are under way or wait for it, beyond which {@link #begin} waits. */
  private static final int MOST_PENDING = 2;

  private static final long CLOSE_SECONDS = 10;

  private record Log(String table, long date, int shard) {}

  private final int zstdLevel;
  private final OpenTables tables;
  private final Semaphore pending = new Semaphore(MOST_PENDING);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "sluice-append");
            thread.setDaemon(true);
            return thread;
          });

  /** Those used last. Only the thread above knows them. */
  private final Map<Log, AppendLog> logs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Log, AppendLog> eldest) {
          return size() > MOST_LOGS;
        }
      };

  Appender(List<LakeTable> tables, int zstdLevel, PipelineOptions options) {
    this.zstdLevel = zstdLevel;
    this.tables = new OpenTables(tables, options);
  }

  /**
   * Begins to append blocks. Appends of the same log take effect in the order in which they were
   * begun.
   *
   * @return what changed in the log
   */
  Future<List<LogChange>> begin(LogKey key, List<Block> blocks) throws IOException {
    try {
      pending.acquire();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return thread.submit(
        () -> {
          try {
            return append(key, blocks);
          } finally {
            pending.release();
          }
        });
  }

  /**
   * Waits for the end of an append.
   *
   * @throws IOException where the store failed for good
   * @throws UserException where it refuses what the user has to mend
   */
  static List<LogChange> await(Future<List<LogChange>> append) throws IOException {
    try {
      return append.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        // Of the thread that waits: a trace of both tells who wanted it.
        throw new IOException(failure.getMessage(), failure);
      }
      if (e.getCause() instanceof UserException refused) {
        throw new UserException(String.valueOf(refused.getMessage()), refused);
      }
      throw new IllegalStateException("an append failed", e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted while appending", e);
  }

  private List<LogChange> append(LogKey key, List<Block> blocks) throws IOException {
    long started = System.nanoTime();
    LakeTable table = tables.table(key.table());
    // State of earlier versions may hold dead letters of later dates.
    LocalDate date = Table.inRange(key.date());
    List<LogChange> changes = new ArrayList<>();
    long replayed = 0;
    for (Pane pane : Pane.byContract(table.table(), blocks, zstdLevel)) {
      replayed += pane.size();
      for (AppendLog.Appended one : log(key, date, table).append(pane)) {
        Pane.File file = (Pane.File) one.rows();
        ParquetFile.Written bytes = file.written();
        replayed -= file.rows() + file.skipped();
        SluiceMetrics.appended(
            key.table(), file.rows(), bytes.size(), file.greatestTime(), file.greatestRecordTime());
        changes.add(
            new LogChange(
                key.table(),
                date.toEpochDay(),
                new CommittedFile(one.file().name(), bytes.size(), bytes.sha256())));
      }
    }
    SluiceMetrics.REPLAYED.labelValues(key.table()).inc(replayed);
    SluiceMetrics.appendTook(key.table(), System.nanoTime() - started);
    if (changes.isEmpty() || replayed > 0) {
      // Whoever wrote what was there already may not have told of it.
      changes.add(new LogChange(key.table(), date.toEpochDay(), null));
    }
    return changes;
  }

  private AppendLog log(LogKey key, LocalDate date, LakeTable table) {
    return logs.computeIfAbsent(
        new Log(key.table(), date.toEpochDay(), key.shard()),
        log ->
            new AppendLog(
                tables.store(table),
                table.table(),
                date,
                log.shard(),
                table.descriptor().resharded()));
  }

  /** Gives up what is not done: the next start finds it in the state, or in the lake. */
  @Override
  public void close() {
    thread.shutdownNow();
    // Who cancels a job may have interrupted us, which is no reason to close the store under an
    // append.
    boolean interrupted = Thread.interrupted();
    try {
      thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    tables.close();
  }
}
