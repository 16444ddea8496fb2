package io.sluice.sizing;

import io.sluice.write.FilePolicy;

/** A table's log of one simulated date and shard. */
final class SimulatedLog {
  /** Milliseconds after which a writer lists a log again: {@code io.sluice.lake.Freshness}. */
  private static final long KNOWN_FOR = 10 * 60 * 1000;

  private static final long NEVER = Long.MIN_VALUE;

  private final PendingFile pending;
  private long rows;
  private double firstArrival;
  private long listedAt;

  /**
   * @param isKnown whether a writer has listed it before the simulation
   */
  SimulatedLog(FilePolicy policy, boolean isKnown) {
    this.pending = new PendingFile(policy);
    this.listedAt = isKnown ? 0 : NEVER;
  }

  /** The blocks that wait. */
  PendingFile pending() {
    return pending;
  }

  /** The rows of the blocks that wait. */
  long rows() {
    return rows;
  }

  /**
   * Says that rows come, before their block is added to what waits.
   *
   * @param arrival how many events the shard had so far
   */
  void rowsArrive(long count, double arrival) {
    if (pending.isEmpty()) {
      firstArrival = arrival;
    }
    rows += count;
  }

  /** Whether a writer that appends now has to list the log; it has then. */
  boolean list(long now) {
    if (listedAt != NEVER && now - listedAt < KNOWN_FOR) {
      return false;
    }
    listedAt = now;
    return true;
  }

  /** Takes the rows of one file. */
  interface File {
    /**
     * @param span offsets among which the rows are
     */
    void write(long rows, double span);
  }

  /**
   * Closes the file of what waits; it is several where the positions of so many rows do not fit one
   * footer.
   *
   * @param arrival how many events the shard had so far
   */
  void close(double arrival, File file) {
    double span = arrival - firstArrival + 1;
    while (rows > 0) {
      long ofOne = PositionBytes.rowsOfOneFile(rows, span);
      double spanOfOne = span * ofOne / rows;
      span -= spanOfOne;
      rows -= ofOne;
      file.write(ofOne, spanOfOne);
    }
    pending.clear();
  }
}
