package io.sluice.write;

import java.nio.ByteBuffer;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriter;
import org.apache.parquet.column.values.bloomfilter.XxHash;
import org.jspecify.annotations.Nullable;

/**
 * The distinct hashes of a column's values, from which a Bloom filter of just the size that they
 * need is made in the end.
 */
final class BloomFilterHashes {
  /** Too large a filter costs readers more than it spares them. */
  private static final int MOST_BYTES = ParquetProperties.DEFAULT_MAX_BLOOM_FILTER_BYTES;

  private final XxHash bytesHash = new XxHash();

  /** Only for how it hashes numbers. */
  private final BlockSplitBloomFilter numberHash =
      new BlockSplitBloomFilter(BlockSplitBloomFilter.LOWER_BOUND_BYTES);

  private final BloomFilterWriter out;

  /** By their lowest bits; 0 where there is none. */
  private long[] table = new long[1024];

  private int count;
  private boolean zero;

  /** The filter itself, once it has its greatest size. */
  private @Nullable BlockSplitBloomFilter filter;

  BloomFilterHashes(BloomFilterWriter out) {
    this.out = out;
  }

  void add(byte[] array, int start, int length) {
    addHash(bytesHash.hashByteBuffer(ByteBuffer.wrap(array, start, length)));
  }

  void add(int value) {
    addHash(numberHash.hash(value));
  }

  void add(long value) {
    addHash(numberHash.hash(value));
  }

  /** Readers ask by bits: of each of the equal zeros those of both, of each NaN the usual ones. */
  void add(float value) {
    addHash(numberHash.hash(value));
    if (value == 0) {
      addHash(numberHash.hash(-value));
    } else if (Float.isNaN(value)) {
      addHash(numberHash.hash(Float.NaN));
    }
  }

  /** As {@link #add(float)}. */
  void add(double value) {
    addHash(numberHash.hash(value));
    if (value == 0) {
      addHash(numberHash.hash(-value));
    } else if (Double.isNaN(value)) {
      addHash(numberHash.hash(Double.NaN));
    }
  }

  private void addHash(long value) {
    if (filter != null) {
      filter.insertHash(value);
    } else if (value == 0) {
      zero = true;
    } else if (insert(value) && ++count * 2 > table.length) {
      grow();
    }
  }

  private void grow() {
    if (bytes() >= MOST_BYTES) {
      // From here on more values make it no larger.
      filter = filter();
      table = new long[0];
      return;
    }
    long[] before = table;
    table = new long[before.length * 2];
    for (long known : before) {
      if (known != 0) {
        insert(known);
      }
    }
  }

  private boolean insert(long value) {
    int mask = table.length - 1;
    int at = (int) value & mask;
    for (; table[at] != 0; at = (at + 1) & mask) {
      if (table[at] == value) {
        return false;
      }
    }
    table[at] = value;
    return true;
  }

  private int bytes() {
    return BlockSplitBloomFilter.optimalNumOfBits(
            Math.max(1, count), BlockSplitBloomFilter.DEFAULT_FPP)
        / Byte.SIZE;
  }

  private BlockSplitBloomFilter filter() {
    BlockSplitBloomFilter filter = new BlockSplitBloomFilter(bytes(), MOST_BYTES);
    for (long value : table) {
      if (value != 0) {
        filter.insertHash(value);
      }
    }
    if (zero) {
      filter.insertHash(0);
    }
    return filter;
  }

  void finish() {
    out.writeBloomFilter(filter == null ? filter() : filter);
  }
}
