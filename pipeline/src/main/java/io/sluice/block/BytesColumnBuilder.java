package io.sluice.block;

import io.sluice.record.BytesWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The values of a column of bytes. While few of them are distinct they are kept once, in a
 * dictionary; when they turn out to be many, all are written out.
 *
 * <p>Built: the number of dictionary entries, 0 for none; the entries; then for each value the
 * entry's number in one byte, or two where there are more than 256; or else the values.
 */
final class BytesColumnBuilder {
  /** More distinct values than this in a block are no dictionary. */
  static final int MOST_ENTRIES = 4096;

  static final int MOST_SMALL_ENTRIES = 256;

  /** A longer value ends the dictionary: all that repeats may have to be written out later. */
  private static final int LONGEST_ENTRY = 128;

  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final BytesWriter plain = new BytesWriter();
  private boolean dictionary;
  private int entries;
  private int[] starts = new int[16];
  private int[] lengths = new int[16];

  /** Entry number plus one, by hash; 0 where there is none. */
  private short[] table = new short[32];

  private short[] numbers = new short[16];
  private int count;

  BytesColumnBuilder(boolean dictionary) {
    this.dictionary = dictionary;
  }

  /**
   * @return how many bytes more this makes the block, about
   */
  int add(byte[] value, int start, int length) {
    if (!dictionary) {
      plain.writeBytes(value, start, length);
      return length + 1;
    }
    int before = plain.size();
    int number = length > LONGEST_ENTRY ? -1 : number(value, start, length);
    if (number < 0) {
      writeOut();
      plain.writeBytes(value, start, length);
      return plain.size() - before;
    }
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, count * 2);
    }
    numbers[count++] = (short) number;
    return plain.size() - before + 2;
  }

  /** The number of a value in the dictionary, -1 where it is full. */
  private int number(byte[] value, int start, int length) {
    int mask = table.length - 1;
    int at = hash(value, start, length) & mask;
    for (; table[at] != 0; at = (at + 1) & mask) {
      int entry = table[at] - 1;
      if (lengths[entry] == length && isEqual(plain.array(), starts[entry], value, start, length)) {
        return entry;
      }
    }
    if (entries == MOST_ENTRIES) {
      return -1;
    }
    if (entries == starts.length) {
      starts = Arrays.copyOf(starts, entries * 2);
      lengths = Arrays.copyOf(lengths, entries * 2);
    }
    plain.writeBytes(value, start, length);
    starts[entries] = plain.size() - length;
    lengths[entries] = length;
    table[at] = (short) (entries + 1);
    entries++;
    if (entries * 2 > table.length) {
      rehash();
    }
    return entries - 1;
  }

  /** Eight bytes at a time: values with a dictionary are short. */
  private static boolean isEqual(byte[] a, int aStart, byte[] b, int bStart, int length) {
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      if ((long) LONGS.get(a, aStart + at) != (long) LONGS.get(b, bStart + at)) {
        return false;
      }
    }
    for (; at < length; at++) {
      if (a[aStart + at] != b[bStart + at]) {
        return false;
      }
    }
    return true;
  }

  private void rehash() {
    short[] larger = new short[table.length * 2];
    int mask = larger.length - 1;
    for (int entry = 0; entry < entries; entry++) {
      int at = hash(plain.array(), starts[entry], lengths[entry]) & mask;
      while (larger[at] != 0) {
        at = (at + 1) & mask;
      }
      larger[at] = (short) (entry + 1);
    }
    table = larger;
  }

  private static int hash(byte[] value, int start, int length) {
    long hash = length * MIX;
    int at = start;
    int end = start + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(value, at)) * MIX;
      hash ^= hash >>> 32;
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = rest << 8 | (value[at] & 0xFF);
    }
    hash = (hash ^ rest) * MIX;
    return (int) (hash >>> 32);
  }

  /** Gives up the dictionary. */
  private void writeOut() {
    dictionary = false;
    byte[] values = plain.toArray();
    plain.clear();
    for (int i = 0; i < count; i++) {
      int entry = numbers[i];
      plain.writeBytes(values, starts[entry], lengths[entry]);
    }
    starts = new int[0];
    lengths = new int[0];
    numbers = new short[0];
    table = new short[0];
    entries = 0;
    count = 0;
  }

  void build(BytesWriter out) {
    out.writeUnsigned(entries);
    out.writeAll(plain);
    for (int i = 0; i < count; i++) {
      out.writeFixed(numbers[i], entries > MOST_SMALL_ENTRIES ? 2 : 1);
    }
  }
}
