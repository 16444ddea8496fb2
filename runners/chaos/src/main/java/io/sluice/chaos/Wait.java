package io.sluice.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A wait that ends, and says then which it was, how long it took and what was seen last: on a busy
 * machine that is all that tells a slow cluster from one that fails.
 *
 * @param longest after which nothing is waited for any more
 * @param pause between two questions
 * @param answer what was answered last, where a question was answered with no
 * @param hint what else may be the cause, to go on behind a semicolon; empty for nothing
 */
record Wait(Duration longest, Duration pause, Supplier<String> answer, Supplier<String> hint) {
  /**
   * Returns when a question is answered with yes.
   *
   * @param what is waited for
   * @throws IllegalStateException where it is not in time
   */
  void until(String what, FlinkCluster.Question question) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      String seen;
      try {
        if (question.holds()) {
          return;
        }
        seen = answer.get();
      } catch (IOException e) {
        // Down or starting: asked again.
        seen = Jobs.firstLine(e);
      }
      long waited = System.nanoTime() - start;
      if (waited > longest.toNanos()) {
        String more = hint.get();
        throw new IllegalStateException(
            "Flink does not come up with "
                + what
                + ": waited "
                + TimeUnit.NANOSECONDS.toSeconds(waited)
                + " s, and seen last: "
                + seen
                + (more.isEmpty() ? "" : "; " + more));
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    }
  }
}
