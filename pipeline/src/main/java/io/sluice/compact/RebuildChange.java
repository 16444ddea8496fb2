package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.block.Block;
import io.sluice.block.Gatherer;
import io.sluice.block.KeySpread;
import io.sluice.complete.Publication;
import io.sluice.deadletter.Reason;
import io.sluice.lake.Erased;
import io.sluice.lake.Footer;
import io.sluice.lake.Positions;
import io.sluice.lake.Skipped;
import io.sluice.source.SourceRecord;
import io.sluice.window.WindowTime;
import io.sluice.write.LogWriter;
import io.sluice.write.RewrittenFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;

/**
 * Makes the change that was looked at: derives rows again into files that take the place of those
 * that are replaced, appends what no file has, and what is accepted no more becomes dead letters.
 */
final class RebuildChange implements RebuildScan.Changes {
  private final Rebuild rebuild;
  private final boolean appends;
  private final Rewrite rewrite;
  private final LocalDate date;
  private final DateBefore before;
  private final Positions dead;
  private final TreeMap<Integer, Derived> derived = new TreeMap<>();
  private final LogWriter appended;
  private final LogWriter recovered;
  private final LogWriter letters;
  private final TreeMap<LocalDate, Map<String, String>> letterFiles = new TreeMap<>();
  private final Map<String, String> newFiles = new HashMap<>();
  private final Positions done = new Positions();
  private long held;

  /**
   * @param dead positions that are dead letters
   * @param appends whether rows that no file has are appended
   */
  RebuildChange(
      Rebuild rebuild,
      Rewrite rewrite,
      LocalDate date,
      DateBefore before,
      Positions dead,
      boolean appends) {
    this.rebuild = rebuild;
    this.appends = appends;
    this.rewrite = rewrite;
    this.date = date;
    this.before = before;
    this.dead = dead;
    before.logs.forEach((shard, log) -> derived.put(shard, new Derived(log)));
    LogWriter.Listener listener = (d, file, positions) -> newFiles.put(file.name(), file.sha256());
    appended =
        new LogWriter(rebuild.lakeTable, rebuild.lake, rebuild.settings.write(), false, listener);
    recovered =
        new LogWriter(rebuild.lakeTable, rebuild.lake, rebuild.settings.write(), true, listener);
    letters =
        new LogWriter(
            rebuild.deadTable,
            rebuild.deadLetters,
            rebuild.settings.write(),
            false,
            (d, file, positions) ->
                letterFiles
                    .computeIfAbsent(d, x -> new HashMap<>())
                    .put(file.name(), file.sha256()));
  }

  /** The rows of one log that are being gathered. */
  private final class Derived {
    private final DateBefore.Log log;
    private final Rewrite.Log files;
    private final Gatherer gatherer =
        new Gatherer(
            rebuild.table, 1, KeySpread.NONE, new WindowTime(Duration.ofDays(1), Duration.ZERO));
    private final List<Block> blocks = new ArrayList<>();
    private long bytes;
    private boolean any;

    Derived(DateBefore.Log log) {
      this.log = log;
      this.files = rewrite.replacing(log.parts);
    }

    void add(RebuildScan.Made made, SourceRecord record) throws IOException {
      if (!made.isSkipped()) {
        gatherer.add(made.rows(), 0, block -> hold(block.getValue()));
      } else {
        gatherer.skip(
            record.source(),
            record.partition(),
            record.offset(),
            record.recordTime(),
            made.micros(),
            0,
            block -> hold(block.getValue()));
      }
      if (held >= rebuild.settings.write().fileBytes()) {
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
          rebuild.table,
          blocks,
          rebuild.settings.write().zstdLevel(),
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
      if (!any || !log.erased.isEmpty()) {
        Instant start = date.atStartOfDay(rebuild.table.zone()).toInstant();
        Footer footer =
            new Footer(
                0,
                0,
                log.erased,
                rebuild.contract.version(),
                log.times == null ? new Footer.TimeRange(start, start) : log.times,
                null,
                false,
                files.replaces(),
                Skipped.NONE,
                log.erased.isEmpty() ? Erased.NONE : new Erased(log.erased));
        files.add(
            RewrittenFile.empty(rebuild.table, footer, rebuild.settings.write().zstdLevel())
                ::writeTo);
      }
    }
  }

  @Override
  public void derived(RebuildScan.Made made, SourceRecord record, DateBefore.Log log)
      throws IOException {
    done.add(record.source(), record.partition(), record.offset());
    Derived to = derived.values().stream().filter(one -> one.log == log).findFirst().orElseThrow();
    to.add(made, record);
  }

  @Override
  public void missing(RebuildScan.Made made, SourceRecord record) throws IOException {
    if (!appends) {
      return;
    }
    LogWriter writer = RebuildScan.contains(dead, record) ? recovered : appended;
    if (!made.isSkipped()) {
      writer.add(made.rows());
    } else {
      writer.skip(
          record.source(), record.partition(), record.offset(), record.recordTime(), made.micros());
    }
  }

  @Override
  public void rejected(Reason reason, Row letter, SourceRecord record) throws IOException {
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
          "Kafka deleted records while they were read, so no file was replaced: "
              + RebuildCheck.ranges(gone));
    }
    for (Derived one : derived.values()) {
      one.finish();
    }
    // First what is new: a row that is to leave the lake is a dead letter before it does.
    letters.flush();
    appended.flush();
    recovered.flush();
    for (Map.Entry<LocalDate, Map<String, String>> one : letterFiles.entrySet()) {
      new Publication(rebuild.deadLetters, rebuild.deadTable.table(), one.getKey())
          .refresh(one.getValue());
    }
    if (!derived.isEmpty() && !rewrite.commit()) {
      throw NotNowException.rewrittenByAnother(date, null);
    }
    if (appends) {
      // The date has ended, and has all that Kafka has of it.
      new Publication(rebuild.lake, rebuild.table, date).complete(newFiles);
    }
  }
}
