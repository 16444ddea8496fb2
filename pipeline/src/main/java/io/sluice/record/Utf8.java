package io.sluice.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8, strictly: half of a surrogate pair and overlong forms are not. */
public final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Utf8() {}

  public static boolean isValid(byte[] bytes) {
    return isValid(bytes, 0, bytes.length);
  }

  /**
   * @param end behind the last byte
   */
  public static boolean isValid(byte[] bytes, int start, int end) {
    return isAscii(bytes, start, end) || isWellFormed(bytes, start, end);
  }

  private static boolean isAscii(byte[] bytes, int start, int end) {
    int at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      if (((long) LONGS.get(bytes, at) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; at < end; at++) {
      if (bytes[at] < 0) {
        return false;
      }
    }
    return true;
  }

  /** The table of well-formed sequences of the Unicode standard, 3-7. */
  private static boolean isWellFormed(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end) {
      int first = bytes[at++] & 0xFF;
      if (first < 0x80) {
        continue;
      }
      int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
      if (first < 0xC2 || first > 0xF4 || at + more > end) {
        return false;
      }
      int second = bytes[at] & 0xFF;
      int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
      int greatest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
      if (second < least || second > greatest) {
        return false;
      }
      for (int i = 1; i < more; i++) {
        if ((bytes[at + i] & 0xC0) != 0x80) {
          return false;
        }
      }
      at += more;
    }
    return true;
  }
}
