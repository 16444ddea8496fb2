package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.block.Block;
import io.sluice.block.Gatherer;
import io.sluice.block.KeySpread;
import io.sluice.complete.DateFiles;
import io.sluice.complete.DateManifest;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.TimeSource;
import io.sluice.source.SourceRecord;
import io.sluice.window.WindowTime;
import io.sluice.write.LogWriter;
import io.sluice.write.RewrittenFile;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
      long derived,
      long missing,
      long recovered,
      long rejected,
      int filesAfter,
      int removed,
      long read,
      double seconds) {}

  private final Contract contract;
  private final Table table;
  private final LakeTable lakeTable;
  private final Store lake;
  private final LakeTable deadTable;
  private final Store deadLetters;
  private final TopicRecords topic;
  private final Settings settings;
  private final TimeSource time;
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
      TopicRecords topic,
      Settings settings,
      TimeSource time,
      LongConsumer progress) {
    this.contract = contract;
    this.table = lakeTable.table();
    this.lakeTable = lakeTable;
    this.lake = lake;
    this.deadTable = deadTable;
    this.deadLetters = deadLetters;
    this.topic = topic;
    this.settings = settings;
    this.time = time;
    this.progress = progress;
  }

  /** The files of one log that are to be replaced. */
  private static final class Log {
    final List<PartFile> parts = new ArrayList<>();
    final Positions positions = new Positions();
    boolean damaged;
    Footer.@Nullable TimeRange times;
  }

  /** What is there before. */
  private static final class Before {
    final TreeMap<Integer, Log> logs = new TreeMap<>();

    /** All that is to be derived again. */
    final Positions replaced = new Positions();

    /** That part of it which the contract of today once accepted. */
    final Positions sameContract = new Positions();

    /** What other files of the lake have. */
    final Positions elsewhere = new Positions();

    int files;
    int kept;
    final List<String> damaged = new ArrayList<>();
  }

  /** What becomes of a record of the date. */
  private interface Outcome {
    void derived(Row row, SourceRecord record, Log log) throws IOException;

    void missing(Row row, SourceRecord record) throws IOException;

    void rejected(Row letter, SourceRecord record) throws IOException;

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
    long started = time.monotonicNanos();
    Instant end = date.plusDays(1).atStartOfDay(table.zone()).toInstant();
    if (end.toEpochMilli() > time.epochMillis()) {
      throw new UserException(date + " has not ended yet: rebuild it after " + end);
    }
    try (Rewrite rewrite = new Rewrite(lake, table, date, settings.settle(), time)) {
      int removed = 0;
      if (!dryRun) {
        Rewrite.Cleaned cleaned = rewrite.clean(settings.takeOver());
        removed = cleaned.removed();
        Compact.refuseWhileUnderWay(date, cleaned.underWay(), settings.settle());
      }
      Before before = before(rewrite, date);
      Check check = new Check(before);
      scan(date, before, check);
      check.refuse();
      int filesAfter = before.files;
      if (!dryRun) {
        Change change = new Change(rewrite, date, before, check);
        scan(date, before, change);
        change.commit();
        filesAfter = DateFiles.read(lake, table, date).live().size();
      }
      return new Result(
          table.name(),
          date,
          before.files,
          before.logs.values().stream().mapToInt(log -> log.parts.size()).sum(),
          before.kept,
          before.damaged.size(),
          check.derived.size(),
          check.missing,
          check.recovered,
          check.rejected.size(),
          filesAfter,
          removed,
          check.read,
          (time.monotonicNanos() - started) / 1e9);
    } catch (NoSuchFileException e) {
      throw rewrittenByAnother(date);
    }
  }

  private static UserException rewrittenByAnother(LocalDate date) {
    return new UserException(
        date + " was rewritten by another at the same time: run this again if it is needed");
  }

  private Before before(Rewrite rewrite, LocalDate date) throws IOException {
    Before before = new Before();
    DateFiles files = DateFiles.read(lake, table, date);
    before.files = files.live().size();
    for (Store.Entry entry : files.live()) {
      Optional<LakeFiles.DataFile> file = readOrDamaged(entry);
      if (file.isEmpty()) {
        before.damaged.add(entry.key());
        Log log = log(before, entry);
        log.damaged = true;
        continue;
      }
      Footer footer = file.get().footer();
      if (footer.recovered() || !rewrite.isSettled(entry)) {
        before.kept++;
        before.elsewhere.addAll(footer.positions());
        continue;
      }
      Log log = log(before, entry);
      log.positions.addAll(footer.positions());
      log.times = log.times == null ? footer.eventTimes() : log.times.and(footer.eventTimes());
      before.replaced.addAll(footer.positions());
      if (footer.contractVersion().equals(contract.version())) {
        before.sameContract.addAll(footer.positions());
      }
    }
    if (!before.damaged.isEmpty() && !settings.replaceDamaged()) {
      throw new UserException(
          lake.root()
              + "/"
              + before.damaged.get(0)
              + (before.damaged.size() > 1
                  ? " and " + (before.damaged.size() - 1) + " more files are"
                  : " is")
              + " damaged: restore from a backup, or replace by what Kafka has with --replaceDamaged");
    }
    String folder = PartFile.folder(table.name(), table.dateColumn(), date);
    List<Store.Entry> others =
        LakeFiles.list(lake, table.name() + "/").stream()
            .filter(entry -> !entry.key().startsWith(folder))
            .toList();
    if (!LakeFiles.forEach(
        lake, others, file -> before.elsewhere.addAll(file.footer().positions()))) {
      // A rewrite of another date: what takes the place of its files is there by now.
      LakeFiles.forEach(
          lake,
          LakeFiles.list(lake, table.name() + "/").stream()
              .filter(entry -> !entry.key().startsWith(folder))
              .toList(),
          file -> before.elsewhere.addAll(file.footer().positions()));
    }
    return before;
  }

  private Optional<LakeFiles.DataFile> readOrDamaged(Store.Entry entry) throws IOException {
    try {
      return Optional.of(
          LakeFiles.read(lake, entry).orElseThrow(() -> new NoSuchFileException(entry.key())));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      // A store that does not answer would not give its bytes either.
      lake.read(entry.key(), 0, 1);
      return Optional.empty();
    }
  }

  private static Log log(Before before, Store.Entry entry) {
    PartFile part = PartFile.parse(entry.key()).orElseThrow();
    Log log = before.logs.computeIfAbsent(part.shard(), shard -> new Log());
    log.parts.add(part);
    return log;
  }

  /** Reads all records that may be of the date or are in its files. */
  private void scan(LocalDate date, Before before, Outcome outcome) throws IOException {
    RecordDecoder decoder = new RecordDecoder(contract, settings.maxFuture(), settings.maxAge());
    int timeColumn = contract.eventTime();
    topic.read(
        starts(date, before),
        record -> {
          if (outcome instanceof Check check) {
            progress.accept(++check.read);
          }
          Log log = logOf(before, record);
          List<Row> rows = new ArrayList<>(1);
          List<Row> letters = new ArrayList<>(1);
          decoder.decode(
              record,
              new RecordDecoder.Output() {
                @Override
                public void row(Row row) {
                  rows.add(row);
                }

                @Override
                public void deadLetter(Row letter) {
                  letters.add(letter);
                }
              });
          if (!letters.isEmpty()) {
            if (log != null) {
              outcome.rejected(letters.get(0), record);
            }
            return;
          }
          Row row = rows.get(0);
          Instant eventTime = Objects.requireNonNull((Instant) row.getValue(timeColumn));
          LocalDate rowDate = LocalDate.ofInstant(eventTime, table.zone());
          if (log != null && !rowDate.equals(date)) {
            outcome.moved(rowDate, record);
          } else if (log != null) {
            outcome.derived(row, record, log);
          } else if (rowDate.equals(date) && !contains(before.elsewhere, record)) {
            outcome.missing(row, record);
          }
        });
  }

  /** The log in whose files the record's row is; null where it is in none that is replaced. */
  private static @Nullable Log logOf(Before before, SourceRecord record) {
    for (Log log : before.logs.values()) {
      if (contains(log.positions, record)) {
        return log;
      }
    }
    return null;
  }

  private static boolean contains(Positions positions, SourceRecord record) {
    return positions.contains(record.source(), record.partition(), record.offset());
  }

  /**
   * Where rows of the date can begin: no event time is further ahead of its record's Kafka
   * timestamp than maxFuture. And where rows that are there do begin.
   */
  private Map<Integer, Long> starts(LocalDate date, Before before) {
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
  private final class Check implements Outcome {
    private final Before before;
    private final Positions derived = new Positions();
    private final Positions rejected = new Positions();
    private final Positions moved = new Positions();
    private final TreeSet<LocalDate> movedTo = new TreeSet<>();
    private final Positions dead = new Positions();
    private long missing;
    private long recovered;
    private long read;

    Check(Before before) throws IOException {
      this.before = before;
      LakeFiles.forEach(
          deadLetters,
          deadTable.table().name() + "/",
          file -> dead.addAll(file.footer().positions()));
    }

    @Override
    public void derived(Row row, SourceRecord record, Log log) {
      derived.add(record.source(), record.partition(), record.offset());
    }

    @Override
    public void missing(Row row, SourceRecord record) {
      missing++;
      if (contains(dead, record)) {
        recovered++;
      }
    }

    @Override
    public void rejected(Row letter, SourceRecord record) {
      rejected.add(record.source(), record.partition(), record.offset());
    }

    @Override
    public void moved(LocalDate to, SourceRecord record) {
      moved.add(record.source(), record.partition(), record.offset());
      movedTo.add(to);
    }

    void refuse() {
      Positions gone = before.replaced.minus(derived).minus(rejected).minus(moved);
      for (Positions.Partition partition : gone.partitions()) {
        if (!partition.source().equals(topic.source())) {
          throw new UserException(
              "its files have rows of another source, "
                  + partition.source()
                  + ", which cannot be derived from "
                  + topic.source());
        }
      }
      if (!gone.isEmpty()) {
        throw new UserException(
            gone.size()
                + " rows of its files are not in Kafka any more and would be lost: "
                + ranges(gone)
                + "; restore damaged files from a backup");
      }
      if (!moved.isEmpty()) {
        throw new UserException(
            moved.size()
                + " of its rows would fall on another date, as "
                + movedTo.first()
                + ", where a running job would not look for them: "
                + ranges(moved)
                + "; begin a new table for another event time or zone");
      }
      Positions changed = rejected.and(before.sameContract);
      if (!changed.isEmpty()) {
        throw new UserException(
            changed.size()
                + " of its rows were accepted under contract version "
                + contract.version()
                + " and are not now: "
                + ranges(changed)
                + "; take the former --maxFuture and --maxAge, or give the contract a new version");
      }
    }
  }

  private static String ranges(Positions positions) {
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

  /** Makes the change. */
  private final class Change implements Outcome {
    private final Rewrite rewrite;
    private final LocalDate date;
    private final Before before;
    private final Check check;
    private final TreeMap<Integer, Derived> derived = new TreeMap<>();
    private final LogWriter appended;
    private final LogWriter recovered;
    private final LogWriter letters;
    private final TreeMap<LocalDate, Map<String, String>> letterFiles = new TreeMap<>();
    private final Map<String, String> newFiles = new HashMap<>();
    private final Positions done = new Positions();
    private long held;

    Change(Rewrite rewrite, LocalDate date, Before before, Check check) {
      this.rewrite = rewrite;
      this.date = date;
      this.before = before;
      this.check = check;
      before.logs.forEach((shard, log) -> derived.put(shard, new Derived(log)));
      LogWriter.Listener listener =
          (d, file, positions) -> newFiles.put(file.name(), file.sha256());
      appended = new LogWriter(lakeTable, lake, settings.write(), false, listener);
      recovered = new LogWriter(lakeTable, lake, settings.write(), true, listener);
      letters =
          new LogWriter(
              deadTable,
              deadLetters,
              settings.write(),
              false,
              (d, file, positions) ->
                  letterFiles
                      .computeIfAbsent(d, x -> new HashMap<>())
                      .put(file.name(), file.sha256()));
    }

    /** The rows of one log that are being gathered. */
    private final class Derived {
      private final Log log;
      private final Rewrite.Log files;
      private final Gatherer gatherer =
          new Gatherer(table, 1, KeySpread.NONE, new WindowTime(Duration.ofDays(1), Duration.ZERO));
      private final List<Block> blocks = new ArrayList<>();
      private long bytes;
      private boolean any;

      Derived(Log log) {
        this.log = log;
        this.files = rewrite.replacing(log.parts);
      }

      void add(Row row) throws IOException {
        gatherer.add(row, 0, block -> hold(block.getValue()));
        if (held >= settings.write().fileBytes()) {
          Derived largest = this;
          for (Derived other : derived.values()) {
            largest = other.bytes > largest.bytes ? other : largest;
          }
          largest.write();
        }
      }

      private void hold(Block block) {
        blocks.add(block);
        bytes += block.size();
        held += block.size();
      }

      private void write() throws IOException {
        if (blocks.isEmpty()) {
          return;
        }
        RewrittenFile.of(
            table,
            blocks,
            settings.write().zstdLevel(),
            files.replaces(),
            file -> files.add(file::writeTo));
        any = true;
        blocks.clear();
        held -= bytes;
        bytes = 0;
      }

      void finish() throws IOException {
        gatherer.flush(block -> hold(block.getValue()));
        write();
        if (!any) {
          Instant start = date.atStartOfDay(table.zone()).toInstant();
          Footer footer =
              new Footer(
                  0,
                  new Positions(),
                  contract.version(),
                  log.times == null ? new Footer.TimeRange(start, start) : log.times,
                  null,
                  false,
                  files.replaces());
          files.add(RewrittenFile.empty(table, footer, settings.write().zstdLevel())::writeTo);
        }
      }
    }

    @Override
    public void derived(Row row, SourceRecord record, Log log) throws IOException {
      done.add(record.source(), record.partition(), record.offset());
      Derived to =
          derived.values().stream().filter(one -> one.log == log).findFirst().orElseThrow();
      to.add(row);
    }

    @Override
    public void missing(Row row, SourceRecord record) throws IOException {
      Derived damaged = damagedLog(record);
      if (damaged != null) {
        damaged.add(row);
      } else if (contains(check.dead, record)) {
        recovered.add(row);
      } else {
        appended.add(row);
      }
    }

    /**
     * Where a row goes that may have been in a damaged file: nobody can append to a log of which a
     * footer cannot be read, and a log that was resharded reads all of the date.
     */
    private @Nullable Derived damagedLog(SourceRecord record) {
      int shard =
          LakeDescriptor.shardOf(
              record.source(), record.partition(), lakeTable.descriptor().shards());
      Derived own = derived.get(shard);
      if (own != null && own.log.damaged) {
        return own;
      }
      return lakeTable.descriptor().resharded()
          ? derived.values().stream().filter(one -> one.log.damaged).findFirst().orElse(null)
          : null;
    }

    @Override
    public void rejected(Row letter, SourceRecord record) throws IOException {
      done.add(record.source(), record.partition(), record.offset());
      letters.add(letter);
    }

    @Override
    public void moved(LocalDate to, SourceRecord record) {
      throw new IllegalStateException(
          record + " fell on " + to + ", and had not when it was looked at before");
    }

    void commit() throws IOException {
      Positions gone = before.replaced.minus(done);
      if (!gone.isEmpty()) {
        throw new UserException(
            "Kafka deleted records while they were read, so no file was replaced: " + ranges(gone));
      }
      for (Derived one : derived.values()) {
        one.finish();
      }
      // First what is new: a row that is to leave the lake is a dead letter before it does.
      letters.flush();
      appended.flush();
      recovered.flush();
      for (Map.Entry<LocalDate, Map<String, String>> one : letterFiles.entrySet()) {
        if (!DateManifest.versions(deadLetters, deadTable.table(), one.getKey()).isEmpty()) {
          DateManifest.publish(deadLetters, deadTable.table(), one.getKey(), one.getValue());
        }
      }
      if (derived.isEmpty()) {
        DateManifest.publish(lake, table, date, newFiles);
      } else if (!rewrite.commit()) {
        throw rewrittenByAnother(date);
      }
    }
  }
}
