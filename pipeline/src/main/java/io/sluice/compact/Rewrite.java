package io.sluice.compact;

import io.sluice.complete.DateFiles;
import io.sluice.complete.Publication;
import io.sluice.complete.Switched;
import io.sluice.contract.Table;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.Parallel;
import io.sluice.lake.PartFile;
import io.sluice.lake.Replaced;
import io.sluice.lake.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts files of one date in the place of others, so that each row is there once for whoever goes by
 * the manifest, at every moment: all new files are made as uploads that nobody sees; these are
 * completed; a manifest is written that names them instead of the old ones; whoever follows the
 * date is told; the old ones are deleted, with a grace by the next rewrite after it. Who just lists
 * the folder sees both between the first completion and the last deletion.
 *
 * <p>Killed before the manifest, it has changed nothing: its files are pending and not counted.
 * Killed after it, old files are left that are not counted either. {@link #clean} removes both.
 *
 * <p>Against writers: only files that are {@link #isSettled settled} may be replaced, see {@link
 * io.sluice.lake.AppendLog}. Against other rewrites: of two that replace the same file the first
 * manifest wins, and who is declared dead by {@link #clean} finds that in the manifest.
 */
public final class Rewrite implements AutoCloseable {
  private static final int MOST_TRIES = 5;

  /** Hexadecimal digits of the seconds since the epoch with which a rewrite's name begins. */
  private static final int SECONDS_DIGITS = 8;

  /** Writes a file's bytes. */
  public interface Content {
    /**
     * @return the SHA-256 of what was written, in hexadecimal digits
     */
    String writeTo(OutputStream out) throws IOException;
  }

  /**
   * What {@link #clean} did.
   *
   * @param removed files that were deleted
   * @param underWay files of a rewrite that is too young to be called dead
   * @param kept until when files that were replaced stay, for their grace; null where none do
   */
  public record Cleaned(int removed, List<Store.Entry> underWay, @Nullable Instant kept) {}

  /** A file that is uploaded and not visible. */
  private record Staged(PartFile file, String token, Store.Upload upload, String sha256) {}

  private final Store store;
  private final Table table;
  private final LocalDate date;
  private final Duration settle;
  private final int completions;
  private final boolean dryRun;
  private final BeforeDeletion beforeDeletion;
  private Duration grace;
  private final List<Staged> staged = new ArrayList<>();
  private final TreeSet<String> replaced = new TreeSet<>();
  private @Nullable Instant asked;
  private int count;
  private final String random = UUID.randomUUID().toString().substring(0, 8);

  /**
   * @param settle how old a file must be to be replaced; zero only while nothing else writes to the
   *     table
   * @param dryRun whether it only looks: nothing is written, not even to see the store's clock
   */
  public Rewrite(
      Store store,
      Table table,
      LocalDate date,
      Duration settle,
      boolean dryRun,
      BeforeDeletion beforeDeletion) {
    this(store, table, date, settle, dryRun, beforeDeletion, Parallel.THREADS);
  }

  /**
   * @param completions how many uploads are completed at once
   */
  Rewrite(
      Store store,
      Table table,
      LocalDate date,
      Duration settle,
      boolean dryRun,
      BeforeDeletion beforeDeletion,
      int completions) {
    this.beforeDeletion = beforeDeletion;
    this.grace = beforeDeletion.grace();
    this.completions = completions;
    this.dryRun = dryRun;
    this.store = store;
    this.table = table;
    this.date = date;
    this.settle = settle;
  }

  /** Whether every writer that may still be writing has seen a file. */
  public boolean isSettled(Store.Entry file) throws IOException {
    return settle.isZero() || !file.modified().plus(settle).isAfter(now());
  }

  /**
   * The store's time, asked once: what was settled then is settled. This host's clock would do only
   * while it is right.
   */
  private Instant now() throws IOException {
    Instant now = asked;
    if (now == null) {
      now = dryRun ? store.nowToReaders() : store.now();
      asked = now;
    }
    return now;
  }

  /**
   * Removes what interrupted rewrites have left, except where readers were led to it until now:
   * then it stays for a grace from now.
   *
   * @param takeOver whether one that is not settled is taken for dead, too
   */
  public Cleaned clean(boolean takeOver) throws IOException {
    DateFiles now = DateFiles.read(store, table, date);
    Set<String> dead = new TreeSet<>();
    for (Store.Entry entry : now.pending()) {
      if (takeOver || isSettled(entry)) {
        dead.add(PartFile.parse(entry.key()).orElseThrow().name());
      }
    }
    if (!dead.isEmpty()) {
      // Whoever wrote these may still be about to name them: from here on it cannot.
      new Publication(store, table, date).abandon(dead);
      now = DateFiles.read(store, table, date);
    }
    if (now.abandoned().isEmpty() && now.replaced().isEmpty()) {
      return new Cleaned(0, now.pending(), null);
    }
    // Whoever was killed after the switch may not have told. An abandoned file was live where the
    // manifest that named it is lost.
    boolean ledUntilNow = beforeDeletion.of(date) && !grace.isZero();
    List<String> leftovers = new ArrayList<>();
    if (!ledUntilNow) {
      now.abandoned().forEach(entry -> leftovers.add(entry.key()));
    }
    Instant kept = null;
    Map<String, Instant> until = until(now, ledUntilNow);
    for (Store.Entry entry : now.replaced()) {
      Instant end = until.get(entry.key());
      if (end == null) {
        leftovers.add(entry.key());
      } else if (kept == null || end.isAfter(kept)) {
        kept = end;
      }
    }
    store.delete(leftovers);
    return new Cleaned(leftovers.size(), now.pending(), kept);
  }

  /** Until when replaced files stay, as {@link #clean} would say if no follower is late. */
  public @Nullable Instant kept() throws IOException {
    return until(DateFiles.read(store, table, date), false).values().stream()
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /**
   * Until when each replaced file stays, by its key; those whose grace is over are not in it. Live
   * files stand for all of them, so that it does not matter which goes first.
   *
   * @param ledUntilNow whether somebody was led to them until now
   */
  private Map<String, Instant> until(DateFiles files, boolean ledUntilNow) throws IOException {
    Map<String, Instant> until = new HashMap<>();
    if (grace.isZero() || files.replaced().isEmpty()) {
      return until;
    }
    Map<String, Instant> switched = ledUntilNow ? Map.of() : Switched.at(store, table, date, files);
    for (Store.Entry entry : files.replaced()) {
      String name = entry.key().substring(entry.key().lastIndexOf('/') + 1);
      Instant end = switched.getOrDefault(name, now()).plus(grace);
      if (end.isAfter(now())) {
        until.put(entry.key(), end);
      }
    }
    return until;
  }

  /** Deletes what is replaced right after the switch: nobody can read it anyway. */
  void withoutGrace() {
    grace = Duration.ZERO;
  }

  /**
   * Makes files that take the place of settled files of one log. There is to be one file at least:
   * it keeps the log's numbers from being given out again.
   */
  public Log replacing(List<PartFile> files) {
    return replacing(files, List.of());
  }

  /**
   * The same for files that have taken the place of others which are still there, for their grace.
   *
   * @param before those others: the new files stand for them, too, so that none of them is ever
   *     taken for rows, whichever is deleted first
   */
  public Log replacing(List<PartFile> files, List<PartFile> before) {
    return new Log(files, before);
  }

  /** The new files of one log that take the place of some of its files together. */
  public final class Log {
    private final Replaced replaces;
    private final int shard;
    private final long sequence;
    private final String rewrite;

    private Log(List<PartFile> files, List<PartFile> before) {
      List<PartFile> all = new ArrayList<>(files);
      all.addAll(before);
      this.replaces = Replaced.of(all);
      this.shard = files.get(0).shard();
      long greatest = -1;
      long seconds = Instant.now().getEpochSecond();
      for (PartFile file : files) {
        greatest = Math.max(greatest, file.sequence());
        if (file.rewrite() != null) {
          // Behind the names that it replaces, whatever the clocks say.
          seconds =
              Math.max(
                  seconds, Long.parseLong(file.rewrite().substring(0, SECONDS_DIGITS), 16) + 1);
        }
        replaced.add(file.name());
      }
      this.sequence = greatest;
      this.rewrite = String.format("%08x", seconds) + random;
    }

    /** What the footers of the new files are to say. */
    public Replaced replaces() {
      return replaces;
    }

    /** Uploads a file; nobody sees it before {@link Rewrite#commit}. */
    public void add(Content content) throws IOException {
      String name = String.format("%s-%03d", rewrite, count++);
      PartFile file =
          new PartFile(table.name(), table.dateColumn(), date, shard, sequence, name)
              .requireReadable();
      String token = UUID.randomUUID().toString();
      Store.Upload upload = store.begin(file.key(), token);
      try {
        String sha256 = content.writeTo(upload.stream());
        upload.prepare();
        staged.add(new Staged(file, token, upload, sha256));
      } catch (IOException | RuntimeException e) {
        upload.close();
        throw e;
      }
    }
  }

  /**
   * Puts the new files in the place of the old ones.
   *
   * @return false where another rewrite was faster; then nothing has changed
   * @throws IOException where the store failed; {@link #clean} puts right what is left
   */
  public boolean commit() throws IOException {
    LakeDescriptor.requireRewrites(store, table);
    Parallel.forEach(staged, completions, "completing uploads", this::complete);
    Map<String, String> sha256 = new HashMap<>();
    staged.forEach(one -> sha256.put(one.file().name(), one.sha256()));
    Publication.Outcome outcome =
        new Publication(store, table, date).swap(sha256, replaced, !grace.isZero());
    if (outcome == Publication.Outcome.OVERTAKEN) {
      store.delete(staged.stream().map(one -> one.file().key()).toList());
      return false;
    }
    beforeDeletion.of(date);
    if (grace.isZero()) {
      String folder = PartFile.folder(table.name(), table.dateColumn(), date);
      store.delete(replaced.stream().map(name -> folder + name).toList());
    }
    return true;
  }

  private void complete(Staged one) throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
      try {
        if (one.upload().commit() == Store.Outcome.COMMITTED) {
          return;
        }
      } catch (IOException e) {
        failure = e;
      }
      if (store.owner(one.file().key(), one.token()) == Store.Owner.OURS) {
        return;
      }
    }
    throw new IOException(store.root() + "/" + one.file().key() + ": not completed", failure);
  }

  /** Gives up what is not visible yet. What is, and not committed, is left to {@link #clean}. */
  @Override
  public void close() {
    staged.forEach(one -> one.upload().close());
  }
}
