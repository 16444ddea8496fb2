package io.sluice.write;

import java.io.IOException;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridValuesWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * What every data page of a flat column has beside its values: the definition levels and the
 * counts.
 */
final class PageBuffer {
  /** As Parquet's own writers: readers skip by pages, and smaller ones compress worse. */
  static final int MOST_ROWS = 20_000;

  static final int MOST_BYTES = 1 << 20;
  private static final int SLAB = 1 << 10;

  private final ColumnDescriptor column;
  private final PageWriter out;
  private final RunLengthBitPackingHybridValuesWriter levels =
      new RunLengthBitPackingHybridValuesWriter(1, SLAB, MOST_BYTES, new HeapByteBufferAllocator());
  private final boolean optional;
  private int rows;
  private int nulls;

  PageBuffer(ColumnDescriptor column, PageWriter out) {
    this.column = column;
    this.out = out;
    this.optional = column.getMaxDefinitionLevel() > 0;
  }

  /** Counts a row. */
  void add(boolean present) {
    rows++;
    if (optional) {
      levels.writeInteger(present ? 1 : 0);
    }
    if (!present) {
      if (!optional) {
        throw new IllegalStateException(
            "a transform set the required column " + column.getPath()[0] + " to null");
      }
      nulls++;
    }
  }

  int rows() {
    return rows;
  }

  boolean isFull() {
    return rows == MOST_ROWS;
  }

  Statistics<?> newStatistics() {
    return Statistics.createStats(column.getPrimitiveType());
  }

  /**
   * Writes the page and begins the next.
   *
   * @param valueBytes of the values before they were encoded, where they are bytes
   */
  void write(BytesInput values, Encoding encoding, Statistics<?> statistics, long valueBytes)
      throws IOException {
    statistics.setNumNulls(nulls);
    boolean binary = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
    out.writePage(
        optional ? BytesInput.concat(levels.getBytes(), values) : values,
        rows,
        rows,
        statistics,
        new SizeStatistics(
            column.getPrimitiveType(), binary ? valueBytes : 0, List.of(), List.of()),
        (org.apache.parquet.column.statistics.geospatial.GeospatialStatistics) null,
        Encoding.BIT_PACKED,
        optional ? Encoding.RLE : Encoding.BIT_PACKED,
        encoding);
    levels.reset();
    rows = 0;
    nulls = 0;
  }

  /** A page's dictionary numbers: the bits of one, then runs and packed groups. */
  static BytesInput numbers(int[] numbers, int count, int entries) throws IOException {
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, entries - 1));
    RunLengthBitPackingHybridEncoder encoder =
        new RunLengthBitPackingHybridEncoder(
            width, SLAB, MOST_BYTES, new HeapByteBufferAllocator());
    for (int i = 0; i < count; i++) {
      encoder.writeInt(numbers[i]);
    }
    return BytesInput.concat(BytesInput.from(new byte[] {(byte) width}), encoder.toBytes());
  }
}
