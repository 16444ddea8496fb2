package io.sluice.decode;

import io.sluice.Wording;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.convert.Timestamps;
import io.sluice.deadletter.Reason;
import io.sluice.record.EncodedValues;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which event times are accepted: those with a date, and not too far from the record's own time.
 */
final class EventTimes {
  /** Beyond it, microseconds overflow. */
  private static final long GREATEST_RECORD_TIME = Long.MAX_VALUE / 2000;

  private final Table table;
  private final String path;
  private final @Nullable Duration maxFuture;
  private final @Nullable Duration maxAge;
  private final long mostFutureMicros;
  private final long mostAgeMicros;

  /**
   * @param maxFuture how far an event time may be ahead of the record's Kafka timestamp, null for
   *     any
   * @param maxAge how far it may be behind, null for any
   */
  EventTimes(Contract contract, @Nullable Duration maxFuture, @Nullable Duration maxAge) {
    this.table = contract.lakeTable();
    this.path = contract.columns().get(contract.eventTime()).pathText();
    this.maxFuture = maxFuture;
    this.maxAge = maxAge;
    this.mostFutureMicros = micros(maxFuture);
    this.mostAgeMicros = micros(maxAge);
  }

  private static long micros(@Nullable Duration duration) {
    return duration == null
        ? Long.MAX_VALUE
        : TimeUnit.SECONDS.toMicros(duration.getSeconds()) + duration.getNano() / 1000;
  }

  /**
   * What is wrong with an event time; null where nothing is.
   *
   * @param micros since the epoch
   * @param recordTime in milliseconds since the epoch; a record without one, -1, has nothing to
   *     compare with
   */
  Outcome.@Nullable Rejected check(long micros, long recordTime) {
    if (Timestamps.isInRangeAnywhere(micros)) {
      if (recordTime < 0) {
        return null;
      }
      if (recordTime <= GREATEST_RECORD_TIME) {
        long ahead = micros - recordTime * 1000;
        if (ahead <= mostFutureMicros && -ahead <= mostAgeMicros) {
          return null;
        }
      }
    }
    return check(EncodedValues.instant(micros), recordTime);
  }

  private Outcome.@Nullable Rejected check(Instant eventTime, long recordTime) {
    if (!table.hasDate(eventTime)) {
      return new Outcome.Rejected(
          Reason.BAD_EVENT_TIME,
          path,
          eventTime + " is beyond the years 1 to 9999 in " + table.zone());
    }
    if (recordTime < 0) {
      return null;
    }
    Instant sent = Instant.ofEpochMilli(recordTime);
    if (maxFuture != null && Duration.between(sent, eventTime).compareTo(maxFuture) > 0) {
      return new Outcome.Rejected(
          Reason.FUTURE_EVENT_TIME, path, message(eventTime, maxFuture, "ahead of", sent));
    }
    if (maxAge != null && Duration.between(eventTime, sent).compareTo(maxAge) > 0) {
      return new Outcome.Rejected(
          Reason.STALE_EVENT_TIME, path, message(eventTime, maxAge, "behind", sent));
    }
    return null;
  }

  private static String message(Instant eventTime, Duration most, String where, Instant sent) {
    return eventTime
        + " is more than "
        + Wording.duration(most)
        + " "
        + where
        + " the record's time "
        + sent;
  }
}
