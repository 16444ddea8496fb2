package io.sluice.sizing;

import java.util.SplittableRandom;

/**
 * The events of a load, second by second and shard by shard, as chance has it. The same seed gives
 * the same events, if the same seconds are asked for.
 *
 * <p>Assumed: shards are equally busy; an event that is not late comes in the second of its event
 * time; lateness is exponentially distributed.
 */
final class Arrivals {
  private final Load load;
  private final Curve curve;
  private final SplittableRandom random;
  private final int shards;
  private final long window;

  /** The events of a shard so far, of all dates: how far apart the offsets of a file's rows are. */
  private final double[] soFar;

  /** Takes rows that arrive together in one log. */
  interface Receiver {
    /**
     * @param dead whether they are dead letters
     * @param day their date, in days since that of second 0
     * @param blocks how many blocks they are in, at least
     * @param windowEnd when the first of their windows ends, in milliseconds
     */
    void receive(boolean dead, long day, int shard, long rows, long blocks, long windowEnd);
  }

  Arrivals(Load load, Settings settings, long seed) {
    this.load = load;
    this.curve = new Curve(load.peakFactor());
    this.random = new SplittableRandom(seed);
    this.shards = settings.shards();
    this.window = settings.windowSize().toMillis();
    this.soFar = new double[shards];
  }

  /** How many events come in a second, in the mean. */
  double rate(long second) {
    return load.meanRate() * curve.at(second);
  }

  /** How many events of a shard have come, in the mean. */
  double soFar(int shard) {
    return soFar[shard];
  }

  /** Gives what arrives in a second. */
  void of(long second, Receiver receiver) {
    double rate = rate(second);
    for (int shard = 0; shard < shards; shard++) {
      soFar[shard] += rate / shards;
    }
    long windowEnd = windowEnd(second * 1000);
    long today = Math.floorDiv(second, (long) Load.DAY);
    double onTime = rate * (1 - load.lateShare() - load.deadShare());
    spread(onTime, (shard, rows) -> receiver.receive(false, today, shard, rows, 1, windowEnd));
    spread(
        rate * load.deadShare(),
        (shard, rows) -> receiver.receive(true, today, shard, rows, 1, windowEnd));
    late(rate * load.lateShare(), second, receiver);
  }

  /** Late events, by the date they are of, and by whether their own window's end counts. */
  private void late(double rate, long second, Receiver receiver) {
    if (rate == 0) {
      return;
    }
    double mean = load.lateHours() * 3600;
    long today = Math.floorDiv(second, (long) Load.DAY);
    double from = 0;
    double to = Math.floorMod(second, (long) Load.DAY) + 1;
    double lateness = Settings.LATENESS.toSeconds();
    for (long day = today; rate * Load.DAY * Math.exp(-from / mean) > 0.01; day--) {
      long date = day;
      double nearTo = Math.min(to, lateness);
      if (from < nearTo) {
        double least = from;
        spread(
            rate * (Math.exp(-from / mean) - Math.exp(-nearTo / mean)),
            (shard, rows) -> {
              // Each is of another window, so has a block of its own; the first to end counts.
              long end = windowEnd((second - latest(rows, least, nearTo, mean)) * 1000);
              receiver.receive(false, date, shard, rows, rows, end);
            });
      }
      double farFrom = Math.max(from, lateness);
      if (farFrom < to) {
        long end = windowEnd(second * 1000);
        spread(
            rate * (Math.exp(-farFrom / mean) - Math.exp(-to / mean)),
            (shard, rows) -> receiver.receive(false, date, shard, rows, 1, end));
      }
      from = to;
      to += Load.DAY;
    }
  }

  /** The greatest of so many exponential latenesses within bounds, in seconds. */
  private long latest(long rows, double least, double most, double mean) {
    double atLeast = Math.exp(-least / mean);
    double beyond = Math.exp(-most / mean);
    double quantile = Math.pow(random.nextDouble(), 1.0 / rows);
    return (long) Math.floor(-mean * Math.log(atLeast - quantile * (atLeast - beyond)));
  }

  private long windowEnd(long time) {
    return Math.floorDiv(time, window) * window + window;
  }

  /** Takes rows of one shard. */
  private interface Shards {
    void take(int shard, long rows);
  }

  /** Divides events among the shards. */
  private void spread(double mean, Shards out) {
    double ofOne = mean / shards;
    if (ofOne < 0.25) {
      for (long left = poisson(mean, Math.exp(-mean)); left > 0; left--) {
        out.take(random.nextInt(shards), 1);
      }
      return;
    }
    double none = Math.exp(-ofOne);
    for (int shard = 0; shard < shards; shard++) {
      long rows = poisson(ofOne, none);
      if (rows > 0) {
        out.take(shard, rows);
      }
    }
  }

  /**
   * @param none the probability of 0
   */
  private long poisson(double mean, double none) {
    if (mean > 30) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double left = random.nextDouble();
    double probability = none;
    long count = 0;
    while (left > probability && count < 200) {
      left -= probability;
      probability *= mean / ++count;
    }
    return count;
  }
}
