package io.sluice.decode;

import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import io.sluice.record.RowValues;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import io.sluice.transform.RowFunctions;
import io.sluice.transform.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
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
  private final ValueDecoder decoder;
  private Object decoding = "nothing";
  private final RowFunctions functions;
  private final RowValues rows;

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
        maxFuture,
        maxAge,
        events -> RecordFormat.of(contract).decoder(contract, events),
        new DecoderFailures(contract.table(), mostFailures, System::nanoTime));
  }

  RecordDecoder(
      Contract contract,
      @Nullable Duration maxFuture,
      @Nullable Duration maxAge,
      Function<DecodeEvents, ValueDecoder> decoders,
      DecoderFailures failures) {
    this.contract = contract;
    this.eventTimes = new EventTimes(contract, maxFuture, maxAge);
    this.counts = new SluiceMetrics.DecodeCounts(contract.table());
    this.failures = failures;
    this.functions = new RowFunctions(contract);
    this.rows = new RowValues(contract.rowColumns());
    this.decoder = decoders.apply(new Events());
  }

  /** What a decoder says of the record that is being decoded. */
  private final class Events implements DecodeEvents {
    @Override
    public void unknownField(String path) {
      counts.unknownField(path);
    }

    @Override
    public void quickWayFailed(Throwable failure) {
      failures.quick(decoding, failure);
    }
  }

  /** What becomes of the record of a batch that a cursor stands at. */
  public Outcome decode(RecordBatch.Cursor record) {
    return decode(record, record.recordTime(), record);
  }

  /** What becomes of a record. */
  public Outcome decode(SourceRecord record) {
    return decode(record.bytes(), record.recordTime(), record);
  }

  /**
   * @param said what is said to have been decoded where that fails
   */
  private Outcome decode(RecordBytes record, long recordTime, Object said) {
    failures.record();
    decoding = said;
    if (record.hasValue() && record.valueLength() > contract.maxBytes()) {
      return rejected(
          new Outcome.Rejected(
              Reason.TOO_LARGE,
              "",
              record.valueLength() + " bytes, the contract allows " + contract.maxBytes()));
    }
    Outcome outcome;
    try {
      outcome = decoder.decode(record);
      if (outcome instanceof Outcome.Accepted accepted) {
        requireEventTime(accepted.values());
      }
    } catch (Exception | StackOverflowError | AssertionError e) {
      // The record is not to blame, and must not stop the job for it. What is plugged in may come
      // from a compiler that knows no checked exceptions.
      return rejected(new Outcome.Rejected(Reason.DECODER_FAILED, "", failures.decoder(said, e)));
    }
    return outcome instanceof Outcome.Accepted accepted
        ? timely(accepted, recordTime, said)
        : rejected((Outcome.Rejected) outcome);
  }

  /** Without it a record would pass all checks, with the time of the one before. */
  private void requireEventTime(ColumnValues values) {
    if (values.isAbsent(contract.eventTime())) {
      throw new IllegalStateException("a record was accepted without its event time");
    }
  }

  /**
   * @param record what is said to have been decoded where a function fails at it
   */
  private Outcome timely(Outcome.Accepted accepted, long recordTime, Object record) {
    Outcome.Rejected rejected =
        eventTimes.check(accepted.values().micros(contract.eventTime()), recordTime);
    if (rejected != null) {
      return rejected(rejected);
    }
    return functions.isEmpty() ? row(accepted) : transformed(accepted.values(), record);
  }

  private Outcome.Accepted row(Outcome.Accepted accepted) {
    counts.row();
    return accepted;
  }

  private Outcome transformed(ColumnValues decoded, Object record) {
    Verdict verdict;
    try {
      verdict = functions.apply(decoded);
    } catch (Exception | StackOverflowError | AssertionError e) {
      return rejected(
          new Outcome.Rejected(
              Reason.DECODER_FAILED, "", failures.function(functions.last(), record, e)));
    }
    if (verdict instanceof Verdict.Reject reject) {
      return rejected(
          new Outcome.Rejected(
              Reason.TRANSFORM_REJECTED,
              reject.column(),
              functions.last() + ": " + reject.message()));
    }
    if (verdict instanceof Verdict.Skip) {
      counts.skipped();
      return new Outcome.Skipped(decoded.micros(contract.eventTime()), functions.last());
    }
    return row(new Outcome.Accepted(functions.row()));
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
