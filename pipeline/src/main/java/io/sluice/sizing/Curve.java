package io.sluice.sizing;

/**
 * A day's rates by its mean: a bell around the evening, exp(k cos), which is never 0 and has its
 * peak where it is asked for.
 */
final class Curve {
  private static final int PEAK = 20 * 3600;

  private final double[] bySecond = new double[Load.DAY];

  /**
   * @param peakFactor the greatest by the mean, 1 for a flat day
   */
  Curve(double peakFactor) {
    double low = 0;
    double high = 1000;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (1 / mean(middle) < peakFactor) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double mean = mean(low);
    for (int second = 0; second < Load.DAY; second++) {
      bySecond[second] = shape(low, second) / mean;
    }
  }

  private static double mean(double k) {
    double sum = 0;
    for (int second = 0; second < Load.DAY; second += 60) {
      sum += shape(k, second);
    }
    return sum / (Load.DAY / 60);
  }

  /** 1 at the peak. */
  private static double shape(double k, int second) {
    return Math.exp(k * (Math.cos(2 * Math.PI * (second - PEAK) / Load.DAY) - 1));
  }

  /**
   * @param second since any midnight
   */
  double at(long second) {
    return bySecond[(int) Math.floorMod(second, (long) Load.DAY)];
  }

  /** The greatest mean over so many seconds, by the day's mean. */
  double busiest(int seconds) {
    return sum(busiestStart(seconds), seconds) / seconds;
  }

  /** When these begin, to the minute. */
  int busiestStart(int seconds) {
    int best = 0;
    for (int start = 0; start < Load.DAY; start += 60) {
      best = sum(start, seconds) > sum(best, seconds) ? start : best;
    }
    return best;
  }

  private double sum(int start, int seconds) {
    double sum = 0;
    for (int second = start; second < start + seconds; second += 60) {
      sum += at(second) * 60;
    }
    return sum;
  }
}
