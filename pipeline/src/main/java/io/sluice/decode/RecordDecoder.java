package io.sluice.decode;

import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records one by one and counts them: each comes out once, as a row or a dead letter. What
 * becomes of it depends on record and contract alone. Not safe for use by several threads.
 */
public final class RecordDecoder {
  /** Where a record goes. */
  public interface Output {
    /** An accepted record, with {@link Contract#rowSchema()}. */
    void row(Row row);

    /** One that was not, with {@link DeadLetters#SCHEMA}. */
    void deadLetter(Row letter);
  }

  /** The same, for who takes most rows in a cheaper form. */
  public interface PlainOutput extends Output {
    /** An accepted record, in a form that holds until this returns. */
    void plain(PlainRow row);
  }

  private final Contract contract;
  private final long mostFutureMicros;
  private final long mostAgeMicros;
  private final SluiceMetrics.DecodeCounts counts;
  private final Decoder decoder;
  private final PlainDecoder plain;

  /**
   * @param maxFuture how far an event time may be ahead of the record's Kafka timestamp, null for
   *     any
   * @param maxAge how far it may be behind, null for any
   */
  public RecordDecoder(Contract contract, @Nullable Duration maxFuture, @Nullable Duration maxAge) {
    this.contract = contract;
    this.mostFutureMicros = micros(maxFuture);
    this.mostAgeMicros = micros(maxAge);
    this.counts = new SluiceMetrics.DecodeCounts(contract.table());
    this.decoder = new Decoder(contract, maxFuture, maxAge, counts::unknownField);
    this.plain = new PlainDecoder(contract);
  }

  private static long micros(@Nullable Duration duration) {
    return duration == null
        ? Long.MAX_VALUE
        : TimeUnit.SECONDS.toMicros(duration.getSeconds()) + duration.getNano() / 1000;
  }

  /** Decodes the record of a batch that a cursor stands at. */
  public void decode(RecordBatch.Cursor record, PlainOutput out) {
    if (record.hasValue()
        && plain.decode(record.array(), record.valueStart(), record.valueLength())
        && isTimely(plain.row(), record.recordTime())) {
      for (String field : plain.unknownFields()) {
        counts.unknownField(field);
      }
      counts.row();
      out.plain(plain.row());
    } else {
      decode(record.record(), out);
    }
  }

  /** Decodes a record into a row. */
  public void decode(SourceRecord record, Output out) {
    Row row;
    try {
      row = decoder.decode(record);
    } catch (Rejection e) {
      counts.deadLetter(e.reason());
      out.deadLetter(
          DeadLetters.row(record, e.reason(), e.path(), e.text(), contract, Instant.now()));
      return;
    }
    counts.row();
    out.row(row);
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
  }
}
