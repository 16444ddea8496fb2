package io.sluice.decode;

import io.sluice.metrics.SluiceMetrics;
import io.sluice.source.SourceRecord;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records at which a decoder failed, which is a fault of ours: counted, logged once a minute
 * with its stack, and no longer borne where they are too great a share of the records of a minute.
 * Not safe for use by several threads.
 */
final class DecoderFailures {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderFailures.class);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** So few in a minute say nothing about its records. */
  static final int FEW = 20;

  private final String table;
  private final int mostPercent;
  private final LongSupplier nanoTime;

  /** When this minute began, and what it has had. */
  private long begun;

  private long records;
  private long failures;
  private boolean logged;

  /** The records of the minute before: this one may have just begun. */
  private long recordsBefore;

  /**
   * @param mostPercent of the records of a minute; 100 bears any number
   */
  DecoderFailures(String table, int mostPercent, LongSupplier nanoTime) {
    this.table = table;
    this.mostPercent = mostPercent;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    // A counter that begins at 1 has not increased, for Prometheus.
    SluiceMetrics.DECODER_FAILURES.labelValues(table, SluiceMetrics.QUICK_DECODER);
    SluiceMetrics.DECODER_FAILURES.labelValues(table, SluiceMetrics.EXACT_DECODER);
  }

  void record() {
    records++;
  }

  /** Begins the next minute where one is over. */
  void tick() {
    long past = nanoTime.getAsLong() - begun;
    if (past >= MINUTE) {
      recordsBefore = past < 2 * MINUTE ? records : 0;
      records = 0;
      failures = 0;
      logged = false;
      begun += past;
    }
  }

  /** The quick decoder failed, and the other one decides. */
  void quick(SourceRecord record, Throwable failure) {
    count(record, SluiceMetrics.QUICK_DECODER, failure);
  }

  /**
   * The record is to be a dead letter.
   *
   * @return what its message says
   * @throws IllegalStateException where too many of the records of a minute are
   */
  String exact(SourceRecord record, Throwable failure) {
    count(record, SluiceMetrics.EXACT_DECODER, failure);
    failures++;
    String text = text(failure);
    long of = records + recordsBefore;
    if (failures > FEW && failures * 100 > mostPercent * of) {
      throw new IllegalStateException(
          "the decoder failed at "
              + failures
              + " of the last "
              + of
              + " records of "
              + table
              + ", last at "
              + record
              + " with "
              + text
              + ". This is a fault of Sluice, not of the records; beyond "
              + mostPercent
              + " % of a minute's records the job stops, before all become dead letters. Use a"
              + " version that decodes them, and report it; or let them be dead letters of reason"
              + " DECODER_FAILED, to be replayed by a later version: --maxDecoderFailures=100",
          failure);
    }
    return text;
  }

  private void count(SourceRecord record, String decoder, Throwable failure) {
    tick();
    if (!logged) {
      logged = true;
      LOG.error(
          "{}: the {} decoder failed, a fault of Sluice: {}", table, decoder, record, failure);
    }
    SluiceMetrics.DECODER_FAILURES.labelValues(table, decoder).inc();
  }

  private static String text(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    String message = failure.getMessage();
    return failure.getClass().getName()
        + (message == null ? "" : ": " + message)
        + (stack.length == 0 ? "" : " at " + stack[0]);
  }
}
