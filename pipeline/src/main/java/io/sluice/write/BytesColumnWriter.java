package io.sluice.write;

import io.sluice.block.BlockColumn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * Writes the pages of a flat column of bytes. As long as the blocks come with dictionaries it
 * merges these, one lookup for each distinct value of a block, and writes numbers; from the first
 * block on that has none, or when the whole has become too large, it writes the values themselves.
 */
final class BytesColumnWriter {
  private final PageBuffer page;
  private final PageWriter out;
  private final @Nullable BloomFilterHashes bloomFilter;
  private final Map<Binary, Integer> numbers = new HashMap<>();
  private Binary[] entries = new Binary[16];
  private int entryCount;
  private int dictionaryBytes;
  private boolean dictionary = true;

  /** Whether a page was written in numbers, which need the dictionary's own page. */
  private boolean dictionaryUsed;

  /** The page's values: numbers, while there is a dictionary. */
  private int[] pageNumbers = new int[64];

  private int pageCount;
  private long pageBytes;

  /** The page's values: length in four bytes, and bytes, when there is none. */
  private byte[] plain = new byte[0];

  private int plainSize;
  private byte[] minArray = new byte[0];
  private byte[] maxArray = new byte[0];
  private int minStart;
  private int minLength = -1;
  private int maxStart;
  private int maxLength;

  BytesColumnWriter(
      ColumnDescriptor column, PageWriter out, @Nullable BloomFilterHashes bloomFilter) {
    this.bloomFilter = bloomFilter;
    this.page = new PageBuffer(column, out);
    this.out = out;
  }

  /** Writes the rows of a block that are kept. */
  void write(BlockColumn in, int rows, BitSet keep) throws IOException {
    int[] merged = dictionary && in.entries() > 0 ? merge(in) : null;
    if (merged == null && dictionary && hasValue(in, rows)) {
      giveUpDictionary();
    }
    for (int row = 0; row < rows; row++) {
      boolean kept = keep.get(row);
      boolean present = in.isPresent(row);
      if (present) {
        if (in.entries() > 0) {
          int entry = in.nextEntry();
          if (kept && merged != null) {
            addNumber(merged[entry]);
          } else if (kept) {
            addPlain(in.array(), in.entryStart(entry), in.entryLength(entry));
          }
        } else {
          in.nextBytes();
          if (kept) {
            addPlain(in.array(), in.start(), in.length());
          }
        }
      }
      if (kept) {
        page.add(present);
        flushIfFull();
      }
    }
  }

  private static boolean hasValue(BlockColumn in, int rows) {
    for (int row = 0; row < rows; row++) {
      if (in.isPresent(row)) {
        return true;
      }
    }
    return false;
  }

  /** Writes one value for so many rows. */
  void write(Binary value, int rows) throws IOException {
    int number = dictionary ? number(value) : -1;
    for (int row = 0; row < rows; row++) {
      if (number >= 0) {
        addNumber(number);
      } else {
        byte[] bytes = value.getBytesUnsafe();
        addPlain(bytes, 0, bytes.length);
      }
      page.add(true);
      flushIfFull();
    }
  }

  private void flushIfFull() throws IOException {
    if (page.isFull() || pageBytes >= PageBuffer.MOST_BYTES) {
      flush();
    }
  }

  /** The numbers that a block's entries have here; null where they do not fit any more. */
  private int @Nullable [] merge(BlockColumn in) throws IOException {
    int[] merged = new int[in.entries()];
    for (int i = 0; i < merged.length; i++) {
      merged[i] =
          number(Binary.fromConstantByteArray(in.array(), in.entryStart(i), in.entryLength(i)));
      if (merged[i] < 0) {
        return null;
      }
    }
    return merged;
  }

  /** A value's number in the dictionary; -1 where that has become too large, and is given up. */
  private int number(Binary value) throws IOException {
    Integer known = numbers.get(value);
    if (known != null) {
      return known;
    }
    dictionaryBytes += Integer.BYTES + value.length();
    if (dictionaryBytes > PageBuffer.MOST_BYTES) {
      giveUpDictionary();
      return -1;
    }
    if (entryCount == entries.length) {
      entries = Arrays.copyOf(entries, entryCount * 2);
    }
    entries[entryCount] = value;
    if (bloomFilter != null) {
      bloomFilter.add(value.getBytesUnsafe(), 0, value.length());
    }
    numbers.put(value, entryCount);
    return entryCount++;
  }

  private void giveUpDictionary() throws IOException {
    flush();
    dictionary = false;
  }

  private void addNumber(int number) {
    if (pageCount == pageNumbers.length) {
      pageNumbers = Arrays.copyOf(pageNumbers, pageCount * 2);
    }
    pageNumbers[pageCount++] = number;
    pageBytes += entries[number].length();
  }

  private void addPlain(byte[] array, int start, int length) {
    if (plain.length - plainSize < length + Integer.BYTES) {
      plain = Arrays.copyOf(plain, Math.max(plain.length * 2, plainSize + length + Integer.BYTES));
    }
    for (int i = 0; i < Integer.BYTES; i++) {
      plain[plainSize++] = (byte) (length >>> (8 * i));
    }
    System.arraycopy(array, start, plain, plainSize, length);
    plainSize += length;
    pageBytes += length;
    include(array, start, length);
    if (bloomFilter != null) {
      bloomFilter.add(array, start, length);
    }
  }

  private void include(byte[] array, int start, int length) {
    int end = start + length;
    boolean first = minLength < 0;
    if (first
        || Arrays.compareUnsigned(array, start, end, minArray, minStart, minStart + minLength)
            < 0) {
      minArray = array;
      minStart = start;
      minLength = length;
    }
    if (first
        || Arrays.compareUnsigned(array, start, end, maxArray, maxStart, maxStart + maxLength)
            > 0) {
      maxArray = array;
      maxStart = start;
      maxLength = length;
    }
  }

  private void flush() throws IOException {
    if (page.rows() == 0) {
      return;
    }
    BinaryStatistics statistics = (BinaryStatistics) page.newStatistics();
    if (dictionary) {
      BitSet used = new BitSet(entryCount);
      for (int i = 0; i < pageCount; i++) {
        used.set(pageNumbers[i]);
      }
      used.stream()
          .mapToObj(number -> entries[number].getBytesUnsafe())
          .forEach(bytes -> include(bytes, 0, bytes.length));
    }
    if (minLength >= 0) {
      statistics.setMinMax(
          Binary.fromConstantByteArray(
              Arrays.copyOfRange(minArray, minStart, minStart + minLength)),
          Binary.fromConstantByteArray(
              Arrays.copyOfRange(maxArray, maxStart, maxStart + maxLength)));
    }
    // A page of nulls has nothing to look up.
    if (pageCount > 0) {
      dictionaryUsed = true;
      page.write(
          PageBuffer.numbers(pageNumbers, pageCount, entryCount),
          Encoding.PLAIN_DICTIONARY,
          statistics,
          pageBytes);
    } else {
      page.write(BytesInput.from(plain, 0, plainSize), Encoding.PLAIN, statistics, pageBytes);
    }
    pageCount = 0;
    pageBytes = 0;
    plainSize = 0;
    minLength = -1;
  }

  /** Writes what is left, and the dictionary. */
  void finish() throws IOException {
    flush();
    if (bloomFilter != null) {
      bloomFilter.finish();
    }
    if (dictionaryUsed) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int i = 0; i < entryCount; i++) {
        BytesInput.fromInt(entries[i].length()).writeAllTo(bytes);
        entries[i].writeTo((java.io.OutputStream) bytes);
      }
      out.writeDictionaryPage(
          new DictionaryPage(
              BytesInput.from(bytes.toByteArray()), entryCount, Encoding.PLAIN_DICTIONARY));
    }
  }
}
