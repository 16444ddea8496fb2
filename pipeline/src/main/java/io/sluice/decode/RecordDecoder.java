package io.sluice.decode;

import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.record.ColumnValues;
import io.sluice.record.RowValues;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * The one door from records to rows: whoever makes rows of records, in a run or for a lake that is
 * there, decodes by it. Each record has one {@link Outcome}, whatever it holds, and that depends on
 * record and contract alone. Counts them. Not safe for use by several threads.
 */
public final class RecordDecoder {
  /**
   * Of the records of a minute, in percent, that a decoder may fail at, which is a fault of
   * Sluice's: all of them. Each is a dead letter of reason {@link Reason#DECODER_FAILED}.
   */
  public static final int ANY_FAILURES = 100;

  private final Contract contract;
  private final EventTimes eventTimes;
  private final SluiceMetrics.DecodeCounts counts;
  private final DecoderFailures failures;
  private final Quick quick;
  private final Exact exact;
  private final RowValues rows;
  private final Outcome.Accepted quickly;

  /** Fills {@link #values}; false where it does not know. */
  interface Quick {
    /**
     * @param array has a byte of zero behind the document
     */
    boolean decode(byte[] array, int start, int length);

    ColumnValues values();

    /** The paths of fields that the contract does not name. */
    List<String> unknownFields();
  }

  /** Knows what becomes of any record. */
  interface Exact {
    ColumnValues decode(byte @Nullable [] document) throws Rejection;
  }

  /**
   * @param maxFuture how far an event time may be ahead of the record's Kafka timestamp, null for
   *     any
   * @param maxAge how far it may be behind, null for any
   */
  public RecordDecoder(Contract contract, @Nullable Duration maxFuture, @Nullable Duration maxAge) {
    this(contract, maxFuture, maxAge, ANY_FAILURES);
  }

  /**
   * The same, with a bound.
   *
   * @param mostFailures of the records of a minute, in percent, that the decoder may fail at;
   *     beyond, decoding fails with an IllegalStateException
   */
  public RecordDecoder(
      Contract contract,
      @Nullable Duration maxFuture,
      @Nullable Duration maxAge,
      int mostFailures) {
    this(
        contract,
        new EventTimes(contract, maxFuture, maxAge),
        new SluiceMetrics.DecodeCounts(contract.table()),
        JsonPlan.of(contract),
        new DecoderFailures(contract.table(), mostFailures, System::nanoTime));
  }

  private RecordDecoder(
      Contract contract,
      EventTimes eventTimes,
      SluiceMetrics.DecodeCounts counts,
      JsonPlan.ObjectPlan plan,
      DecoderFailures failures) {
    this(
        contract,
        eventTimes,
        counts,
        new PlainDecoder(contract, plan),
        new ExactDecoder(contract, plan, counts::unknownField),
        failures);
  }

  /** With other decoders, and without limits of time. */
  RecordDecoder(Contract contract, Quick quick, Exact exact, DecoderFailures failures) {
    this(
        contract,
        new EventTimes(contract, null, null),
        new SluiceMetrics.DecodeCounts(contract.table()),
        quick,
        exact,
        failures);
  }

  RecordDecoder(
      Contract contract,
      EventTimes eventTimes,
      SluiceMetrics.DecodeCounts counts,
      Quick quick,
      Exact exact,
      DecoderFailures failures) {
    this.contract = contract;
    this.eventTimes = eventTimes;
    this.counts = counts;
    this.failures = failures;
    this.quick = quick;
    this.exact = exact;
    this.rows = new RowValues(contract.columns());
    this.quickly = new Outcome.Accepted(quick.values());
  }

  /** What becomes of the record of a batch that a cursor stands at. */
  public Outcome decode(RecordBatch.Cursor record) {
    failures.record();
    if (record.hasValue()
        && isPlain(record.array(), record.valueStart(), record.valueLength(), record)) {
      return timely(quickly, record.recordTime());
    }
    return decodeExactly(record.record());
  }

  /** What becomes of a record. */
  public Outcome decode(SourceRecord record) {
    failures.record();
    byte[] value = record.value();
    if (value != null && isPlain(Arrays.copyOf(value, value.length + 1), 0, value.length, record)) {
      return timely(quickly, record.recordTime());
    }
    return decodeExactly(record);
  }

  /**
   * @param record what is said to have been decoded where that fails
   */
  private boolean isPlain(byte[] array, int start, int length, Object record) {
    try {
      if (!quick.decode(array, start, length)) {
        return false;
      }
      requireEventTime(quick.values());
    } catch (RuntimeException | StackOverflowError e) {
      failures.quick(record, e);
      return false;
    }
    for (String field : quick.unknownFields()) {
      counts.unknownField(field);
    }
    return true;
  }

  private Outcome decodeExactly(SourceRecord record) {
    ColumnValues values;
    try {
      values = exact.decode(record.value());
      requireEventTime(values);
    } catch (Rejection e) {
      return rejected(new Outcome.Rejected(e.reason(), e.path(), e.text()));
    } catch (RuntimeException | StackOverflowError e) {
      // The record is not to blame, and must not stop the job for it.
      return rejected(new Outcome.Rejected(Reason.DECODER_FAILED, "", failures.exact(record, e)));
    }
    return timely(new Outcome.Accepted(values), record.recordTime());
  }

  /** Without it a record would pass all checks, with the time of the one before. */
  private void requireEventTime(ColumnValues values) {
    if (values.isAbsent(contract.eventTime())) {
      throw new IllegalStateException("a record was accepted without its event time");
    }
  }

  private Outcome timely(Outcome.Accepted accepted, long recordTime) {
    Outcome.Rejected rejected =
        eventTimes.check(accepted.values().micros(contract.eventTime()), recordTime);
    if (rejected != null) {
      return rejected(rejected);
    }
    counts.row();
    return accepted;
  }

  private Outcome rejected(Outcome.Rejected rejected) {
    counts.deadLetter(rejected.reason());
    return rejected;
  }

  /** An accepted record as a row, with {@link Contract#rowSchema()}. */
  public Row row(SourceRecord record, Outcome.Accepted accepted) {
    return rows.row(
        accepted.values(),
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime());
  }

  /** One that was not accepted as a dead letter, with {@link DeadLetters#SCHEMA}. */
  public Row letter(SourceRecord record, Outcome.Rejected rejected) {
    return DeadLetters.row(
        record, rejected.reason(), rejected.path(), rejected.message(), contract, Instant.now());
  }

  /** Makes what was counted since the last call visible. */
  public void publishCounts() {
    counts.publish();
    failures.tick();
  }
}
