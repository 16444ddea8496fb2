package io.sluice.record;

import java.util.Arrays;

/**
 * A growing array with the encodings that blocks use: unsigned LEB128, zigzag for signed numbers;
 * {@link BytesReader} reads them.
 */
public final class BytesWriter {
  private static final int MOST_KEPT = 4 << 20;
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private byte[] array = new byte[64];
  private int size;

  public void writeByte(int value) {
    ensure(1);
    array[size++] = (byte) value;
  }

  public void writeUnsigned(long value) {
    ensure(10);
    long left = value;
    while ((left & ~0x7FL) != 0) {
      array[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    array[size++] = (byte) left;
  }

  public void writeSigned(long value) {
    writeUnsigned((value << 1) ^ (value >> 63));
  }

  public void writeFixed(long value, int bytes) {
    ensure(bytes);
    for (int i = 0; i < bytes; i++) {
      array[size++] = (byte) (value >>> (8 * i));
    }
  }

  /** The length, then the bytes. */
  public void writeBytes(byte[] bytes) {
    writeBytes(bytes, 0, bytes.length);
  }

  public void writeBytes(byte[] bytes, int start, int length) {
    writeUnsigned(length);
    write(bytes, start, length);
  }

  /** The bytes alone. */
  public void write(byte[] bytes, int start, int length) {
    ensure(length);
    System.arraycopy(bytes, start, array, size, length);
    size += length;
  }

  /** What another holds, without its length. */
  public void writeAll(BytesWriter other) {
    write(other.array, 0, other.size);
  }

  /** Writes a number before what was written from a place on. */
  public void insertUnsigned(int at, long value) {
    int before = size;
    writeUnsigned(value);
    int length = size - before;
    if (length > 1) {
      byte[] number = Arrays.copyOfRange(array, before, size);
      System.arraycopy(array, at, array, at + length, before - at);
      System.arraycopy(number, 0, array, at, length);
    } else {
      byte number = array[before];
      System.arraycopy(array, at, array, at + 1, before - at);
      array[at] = number;
    }
  }

  /** Begins anew; what one huge value has needed is not kept. */
  public void clear() {
    size = 0;
    if (array.length > MOST_KEPT) {
      array = new byte[64];
    }
  }

  /** Puts what was written from one place on where another is, over all that stands there. */
  public void moveTail(int from, int to) {
    System.arraycopy(array, from, array, to, size - from);
    size -= from - to;
  }

  /** Forgets what was written from a place on. */
  public void truncate(int to) {
    size = to;
  }

  public int size() {
    return size;
  }

  /** The bytes so far, of which {@link #size} are valid; another array once more are written. */
  public byte[] array() {
    return array;
  }

  public byte[] toArray() {
    return Arrays.copyOf(array, size);
  }

  private void ensure(int more) {
    if (array.length - size < more) {
      array =
          Arrays.copyOf(
              array,
              Math.max((int) Math.min(2L * array.length, LARGEST), Math.addExact(size, more)));
    }
  }
}
