package io.sluice.protobuf;

import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads protobuf's wire format from an array, up to an end. Whatever the bytes are, nothing beyond
 * the end is read, and nothing is allocated by a length that they name.
 */
final class Wire {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int maxDepth;
  private byte[] array = new byte[0];
  private int at;
  private int end;
  private boolean normalizes;

  /**
   * @param maxDepth of groups within one another that are passed over
   */
  Wire(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /**
   * @param normalizes whether each message is brought into the form that one pass can read
   */
  void begin(byte[] array, int start, int end, boolean normalizes) {
    this.normalizes = normalizes;
    read(array, start, end);
  }

  /** Goes on in another array, or at another place. */
  void read(byte[] array, int start, int end) {
    this.array = array;
    this.at = start;
    this.end = end;
  }

  boolean normalizes() {
    return normalizes;
  }

  byte[] array() {
    return array;
  }

  int at() {
    return at;
  }

  void at(int at) {
    this.at = at;
  }

  int end() {
    return end;
  }

  boolean hasMore() {
    return at < end;
  }

  static int tag(int number, int wireType) {
    return number << 3 | wireType;
  }

  /** A field's number and wire type. As in protobuf's own readers, more than 32 bits are cut. */
  int tag() throws Rejection {
    int tag = (int) varint();
    if (tag >>> 3 == 0) {
      throw malformed("a field has the number 0");
    }
    return tag;
  }

  long varint() throws Rejection {
    if (at < end && array[at] >= 0) {
      return array[at++];
    }
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= end) {
        throw truncated();
      }
      byte b = array[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("a number has more than ten bytes");
  }

  int fixed32() throws Rejection {
    if (end - at < Integer.BYTES) {
      throw truncated();
    }
    int value = (int) INTS.get(array, at);
    at += Integer.BYTES;
    return value;
  }

  long fixed64() throws Rejection {
    if (end - at < Long.BYTES) {
      throw truncated();
    }
    long value = (long) LONGS.get(array, at);
    at += Long.BYTES;
    return value;
  }

  /** A length, of which there are as many bytes. */
  int length() throws Rejection {
    int length = (int) varint();
    if (length < 0) {
      throw malformed("a length is negative");
    }
    if (length > end - at) {
      throw truncated();
    }
    return length;
  }

  /**
   * Begins a message behind its tag: it is all that there is until {@link #leave}.
   *
   * @param group the field's number where it is written as a group, else 0: it has a length
   * @return what {@link #leave} is to be given
   */
  int enter(int group) throws Rejection {
    int outer = end;
    if (group == 0) {
      int length = length();
      end = at + length;
    } else {
      int start = at;
      end = passGroup(group);
      at = start;
    }
    return outer;
  }

  /** Goes on behind a message, wherever in it the reader is. */
  void leave(int group, int outer) throws Rejection {
    at = end;
    end = outer;
    if (group != 0) {
      // It was seen when the group was entered.
      tag();
    }
  }

  /** Passes a field behind its tag. */
  void skip(int tag) throws Rejection {
    switch (tag & 7) {
      case VARINT -> varint();
      case FIXED64 -> pass(Long.BYTES);
      case LENGTH -> pass(length());
      case FIXED32 -> pass(Integer.BYTES);
      case START_GROUP -> passGroup(tag >>> 3);
      case END_GROUP -> throw malformed("a group ends that has not begun");
      default -> throw malformed("a field has the wire type " + (tag & 7));
    }
  }

  private void pass(int bytes) throws Rejection {
    if (bytes > end - at) {
      throw truncated();
    }
    at += bytes;
  }

  /** Passes a group with its last tag; returns where that stands. */
  private int passGroup(int number) throws Rejection {
    int[] open = {number};
    int depth = 1;
    while (true) {
      int before = at;
      if (!hasMore()) {
        throw truncated();
      }
      int tag = tag();
      if ((tag & 7) == END_GROUP) {
        if (tag >>> 3 != open[--depth]) {
          throw malformed("a group ends with the number of another");
        }
        if (depth == 0) {
          return before;
        }
      } else if ((tag & 7) == START_GROUP) {
        if (depth >= maxDepth) {
          throw new Rejection(Reason.TOO_DEEP, "", "deeper than " + maxDepth);
        }
        if (depth == open.length) {
          open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth++] = tag >>> 3;
      } else {
        skip(tag);
      }
    }
  }

  private static Rejection truncated() {
    return malformed("the bytes end within a field");
  }

  static Rejection malformed(String message) {
    return new Rejection(Reason.MALFORMED, "", message);
  }
}
