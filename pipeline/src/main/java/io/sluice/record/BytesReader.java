package io.sluice.record;

/**
 * Reads what {@link BytesWriter} wrote, in the order in which it did. The array is shared and is
 * not to be changed.
 */
public final class BytesReader {
  private final byte[] array;
  private int at;

  public BytesReader(byte[] array) {
    this(array, 0);
  }

  /** Reads from a place on. */
  public BytesReader(byte[] array, int at) {
    this.array = array;
    this.at = at;
  }

  /** Another reader, of what comes next. */
  public BytesReader fromHere() {
    return new BytesReader(array, at);
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
