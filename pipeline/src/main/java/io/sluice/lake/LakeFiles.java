package io.sluice.lake;

import io.sluice.contract.Table;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
import java.util.function.Predicate;

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

  private static final String VANISH = "files vanish while they are read";

  /** A data file and what it says of itself. */
  public record DataFile(Store.Entry entry, PartFile part, Footer footer) {}

  private LakeFiles() {}

  /**
   * The dates of a table that have a folder, ascending. What is no date's folder is left alone,
   * with one warning.
   */
  public static List<LocalDate> dates(Store store, Table table) throws IOException {
    String column = table.dateColumn() + "=";
    List<LocalDate> dates = new ArrayList<>();
    for (String folder : store.folders(table.name() + "/")) {
      Optional<LocalDate> date =
          folder.startsWith(column)
              ? PartFile.date(folder.substring(column.length()))
              : Optional.empty();
      date.ifPresentOrElse(dates::add, () -> Foreign.folder(store, table, folder));
    }
    Collections.sort(dates);
    return dates;
  }

  /** Lists the data files of a table, without reading them; warns of others as {@link #dates}. */
  public static List<Store.Entry> list(Store store, Table table) throws IOException {
    String column = table.name() + "/" + table.dateColumn() + "=";
    List<Store.Entry> files = new ArrayList<>();
    for (Store.Entry entry : list(store, table.name() + "/")) {
      if (entry.key().startsWith(column)) {
        files.add(entry);
      } else {
        Foreign.file(store, entry.key());
      }
    }
    return files;
  }

  /** Lists the small objects of a folder of sluice's own; warns of others as {@link #dates}. */
  static List<Store.Entry> listJson(Store store, String folder) throws IOException {
    List<Store.Entry> objects = new ArrayList<>();
    for (Store.Entry entry : store.list(folder)) {
      if (entry.key().endsWith(".json")) {
        objects.add(entry);
      } else {
        Foreign.file(store, entry.key());
      }
    }
    return objects;
  }

  /**
   * Lists the data files below a prefix, without reading them. What is no data file is left alone,
   * with one warning for each folder.
   */
  public static List<Store.Entry> list(Store store, String prefix) throws IOException {
    return among(store, store.list(prefix));
  }

  /** Those of some entries that are data files; warns of others as {@link #dates}. */
  public static List<Store.Entry> among(Store store, List<Store.Entry> entries) {
    List<Store.Entry> files = new ArrayList<>();
    for (Store.Entry entry : entries) {
      if (PartFile.parse(entry.key()).isPresent()) {
        files.add(entry);
      } else {
        Foreign.file(store, entry.key());
      }
    }
    return files;
  }

  /**
   * Reads the footers of all data files below a prefix, several at a time, in the order of their
   * keys.
   */
  public static List<DataFile> read(Store store, String prefix) throws IOException {
    Map<String, DataFile> known = new HashMap<>();
    List<Store.Entry> entries;
    // Rewrites are rare: a file that vanishes each time is another trouble.
    for (Rounds rounds = new Rounds(store, prefix); ; rounds.next(VANISH)) {
      entries = list(store, prefix);
      List<Store.Entry> unread =
          entries.stream().filter(entry -> !known.containsKey(entry.key())).toList();
      if (forEach(store, unread, file -> known.put(file.entry().key(), file))) {
        return entries.stream()
            .map(entry -> Objects.requireNonNull(known.get(entry.key())))
            .toList();
      }
    }
  }

  /**
   * Gives out the files that are there, or were at some moment since the call: one that a rewrite
   * replaces meanwhile, or what takes its place, or both.
   */
  public static void forEach(Store store, Table table, Consumer<DataFile> to) throws IOException {
    forEach(store, table, entry -> true, to, IfDamaged.THROW);
  }

  /**
   * The same.
   *
   * @param which files of the table
   * @param damaged gets what is not a data file any more, in its turn
   */
  public static void forEach(
      Store store,
      Table table,
      Predicate<Store.Entry> which,
      Consumer<DataFile> to,
      IfDamaged damaged)
      throws IOException {
    Set<String> seen = new HashSet<>();
    for (Rounds rounds = new Rounds(store, table.name()); ; rounds.next(VANISH)) {
      List<Store.Entry> unseen =
          list(store, table).stream()
              .filter(entry -> !seen.contains(entry.key()) && which.test(entry))
              .toList();
      if (forEach(
          store,
          unseen,
          file -> {
            seen.add(file.entry().key());
            to.accept(file);
          },
          (entry, e) -> {
            seen.add(entry.key());
            damaged.accept(entry, e);
          })) {
        return;
      }
    }
  }

  /** What becomes of a file that is damaged, among others that are read. */
  public interface IfDamaged {
    /** Throws where nobody knows better. */
    IfDamaged THROW =
        (file, e) -> {
          throw e;
        };

    void accept(Store.Entry file, DamagedFileException e) throws IOException;
  }

  /**
   * Reads footers, several at a time, and gives them out one by one in the order of the entries: at
   * most {@value #READERS} of them are held.
   *
   * @return whether all were there; a rewrite may have deleted some since they were listed
   */
  public static boolean forEach(Store store, List<Store.Entry> entries, Consumer<DataFile> to)
      throws IOException {
    return forEach(store, entries, to, IfDamaged.THROW);
  }

  /**
   * The same.
   *
   * @param damaged gets what is not a data file any more, in its turn
   */
  public static boolean forEach(
      Store store, List<Store.Entry> entries, Consumer<DataFile> to, IfDamaged damaged)
      throws IOException {
    if (entries.size() <= 1) {
      boolean all = true;
      for (Store.Entry entry : entries) {
        all = accept(entry, () -> read(store, entry), to, damaged);
      }
      return all;
    }
    boolean all = true;
    Deque<Reading> reading = new ArrayDeque<>();
    try {
      for (Store.Entry entry : entries) {
        if (reading.size() == READERS) {
          all &= reading.remove().accept(to, damaged);
        }
        reading.add(new Reading(entry, THREADS.submit(() -> read(store, entry))));
      }
      while (!reading.isEmpty()) {
        all &= reading.remove().accept(to, damaged);
      }
      return all;
    } finally {
      reading.forEach(left -> left.footer().cancel(true));
    }
  }

  /** A file whose footer is being read. */
  private record Reading(Store.Entry entry, Future<Optional<DataFile>> footer) {
    boolean accept(Consumer<DataFile> to, IfDamaged damaged) throws IOException {
      return LakeFiles.accept(entry, this::get, to, damaged);
    }

    private Optional<DataFile> get() throws IOException {
      try {
        return footer.get();
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
      }
    }
  }

  private interface Answer {
    Optional<DataFile> get() throws IOException;
  }

  /** Whether it was there. */
  private static boolean accept(
      Store.Entry entry, Answer answer, Consumer<DataFile> to, IfDamaged damaged)
      throws IOException {
    Optional<DataFile> file;
    try {
      file = answer.get();
    } catch (DamagedFileException e) {
      damaged.accept(entry, e);
      return true;
    }
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
