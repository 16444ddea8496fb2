package io.sluice.block;

import java.util.Arrays;

/**
 * A growing array with the encodings that blocks use: unsigned LEB128, zigzag for signed numbers.
 */
final class Bytes {
  private byte[] array = new byte[1024];
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

  void writeBytes(byte[] bytes) {
    writeUnsigned(bytes.length);
    ensure(bytes.length);
    System.arraycopy(bytes, 0, array, size, bytes.length);
    size += bytes.length;
  }

  int size() {
    return size;
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
