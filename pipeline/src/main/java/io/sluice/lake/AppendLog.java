package io.sluice.lake;

import io.sluice.contract.Table;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one date and shard: an append-only sequence of files, each of which names the
 * positions of its rows. An append is one conditional write to the next name in the sequence, after
 * the rows that are already in the log were left out.
 *
 * <p>Why nothing is lost or duplicated, whoever else writes: a file is created under name n only
 * while no file n exists, and a writer moves on to n + 1 only after it has seen file n and left out
 * its positions. So whatever was committed before name n was taken has been left out, and a write
 * whose answer was lost can take effect under name n only, where it either is found or wins
 * nothing.
 *
 * <p>A rewrite takes files out of the log and deletes them, but only such as every writer has seen:
 * what a writer knows holds for ten minutes ({@link Freshness}), and no longer at the moment when a
 * commit is sent. Then the log is read again first. An upload that was begun longer ago than that
 * is not committed at all, for the store counts a file's age from there: it would look seen by all
 * when it has just come. The file that takes their place carries the greatest of their numbers
 * ({@link PartFile}), so no name is ever free a second time.
 *
 * <p>It relies on positions being a function of the record, and date and shard being one too: then
 * a row can only ever be in this log.
 */
public final class AppendLog {
  private static final Logger LOG = LoggerFactory.getLogger(AppendLog.class);

  /** Rows that are to be in the log. */
  public interface Rows {
    /**
     * Those of the rows that are not committed, as many as one file should hold; empty when there
     * are none.
     */
    Optional<Selection> without(Positions committed) throws IOException;
  }

  /** Rows of one file. */
  public interface Selection {
    Positions positions();

    /** Whether it has all rows that are not committed, so that no other file need follow. */
    boolean isAll();

    /** Writes the file; the same bytes whenever it is called. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** A file that was appended. */
  public record Appended(PartFile file, Selection rows) {}

  private final Store store;
  private final Table table;
  private final LocalDate date;
  private final int shard;
  private final boolean resharded;
  private Positions committed = new Positions();

  /** The files of which {@link #committed} has the positions. */
  private final Set<String> seen = new HashSet<>();

  /** Whether it has all, as far as this writer can know, and since when. */
  private final Freshness knowledge;

  private final TimeSource uploads;

  private long next;

  /**
   * @param resharded whether the lake once had another number of shards: then rows of this log may
   *     be in files of other shards
   */
  public AppendLog(Store store, Table table, LocalDate date, int shard, boolean resharded) {
    this(store, table, date, shard, resharded, TimeSource.SYSTEM);
  }

  public AppendLog(
      Store store, Table table, LocalDate date, int shard, boolean resharded, TimeSource time) {
    this(store, table, date, shard, resharded, time, time);
  }

  /**
   * @param uploads by which the age of uploads is judged
   */
  AppendLog(
      Store store,
      Table table,
      LocalDate date,
      int shard,
      boolean resharded,
      TimeSource time,
      TimeSource uploads) {
    new PartFile(table.name(), table.dateColumn(), date, shard, 0).requireReadable();
    this.knowledge = new Freshness(time);
    this.uploads = uploads;
    this.store = store;
    this.table = table;
    this.date = date;
    this.shard = shard;
    this.resharded = resharded;
  }

  /**
   * Appends what is not in the log yet, as one file or more.
   *
   * @return the files, none where all rows were there
   * @throws IOException where the store failed for good; nothing is known of the last file, and
   *     calling again puts it right
   */
  public List<Appended> append(Rows rows) throws IOException {
    List<Appended> appended = new ArrayList<>();
    Optional<Selection> selection = rows.without(committed());
    String token = Token.next();
    Standstill standstill = new Standstill();
    while (selection.isPresent()) {
      if (!knowledge.holds()) {
        standstill.count("reading the log takes longer than what it says may be acted on");
        selection = rows.without(reload());
        token = Token.next();
        continue;
      }
      PartFile file = new PartFile(table.name(), table.dateColumn(), date, shard, next);
      int known = seen.size();
      switch (tryAppend(file, selection.get(), token, standstill)) {
        case OURS -> {
          committed.addAll(selection.get().positions());
          seen.add(file.key());
          next++;
          appended.add(new Appended(file, selection.get()));
          selection = selection.get().isAll() ? Optional.empty() : rows.without(committed);
          token = Token.next();
          standstill = new Standstill();
        }
        case OTHERS -> {
          SluiceMetrics.CONFLICTS.labelValues(table.name()).inc();
          LOG.info("{} was appended by another writer: reading the log again", file.key());
          selection = rows.without(reload());
          token = Token.next();
          if (seen.size() > known) {
            standstill = new Standstill();
          } else {
            standstill.count(
                "the name is taken, and the store's list does not show what has it; a store whose lists lag behind its writes cannot hold a lake: see what stands there");
          }
        }
        case ABSENT -> {
          // The same name and token again: the try before may still take effect, and then it is
          // this file.
          SluiceMetrics.RETRIES.labelValues(table.name()).inc();
          standstill.count("nothing is there after a try to write it");
        }
      }
    }
    return appended;
  }

  /** Tries to append that came to nothing, one after the other, and why the last did. */
  private final class Standstill {
    private int tries;
    private @Nullable IOException failure;

    /**
     * Waits, ever longer.
     *
     * @throws IOException where it is enough
     */
    void count(String why) throws IOException {
      if (++tries >= Store.MOST_TRIES) {
        knowledge.forget();
        IOException last = failure;
        throw new IOException(
            store.root()
                + "/"
                + new PartFile(table.name(), table.dateColumn(), date, shard, next).key()
                + ": not written after "
                + tries
                + " tries: "
                + (last == null ? why : last.getMessage()),
            last);
      }
      Backoff.sleep(tries);
    }
  }

  private Store.Owner tryAppend(
      PartFile file, Selection selection, String token, Standstill standstill) throws IOException {
    standstill.failure = null;
    Freshness begun = Freshness.now(uploads);
    try (Store.Upload upload = store.begin(file.key(), token)) {
      selection.writeTo(upload.stream());
      if (!begun.holds()) {
        throw new IOException("too late to be committed");
      }
      if (!knowledge.holds() && isOvertaken(file, selection)) {
        return Store.Owner.OTHERS;
      }
      if (upload.commit(() -> begun.holds() && knowledge.holds()) == Store.Outcome.COMMITTED) {
        return Store.Owner.OURS;
      }
    } catch (IOException e) {
      LOG.warn("{}: {}; asking what became of it", file.key(), e.toString());
      standstill.failure =
          begun.holds()
              ? e
              : new IOException(
                  "its upload takes longer than "
                      + Freshness.MOST.toMinutes()
                      + " minutes, after which it may not be committed: make files smaller with --fileMebibytes, or the way to the store wider",
                  e);
    }
    return store.owner(file.key(), token);
  }

  /** Reads the log again, and tells whether anybody appended meanwhile. */
  private boolean isOvertaken(PartFile file, Selection selection) throws IOException {
    Positions now = reload();
    return next != file.sequence() || !now.and(selection.positions()).isEmpty();
  }

  /** The positions in the log, as far as this writer knows. */
  private Positions committed() throws IOException {
    return knowledge.holds() ? committed : reload();
  }

  /** Reads the files that this writer has not seen; those that it has do not change. */
  private Positions reload() throws IOException {
    knowledge.start();
    String prefix =
        resharded
            ? PartFile.folder(table.name(), table.dateColumn(), date)
            : PartFile.prefix(table.name(), table.dateColumn(), date, shard);
    Rounds rounds = new Rounds(store, prefix);
    while (!readUnseen(prefix)) {
      // A rewrite deletes what it has replaced: what takes its place is listed by now.
      rounds.next("files vanish while they are read");
    }
    knowledge.complete();
    return committed;
  }

  private boolean readUnseen(String prefix) throws IOException {
    List<Store.Entry> unseen =
        LakeFiles.list(store, prefix).stream().filter(file -> !seen.contains(file.key())).toList();
    return LakeFiles.forEach(
        store,
        unseen,
        file -> {
          committed.addAll(file.footer().positions());
          seen.add(file.entry().key());
          if (file.part().shard() == shard) {
            next = Math.max(next, file.part().sequence() + 1);
          }
        });
  }
}
