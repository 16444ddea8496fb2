package io.sluice.lake;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Does the same to many things that wait for the store, several at a time. */
public final class Parallel {
  /** For calls that are answered in some tens of milliseconds. */
  public static final int THREADS = 16;

  /** What is done to one thing. */
  public interface Task<T> {
    void run(T item) throws IOException;
  }

  /**
   * What is made of one thing.
   *
   * @param <R> it
   */
  public interface Function<T, R> {
    R apply(T item) throws IOException;
  }

  private Parallel() {}

  /**
   * As {@link #forEach}: what is made of each item, in the order of the items.
   *
   * @throws IOException what the first of them threw that failed
   */
  public static <T, R> List<R> map(List<T> items, int threads, String what, Function<T, R> function)
      throws IOException {
    Map<Integer, R> made = new ConcurrentHashMap<>();
    forEach(
        IntStream.range(0, items.size()).boxed().toList(),
        threads,
        what,
        i -> made.put(i, function.apply(items.get(i))));
    return List.copyOf(new TreeMap<>(made).values());
  }

  /**
   * Returns when all is done. With one thread it is the caller's, and the order that of the items.
   *
   * @param what names it in errors
   * @throws IOException what the first task threw that failed
   */
  public static <T> void forEach(Collection<T> items, int threads, String what, Task<T> task)
      throws IOException {
    if (threads == 1 || items.size() <= 1) {
      for (T item : items) {
        task.run(item);
      }
      return;
    }
    ExecutorService executor = Executors.newFixedThreadPool(Math.min(threads, items.size()));
    try {
      List<Future<?>> tasks = new ArrayList<>();
      for (T item : items) {
        tasks.add(
            executor.submit(
                () -> {
                  task.run(item);
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
      throw new IOException("interrupted: " + what, e);
    } finally {
      executor.shutdownNow();
    }
  }
}
