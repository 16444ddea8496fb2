package io.sluice.window;

import java.io.Serializable;
import java.time.Duration;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.joda.time.Instant;

/**
 * When a row is written: at the end of the fixed event-time window that its window time is in. The
 * window time is the row's event time, if that is within {@code lateness} of the element's
 * timestamp T, else T; so a straggler is written with what arrives now, into the directory of its
 * own date. Only the when depends on it, never the where.
 */
public record WindowTime(Duration size, Duration lateness) implements Serializable {

  /**
   * The end of the row's window.
   *
   * @param eventTime milliseconds since the epoch
   * @param elementTime T, milliseconds since the epoch
   * @return milliseconds since the epoch
   */
  public long windowEnd(long eventTime, long elementTime) {
    long difference = eventTime - elementTime;
    // Overflow only for times that are no times: then T decides.
    boolean near =
        ((eventTime ^ elementTime) & (eventTime ^ difference)) >= 0
            && Math.abs(difference) <= lateness.toMillis();
    return FixedWindows.of(org.joda.time.Duration.millis(size.toMillis()))
        .assignWindow(Instant.ofEpochMilli(near ? eventTime : elementTime))
        .end()
        .getMillis();
  }
}
