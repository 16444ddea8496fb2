package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.source.SourceRecord;
import io.sluice.source.TopicLog;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Derives a date again from Kafka and swaps it in: its rows as the contract and the code of today
 * make them, in files that take the place of those that are there; rows that no file has are
 * appended as a job would. Kafka is read twice: first to see whether all is there and falls where
 * it did, and nothing is changed before that is known.
 *
 * <p>Files that are not settled, and those of recovered dead letters, stay as they are.
 */
public final class Rebuild {
  /**
   * How to.
   *
   * @param settle files younger than this stay, see {@link Rewrite}
   * @param takeOver see {@link Rewrite#clean}
   * @param replaceDamaged whether files whose footer cannot be read may be replaced by what Kafka
   *     has
   */
  public record Settings(
      WriteSettings write,
      Duration settle,
      boolean takeOver,
      boolean replaceDamaged,
      @Nullable Duration maxFuture,
      @Nullable Duration maxAge) {}

  /**
   * What was done, or would be.
   *
   * @param replaced files whose rows were derived again
   * @param kept files that stayed as they are
   * @param damaged files that could not be read; among those replaced
   * @param unknown those of them of which no manifest says which rows they had: what Kafka still
   *     has of these rows and the contract accepts is among the missing ones, and appended
   * @param deadAgain rows of damaged files that a replay had made of dead letters, and the contract
   *     alone does not: they are dead letters, until they are replayed again
   * @param derived rows that were derived again
   * @param missing rows of the date that no file had, and were appended
   * @param recovered those of them that are dead letters, too
   * @param rejected rows that the contract does not accept any more, and are dead letters now
   * @param removed files that an interrupted rewrite had left
   * @param read records of Kafka that were looked at
   */
  public record Result(
      String table,
      LocalDate date,
      int filesBefore,
      int replaced,
      int kept,
      int damaged,
      int unknown,
      long deadAgain,
      long derived,
      long missing,
      long recovered,
      long rejected,
      int filesAfter,
      int removed,
      long read,
      double seconds) {
    /** Of a run that followed the mending of damaged files, as one of both. */
    private Result afterMending(DateBefore before, Check check, int removedBefore) {
      return new Result(
          table,
          date,
          before.files,
          before.replacedFiles(),
          before.kept,
          before.damaged.size(),
          before.unknown.size(),
          check.deadAgain(),
          check.derived.size(),
          missing,
          recovered,
          check.rejected.size(),
          filesAfter,
          removed + removedBefore,
          read + check.read,
          seconds);
    }
  }

  final Contract contract;
  final Table table;
  final LakeTable lakeTable;
  final Store lake;
  final LakeTable deadTable;
  final Store deadLetters;
  private final TopicLog topic;
  final Settings settings;
  private final LongConsumer progress;

  /**
   * @param progress is told how many records were read so far
   */
  public Rebuild(
      Contract contract,
      LakeTable lakeTable,
      Store lake,
      LakeTable deadTable,
      Store deadLetters,
      TopicLog topic,
      Settings settings,
      LongConsumer progress) {
    this.contract = contract;
    this.table = lakeTable.table();
    this.lakeTable = lakeTable;
    this.lake = lake;
    this.deadTable = deadTable;
    this.deadLetters = deadLetters;
    this.topic = topic;
    this.settings = settings;
    this.progress = progress;
  }

  /** What is done about a record of the date. */
  interface Changes {
    void derived(Row row, SourceRecord record, DateBefore.Log log) throws IOException;

    void missing(Row row, SourceRecord record) throws IOException;

    void rejected(Reason reason, Row letter, SourceRecord record) throws IOException;

    void moved(LocalDate to, SourceRecord record) throws IOException;
  }

  /**
   * Rebuilds a date.
   *
   * @param dryRun says what would be done and changes nothing
   * @throws UserException where the date cannot be derived from Kafka as it is; nothing has changed
   *     then
   */
  public Result run(LocalDate date, boolean dryRun) throws IOException {
    long started = System.nanoTime();
    Instant end = date.plusDays(1).atStartOfDay(table.zone()).toInstant();
    if (end.isAfter(Instant.now())) {
      throw new UserException(date + " has not ended yet: rebuild it after " + end);
    }
    try (Rewrite rewrite = new Rewrite(lake, table, date, settings.settle(), dryRun)) {
      int removed = 0;
      if (!dryRun) {
        Rewrite.Cleaned cleaned = rewrite.clean(settings.takeOver());
        removed = cleaned.removed();
        Compact.refuseWhileUnderWay(date, cleaned.underWay(), settings.settle());
      }
      DateBefore before = DateBefore.read(lake, table, contract.version(), settings, rewrite, date);
      Check check = new Check(before);
      scan(date, before, check);
      check.refuse(date);
      if (!dryRun && !before.damaged.isEmpty()) {
        mend(rewrite, date, before, check);
        // Now each log can be read, and so be appended to.
        return run(date, false).afterMending(before, check, removed);
      }
      int filesAfter = before.files;
      if (!dryRun) {
        RebuildChange change = new RebuildChange(this, rewrite, date, before, check, true);
        scan(date, before, change);
        change.commit();
        filesAfter = DateFiles.read(lake, table, date).live().size();
      }
      return new Result(
          table.name(),
          date,
          before.files,
          before.replacedFiles(),
          before.kept,
          before.damaged.size(),
          before.unknown.size(),
          check.deadAgain(),
          check.derived.size(),
          check.missing,
          check.recovered,
          check.rejected.size(),
          filesAfter,
          removed,
          check.read,
          (System.nanoTime() - started) / 1e9);
    } catch (NoSuchFileException e) {
      throw NotNowException.rewrittenByAnother(date, e);
    }
  }

  /** Replaces damaged files, and nothing else. */
  private void mend(Rewrite rewrite, LocalDate date, DateBefore before, Check check)
      throws IOException {
    DateBefore damaged = before.damagedOnly();
    RebuildChange change = new RebuildChange(this, rewrite, date, damaged, check, false);
    if (!damaged.replaced.isEmpty()) {
      scan(date, damaged, change);
    }
    change.commit();
  }

  private static UserException refused(LocalDate date, String why) {
    return new UserException(date + ": " + why);
  }

  /** Reads all records that may be of the date or are in its files. */
  private void scan(LocalDate date, DateBefore before, Changes changes) throws IOException {
    RecordDecoder decoder = new RecordDecoder(contract, settings.maxFuture(), settings.maxAge());
    Map<Integer, Long> starts = starts(date, before);
    TopicLog.Reader<IOException> reader =
        record -> {
          if (changes instanceof Check check) {
            progress.accept(++check.read);
          }
          DateBefore.Log log = logOf(before, record);
          Outcome decoded = decoder.decode(record);
          if (decoded instanceof Outcome.Rejected rejected) {
            if (log != null) {
              changes.rejected(rejected.reason(), decoder.letter(record, rejected), record);
            }
            return true;
          }
          Outcome.Accepted accepted = (Outcome.Accepted) decoded;
          LocalDate rowDate = table.dateOf(accepted.values().micros(contract.eventTime()));
          if (log != null && !rowDate.equals(date)) {
            changes.moved(rowDate, record);
          } else if (log != null) {
            changes.derived(decoder.row(record, accepted), record, log);
          } else if (rowDate.equals(date) && !contains(before.elsewhere, record)) {
            changes.missing(decoder.row(record, accepted), record);
          }
          return true;
        };
    Map<Integer, Long> looked = topic.read(starts, topic.ends(), reader);
    starts.forEach(
        (partition, start) -> {
          long first = looked.getOrDefault(partition, start);
          if (first > start) {
            throw new UserException(
                "Kafka deleted the offsets "
                    + start
                    + " to "
                    + (first - 1)
                    + " of partition "
                    + partition
                    + " before they could be read: run this again");
          }
        });
  }

  /** The log in whose files the record's row is; null where it is in none that is replaced. */
  private static DateBefore.@Nullable Log logOf(DateBefore before, SourceRecord record) {
    for (DateBefore.Log log : before.logs.values()) {
      if (contains(log.positions, record)) {
        return log;
      }
    }
    return null;
  }

  static boolean contains(Positions positions, SourceRecord record) {
    return positions.contains(record.source(), record.partition(), record.offset());
  }

  /**
   * Where rows of the date can begin: no event time is further ahead of its record's Kafka
   * timestamp than maxFuture. And where rows that are there do begin.
   */
  private Map<Integer, Long> starts(LocalDate date, DateBefore before) {
    Map<Integer, Long> beginnings = topic.beginnings();
    Map<Integer, Long> starts = new TreeMap<>(beginnings);
    if (settings.maxFuture() != null) {
      starts.putAll(
          topic.at(
              date.atStartOfDay(table.zone())
                  .toInstant()
                  .minus(settings.maxFuture())
                  .toEpochMilli()));
    }
    for (Positions.Partition partition : before.replaced.partitions()) {
      long first = before.replaced.ranges(partition).get(0).from();
      starts.computeIfPresent(partition.number(), (p, start) -> Math.min(start, first));
    }
    starts.replaceAll(
        (partition, start) -> Math.max(start, beginnings.getOrDefault(partition, 0L)));
    return starts;
  }

  /** Looks what would become of the date, and whether it may. */
  final class Check implements Changes {
    private final DateBefore before;
    private final Positions derived = new Positions();
    private final Positions rejected = new Positions();
    private final Positions failed = new Positions();
    private final Positions moved = new Positions();
    private final TreeSet<LocalDate> movedTo = new TreeSet<>();
    private final Positions dead;

    /** Those of the rows that only a replay had made that the contract accepts by itself now. */
    private final Positions accepted = new Positions();

    private long missing;
    private long recovered;
    private long read;

    Check(DateBefore before) throws IOException {
      this.before = before;
      TablePositions letters = TablePositions.read(deadLetters, deadTable.table(), file -> true);
      letters.requireKnown(settings.replaceDamaged());
      this.dead = letters.positions();
    }

    @Override
    public void derived(Row row, SourceRecord record, DateBefore.Log log) {
      derived.add(record.source(), record.partition(), record.offset());
    }

    @Override
    public void missing(Row row, SourceRecord record) {
      missing++;
      if (contains(dead, record)) {
        recovered++;
      }
      if (contains(before.recovered, record)) {
        accepted.add(record.source(), record.partition(), record.offset());
      }
    }

    @Override
    public void rejected(Reason reason, Row letter, SourceRecord record) {
      rejected.add(record.source(), record.partition(), record.offset());
      if (reason == Reason.DECODER_FAILED) {
        failed.add(record.source(), record.partition(), record.offset());
      }
    }

    @Override
    public void moved(LocalDate to, SourceRecord record) {
      moved.add(record.source(), record.partition(), record.offset());
      movedTo.add(to);
    }

    /** How many rows are to go that only a replay can bring back. */
    private long deadAgain() {
      return before.recovered.minus(accepted).minus(before.elsewhere).size();
    }

    /** Positions that are dead letters. */
    Positions dead() {
      return dead;
    }

    void refuse(LocalDate date) {
      Positions gone = before.replaced.minus(derived).minus(rejected).minus(moved);
      for (Positions.Partition partition : gone.partitions()) {
        if (!partition.source().equals(topic.source())) {
          throw refused(
              date,
              "files of it have rows of another source, "
                  + partition.source()
                  + ", which cannot be derived from "
                  + topic.source()
                  + "; leave the date as it is, or name that topic with --topic or --sourceId, if it is there");
        }
      }
      if (!gone.isEmpty()) {
        throw refused(
            date,
            gone.size()
                + " rows of its files are not in Kafka any more and would be lost: "
                + ranges(gone)
                + "; restore damaged files from a backup");
      }
      if (!moved.isEmpty()) {
        throw refused(
            date,
            moved.size()
                + " of its rows would fall on another date, as "
                + movedTo.first()
                + ", where a running job would not look for them: "
                + ranges(moved)
                + "; begin a new table for another event time or zone");
      }
      if (!failed.isEmpty()) {
        throw refused(
            date,
            "the decoder fails at "
                + failed.size()
                + " of its rows, which is a fault of Sluice: "
                + ranges(failed)
                + "; rebuild it with another version");
      }
      Positions changed = rejected.and(before.sameContract);
      if (!changed.isEmpty()) {
        throw refused(
            date,
            changed.size()
                + " of its rows were accepted under contract version "
                + contract.version()
                + " and are not now: "
                + ranges(changed)
                + "; take the former --maxFuture and --maxAge, or give the contract a new version");
      }
    }
  }

  static String ranges(Positions positions) {
    return positions.partitions().stream()
        .limit(5)
        .map(
            partition ->
                "partition "
                    + partition.number()
                    + " "
                    + positions.ranges(partition).stream()
                        .limit(5)
                        .map(r -> r.from() == r.to() ? "" + r.from() : r.from() + ".." + r.to())
                        .collect(Collectors.joining(", ")))
        .collect(Collectors.joining("; "));
  }
}
