package io.sluice.lake;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The data files of a lake with their footers. */
public final class LakeFiles {
  private static final int READERS = 16;

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
    if (entries.size() <= 1) {
      return entries.isEmpty() ? List.of() : List.of(read(store, entries.get(0)));
    }
    ExecutorService executor = Executors.newFixedThreadPool(Math.min(READERS, entries.size()));
    try {
      List<Future<DataFile>> futures = new ArrayList<>();
      for (Store.Entry entry : entries) {
        futures.add(executor.submit(() -> read(store, entry)));
      }
      List<DataFile> files = new ArrayList<>();
      for (Future<DataFile> future : futures) {
        files.add(future.get());
      }
      return files;
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
