package io.sluice.sizing;

import java.time.Duration;
import java.util.List;

/**
 * What to set for a load, by rules that are one sentence each.
 *
 * @param eventsPerSecondPerCore what a subtask does, from Kafka to Parquet
 * @param freshness the longest that an event may wait for its file, in a job that keeps up
 */
public record Advice(Load load, double eventsPerSecondPerCore, Duration freshness) {
  static final int OUTAGE = 6 * 3600;
  static final int RECOVERY = 3 * 3600;

  /** Query engines read files from some 64 MB on at full speed. */
  static final double GOOD_FILE = 64e6;

  /** Bytes a second that one partition takes in without a thought. */
  private static final double PARTITION_RATE = 10e6;

  private static final int LEAST_SUBTASKS = 2;
  private static final int SLOTS = 4;
  private static final int MOST_SHARDS = 10_000;
  private static final int DEFAULT_MEBIBYTES = 128;
  private static final int MOST_MEBIBYTES = 512;
  private static final int DEFAULT_PART = 16;
  private static final int PARTS = 4;
  private static final int MOST_PART = 64;
  private static final List<Duration> INTERVALS =
      List.of(
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          Duration.ofHours(1));
  private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(5);

  /**
   * Events a second that the subtasks must do: the peak; and what came in the worst six hours and
   * the three after them, within these three.
   */
  public double capacity() {
    Curve curve = new Curve(load.peakFactor());
    double recovery = curve.busiest(OUTAGE + RECOVERY) * (OUTAGE + RECOVERY) / RECOVERY;
    return load.meanRate() * Math.max(load.peakFactor(), recovery);
  }

  /** Two or more, a core each, in full TaskManagers. */
  public int parallelism() {
    long subtasks = (long) Math.ceil(capacity() / eventsPerSecondPerCore);
    return (int)
        Math.max(
            LEAST_SUBTASKS, subtasks <= SLOTS ? subtasks : (subtasks + SLOTS - 1) / SLOTS * SLOTS);
  }

  static int slots(int parallelism) {
    return Math.min(SLOTS, parallelism);
  }

  /**
   * The least power of two, from two on, with which catching up asks no log for more than half of
   * what a subtask does: one log has one writer, which decodes as well.
   */
  public int shards() {
    double logs = capacity() / (eventsPerSecondPerCore / 2);
    int shards = 2;
    while (shards < logs && shards < MOST_SHARDS / 2) {
      shards *= 2;
    }
    return shards;
  }

  /**
   * Enough for the peak at 10 MB/s each, for each subtask and each shard to have one; a multiple of
   * both where that is not four times as many.
   */
  int partitions(int parallelism, int shards) {
    double rate = load.meanRate() * load.peakFactor() * load.eventBytes();
    int least = Math.max(Math.max(parallelism, shards), (int) Math.ceil(rate / PARTITION_RATE));
    long multiple = (long) parallelism * shards / divisor(parallelism, shards);
    long step = multiple <= 4L * least ? multiple : shards;
    return (int) ((least + step - 1) / step * step);
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  /** A good file's blocks, to the next 64 MiB; within memory's limits. */
  int fileMebibytes() {
    double blocks = GOOD_FILE * load.blockRatio() / load.parquetRatio() / (1 << 20);
    return (int) Math.max(DEFAULT_MEBIBYTES, Math.min(MOST_MEBIBYTES, Math.ceil(blocks / 64) * 64));
  }

  /**
   * The shortest in which a log gathers a good file at the mean rate, if that is fresh enough; with
   * late events about, this and not the window decides when files are written.
   */
  Duration fileInterval(int shards) {
    double seconds = GOOD_FILE / (load.meanRate() / shards * load.parquetBytes());
    Duration chosen = INTERVALS.get(0);
    for (Duration interval : INTERVALS) {
      if (interval.compareTo(freshness) <= 0) {
        chosen = interval;
        if (interval.toSeconds() >= seconds) {
          break;
        }
      }
    }
    return chosen;
  }

  /** The default, or the file interval where that is longer: a shorter window changes nothing. */
  Duration windowSize(Duration fileInterval) {
    Duration window = fileInterval.compareTo(DEFAULT_WINDOW) > 0 ? fileInterval : DEFAULT_WINDOW;
    return window.compareTo(freshness) > 0 ? freshness : window;
  }

  /** The least power of two in which a full file has at most four parts: three are in memory. */
  int s3PartMebibytes(int fileMebibytes) {
    double file = fileMebibytes * load.parquetRatio() / load.blockRatio();
    int part = DEFAULT_PART;
    while (part * PARTS < file && part < MOST_PART) {
      part *= 2;
    }
    return part;
  }

  public Settings settings() {
    return settings(shards());
  }

  /** The same for a lake that has its shards already. */
  public Settings settings(int shards) {
    int fileMebibytes = fileMebibytes();
    Duration interval = fileInterval(shards);
    return new Settings(
        parallelism(),
        shards,
        windowSize(interval),
        interval,
        Settings.MANIFEST_INTERVAL,
        fileMebibytes,
        s3PartMebibytes(fileMebibytes));
  }
}
