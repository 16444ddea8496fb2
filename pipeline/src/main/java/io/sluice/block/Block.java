package io.sluice.block;

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

  Block(int layout, int rows, String source, long windowEnd, byte[] positions, byte[] values) {
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

  /** The source of all rows. */
  public String source() {
    return source;
  }

  /** When the first of the rows' windows closes, in milliseconds since the epoch. */
  public long windowEnd() {
    return windowEnd;
  }

  byte[] positions() {
    return positions;
  }

  byte[] values() {
    return values;
  }

  /** Bytes held. */
  public long size() {
    return 64L + positions.length + values.length;
  }
}
