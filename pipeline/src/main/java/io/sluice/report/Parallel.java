package io.sluice.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Does the same to many things that wait for the store, several at a time. */
final class Parallel {
  private static final int THREADS = 16;

  /** What is done to one thing. */
  interface Task<T> {
    void run(T item) throws IOException;
  }

  private Parallel() {}

  /**
   * Returns when all is done.
   *
   * @throws IOException what the first task threw that failed
   */
  static <T> void forEach(Collection<T> items, String what, Steps steps, Task<T> task)
      throws IOException {
    if (items.isEmpty()) {
      return;
    }
    ExecutorService executor = Executors.newFixedThreadPool(Math.min(THREADS, items.size()));
    AtomicLong done = new AtomicLong();
    try (Steps.Step step = steps.begin(what, items.size())) {
      List<Future<?>> tasks = new ArrayList<>();
      for (T item : items) {
        tasks.add(
            executor.submit(
                () -> {
                  task.run(item);
                  step.to(done.incrementAndGet());
                  return null;
                }));
      }
      for (Future<?> one : tasks) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IOException(what, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading " + what, e);
    } finally {
      executor.shutdownNow();
    }
  }
}
