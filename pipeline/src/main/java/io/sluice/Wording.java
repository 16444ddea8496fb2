package io.sluice;

import java.time.Duration;
import java.util.Locale;

/** Numbers, sizes and durations in messages, said the same everywhere. */
public final class Wording {
  private Wording() {}

  /** A number with its noun, which takes an s: {@code 1 file}, {@code 2,000 files}. */
  public static String count(long n, String noun) {
    return count(n, noun, noun + "s");
  }

  /** A number with what follows it, such as {@code offset waits} and {@code offsets wait}. */
  public static String count(long n, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? one : many);
  }

  /** A size in the unit that fits it, of 1000 bytes and their powers: {@code 276 kB}. */
  public static String bytes(double bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  /** A duration as a flag has it: {@code 24h}, {@code 90s}. */
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds == 0 || duration.toMillisPart() != 0
        ? duration.toMillis() + "ms"
        : seconds % 3600 == 0
            ? seconds / 3600 + "h"
            : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
