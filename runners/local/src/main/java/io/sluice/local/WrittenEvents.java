package io.sluice.local;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.cli.Progress;
import io.sluice.cli.ProgressOption;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;

/**
 * Waits until as many rows are in files as there are events, and every date has its manifest. The
 * job runs in this process, so that its metrics say how far it is.
 */
final class WrittenEvents {
  /** Long enough for the slowest machine that still moves. */
  private static final Duration STALLED = Duration.ofMinutes(5);

  private static final long NOT_YET = 0;

  private final SluiceOptions options;
  private final long total;
  private final ProgressOption progress;
  private long decodedAt = NOT_YET;
  private long moved = -1;
  private long movedAt = System.nanoTime();

  /**
   * @param options of the job
   * @param total how many events there are to be, as far as that is known before
   * @param progress whether it is shown how many there are
   */
  WrittenEvents(SluiceOptions options, long total, ProgressOption progress) {
    this.options = options;
    this.total = total;
    this.progress = progress;
  }

  /**
   * Waits for them.
   *
   * @param producing what makes the events, and then says how many Kafka has; if it fails, this
   *     does
   */
  void await(CompletableFuture<Long> producing, PipelineResult job) throws Exception {
    SluiceConfig config = SluiceConfig.ofTables(options);
    Table lakeTable = config.contract().lakeTable();
    Table deadTable = DeadLetters.table(config.contract());
    try (Store lake = config.lake().open(options);
        Store deadLetters = config.deadLetters().open(options);
        Progress bar = progress.start("events in files", total)) {
      long there = rows(lake, lakeTable) + rows(deadLetters, deadTable);
      while (true) {
        boolean isMade = producing.isDone();
        long all = isMade ? producing.get() : total;
        long written = there + SluiceMetrics.total(SluiceMetrics.FILE_ROWS);
        long decoded = there + SluiceMetrics.decoded();
        bar.to(written);
        bar.note(String.format("%,d decoded", decoded));
        if (decodedAt == NOT_YET && decoded >= all) {
          decodedAt = System.nanoTime();
        }
        if (isMade
            && written >= all
            && isComplete(lake, lakeTable)
            && isComplete(deadLetters, deadTable)) {
          return;
        }
        requireMoving(written + decoded, job);
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }

  private void requireMoving(long now, PipelineResult job) {
    if (now != moved) {
      moved = now;
      movedAt = System.nanoTime();
    } else if (System.nanoTime() - movedAt > STALLED.toNanos()) {
      throw new IllegalStateException(
          "the pipeline has not moved for "
              + STALLED.toMinutes()
              + " minutes; its state: "
              + job.getState());
    }
  }

  /**
   * When the last event was decoded, by {@link System#nanoTime}; what is given where that was not
   * seen.
   */
  long decodedAt(long otherwise) {
    return decodedAt == NOT_YET ? otherwise : decodedAt;
  }

  private static long rows(Store store, Table table) throws IOException {
    long rows = 0;
    for (LakeFiles.DataFile file : LakeFiles.read(store, table.name() + "/")) {
      rows += file.footer().rows();
    }
    return rows;
  }

  private static boolean isComplete(Store store, Table table) throws IOException {
    for (LocalDate date : LakeFiles.dates(store, table)) {
      if (!new Publication(store, table, date).isCurrent()) {
        return false;
      }
    }
    return true;
  }
}
