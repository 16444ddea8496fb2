package io.sluice.sizing;

import io.sluice.write.FilePolicy;

/** About how many bytes the positions of rows take in a footer, without the rows. */
final class PositionBytes {
  /** Offsets that a Roaring bitmap keeps together. */
  private static final double CONTAINER = 65_536;

  private PositionBytes() {}

  /**
   * About the bytes of a Roaring bitmap, run-optimised: for each 65 536 offsets runs of four bytes,
   * an array of two a value, or a bitmap of 8192 bytes, whichever is least.
   *
   * @param rows more than 0
   * @param span offsets of the log's partitions among which the rows are; those between them went
   *     to other logs
   */
  static double of(long rows, double span) {
    double offsets = Math.max(span, rows);
    double share = rows / offsets;
    double values = CONTAINER * share;
    double runs = 4 * (values * (1 - share) + 1);
    double array = values <= 4096 ? 2 * values : CONTAINER / 8;
    return Math.ceil(offsets / CONTAINER) * Math.min(runs, array);
  }

  /** How many rows fit the first of their files, by the size of their positions alone. */
  static long rowsOfOneFile(long rows, double span) {
    double bytes = of(rows, span);
    if (bytes <= FilePolicy.MOST_POSITION_BYTES) {
      return rows;
    }
    double fit = rows * (FilePolicy.MOST_POSITION_BYTES / bytes);
    return Math.min(rows, (long) Math.ceil(fit / FilePolicy.CHECK_ROWS) * FilePolicy.CHECK_ROWS);
  }
}
