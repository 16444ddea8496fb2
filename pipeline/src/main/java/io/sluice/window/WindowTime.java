package io.sluice.window;

import java.io.Serializable;
import java.time.Duration;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * When a row is written: at the end of the fixed event-time window that its window time is in. The
 * window time is the row's event time, if that is at most {@code lateness} behind the element's
 * timestamp T, else T; so a straggler is written with what arrives now, into the directory of its
 * own date, and so is an event that is ahead of its time: it would else wait until then. Only the
 * when depends on it, never the where.
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
    // Negative for what is ahead, and where it overflows, for times that are no times.
    long behind = elementTime - eventTime;
    boolean near = eventTime <= elementTime && behind >= 0 && behind <= lateness.toMillis();
    long time = near ? eventTime : elementTime;
    long end = time - Math.floorMod(time, size.toMillis()) + size.toMillis();
    return Math.min(end, BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis());
  }
}
