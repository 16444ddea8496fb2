package io.sluice.lake;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The data files of a lake with their footers. */
public final class LakeFiles {
  /** How many footers a caller reads at a time: it waits for the store, not for a processor. */
  private static final int READERS = 32;

  /** Most lists are short, and threads of their own would cost more than reading them. */
  private static final ExecutorService THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "sluice-footers");
            thread.setDaemon(true);
            return thread;
          });

  /** Rewrites are rare: a file that vanishes each time is another trouble. */
  private static final int MOST_LISTS = 10;

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
    Map<String, DataFile> known = new HashMap<>();
    List<Store.Entry> entries = List.of();
    for (int attempt = 0; attempt < MOST_LISTS; attempt++) {
      entries = list(store, prefix);
      List<Store.Entry> unread =
          entries.stream().filter(entry -> !known.containsKey(entry.key())).toList();
      if (forEach(store, unread, file -> known.put(file.entry().key(), file))) {
        return entries.stream()
            .map(entry -> Objects.requireNonNull(known.get(entry.key())))
            .toList();
      }
    }
    throw vanishing(store, prefix);
  }

  /**
   * Gives out the files that are there, or were at some moment since the call: one that a rewrite
   * replaces meanwhile, or what takes its place, or both.
   */
  public static void forEach(Store store, String prefix, Consumer<DataFile> to) throws IOException {
    Set<String> seen = new HashSet<>();
    for (int attempt = 0; attempt < MOST_LISTS; attempt++) {
      List<Store.Entry> unseen =
          list(store, prefix).stream().filter(entry -> !seen.contains(entry.key())).toList();
      if (forEach(
          store,
          unseen,
          file -> {
            seen.add(file.entry().key());
            to.accept(file);
          })) {
        return;
      }
    }
    throw vanishing(store, prefix);
  }

  private static IOException vanishing(Store store, String prefix) {
    return new IOException(
        store.root() + "/" + prefix + ": files vanished again and again while they were read");
  }

  /**
   * Reads footers, several at a time, and gives them out one by one in the order of the entries: at
   * most {@value #READERS} of them are held.
   *
   * @return whether all were there; a rewrite may have deleted some since they were listed
   */
  public static boolean forEach(Store store, List<Store.Entry> entries, Consumer<DataFile> to)
      throws IOException {
    if (entries.isEmpty()) {
      return true;
    }
    if (entries.size() == 1) {
      Optional<DataFile> file = read(store, entries.get(0));
      file.ifPresent(to);
      return file.isPresent();
    }
    boolean all = true;
    Deque<Future<Optional<DataFile>>> reading = new ArrayDeque<>();
    try {
      for (Store.Entry entry : entries) {
        if (reading.size() == READERS) {
          all &= accept(reading.remove().get(), to);
        }
        reading.add(THREADS.submit(() -> read(store, entry)));
      }
      while (!reading.isEmpty()) {
        all &= accept(reading.remove().get(), to);
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IOException("reading footers", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading footers", e);
    } finally {
      reading.forEach(left -> left.cancel(true));
    }
  }

  private static boolean accept(Optional<DataFile> file, Consumer<DataFile> to) {
    file.ifPresent(to);
    return file.isPresent();
  }

  /** Empty where it is not there any more. */
  public static Optional<DataFile> read(Store store, Store.Entry entry) throws IOException {
    Optional<PartFile> part = PartFile.parse(entry.key());
    try {
      return Optional.of(new DataFile(entry, part.orElseThrow(), Footer.read(store, entry)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
