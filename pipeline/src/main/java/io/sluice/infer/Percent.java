package io.sluice.infer;

import java.util.Locale;

/** A part of all as text. */
final class Percent {
  private Percent() {}

  /** What is not all of them is never shown as 100 %. */
  static String of(int part, int all) {
    double percent = 100.0 * part / Math.max(1, all);
    return part == all ? "100 %" : String.format(Locale.ROOT, "%.1f %%", Math.min(99.9, percent));
  }
}
