package io.sluice.avro;

import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes of one record, read from front to back in Avro's binary encoding. Nothing is read
 * beyond the record's end, and no length or count is returned that the bytes left could not have:
 * what is not so is a {@link Rejection}. For one thread.
 */
public final class AvroBytes {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * Elements that take no byte, as those of an array of null: a count of them can be any, at the
   * cost of a few bytes, so a record has no more than so many.
   */
  static final int MOST_WITHOUT_BYTES = 10_000;

  private static final int LONGEST_VARINT = 10;

  private final int maxDepth;
  private byte[] array = new byte[0];
  private int start;
  private int at;
  private int end;
  private long record;
  private long withoutBytes;

  /**
   * @param maxDepth a value that is nested deeper is {@link Reason#TOO_DEEP}
   */
  AvroBytes(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /** Begins a record. */
  void begin(byte[] in, int from, int to) {
    array = in;
    start = from;
    at = from;
    end = to;
    record++;
    withoutBytes = 0;
  }

  /** Has the bytes of texts, which {@link #skip} says the places of. */
  byte[] array() {
    return array;
  }

  /** The number of the record among those that were begun. */
  long record() {
    return record;
  }

  int left() {
    return end - at;
  }

  boolean readBoolean() throws Rejection {
    if (at == end) {
      throw endsIn("a boolean");
    }
    byte value = array[at++];
    if ((value & ~1) != 0) {
      throw malformed("a boolean is 0 or 1, not " + (value & 0xFF));
    }
    return value == 1;
  }

  int readInt() throws Rejection {
    long value = readLong();
    if (value != (int) value) {
      throw malformed("an int is " + value);
    }
    return (int) value;
  }

  long readLong() throws Rejection {
    if (at < end && array[at] >= 0) {
      int one = array[at++];
      return (one >>> 1) ^ -(one & 1);
    }
    return readLongOfSeveral();
  }

  private long readLongOfSeveral() throws Rejection {
    long bits = 0;
    int most = Math.min(LONGEST_VARINT, end - at);
    for (int i = 0; i < most; i++) {
      long one = array[at + i];
      bits |= (one & 0x7F) << (7 * i);
      if (one >= 0) {
        if (i == LONGEST_VARINT - 1 && one > 1) {
          break;
        }
        at += i + 1;
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    if (most < LONGEST_VARINT) {
      throw endsIn("a number");
    }
    throw malformed("a number has more than 64 bits");
  }

  float readFloat() throws Rejection {
    return Float.intBitsToFloat((int) INTS.get(array, skip(Float.BYTES)));
  }

  double readDouble() throws Rejection {
    return Double.longBitsToDouble((long) LONGS.get(array, skip(Double.BYTES)));
  }

  /** Reads the length of a text or of bytes, which follow. */
  int readLength() throws Rejection {
    long length = readLong();
    if (length < 0 || length > end - at) {
      throw malformed("a length of " + length + ", with " + (end - at) + " bytes left");
    }
    return (int) length;
  }

  /**
   * Passes bytes.
   *
   * @return where in {@link #array} they begin
   */
  int skip(int length) throws Rejection {
    if (length > end - at) {
      throw endsIn("a value of " + length + " bytes");
    }
    int before = at;
    at += length;
    return before;
  }

  /** Reads which of so many branches of a union, or symbols of an enum, follows. */
  int readIndex(int count, String of) throws Rejection {
    long index = readLong();
    if (index < 0 || index >= count) {
      throw malformed("number " + index + " of " + count + " " + of);
    }
    return (int) index;
  }

  void requireDepth(int depth) throws Rejection {
    if (depth > maxDepth) {
      throw new Rejection(Reason.TOO_DEEP, "", "deeper than " + maxDepth);
    }
  }

  /** Elements of an array or map that come in one piece. */
  final class Block {
    private final boolean isWithoutBytes;
    private int blockEnd = -1;

    /**
     * @param isWithoutBytes whether each element has none
     */
    Block(boolean isWithoutBytes) {
      this.isWithoutBytes = isWithoutBytes;
    }

    /**
     * Ends the block before, and begins the next.
     *
     * @return how many elements follow; 0 at the end
     */
    long next() throws Rejection {
      requireEnd();
      long count = readLong();
      if (count < 0) {
        if (count == Long.MIN_VALUE) {
          throw malformed("a block of " + count + " elements");
        }
        count = -count;
        blockEnd = readLength() + at;
      }
      require(count);
      return count;
    }

    private void requireEnd() throws Rejection {
      if (blockEnd >= 0 && at != blockEnd) {
        throw malformed(
            "a block of elements ends at "
                + (at - start)
                + ", and was said to end at "
                + (blockEnd - start));
      }
      blockEnd = -1;
    }

    private void require(long count) throws Rejection {
      if (isWithoutBytes) {
        // Each is at most 2^63 - 1, so this is at most once beyond.
        withoutBytes = count > MOST_WITHOUT_BYTES ? count : withoutBytes + count;
        if (withoutBytes > MOST_WITHOUT_BYTES) {
          throw new Rejection(
              Reason.TOO_LARGE,
              "",
              "more than " + MOST_WITHOUT_BYTES + " elements that have no bytes");
        }
      } else if (count > end - at) {
        throw malformed("a block of " + count + " elements, with " + (end - at) + " bytes left");
      }
    }

    /** Passes all blocks; those that say how long they are need not be looked at. */
    void skipAll(Skipper element, int depth) throws Rejection {
      while (true) {
        long count = readLong();
        if (count == 0) {
          return;
        }
        if (count < 0) {
          AvroBytes.this.skip(readLength());
        } else if (!isWithoutBytes) {
          require(count);
          for (long i = 0; i < count; i++) {
            element.skip(AvroBytes.this, depth);
          }
        }
      }
    }
  }

  /**
   * @throws Rejection where something follows
   */
  void requireEnd() throws Rejection {
    if (at != end) {
      throw new Rejection(
          Reason.MALFORMED,
          "",
          (end - at) + " bytes follow the value, which its schema says has " + (at - start));
    }
  }

  private Rejection endsIn(String what) {
    return malformed("the value ends within " + what);
  }

  /** What is wrong at this place. */
  Rejection malformed(String what) {
    return new Rejection(Reason.MALFORMED, "", what + ", at byte " + (at - start));
  }
}
