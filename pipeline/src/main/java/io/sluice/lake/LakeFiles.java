package io.sluice.lake;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The data files of a lake with their footers. */
public final class LakeFiles {
  /** They wait for the store, not for a processor. */
  private static final int READERS = 32;

  private static final int MOST_AHEAD = 4 * READERS;

  /** A data file and what it says of itself. */
  public record DataFile(Store.Entry entry, PartFile part, Footer footer) {}

  private LakeFiles() {}

  /** Lists the data files below a prefix, without reading them. */
  public static List<Store.Entry> list(Store store, String prefix) throws IOException {
    return store.list(prefix).stream().filter(e -> PartFile.parse(e.key()).isPresent()).toList();
  }

  /**
   * Reads the footers of all data files below a prefix, several at a time, in the order of their
   * keys.
   */
  public static List<DataFile> read(Store store, String prefix) throws IOException {
    return read(store, list(store, prefix));
  }

  public static List<DataFile> read(Store store, List<Store.Entry> entries) throws IOException {
    List<DataFile> files = new ArrayList<>(entries.size());
    forEach(store, entries, files::add);
    return files;
  }

  /**
   * Reads footers, several at a time, and gives them out one by one in the order of the entries: at
   * most {@value #MOST_AHEAD} of them are held.
   */
  public static void forEach(Store store, List<Store.Entry> entries, Consumer<DataFile> to)
      throws IOException {
    if (entries.size() == 1) {
      to.accept(read(store, entries.get(0)));
      return;
    }
    ExecutorService executor =
        Executors.newFixedThreadPool(Math.max(1, Math.min(READERS, entries.size())));
    try {
      Deque<Future<DataFile>> reading = new ArrayDeque<>();
      for (Store.Entry entry : entries) {
        if (reading.size() == MOST_AHEAD) {
          to.accept(reading.remove().get());
        }
        reading.add(executor.submit(() -> read(store, entry)));
      }
      while (!reading.isEmpty()) {
        to.accept(reading.remove().get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("reading footers", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading footers", e);
    } finally {
      executor.shutdownNow();
    }
  }

  private static DataFile read(Store store, Store.Entry entry) throws IOException {
    Optional<PartFile> part = PartFile.parse(entry.key());
    return new DataFile(entry, part.orElseThrow(), Footer.read(store, entry));
  }
}
