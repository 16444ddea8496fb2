package io.sluice.block;

import io.sluice.record.BytesReader;

/** Reads the positions of a block's rows in order. */
public final class BlockPositions {
  private final BytesReader in;
  private int left;
  private int partition;
  private long offset;
  private long recordTime;
  private long timeMicros;

  public BlockPositions(Block block) {
    this.in = new BytesReader(block.positions());
    this.left = block.rows();
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

  /** The row's time in microseconds since the epoch. */
  public long timeMicros() {
    return timeMicros;
  }
}
