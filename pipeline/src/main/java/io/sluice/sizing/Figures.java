package io.sluice.sizing;

import java.util.Locale;

/** Figures as people read them. */
public final class Figures {
  private Figures() {}

  public static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  public static String dollars(double value) {
    return String.format(Locale.ROOT, "%,.2f", value);
  }

  public static String time(long seconds) {
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200
            ? String.format(Locale.ROOT, "%d min", Math.round(seconds / 60.0))
            : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
  }
}
