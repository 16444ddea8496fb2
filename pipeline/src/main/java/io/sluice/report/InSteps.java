package io.sluice.report;

import io.sluice.lake.Parallel;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/** Does the same to many things, several at a time, and says how many are done. */
final class InSteps {
  private InSteps() {}

  /**
   * Returns when all is done.
   *
   * @throws IOException what the first task threw that failed
   */
  static <T> void forEach(Collection<T> items, String what, Steps steps, Parallel.Task<T> task)
      throws IOException {
    if (items.isEmpty()) {
      return;
    }
    AtomicLong done = new AtomicLong();
    try (Steps.Step step = steps.begin(what, items.size())) {
      Parallel.forEach(
          items,
          Parallel.THREADS,
          "reading " + what,
          item -> {
            task.run(item);
            step.to(done.incrementAndGet());
          });
    }
  }
}
