package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.Positioned;
import io.sluice.contract.Table;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.Positions;
import io.sluice.source.Gap;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of Kafka that may be of a date, or are in its files, and says of each of them
 * what the contract and the code of today make of it.
 */
final class RebuildScan {
  /**
   * What the contract makes of a record of the date.
   *
   * @param rows none where it is skipped
   * @param micros its event time, in microseconds since the epoch
   */
  record Made(List<Row> rows, long micros) {
    boolean isSkipped() {
      return rows.isEmpty();
    }
  }

  /** What is done about a record of the date. */
  interface Changes {
    /** A file has it, and it is to be derived again. */
    void derived(Made made, SourceRecord record, DateBefore.Log log) throws IOException;

    /** No file of the lake has it. */
    void missing(Made made, SourceRecord record) throws IOException;

    /** A file has it, and it is a dead letter now. */
    void rejected(Reason reason, Row letter, SourceRecord record) throws IOException;

    /** A file has it, and it is of another date now. */
    void moved(LocalDate to, SourceRecord record) throws IOException;
  }

  private final Contract contract;
  private final Table table;
  private final SourceReader topic;
  private final Rebuild.Settings settings;
  private final LocalDate date;

  RebuildScan(
      Contract contract,
      Table table,
      SourceReader topic,
      Rebuild.Settings settings,
      LocalDate date) {
    this.contract = contract;
    this.table = table;
    this.topic = topic;
    this.settings = settings;
    this.date = date;
  }

  /**
   * Reads them once.
   *
   * @param progress is told how many records were read so far
   * @return how many records were read
   * @throws UserException where Kafka deleted some of them meanwhile
   */
  long read(DateBefore before, Changes changes, LongConsumer progress) throws IOException {
    try (RecordDecoder decoder = new RecordDecoder(contract, settings.decoding())) {
      return read(before, decoder, changes, progress);
    }
  }

  private long read(
      DateBefore before, RecordDecoder decoder, Changes changes, LongConsumer progress)
      throws IOException {
    long[] count = {0};
    SourceReader.Reader<IOException> reader =
        new SourceReader.Reader<>() {
          @Override
          public boolean read(SourceRecord record) throws IOException {
            progress.accept(++count[0]);
            take(before, decoder, record, changes);
            return true;
          }

          @Override
          public void gap(Gap gap) {
            requireRead(gap);
          }
        };
    topic.read(starts(before), topic.ends(), reader);
    return count[0];
  }

  private void take(DateBefore before, RecordDecoder decoder, SourceRecord record, Changes changes)
      throws IOException {
    DateBefore.Log log = logOf(before, record);
    Outcome decoded = decoder.decode(record);
    if (decoded instanceof Outcome.Rejected rejected
        && !(log != null && rejected.reason() == Reason.UNROUTED)) {
      if (log != null) {
        changes.rejected(rejected.reason(), decoder.letter(record, rejected), record);
      }
      return;
    }
    Made made = made(decoder, record, decoded);
    // What has no time of its own stays in the log that has it.
    boolean stays = log != null && hasNoTime(decoded);
    LocalDate rowDate = stays ? date : table.dateOf(made.micros());
    if (log != null && !rowDate.equals(date)) {
      changes.moved(rowDate, record);
    } else if (log != null) {
      changes.derived(made, record, log);
    } else if (rowDate.equals(date) && !contains(before.elsewhere, record)) {
      changes.missing(made, record);
    }
  }

  private static boolean hasNoTime(Outcome outcome) {
    return outcome instanceof Outcome.Rejected
        || outcome instanceof Outcome.Skipped skipped && skipped.isAtRecordTime();
  }

  private static void requireRead(Gap gap) {
    if (gap.why() == Gap.Why.DELETED) {
      throw new UserException(
          "Kafka deleted the offsets "
              + gap.from()
              + " to "
              + gap.to()
              + " of partition "
              + gap.partition()
              + " before they could be read: run this again");
    }
  }

  private Made made(RecordDecoder decoder, SourceRecord record, Outcome outcome) {
    if (outcome instanceof Outcome.Skipped skipped) {
      return new Made(List.of(), skipped.eventTimeMicros());
    }
    if (outcome instanceof Outcome.Rejected) {
      // Another contract's, whom this rebuild does not know: here it has no row.
      return new Made(List.of(), Positioned.inRange(record.recordTime()) * 1000);
    }
    Outcome.Accepted accepted = (Outcome.Accepted) outcome;
    return new Made(decoder.rows(record, accepted), accepted.values().micros(table.timeColumn()));
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
  private Map<Integer, Long> starts(DateBefore before) {
    Map<Integer, Long> beginnings = topic.beginnings();
    Map<Integer, Long> starts = new TreeMap<>(beginnings);
    if (settings.decoding().maxFuture() != null) {
      starts.putAll(
          topic.at(
              date.atStartOfDay(table.zone())
                  .toInstant()
                  .minus(settings.decoding().maxFuture())
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
}
