package io.sluice.block;

/**
 * Reads the numbers and lengths of a {@link Block}, in the order in which {@link BlockBuilder}
 * wrote them. The arrays are the block's own and are not to be changed.
 */
public final class BlockReader {
  /** Reads the positions of a block's rows in order. */
  public static final class Positions {
    private final BlockReader in;
    private int left;
    private int partition;
    private long offset;
    private long recordTime;
    private long timeMicros;

    public Positions(Block block) {
      this.in = new BlockReader(block.positions());
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

  private final byte[] array;
  private int at;

  private BlockReader(byte[] array) {
    this.array = array;
  }

  static BlockReader values(Block block) {
    return new BlockReader(block.values());
  }

  /** Another reader, of what comes next. */
  BlockReader fromHere() {
    BlockReader reader = new BlockReader(array);
    reader.at = at;
    return reader;
  }

  public boolean readPresent() {
    return array[at++] != 0;
  }

  public boolean readBoolean() {
    return array[at++] != 0;
  }

  public long readUnsigned() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = array[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  public long readSigned() {
    long value = readUnsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  public long readFixed(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (array[at++] & 0xFFL) << (8 * i);
    }
    return value;
  }

  /**
   * The length of the bytes that follow; {@link #bytesAt} says where they stand, {@link #skip}
   * passes them.
   */
  public int readLength() {
    return (int) readUnsigned();
  }

  public byte[] array() {
    return array;
  }

  public int bytesAt() {
    return at;
  }

  public void skip(int bytes) {
    at += bytes;
  }
}
