package io.sluice.report;

import io.sluice.report.Report.Bucket;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides a partition into buckets and counts what is in each. Exact, however long the partition:
 * an offset that is missing is counted in the bucket where it is, and the work grows with the
 * buckets, not with the offsets.
 */
final class Strip {
  /** As many as a wide screen can tell apart. */
  static final int MOST_BUCKETS = 240;

  /** How many offsets there are, {@code from} up to, not including, {@code end}. */
  interface Count {
    long of(long from, long end);
  }

  private Strip() {}

  static List<Bucket> of(
      long from, long end, Count lake, Count deadLetters, Count missing, Count duplicate) {
    long span = end - from;
    int buckets = (int) Math.min(span, MOST_BUCKETS);
    List<Bucket> strip = new ArrayList<>(buckets);
    long at = from;
    for (int i = 1; i <= buckets; i++) {
      // Not span * i / buckets: that overflows where offsets are large.
      long next = from + span / buckets * i + span % buckets * i / buckets;
      strip.add(
          new Bucket(
              at,
              next,
              lake.of(at, next),
              deadLetters.of(at, next),
              missing.of(at, next),
              duplicate.of(at, next)));
      at = next;
    }
    return strip;
  }
}
