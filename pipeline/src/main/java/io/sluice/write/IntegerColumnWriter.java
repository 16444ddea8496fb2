package io.sluice.write;

import io.sluice.block.BlockColumn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Writes the pages of a flat column of whole numbers, with a dictionary as long as that is smaller
 * than the numbers: the first page decides it for nearly all.
 */
final class IntegerColumnWriter {
  private static final int MOST_ENTRIES = PageBuffer.MOST_BYTES / Long.BYTES;

  private final PageBuffer page;
  private final PageWriter out;
  private final boolean int32;
  private final long divisor;
  private final long[] values = new long[PageBuffer.MOST_ROWS];
  private int count;

  private boolean dictionary;
  private boolean dictionaryUsed;
  private long[] entries = new long[16];
  private int entryCount;

  /** Entry number plus one, by hash; 0 where there is none. */
  private int[] table = new int[64];

  private int[] numbers = new int[0];

  /**
   * @param divisor what the block's numbers are divided by: 1000 where microseconds become
   *     milliseconds
   */
  IntegerColumnWriter(ColumnDescriptor column, PageWriter out, boolean dictionary, long divisor) {
    this.page = new PageBuffer(column, out);
    this.out = out;
    this.int32 = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT32;
    this.dictionary = dictionary;
    this.divisor = divisor;
  }

  /** Writes the rows of a block that are kept. */
  void write(BlockColumn in, int rows, java.util.BitSet keep) throws IOException {
    for (int row = 0; row < rows; row++) {
      boolean present = in.isPresent(row);
      long value = present ? in.nextInteger() : 0;
      if (!keep.get(row)) {
        continue;
      }
      if (present) {
        values[count++] = fitting(divisor == 1 ? value : Math.floorDiv(value, divisor));
      }
      page.add(present);
      if (page.isFull()) {
        flush();
      }
    }
  }

  /** Writes one number for each of so many rows. */
  void add(long value) throws IOException {
    values[count++] = fitting(value);
    page.add(true);
    if (page.isFull()) {
      flush();
    }
  }

  private long fitting(long value) {
    return int32 ? Math.toIntExact(value) : value;
  }

  private void flush() throws IOException {
    if (page.rows() == 0) {
      return;
    }
    Statistics<?> statistics = page.newStatistics();
    if (count > 0) {
      long min = values[0];
      long max = values[0];
      for (int i = 1; i < count; i++) {
        min = Math.min(min, values[i]);
        max = Math.max(max, values[i]);
      }
      if (int32) {
        ((IntStatistics) statistics).setMinMax((int) min, (int) max);
      } else {
        ((LongStatistics) statistics).setMinMax(min, max);
      }
    }
    // A page of nulls has nothing to look up.
    if (count > 0) {
      dictionary = dictionary && isWorthADictionary();
    }
    if (dictionary && count > 0) {
      dictionaryUsed = true;
      page.write(
          PageBuffer.numbers(numbers, count, entryCount), Encoding.PLAIN_DICTIONARY, statistics, 0);
    } else {
      page.write(BytesInput.from(plain(values, count)), Encoding.PLAIN, statistics, 0);
    }
    count = 0;
  }

  /** Gives the page's values their numbers, unless they are too many. */
  private boolean isWorthADictionary() {
    if (numbers.length < count) {
      numbers = new int[PageBuffer.MOST_ROWS];
    }
    int before = entryCount;
    for (int i = 0; i < count; i++) {
      numbers[i] = number(values[i]);
      if (entryCount > MOST_ENTRIES) {
        entryCount = before;
        return false;
      }
    }
    int bytes = int32 ? Integer.BYTES : Long.BYTES;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, entryCount - 1));
    boolean worth =
        (long) (entryCount - before) * bytes + (long) count * bits / Byte.SIZE
            <= (long) count * bytes;
    if (!worth) {
      entryCount = before;
    }
    return worth;
  }

  private int number(long value) {
    int mask = table.length - 1;
    int at = hash(value) & mask;
    for (; table[at] != 0; at = (at + 1) & mask) {
      if (entries[table[at] - 1] == value) {
        return table[at] - 1;
      }
    }
    if (entryCount == entries.length) {
      entries = Arrays.copyOf(entries, entryCount * 2);
    }
    entries[entryCount] = value;
    table[at] = ++entryCount;
    if (entryCount * 2 > table.length) {
      rehash();
    }
    return entryCount - 1;
  }

  private void rehash() {
    table = new int[table.length * 4];
    int mask = table.length - 1;
    for (int entry = 0; entry < entryCount; entry++) {
      int at = hash(entries[entry]) & mask;
      while (table[at] != 0) {
        at = (at + 1) & mask;
      }
      table[at] = entry + 1;
    }
  }

  private static int hash(long value) {
    return (int) (value * 0x9E3779B97F4A7C15L >>> 32);
  }

  private byte[] plain(long[] values, int count) {
    ByteBuffer bytes =
        ByteBuffer.allocate(count * (int32 ? Integer.BYTES : Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      if (int32) {
        bytes.putInt((int) values[i]);
      } else {
        bytes.putLong(values[i]);
      }
    }
    return bytes.array();
  }

  /** Writes what is left, and the dictionary. */
  void finish() throws IOException {
    flush();
    if (dictionaryUsed) {
      out.writeDictionaryPage(
          new DictionaryPage(
              BytesInput.from(plain(entries, entryCount)), entryCount, Encoding.PLAIN_DICTIONARY));
    }
  }
}
