package io.sluice.sizing;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A day of the pipeline, second by second and log by log: what {@linkplain Arrivals arrives} is
 * gathered in {@linkplain SimulatedLog logs}, whose files are closed by the pipeline's own policy,
 * {@linkplain SimulatedDate dates} are completed, and what each of it asks of S3 is {@linkplain
 * DayTally counted}. The same seed gives the same day.
 *
 * <p>Assumed: a bundle is what arrives in a second; writing takes no time and never fails; days are
 * alike, so that the files of yesterday are as many as today's.
 */
final class Simulation {
  /** Bytes of a block beside its rows: {@code io.sluice.block.Block}. */
  private static final long BLOCK_OVERHEAD = 64;

  private static final long LARGEST_BLOCK = 1 << 20;

  /**
   * About the bytes of a file that are not rows: schema, indexes, keys, and the positions' base.
   */
  private static final long FILE_OVERHEAD = 4096;

  private static final int WARM_UP = 3600;

  /** The job stands still for a while, then reads no more events a second than its subtasks can. */
  record Outage(long from, long seconds, double eventsPerSecond) {}

  /**
   * How it got over an outage.
   *
   * @param seconds from its end until all that had come was read
   */
  record Recovery(long seconds, long peakWaiting) {}

  private final Load load;
  private final Settings settings;
  private final Arrivals arrivals;
  private final TreeMap<Long, SimulatedDate> lake = new TreeMap<>();
  private final TreeMap<Long, SimulatedDate> deadLetters = new TreeMap<>();
  private final DayTally tally = new DayTally();

  /** The next second of the topic that is read. */
  private long cursor;

  private long watermark = Long.MIN_VALUE;

  Simulation(Load load, Settings settings, long seed) {
    this.load = load;
    this.settings = settings;
    this.arrivals = new Arrivals(load, settings, seed);
  }

  /** The day from second 0 on. */
  Day day() {
    cursor = -warmUp();
    for (long second = cursor; second < Load.DAY; second++) {
      tally.begin(second >= 0);
      read((second + 1) * 1000);
      tally.end(second);
    }
    return tally.day(dates(), settings.parallelism());
  }

  /** What an outage leads to, simulated until it is over, at most for a day. */
  Recovery recover(Outage outage) {
    long end = outage.from() + outage.seconds();
    cursor = outage.from() - warmUp();
    double budget = 0;
    for (long second = cursor; second < end + Load.DAY; second++) {
      if (second >= outage.from() && second < end) {
        continue;
      }
      tally.begin(second >= end);
      budget = Math.min(budget, outage.eventsPerSecond()) + outage.eventsPerSecond();
      while (cursor <= second && budget >= arrivals.rate(cursor)) {
        budget -= arrivals.rate(cursor);
        read((second + 1) * 1000);
      }
      fire((second + 1) * 1000);
      if (second >= end && cursor > second) {
        return new Recovery(second + 1 - end, tally.peakWaiting());
      }
    }
    return new Recovery(Load.DAY, tally.peakWaiting());
  }

  /** Seconds until it is of no matter that nothing was there at first. */
  private long warmUp() {
    return Math.max(WARM_UP, 2 * settings.windowSize().toMillis() / 1000);
  }

  private List<SimulatedDate> dates() {
    List<SimulatedDate> dates = new ArrayList<>(lake.values());
    dates.addAll(deadLetters.values());
    return dates;
  }

  /** The next second of the topic arrives, and what it makes due is written. */
  private void read(long now) {
    long second = cursor++;
    arrivals.of(
        second,
        (dead, day, shard, rows, blocks, windowEnd) ->
            gather(date(dead, day, now), shard, rows, blocks, windowEnd, now));
    watermark = Math.max(watermark, (second + 1) * 1000 - Settings.WATERMARK_DELAY.toMillis());
    tally.lookAtWaiting();
    fire(now);
  }

  private SimulatedDate date(boolean dead, long day, long now) {
    return (dead ? deadLetters : lake)
        .computeIfAbsent(day, d -> new SimulatedDate(dead, d, settings, now, watermark));
  }

  private void gather(
      SimulatedDate date, int shard, long rows, long blocks, long windowEnd, long now) {
    tally.rowsCame(rows);
    SimulatedLog log = date.log(shard);
    double bytesOfRow = date.isDead() ? load.deadBlockBytes() : load.blockBytes();
    long left = rows;
    while (left > 0) {
      // What fills a file is cut as blocks are; what does not comes to the same in one.
      long room = settings.policy().fileBytes() - log.pending().bytes();
      long some =
          left * bytesOfRow < room
              ? left
              : Math.min(left, Math.max(1, (long) (LARGEST_BLOCK / bytesOfRow)));
      long size = (long) (some * bytesOfRow) + BLOCK_OVERHEAD * blocks;
      log.rowsArrive(some, arrivals.soFar(shard));
      tally.waits(size);
      left -= some;
      if (log.pending().add(now, watermark, windowEnd, size)) {
        append(date, shard, now);
      }
    }
  }

  /** All timers that are due. */
  private void fire(long now) {
    for (SimulatedDate date : dates()) {
      for (int shard = 0; shard < date.shards(); shard++) {
        if (date.log(shard).pending().fire(now, watermark)) {
          append(date, shard, now);
        }
      }
      if (date.completes(watermark)) {
        tally.manifest(date, now, DayTally.Publishes.COMPLETE);
      } else if (date.isPublished(now)) {
        tally.manifest(
            date, now, date.isComplete() ? DayTally.Publishes.LATE : DayTally.Publishes.GROWING);
      }
    }
  }

  private void append(SimulatedDate date, int shard, long now) {
    SimulatedLog log = date.log(shard);
    tally.waitsNoMore(log.pending().bytes());
    if (log.list(now)) {
      tally.ask(S3Request.LIST, 1);
    }
    log.close(arrivals.soFar(shard), (rows, span) -> write(date, rows, span, now));
    date.changed(now);
  }

  private void write(SimulatedDate date, long rows, double span, long now) {
    double bytesOfRow = date.isDead() ? load.deadParquetBytes() : load.parquetBytes();
    long bytes = (long) (rows * bytesOfRow + PositionBytes.of(rows, span)) + FILE_OVERHEAD;
    if (bytes <= settings.partBytes()) {
      tally.ask(S3Request.PUT_OBJECT, 1);
    } else {
      tally.ask(S3Request.CREATE_UPLOAD, 1);
      tally.ask(S3Request.UPLOAD_PART, Math.ceil((double) bytes / settings.partBytes()));
      tally.ask(S3Request.COMPLETE_UPLOAD, 1);
    }
    tally.file(date, now, rows, bytes);
  }
}
