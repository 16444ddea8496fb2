package io.sluice;

import java.time.Duration;
import java.util.Locale;

/** Numbers and durations in messages, said the same everywhere. */
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
