package io.sluice.block;

import java.util.Arrays;

/**
 * A growing array with the encodings that blocks use: unsigned LEB128, zigzag for signed numbers.
 */
final class Bytes {
  private byte[] array = new byte[64];
  private int size;

  void writeByte(int value) {
    ensure(1);
    array[size++] = (byte) value;
  }

  void writeUnsigned(long value) {
    ensure(10);
    long left = value;
    while ((left & ~0x7FL) != 0) {
      array[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    array[size++] = (byte) left;
  }

  void writeSigned(long value) {
    writeUnsigned((value << 1) ^ (value >> 63));
  }

  void writeFixed(long value, int bytes) {
    ensure(bytes);
    for (int i = 0; i < bytes; i++) {
      array[size++] = (byte) (value >>> (8 * i));
    }
  }

  /** The length, then the bytes. */
  void writeBytes(byte[] bytes) {
    writeBytes(bytes, 0, bytes.length);
  }

  void writeBytes(byte[] bytes, int start, int length) {
    writeUnsigned(length);
    ensure(length);
    System.arraycopy(bytes, start, array, size, length);
    size += length;
  }

  /** What another holds, without its length. */
  void writeAll(Bytes other) {
    ensure(other.size);
    System.arraycopy(other.array, 0, array, size, other.size);
    size += other.size;
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** The bytes so far, of which {@link #size} are valid. */
  byte[] array() {
    return array;
  }

  byte[] toArray() {
    return Arrays.copyOf(array, size);
  }

  private void ensure(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
    }
  }
}
