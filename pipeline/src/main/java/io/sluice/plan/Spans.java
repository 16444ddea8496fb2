package io.sluice.plan;

import java.time.Duration;
import java.util.Locale;

/** Spans of time as people read them: two digits or three, and a unit. */
final class Spans {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Spans() {}

  static String text(Duration span) {
    long ms = span.toMillis();
    if (ms < SECOND) {
      return ms == 0 ? "0 s" : ms + " ms";
    }
    return ms < 2 * MINUTE
        ? number(ms, SECOND) + " s"
        : ms < 2 * HOUR
            ? number(ms, MINUTE) + " min"
            : ms < 2 * DAY ? number(ms, HOUR) + " h" : number(ms, DAY) + " days";
  }

  private static String number(long ms, long unit) {
    double value = (double) ms / unit;
    return String.format(Locale.ROOT, value >= 10 || ms % unit == 0 ? "%,.0f" : "%.1f", value);
  }
}
