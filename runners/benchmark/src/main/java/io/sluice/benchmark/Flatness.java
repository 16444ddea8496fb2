package io.sluice.benchmark;

import java.util.List;

/**
 * How a gauge was at the beginning and at the end of the load: flat is where the two are alike.
 *
 * @param first median of the load's first quarter; NaN where it was not seen then
 * @param last median of its last quarter
 * @param greatest of all
 */
record Flatness(double first, double last, double greatest) {
  /**
   * Judges a gauge.
   *
   * @param samples while the load went on
   * @param seconds how long the load was
   */
  static Flatness of(List<Sample> samples, Gauge gauge, double seconds) {
    return new Flatness(
        median(samples, gauge, 0, seconds / 4),
        median(samples, gauge, seconds * 3 / 4, Double.MAX_VALUE),
        samples.stream()
            .flatMapToDouble(sample -> sample.get(gauge).stream())
            .max()
            .orElse(Double.NaN));
  }

  private static double median(List<Sample> samples, Gauge gauge, double from, double to) {
    return Sample.median(
        samples.stream()
            .filter(sample -> sample.seconds() >= from && sample.seconds() <= to)
            .flatMapToDouble(sample -> sample.get(gauge).stream())
            .toArray());
  }

  /** Percent by which the last quarter's is more than the first's; NaN where that says nothing. */
  double changePercent() {
    return first > 0 ? (last / first - 1) * 100 : Double.NaN;
  }
}
