package io.sluice.benchmark;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was seen at one moment.
 *
 * @param seconds since the load began
 * @param values those that there were: the first checkpoint, for one, takes its time
 */
record Sample(double seconds, Map<Gauge, Double> values) {
  Sample {
    values = Map.copyOf(values);
  }

  OptionalDouble get(Gauge gauge) {
    Double value = values.get(gauge);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** The middle one, or the mean of the two in the middle; NaN of none. */
  static double median(double... values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
