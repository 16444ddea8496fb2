package io.sluice.decode;

import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records one by one and counts them: each comes out once, as a row or a dead letter,
 * whatever it holds. What becomes of it depends on record and contract alone. Not safe for use by
 * several threads.
 */
public final class RecordDecoder {
  /**
   * Of the records of a minute, in percent, that a decoder may fail at, which is a fault of
   * Sluice's: all of them. Each is a dead letter of reason {@link Reason#DECODER_FAILED}.
   */
  public static final int ANY_FAILURES = 100;

  /** Where a record goes. */
  public interface Output {
    /** An accepted record, with {@link Contract#rowSchema()}. */
    void row(Row row);

    /** One that was not, with {@link DeadLetters#SCHEMA}. */
    void deadLetter(Row letter);
  }

  /** The same, for whoever takes most rows in a cheaper form. */
  public interface PlainOutput extends Output {
    /** An accepted record, in a form that holds until this returns. */
    void plain(PlainRow row);
  }

  private final Contract contract;
  private final long mostFutureMicros;
  private final long mostAgeMicros;
  private final SluiceMetrics.DecodeCounts counts;
  private final DecoderFailures failures;
  private final Quick plain;
  private final Exact decoder;

  /** Fills {@link #row}; false where it does not know. */
  interface Quick {
    boolean decode(byte[] array, int start, int length);

    PlainRow row();

    List<String> unknownFields();
  }

  /** Knows what becomes of any record. */
  interface Exact {
    Row decode(SourceRecord record) throws Rejection;
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
   * @param mostFailures see {@link #ANY_FAILURES}: beyond so many percent of the records of a
   *     minute, {@link #decode} throws an {@link IllegalStateException} that says what to do
   */
  public RecordDecoder(
      Contract contract,
      @Nullable Duration maxFuture,
      @Nullable Duration maxAge,
      int mostFailures) {
    this.contract = contract;
    this.mostFutureMicros = micros(maxFuture);
    this.mostAgeMicros = micros(maxAge);
    this.counts = new SluiceMetrics.DecodeCounts(contract.table());
    this.failures = new DecoderFailures(contract.table(), mostFailures, System::nanoTime);
    this.plain = new PlainDecoder(contract);
    this.decoder = new Decoder(contract, maxFuture, maxAge, counts::unknownField)::decode;
  }

  /** With other decoders, and without limits of time. */
  RecordDecoder(Contract contract, Quick plain, Exact decoder, DecoderFailures failures) {
    this.contract = contract;
    this.mostFutureMicros = Long.MAX_VALUE;
    this.mostAgeMicros = Long.MAX_VALUE;
    this.counts = new SluiceMetrics.DecodeCounts(contract.table());
    this.failures = failures;
    this.plain = plain;
    this.decoder = decoder;
  }

  private static long micros(@Nullable Duration duration) {
    return duration == null
        ? Long.MAX_VALUE
        : TimeUnit.SECONDS.toMicros(duration.getSeconds()) + duration.getNano() / 1000;
  }

  /** Decodes the record of a batch that a cursor stands at. */
  public void decode(RecordBatch.Cursor record, PlainOutput out) {
    if (isPlain(record)) {
      failures.record();
      for (String field : plain.unknownFields()) {
        counts.unknownField(field);
      }
      counts.row();
      out.plain(plain.row());
    } else {
      decode(record.record(), out);
    }
  }

  private boolean isPlain(RecordBatch.Cursor record) {
    try {
      return record.hasValue()
          && plain.decode(record.array(), record.valueStart(), record.valueLength())
          && isTimely(plain.row(), record.recordTime());
    } catch (RuntimeException | StackOverflowError e) {
      failures.quick(record.record(), e);
      return false;
    }
  }

  /** Decodes a record into a row. */
  public void decode(SourceRecord record, Output out) {
    failures.record();
    Row row = null;
    Rejection rejection = null;
    try {
      row = decoder.decode(record);
    } catch (Rejection e) {
      rejection = e;
    } catch (RuntimeException | StackOverflowError e) {
      // The record is not to blame, and must not stop the job for it.
      rejection = new Rejection(Reason.DECODER_FAILED, "", failures.exact(record, e));
    }
    if (row != null) {
      counts.row();
      out.row(row);
    } else {
      reject(record, Objects.requireNonNull(rejection), out);
    }
  }

  private void reject(SourceRecord record, Rejection rejection, Output out) {
    counts.deadLetter(rejection.reason());
    out.deadLetter(
        DeadLetters.row(
            record,
            rejection.reason(),
            rejection.path(),
            rejection.text(),
            contract,
            Instant.now()));
  }

  private boolean isTimely(PlainRow row, long recordTime) {
    if (recordTime < 0) {
      return true;
    }
    if (recordTime > Long.MAX_VALUE / 2000) {
      return false;
    }
    long ahead = row.integer(contract.eventTime()) - recordTime * 1000;
    return ahead <= mostFutureMicros && -ahead <= mostAgeMicros;
  }

  /** Makes what was counted since the last call visible. */
  public void publishCounts() {
    counts.publish();
    failures.tick();
  }
}
