package io.sluice.sizing;

/**
 * What a load comes to with some settings: a day simulated, an outage simulated, and what follows
 * from them.
 */
public record Size(
    Load load,
    Advice advice,
    Settings settings,
    int partitions,
    Day day,
    Simulation.Recovery recovery,
    Memory memory) {
  /**
   * Seconds that a footer takes, and how many are read at once: {@code io.sluice.lake.LakeFiles}.
   */
  private static final double FOOTER_SECONDS = 0.03;

  private static final int READERS = 32;

  /** GETs a second that S3 promises for one prefix, which a date is. */
  private static final double PREFIX_READS = 5500;

  /** Simulates: takes seconds for thousands of logs, and the same seed gives the same. */
  public static Size of(Load load, Advice advice, Settings settings, long seed) {
    Day day = new Simulation(load, settings, seed).day();
    double capacity = settings.parallelism() * advice.eventsPerSecondPerCore();
    Simulation.Recovery recovery =
        new Simulation(load, settings, seed)
            .recover(
                new Simulation.Outage(
                    new Curve(load.peakFactor()).busiestStart(Advice.OUTAGE + Advice.RECOVERY),
                    Advice.OUTAGE,
                    Math.max(capacity, load.meanRate() * load.peakFactor())));
    return new Size(
        load,
        advice,
        settings,
        advice.partitions(settings.parallelism(), settings.shards()),
        day,
        recovery,
        Memory.of(load, settings, Math.max(day.waiting().peak(), recovery.peakWaiting())));
  }

  /** State if every open log were nearly full: a backlog in which all dates are mixed. */
  double worstState(int dates) {
    return (double) dates * settings.shards() * settings.policy().fileBytes();
  }

  /** Bytes that wait for their file, at most: on the day, or while an outage is caught up. */
  public double peakState() {
    return Math.max(day.waiting().peak(), recovery.peakWaiting());
  }

  /** Requests of one kind. */
  public double requestsAMonth(S3Request request) {
    return day.requests().getOrDefault(request, 0.0) * S3Prices.DAYS;
  }

  public double requestCost() {
    return S3Prices.cost(day.requests()) * S3Prices.DAYS;
  }

  /** Every read and write asks KMS where there is no bucket key. */
  double kmsCost() {
    double requests = 0;
    for (S3Request request : S3Request.values()) {
      requests += request == S3Request.LIST ? 0 : day.requests().getOrDefault(request, 0.0);
    }
    return requests * S3Prices.DAYS * S3Prices.KMS;
  }

  /** Bytes that a month adds. */
  public double monthBytes() {
    return day.parquetBytes() * S3Prices.DAYS;
  }

  public double storageCost() {
    return monthBytes() / 1e9 * S3Prices.STORAGE;
  }

  /** Footers that are read, log by log, after a restart from a checkpoint at the day's end. */
  long footersOfToday() {
    return day.files().ofToday();
  }

  /** Seconds until the logs of a date are read, by all subtasks at once. */
  double restartSeconds() {
    int writers = Math.min(settings.parallelism(), settings.shards());
    return footersOfToday() * Math.max(FOOTER_SECONDS / READERS / writers, 1 / PREFIX_READS);
  }

  /** Seconds of a start without state, which reads the footers of so many days, in one place. */
  double startSeconds(int days) {
    return (double) day.files().all() * days * FOOTER_SECONDS / READERS;
  }
}
