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

  public static String bytes(double bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  public static String time(long seconds) {
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200
            ? String.format(Locale.ROOT, "%d min", Math.round(seconds / 60.0))
            : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
  }
}
