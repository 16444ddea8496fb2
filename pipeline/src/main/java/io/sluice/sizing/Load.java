package io.sluice.sizing;

/**
 * What arrives.
 *
 * @param gibPerDay JSON, uncompressed
 * @param eventBytes JSON of one event
 * @param peakFactor the day's greatest rate by its mean
 * @param lateShare events whose event time is behind, of all
 * @param lateHours by how much, in the mean; exponentially distributed
 * @param deadShare events that the contract does not accept, of all
 * @param blockRatio bytes in a block by bytes of JSON
 * @param parquetRatio bytes in a file by bytes of JSON
 */
public record Load(
    double gibPerDay,
    double eventBytes,
    double peakFactor,
    double lateShare,
    double lateHours,
    double deadShare,
    double blockRatio,
    double parquetRatio) {
  public static final int DAY = 86_400;

  /** A dead letter is the record's bytes with a reason; they compress as text does. */
  private static final double DEAD_BLOCK_RATIO = 1.2;

  private static final double DEAD_PARQUET_RATIO = 0.3;

  /** Events a second, over the day. */
  public double meanRate() {
    return gibPerDay * (1L << 30) / eventBytes / DAY;
  }

  double blockBytes() {
    return eventBytes * blockRatio;
  }

  double parquetBytes() {
    return eventBytes * parquetRatio;
  }

  double deadBlockBytes() {
    return eventBytes * DEAD_BLOCK_RATIO;
  }

  double deadParquetBytes() {
    return eventBytes * DEAD_PARQUET_RATIO;
  }
}
