package io.sluice.block;

import io.sluice.record.BytesReader;

/** Reads positions of a block in order: of its rows, or of the records that are skipped. */
public final class BlockPositions {
  private final BytesReader in;
  private int left;
  private int partition;
  private long offset;
  private long recordTime;
  private long timeMicros;

  private BlockPositions(byte[] positions, int count) {
    this.in = new BytesReader(positions);
    this.left = count;
  }

  public static BlockPositions ofRows(Block block) {
    return new BlockPositions(block.positions(), block.rows());
  }

  public static BlockPositions ofSkipped(Block block) {
    return new BlockPositions(block.skippedPositions(), block.skipped());
  }

  public boolean next() {
    if (left-- <= 0) {
      return false;
    }
    partition = (int) in.readUnsigned();
    offset += in.readSigned();
    recordTime += in.readSigned();
    timeMicros += in.readSigned();
    return true;
  }

  public int partition() {
    return partition;
  }

  public long offset() {
    return offset;
  }

  /** The record's Kafka timestamp in milliseconds since the epoch. */
  public long recordTime() {
    return recordTime;
  }

  /** The row's time, or the skipped record's, in microseconds since the epoch. */
  public long timeMicros() {
    return timeMicros;
  }
}
