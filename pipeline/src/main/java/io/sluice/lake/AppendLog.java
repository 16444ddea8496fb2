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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one date and shard: an append-only sequence of files, each of which names the
 * positions of its rows. An append is one conditional write to the next name in the sequence, after
 * the rows that are already in the log were left out.
 *
 * <p>Why nothing is lost or doubled, whoever else writes: a file is created under name n only while
 * no file n exists, and a writer moves on to n + 1 only after it has seen file n and left out its
 * positions. So whatever was committed before name n was taken has been left out, and a write whose
 * answer was lost can take effect under name n only, where it either is found or wins nothing.
 *
 * <p>A rewrite takes files out of the log and deletes them, but only such as every writer has seen:
 * what a writer knows holds for ten minutes ({@link Freshness}), and no longer at the moment when a
 * commit is sent. Then the log is read again first. The file that takes their place carries the
 * greatest of their numbers ({@link PartFile}), so no name is ever free a second time.
 *
 * <p>It relies on positions being a function of the record, and date and shard being one too: then
 * a row can only ever be in this log.
 */
public final class AppendLog {
  private static final Logger LOG = LoggerFactory.getLogger(AppendLog.class);
  private static final int MOST_FAILURES = 10;

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
    this.knowledge = new Freshness(time);
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
    int failures = 0;
    while (selection.isPresent()) {
      if (!knowledge.holds()) {
        selection = rows.without(reload());
        token = Token.next();
        continue;
      }
      PartFile file = new PartFile(table.name(), table.dateColumn(), date, shard, next);
      switch (tryAppend(file, selection.get(), token)) {
        case OURS -> {
          committed.addAll(selection.get().positions());
          seen.add(file.key());
          next++;
          appended.add(new Appended(file, selection.get()));
          selection = selection.get().isAll() ? Optional.empty() : rows.without(committed);
          token = Token.next();
          failures = 0;
        }
        case OTHERS -> {
          SluiceMetrics.CONFLICTS.labelValues(table.name()).inc();
          LOG.info("{} was appended by another writer: reading the log again", file.key());
          selection = rows.without(reload());
          token = Token.next();
        }
        case ABSENT -> {
          // The same name and token again: the try before may still take effect, and then it is
          // this file.
          SluiceMetrics.RETRIES.labelValues(table.name()).inc();
          if (++failures >= MOST_FAILURES) {
            knowledge.forget();
            throw new IOException(
                store.root() + "/" + file.key() + ": not written after " + failures + " tries");
          }
          Backoff.sleep(failures);
        }
      }
    }
    return appended;
  }

  private Store.Owner tryAppend(PartFile file, Selection selection, String token)
      throws IOException {
    try (Store.Upload upload = store.begin(file.key(), token)) {
      selection.writeTo(upload.stream());
      if (!knowledge.holds() && isOvertaken(file, selection)) {
        return Store.Owner.OTHERS;
      }
      if (upload.commit(knowledge::holds) == Store.Outcome.COMMITTED) {
        return Store.Owner.OURS;
      }
    } catch (IOException e) {
      LOG.warn("{}: {}; asking what became of it", file.key(), e.toString());
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
    boolean all = false;
    for (int attempt = 0; !all; attempt++) {
      if (attempt > 0) {
        // A rewrite deletes what it has replaced: what takes its place is listed by now.
        if (attempt >= MOST_FAILURES) {
          throw new IOException(store.root() + "/" + prefix + ": files vanish while they are read");
        }
        Backoff.sleep(attempt);
      }
      List<Store.Entry> unseen =
          LakeFiles.list(store, prefix).stream()
              .filter(file -> !seen.contains(file.key()))
              .toList();
      all =
          LakeFiles.forEach(
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
    knowledge.complete();
    return committed;
  }
}
