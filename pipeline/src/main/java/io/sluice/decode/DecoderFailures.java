package io.sluice.decode;

import io.sluice.metrics.SluiceMetrics;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records at which a decoder failed, which is a fault of Sluice's: counted, logged once a
 * minute with its stack, and no longer borne where they are too great a share of the records of a
 * minute, or of the last {@value #ENOUGH} where a minute has fewer. Not safe for use by several
 * threads.
 *
 * <p>A job that stopped for it begins with the count at which it stopped: else it would let some
 * more pass at each start, and a slow topic would become dead letters all the same.
 */
final class DecoderFailures {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderFailures.class);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** So few say nothing about the others. */
  static final int FEW = 20;

  /** So many say something, however slowly they come. */
  static final int ENOUGH = 2_000;

  /**
   * Where a process keeps what it stopped at: a system property, for the class loader of a job, and
   * whatever is static in it, ends with each start on a cluster.
   */
  private static final String STOPPED_AT = "io.sluice.decoder.stopped.";

  private final String table;
  private final int mostPercent;
  private final boolean showsValues;
  private final LongSupplier nanoTime;

  /** When this period began, and what it has had. */
  private long begun;

  private long records;
  private long failures;

  /**
   * The records of the period before, where that was a minute ago: this one may have just begun.
   */
  private long recordsBefore;

  private long lastLogged;
  private boolean logged;

  /**
   * @param mostPercent of the records of a period; 100 bears any number
   * @param showsValues whether messages of exceptions may be shown, which may quote a record
   */
  DecoderFailures(String table, int mostPercent, boolean showsValues, LongSupplier nanoTime) {
    this.showsValues = showsValues;
    this.table = table;
    this.mostPercent = mostPercent;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    String stoppedAt = System.getProperty(STOPPED_AT + table);
    if (stoppedAt != null) {
      int slash = stoppedAt.indexOf('/');
      failures = Long.parseLong(stoppedAt, 0, slash, 10);
      records = Long.parseLong(stoppedAt, slash + 1, stoppedAt.length(), 10);
    }
    // A counter that begins at 1 has not increased, for Prometheus.
    SluiceMetrics.DECODER_FAILURES.labelValues(table, SluiceMetrics.QUICK_DECODER);
    SluiceMetrics.DECODER_FAILURES.labelValues(table, SluiceMetrics.EXACT_DECODER);
  }

  void record() {
    records++;
  }

  /** Begins the next period where one is over. */
  void tick() {
    long past = nanoTime.getAsLong() - begun;
    if (past >= MINUTE && records >= ENOUGH) {
      recordsBefore = past < 2 * MINUTE ? records : 0;
      records = 0;
      failures = 0;
      begun += past;
      System.clearProperty(STOPPED_AT + table);
    }
  }

  /** The quick decoder failed, and the other one decides. */
  void quick(Object record, Throwable failure) {
    count(record, SluiceMetrics.QUICK_DECODER, failure);
  }

  /**
   * The exact decoder failed, and the record is to be a dead letter.
   *
   * @return what its message says
   * @throws IllegalStateException where too many of the records of a minute are
   */
  String decoder(Object record, Throwable failure) {
    count(record, SluiceMetrics.EXACT_DECODER, failure);
    return letter("the decoder", "Sluice", record, failure);
  }

  /** A function of the contract's {@code transform} did; else as {@link #decoder}. */
  String function(String name, Object record, Throwable failure) {
    count(record, SluiceMetrics.TRANSFORM, failure);
    return name + ": " + letter("the function " + name, "that function", record, failure);
  }

  private String letter(String what, String whose, Object record, Throwable failure) {
    failures++;
    String text = text(failure);
    long of = records + recordsBefore;
    if (failures > FEW && failures * 100 > mostPercent * of) {
      System.setProperty(STOPPED_AT + table, failures + "/" + of);
      throw new IllegalStateException(
          what
              + " failed at "
              + failures
              + " of the last "
              + of
              + " records of "
              + table
              + ", last at "
              + record
              + " with "
              + text
              + ". This is a fault of "
              + whose
              + ", not of the records; beyond "
              + mostPercent
              + " % the job stops, before all become dead letters. Use a"
              + " version that decodes them, and report it; or let them be dead letters of reason"
              + " DECODER_FAILED, to be replayed by a later version: --maxDecoderFailures=100",
          showsValues ? failure : withoutMessage(failure));
    }
    return text;
  }

  private void count(Object record, String decoder, Throwable failure) {
    tick();
    long now = nanoTime.getAsLong();
    if (!logged || now - lastLogged >= MINUTE) {
      logged = true;
      lastLogged = now;
      LOG.error(
          decoder.equals(SluiceMetrics.TRANSFORM)
              ? "{}: a function of the contract's {} failed: {}"
              : "{}: the {} decoder failed, a fault of Sluice: {}",
          table,
          decoder,
          record,
          showsValues ? failure : withoutMessage(failure));
    }
    SluiceMetrics.DECODER_FAILURES.labelValues(table, decoder).inc();
  }

  private static Throwable withoutMessage(Throwable failure) {
    Throwable other = new Throwable(failure.getClass().getName() + ", whose message is not shown");
    other.setStackTrace(failure.getStackTrace());
    return other;
  }

  private String text(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    String message = showsValues ? failure.getMessage() : null;
    return failure.getClass().getName()
        + (message == null ? "" : ": " + message)
        + (stack.length == 0 ? "" : " at " + stack[0]);
  }
}
