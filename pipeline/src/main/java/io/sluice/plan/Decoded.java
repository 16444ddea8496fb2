package io.sluice.plan;

import io.sluice.contract.Contract;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.plan.Outcomes.Example;
import io.sluice.plan.Outcomes.Rejected;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a contract makes of records.
 *
 * @param rows of the accepted ones
 * @param rowBytes bytes of the values that these came from
 * @param documents the records that are documents as the contract wants them, whatever is in their
 *     fields
 * @param times the event times that could be read, those beyond the limits too
 */
record Decoded(
    Outcomes outcomes,
    List<Row> rows,
    long rowBytes,
    List<SourceRecord> documents,
    List<Timed> times) {
  /** What is wrong with the document, and not with a field of it. */
  private static final Set<Reason> NO_DOCUMENT =
      EnumSet.of(
          Reason.EMPTY,
          Reason.NOT_UTF8,
          Reason.MALFORMED_JSON,
          Reason.MALFORMED,
          Reason.TRAILING_DATA,
          Reason.NOT_AN_OBJECT,
          Reason.DUPLICATE_KEY,
          Reason.TOO_LARGE,
          Reason.TOO_DEEP,
          Reason.UNROUTED,
          Reason.DECODER_FAILED);

  private static final int FIRST_BYTES = 200;

  /**
   * An event's time.
   *
   * @param recordMillis the record's Kafka timestamp; -1 where it has none
   */
  record Timed(long eventMillis, long recordMillis, boolean accepted) {}

  /** Decodes records as a run does. */
  static Decoded of(
      List<SourceRecord> records, Contract contract, DecodeSettings settings, Schemas schemas) {
    Collector collector = new Collector(contract, settings, schemas);
    RecordDecoder decoder = new RecordDecoder(contract, settings, schemas);
    for (SourceRecord record : records) {
      collector.add(record, decoder);
    }
    return collector.decoded();
  }

  /** How many records a contract accepts. */
  static long accepted(
      List<SourceRecord> records, Contract contract, DecodeSettings settings, Schemas schemas) {
    RecordDecoder decoder = new RecordDecoder(contract, settings.unlimited(), schemas);
    return records.stream()
        .filter(record -> decoder.decode(record) instanceof Outcome.Accepted)
        .count();
  }

  private static final class Collector {
    private final int timeColumn;

    /** Without limits: what they reject has a time all the same. */
    private final RecordDecoder unlimited;

    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Long> skipped = new TreeMap<>();
    private final Map<String, Rejected> rejected = new LinkedHashMap<>();
    private final List<SourceRecord> documents = new ArrayList<>();
    private final List<Timed> times = new ArrayList<>();
    private long accepted;
    private long rowBytes;

    Collector(Contract contract, DecodeSettings settings, Schemas schemas) {
      this.timeColumn = contract.lakeTable().timeColumn();
      this.unlimited = new RecordDecoder(contract, settings.unlimited(), schemas);
    }

    void add(SourceRecord record, RecordDecoder decoder) {
      Outcome outcome = decoder.decode(record);
      if (outcome instanceof Outcome.Accepted row) {
        accepted++;
        rows.addAll(decoder.rows(record, row));
        rowBytes += Objects.requireNonNull(record.value()).length;
        documents.add(record);
        addTime(record, row, true);
      } else if (outcome instanceof Outcome.Skipped one) {
        skipped.merge(one.by(), 1L, Long::sum);
        if (!one.isAtRecordTime()) {
          documents.add(record);
          addTime(record, one.eventTimeMicros(), true);
        }
      } else {
        addRejected(record, (Outcome.Rejected) outcome, decoder);
      }
    }

    private void addTime(SourceRecord record, Outcome.Accepted row, boolean accepted) {
      addTime(record, row.values().micros(timeColumn), accepted);
    }

    private void addTime(SourceRecord record, long micros, boolean accepted) {
      times.add(new Timed(Math.floorDiv(micros, 1000L), record.recordTime(), accepted));
    }

    private void addRejected(SourceRecord record, Outcome.Rejected outcome, RecordDecoder decoder) {
      Reason reason = outcome.reason();
      String path = outcome.pathOfAll();
      rejected.merge(
          reason + " " + path,
          new Rejected(reason, path, 1, example(record, outcome, decoder)),
          (before, one) -> new Rejected(reason, path, before.count() + 1, before.example()));
      if (!NO_DOCUMENT.contains(reason) && record.value() != null) {
        documents.add(record);
      }
      if (reason == Reason.FUTURE_EVENT_TIME || reason == Reason.STALE_EVENT_TIME) {
        Outcome anyTime = unlimited.decode(record);
        if (anyTime instanceof Outcome.Accepted accepted) {
          addTime(record, accepted, false);
        } else if (anyTime instanceof Outcome.Skipped skipped) {
          addTime(record, skipped.eventTimeMicros(), false);
        }
      }
    }

    private static Example example(
        SourceRecord record, Outcome.Rejected outcome, RecordDecoder decoder) {
      return new Example(
          record.partition(),
          record.offset(),
          decoder.shown(outcome).message(),
          record.value() != null && !decoder.mayShowValues()
              ? Example.NOT_SHOWN
              : firstBytes(record.value()));
    }

    private static @Nullable String firstBytes(byte @Nullable [] value) {
      if (value == null) {
        return null;
      }
      String text =
          new String(value, 0, Math.min(value.length, FIRST_BYTES), StandardCharsets.UTF_8);
      return text + (value.length > FIRST_BYTES ? "…" : "");
    }

    Decoded decoded() {
      return new Decoded(
          new Outcomes(
              accepted,
              rows.size(),
              skipped,
              rejected.values().stream()
                  .sorted(Comparator.comparingLong(Rejected::count).reversed())
                  .toList(),
              documents.size()),
          rows,
          rowBytes,
          documents,
          times);
    }
  }
}
