package io.sluice.block;

import org.jspecify.annotations.Nullable;

/**
 * Rows of one date and shard, encoded: what the shuffle and the state hold instead of single rows.
 * The rows' positions stand apart from their values, so that a row can be recognised as committed
 * without decoding it.
 */
public final class Block {
  private final int layout;
  private final int rows;
  private final String source;
  private final long windowEnd;
  private final byte[] positions;
  private final byte[] values;
  private final int skipped;
  private final byte[] skippedPositions;
  private final @Nullable String contractVersion;

  Block(
      int layout,
      int rows,
      String source,
      long windowEnd,
      byte[] positions,
      byte[] values,
      int skipped,
      byte[] skippedPositions,
      @Nullable String contractVersion) {
    this.contractVersion = contractVersion;
    this.skipped = skipped;
    this.skippedPositions = skippedPositions;
    this.layout = layout;
    this.rows = rows;
    this.source = source;
    this.windowEnd = windowEnd;
    this.positions = positions;
    this.values = values;
  }

  /** Of which {@link io.sluice.contract.Table#layout} the rows are. */
  int layout() {
    return layout;
  }

  public int rows() {
    return rows;
  }

  /** How many records of it are skipped: their positions are here, and no row. */
  public int skipped() {
    return skipped;
  }

  /** The source of all rows, and of the records that are skipped. */
  public String source() {
    return source;
  }

  /**
   * The version of the contract by which the records were decoded; null in a block of an older
   * version of Sluice, which does not say.
   */
  public @Nullable String contractVersion() {
    return contractVersion;
  }

  /** When the first of the windows closes, in milliseconds since the epoch. */
  public long windowEnd() {
    return windowEnd;
  }

  byte[] positions() {
    return positions;
  }

  byte[] values() {
    return values;
  }

  byte[] skippedPositions() {
    return skippedPositions;
  }

  /** Bytes held. */
  public long size() {
    return 64L + positions.length + values.length + skippedPositions.length;
  }
}
