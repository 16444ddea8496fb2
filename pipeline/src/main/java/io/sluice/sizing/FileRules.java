package io.sluice.sizing;

/**
 * When a log's file is closed. {@link io.sluice.write.WriteFiles} is the original, whose {@code
 * AppendFn} has the same rules spread over state and timers; what changes there has to change here,
 * and a test holds the two together.
 *
 * <p>Times are milliseconds since the epoch: processing time, but for windows and the watermark,
 * which are event time.
 *
 * @param fileBytes encoded bytes that make a file at once ({@code --fileMebibytes})
 * @param fileInterval the least time from the first block to a file that is not full
 */
record FileRules(long fileBytes, long fileInterval) {
  /** Positions that a footer may hold, encoded; {@code io.sluice.write.Pane}. */
  static final long MOST_POSITION_BYTES = 64 << 10;

  /** After so many rows the size of the positions is looked at. */
  static final long CHECK_ROWS = 4096;

  private static final long NEVER = Long.MAX_VALUE;
  private static final double CONTAINER = 65_536;

  Pending pending() {
    return new Pending(this);
  }

  /**
   * How many rows of a pane fit the first of its files, by the size of their positions alone.
   *
   * @param rows more than 0
   * @param span offsets of the log's partitions among which the rows are; those between them went
   *     to other logs
   */
  static long rowsOfOneFile(long rows, double span) {
    double bytes = positionBytes(rows, span);
    if (bytes <= MOST_POSITION_BYTES) {
      return rows;
    }
    double fit = rows * (MOST_POSITION_BYTES / bytes);
    return Math.min(rows, (long) Math.ceil(fit / CHECK_ROWS) * CHECK_ROWS);
  }

  /**
   * About the bytes of a Roaring bitmap, run-optimised: for each 65 536 offsets runs of four bytes,
   * an array of two a value, or a bitmap of 8192 bytes, whichever is least.
   */
  static double positionBytes(long rows, double span) {
    double offsets = Math.max(span, rows);
    double share = rows / offsets;
    double values = CONTAINER * share;
    double runs = 4 * (values * (1 - share) + 1);
    double array = values <= 4096 ? 2 * values : CONTAINER / 8;
    return Math.ceil(offsets / CONTAINER) * Math.min(runs, array);
  }

  /** The blocks of one log that wait for their file. */
  static final class Pending {
    private final FileRules rules;
    private long bytes;
    private long dueAt = NEVER;
    private long windowEndTimer = NEVER;
    private long dueTimer = NEVER;

    private Pending(FileRules rules) {
      this.rules = rules;
    }

    /**
     * Adds a block.
     *
     * @param watermark up to where windows have closed
     * @param windowEnd when the first of its rows' windows closes
     * @return whether the file is full: it has to be taken now
     */
    boolean add(long now, long watermark, long windowEnd, long size) {
      bytes += size;
      if (bytes >= rules.fileBytes) {
        return true;
      }
      if (dueAt == NEVER) {
        dueAt = now + rules.fileInterval;
      }
      if (windowEnd > watermark) {
        windowEndTimer = Math.min(windowEndTimer, windowEnd);
      } else if (dueTimer == NEVER) {
        dueTimer = now + rules.fileInterval;
      }
      return false;
    }

    /** Whether the file has to be taken, as far as time goes. */
    boolean due(long now, long watermark) {
      if (windowEndTimer <= watermark) {
        windowEndTimer = NEVER;
        if (dueAt <= now) {
          return true;
        }
        dueTimer = dueAt;
      }
      return dueTimer <= now;
    }

    long bytes() {
      return bytes;
    }

    boolean isEmpty() {
      return bytes == 0;
    }

    /** The blocks were taken. */
    void clear() {
      bytes = 0;
      dueAt = NEVER;
      windowEndTimer = NEVER;
      dueTimer = NEVER;
    }
  }
}
