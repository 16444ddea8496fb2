package io.sluice.benchmark;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each latency came, in milliseconds: a hundred million rows in a small map. */
final class Latencies {
  private final TreeMap<Long, Long> counts = new TreeMap<>();
  private long count;

  void add(long millis, long times) {
    counts.merge(millis, times, Long::sum);
    count += times;
  }

  static Latencies together(List<Latencies> parts) {
    Latencies all = new Latencies();
    for (Latencies part : parts) {
      part.counts.forEach(all::add);
    }
    return all;
  }

  long count() {
    return count;
  }

  /**
   * The least latency that so great a part does not exceed, in seconds; NaN of none.
   *
   * @param part as 0.99; 1 for the greatest
   */
  double quantile(double part) {
    long rank = Math.max(1, (long) Math.ceil(part * count));
    long seen = 0;
    for (Map.Entry<Long, Long> entry : counts.entrySet()) {
      seen += entry.getValue();
      if (seen >= rank) {
        return entry.getKey() / 1e3;
      }
    }
    return Double.NaN;
  }
}
