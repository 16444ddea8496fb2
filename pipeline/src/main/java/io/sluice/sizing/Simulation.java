package io.sluice.sizing;

import io.sluice.write.FilePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A day of the pipeline, second by second and log by log: what arrives is gathered, files are
 * closed by the pipeline's own policy, dates completed as {@code io.sluice.complete.CompleteDates}
 * does, and what each of it asks of S3 is counted. The same seed gives the same day.
 *
 * <p>Assumed: shards are equally busy; a bundle is what arrives in a second; writing takes no time
 * and never fails; an event that is not late comes in the second of its event time; days are alike,
 * so that the files of yesterday are as many as today's.
 */
final class Simulation {
  /** Bytes of a block beside its rows: {@code io.sluice.block.Block}. */
  private static final long BLOCK_OVERHEAD = 64;

  private static final long LARGEST_BLOCK = 1 << 20;

  /**
   * About the bytes of a file that are not rows: schema, indexes, keys, and the positions' base.
   */
  private static final long FILE_OVERHEAD = 4096;

  /** A dead letter is the record's bytes with a reason; they compress as text does. */
  private static final double DEAD_BLOCK_RATIO = 1.2;

  private static final double DEAD_PARQUET_RATIO = 0.3;

  private static final double KEYS_A_LIST = 1000;
  private static final long NEVER = Long.MIN_VALUE;

  /** Milliseconds after which a writer lists a log again: {@code io.sluice.lake.Freshness}. */
  private static final long KNOWN_FOR = 10 * 60 * 1000;

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
  private final Curve curve;
  private final SplittableRandom random;
  private final long window;
  private final Table lake = new Table(false, new TreeMap<>());
  private final Table deadLetters = new Table(true, new TreeMap<>());

  /** What has come by shard: how far apart the offsets of a file's rows are. */
  private final double[] arrived;

  private final Map<S3Request, Double> requests = new EnumMap<>(S3Request.class);
  private final List<Published> published = new ArrayList<>();
  private long[] fileBytes = new long[1024];
  private int fileCount;
  private double parquetBytes;
  private long ofToday;
  private final TreeMap<Long, Long> ofAge = new TreeMap<>();
  private long ofDeadLetters;
  private long rowsIn;
  private long rowsInFiles;
  private long waiting;
  private long peakWaiting;
  private long peakOfOneLog;
  private double waitingSum;
  private double checkpoints;
  private double writes;
  private double busiestSecond;
  private long longestUnpublished;

  /** The next second of the topic that is read. */
  private long cursor;

  private long watermark = Long.MIN_VALUE;
  private boolean counting;

  Simulation(Load load, Settings settings, long seed) {
    this.load = load;
    this.settings = settings;
    this.curve = new Curve(load.peakFactor());
    this.random = new SplittableRandom(seed);
    this.window = settings.windowSize().toMillis();
    this.arrived = new double[settings.shards()];
  }

  private record Table(boolean dead, TreeMap<Long, Date> dates) {}

  /** A table's logs of one date. */
  private static final class Date {
    final boolean dead;
    final long day;
    final Log[] logs;
    long files;
    long publishedFiles;
    boolean complete;
    long republishAt = Long.MAX_VALUE;
    long changedAt = -1;

    Date(boolean dead, long day, int shards, FilePolicy policy) {
      this.dead = dead;
      this.day = day;
      this.logs = new Log[shards];
      for (int shard = 0; shard < shards; shard++) {
        logs[shard] = new Log(new PendingFile(policy));
      }
    }
  }

  /** A table's log of one date and shard. */
  private static final class Log {
    final PendingFile pending;
    long rows;
    double firstArrived;
    long knownAt = NEVER;

    Log(PendingFile pending) {
      this.pending = pending;
    }
  }

  /**
   * A manifest of a date.
   *
   * @param age so many days ago
   * @param files of the date since the simulation began
   * @param added since the manifest before
   */
  private record Published(boolean dead, long age, long files, long added, boolean first) {}

  /** The day from second 0 on. */
  Day day() {
    long warmUp = Math.max(WARM_UP, 2 * window / 1000);
    cursor = -warmUp;
    for (long second = -warmUp; second < Load.DAY; second++) {
      counting = second >= 0;
      writes = 0;
      read((second + 1) * 1000);
      count(second);
    }
    long rowsWaiting = 0;
    for (Table table : List.of(lake, deadLetters)) {
      for (Date date : table.dates().values()) {
        rowsWaiting += Arrays.stream(date.logs).mapToLong(log -> log.rows).sum();
        unpublished(date, Load.DAY * 1000L);
      }
    }
    publish();
    ask(
        S3Request.CHECKPOINT_PUT,
        (settings.parallelism() + 1.0) * Load.DAY / Settings.CHECKPOINT_INTERVAL.toSeconds());
    long[] sizes = Arrays.copyOf(fileBytes, fileCount);
    Arrays.sort(sizes);
    return new Day(
        rowsIn,
        rowsInFiles,
        rowsWaiting,
        new Day.Files(
            ofToday, ofAge.values().stream().mapToLong(Long::longValue).sum(), ofDeadLetters),
        sizes,
        parquetBytes,
        requests,
        busiestSecond,
        new Day.Waiting(peakWaiting, waitingSum / Load.DAY, peakOfOneLog, checkpoints),
        published.size(),
        longestUnpublished);
  }

  /** What an outage leads to, simulated until it is over, at most for a day. */
  Recovery recover(Outage outage) {
    long end = outage.from() + outage.seconds();
    long begin = outage.from() - Math.max(WARM_UP, 2 * window / 1000);
    cursor = begin;
    double budget = 0;
    for (long second = begin; second < end + Load.DAY; second++) {
      if (second >= outage.from() && second < end) {
        continue;
      }
      counting = second >= end;
      budget = Math.min(budget, outage.eventsPerSecond()) + outage.eventsPerSecond();
      while (cursor <= second && budget >= load.meanRate() * curve.at(cursor)) {
        budget -= load.meanRate() * curve.at(cursor);
        read((second + 1) * 1000);
      }
      fire((second + 1) * 1000);
      if (second >= end && cursor > second) {
        return new Recovery(second + 1 - end, peakWaiting);
      }
    }
    return new Recovery(Load.DAY, peakWaiting);
  }

  /** The next second of the topic arrives, and what it makes due is written. */
  private void read(long now) {
    readSecond(cursor++, now);
    if (counting) {
      peakWaiting = Math.max(peakWaiting, waiting);
    }
    fire(now);
  }

  private void readSecond(long second, long now) {
    double rate = load.meanRate() * curve.at(second);
    int shards = settings.shards();
    for (int shard = 0; shard < shards; shard++) {
      arrived[shard] += rate / shards;
    }
    long time = second * 1000;
    long windowEnd = windowEnd(time);
    long today = Math.floorDiv(second, (long) Load.DAY);
    double onTime = rate * (1 - load.lateShare() - load.deadShare());
    draw(onTime, (shard, rows) -> arrive(lake, today, shard, rows, 1, windowEnd, now));
    draw(
        rate * load.deadShare(),
        (shard, rows) -> arrive(deadLetters, today, shard, rows, 1, windowEnd, now));
    arriveLate(rate * load.lateShare(), second, now);
    watermark = Math.max(watermark, time + 1000 - Settings.WATERMARK_DELAY.toMillis());
  }

  /** Late events, by the date they are of, and by whether their own window's end counts. */
  private void arriveLate(double rate, long second, long now) {
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
        draw(
            rate * (Math.exp(-from / mean) - Math.exp(-nearTo / mean)),
            (shard, rows) -> {
              // Each is of another window, so has a block of its own; the first to close counts.
              long end = windowEnd((second - latest(rows, least, nearTo, mean)) * 1000);
              arrive(lake, date, shard, rows, rows, end, now);
            });
      }
      double farFrom = Math.max(from, lateness);
      if (farFrom < to) {
        draw(
            rate * (Math.exp(-farFrom / mean) - Math.exp(-to / mean)),
            (shard, rows) -> arrive(lake, date, shard, rows, 1, windowEnd(second * 1000), now));
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

  /** Divides a second's events among the shards, as chance has it. */
  private void draw(double mean, Shards out) {
    int shards = settings.shards();
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

  private void arrive(
      Table table, long day, int shard, long rows, long blocks, long windowEnd, long now) {
    Date date = table.dates().get(day);
    if (date == null) {
      date = new Date(table.dead(), day, settings.shards(), settings.policy());
      // Dates that began before the simulation have been completed, and their logs read.
      date.complete = completeAt(date) <= watermark;
      if (day < Math.floorDiv(now - 1, Load.DAY * 1000L)) {
        Arrays.stream(date.logs).forEach(log -> log.knownAt = 0);
      }
      table.dates().put(day, date);
    }
    rowsIn += rows;
    Log log = date.logs[shard];
    double bytesOfRow = table.dead() ? load.eventBytes() * DEAD_BLOCK_RATIO : load.blockBytes();
    long left = rows;
    while (left > 0) {
      // What fills a file is cut as blocks are; what does not comes to the same in one.
      long room = settings.policy().fileBytes() - log.pending.bytes();
      long some =
          left * bytesOfRow < room
              ? left
              : Math.min(left, Math.max(1, (long) (LARGEST_BLOCK / bytesOfRow)));
      if (log.pending.isEmpty()) {
        log.firstArrived = arrived[shard];
      }
      long size = (long) (some * bytesOfRow) + BLOCK_OVERHEAD * blocks;
      log.rows += some;
      waiting += size;
      left -= some;
      if (log.pending.add(now, watermark, windowEnd, size)) {
        append(date, shard, now);
      }
    }
  }

  /** All timers that are due. */
  private void fire(long now) {
    for (Table table : List.of(lake, deadLetters)) {
      for (Date date : table.dates().values()) {
        for (int shard = 0; shard < date.logs.length; shard++) {
          PendingFile pending = date.logs[shard].pending;
          if (!pending.isEmpty() && pending.fire(now, watermark)) {
            append(date, shard, now);
          }
        }
        if (!date.complete && completeAt(date) <= watermark) {
          date.complete = true;
          publish(date, true, now);
        } else if (date.republishAt <= now) {
          publish(date, false, now);
        }
      }
    }
  }

  private long completeAt(Date date) {
    return (date.day + 1) * Load.DAY * 1000L + window;
  }

  private void append(Date date, int shard, long now) {
    Log log = date.logs[shard];
    if (counting) {
      peakOfOneLog = Math.max(peakOfOneLog, log.pending.bytes());
    }
    if (log.knownAt == NEVER || now - log.knownAt >= KNOWN_FOR) {
      log.knownAt = now;
      ask(S3Request.LIST, 1);
    }
    double span = arrived[shard] - log.firstArrived + 1;
    while (log.rows > 0) {
      long rows = PositionBytes.rowsOfOneFile(log.rows, span);
      double spanOfOne = span * rows / log.rows;
      span -= spanOfOne;
      log.rows -= rows;
      write(date, rows, spanOfOne, now);
    }
    waiting -= log.pending.bytes();
    log.pending.clear();
    if (date.complete) {
      date.republishAt = Math.min(date.republishAt, now + settings.fileInterval().toMillis());
      date.changedAt = date.changedAt < 0 ? now : date.changedAt;
    }
  }

  private void write(Date date, long rows, double span, long now) {
    rowsInFiles += rows;
    double bytesOfRow = date.dead ? load.eventBytes() * DEAD_PARQUET_RATIO : load.parquetBytes();
    long size = (long) (rows * bytesOfRow + PositionBytes.of(rows, span)) + FILE_OVERHEAD;
    if (size <= settings.partBytes()) {
      ask(S3Request.PUT_OBJECT, 1);
    } else {
      ask(S3Request.CREATE_UPLOAD, 1);
      ask(S3Request.UPLOAD_PART, Math.ceil((double) size / settings.partBytes()));
      ask(S3Request.COMPLETE_UPLOAD, 1);
    }
    if (!counting) {
      return;
    }
    date.files++;
    parquetBytes += size;
    long age = Math.floorDiv(now - 1, Load.DAY * 1000L) - date.day;
    if (date.dead) {
      ofDeadLetters++;
      return;
    }
    if (age <= 0) {
      ofToday++;
    } else {
      ofAge.merge(age, 1L, Long::sum);
    }
    if (fileCount == fileBytes.length) {
      fileBytes = Arrays.copyOf(fileBytes, 2 * fileCount);
    }
    fileBytes[fileCount++] = size;
  }

  private void publish(Date date, boolean first, long now) {
    unpublished(date, now);
    date.republishAt = Long.MAX_VALUE;
    date.changedAt = -1;
    if (counting) {
      long age = Math.floorDiv(now - 1, Load.DAY * 1000L) - date.day;
      long added = date.files - date.publishedFiles;
      published.add(new Published(date.dead, age, date.files, added, first));
      date.publishedFiles = date.files;
      writes += 2;
    }
  }

  private void unpublished(Date date, long now) {
    if (date.changedAt >= 0) {
      longestUnpublished = Math.max(longestUnpublished, (now - date.changedAt) / 1000);
    }
  }

  /**
   * A date's first manifest reads the footers of its files, a later one those that the one before
   * does not name. How many there were before the simulation is known when it is over: as many as
   * today.
   */
  private void publish() {
    counting = true;
    for (Published one : published) {
      long files = one.files();
      files += one.dead() ? ofDeadLetters : ofToday;
      if (!one.dead()) {
        files += ofAge.headMap(one.age()).values().stream().mapToLong(Long::longValue).sum();
      }
      // The manifests before and after, and the folder.
      ask(S3Request.LIST, 2 + Math.ceil((files + 3) / KEYS_A_LIST));
      // _SUCCESS, and the manifest before.
      ask(S3Request.GET, one.first() ? files + 1 : one.added() + 2);
      ask(S3Request.PUT_OBJECT, 2);
    }
  }

  private void ask(S3Request request, double count) {
    if (counting) {
      requests.merge(request, count, Double::sum);
      writes += request.writes() ? count : 0;
    }
  }

  private void count(long second) {
    if (!counting) {
      return;
    }
    waitingSum += waiting;
    if (second % Settings.CHECKPOINT_INTERVAL.toSeconds() == 0) {
      checkpoints += waiting;
    }
    busiestSecond = Math.max(busiestSecond, writes);
  }
}
