package io.sluice.cli;

import io.sluice.metrics.SluiceMetrics;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a run goes on: a line that stays and changes on a terminal, a line of the log each minute
 * elsewhere.
 */
final class RunProgress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);
  private static final Duration ON_TERMINAL = Duration.ofSeconds(1);
  private static final Duration IN_LOG = Duration.ofMinutes(1);

  private final boolean terminal;
  private final boolean here;
  private final Duration interval;
  private final Progress bar;
  private final Thread thread;
  private volatile @Nullable String ofCluster;

  private RunProgress(boolean terminal, boolean here, Progress bar, Duration interval) {
    this.terminal = terminal;
    this.here = here;
    this.bar = bar;
    this.interval = interval;
    this.thread = new Thread(this::show, "run-progress");
    thread.setDaemon(true);
  }

  /**
   * @param here whether the job runs in this process: then it is shown what its metrics count, else
   *     what is said with {@link #is}
   */
  static RunProgress start(boolean here, ProgressOption option) {
    boolean terminal = option.isShown();
    Progress bar = option.start(here ? "records" : "job", Progress.UNKNOWN);
    return start(terminal, here, bar, terminal ? ON_TERMINAL : IN_LOG);
  }

  static RunProgress start(boolean terminal, boolean here, Progress bar, Duration interval) {
    RunProgress progress = new RunProgress(terminal, here, bar, interval);
    progress.thread.start();
    return progress;
  }

  /** Says how a job elsewhere is. */
  void is(String text) {
    ofCluster = text;
  }

  private void show() {
    SluiceMetrics.Totals before = SluiceMetrics.totals();
    try {
      while (true) {
        Thread.sleep(interval.toMillis());
        SluiceMetrics.Totals now = SluiceMetrics.totals();
        String text = here ? text(SluiceMetrics.isReading(), before, now, interval) : ofCluster;
        before = now;
        if (text == null) {
          // Not submitted yet.
          continue;
        }
        if (terminal) {
          bar.to(now.records());
          bar.note(text);
        } else {
          LOG.info("{}", text);
        }
      }
    } catch (InterruptedException e) {
      // The run has ended.
    }
  }

  /** Zeros would say that nothing waits to be read, which nobody knows yet. */
  static String text(
      boolean isReading, SluiceMetrics.Totals before, SluiceMetrics.Totals now, Duration apart) {
    return isReading ? text(before, now, apart) : "starting";
  }

  /** What has come to be between two looks. */
  static String text(SluiceMetrics.Totals before, SluiceMetrics.Totals now, Duration apart) {
    return String.format(
        Locale.ROOT,
        "%,d records/s, lag %,d, %,d rows, %,d dead letters, %,d files, waiting %d s",
        (now.records() - before.records()) * 1000 / apart.toMillis(),
        now.lag(),
        now.rows(),
        now.deadLetters(),
        now.files(),
        now.waitingSeconds());
  }

  @Override
  public void close() {
    thread.interrupt();
    bar.close();
  }
}
