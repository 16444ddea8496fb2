package io.sluice.cli;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far a long verb has come: a bar on stderr, or nothing at all, so that no log fills with bars.
 * {@link ProgressOption} starts it. Safe for use by several threads.
 */
public final class Progress implements AutoCloseable {
  /** The total of who does not know it. */
  public static final long UNKNOWN = -1;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  static Progress start(String task, long total, boolean terminal, PrintStream out) {
    if (!terminal) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName("  " + task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
            .setUpdateIntervalMillis((int) Duration.ofMillis(200).toMillis())
            .setConsumer(new ConsoleProgressBarConsumer(out))
            .build());
  }

  /** Says how much is done since the start. */
  public void to(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** Says how much there is, where that becomes known late or changes. */
  public void total(long total) {
    if (bar != null) {
      bar.maxHint(total);
    }
  }

  /** Says something beside the bar. */
  public void note(String text) {
    if (bar != null) {
      bar.setExtraMessage(text);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
