package io.sluice.block;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.Table;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Encodes rows of a table into a {@link Block}, column by column; {@link BlockColumn} reads it. */
final class BlockBuilder {
  /** About what the arrays of a column take before there is a row. */
  private static final int COLUMN_BYTES = 640;

  /** About what a row's position takes. */
  private static final int POSITION_BYTES = 8;

  private final int layout;
  private final String contractVersion;
  private final String source;
  private final PositionsBuilder rows = new PositionsBuilder();
  private final PositionsBuilder skipped = new PositionsBuilder();
  private final ColumnBuilder[] builders;
  private long size;
  private long windowEnd = Long.MAX_VALUE;

  /**
   * @param layout the table's
   */
  BlockBuilder(Table table, int layout, String source) {
    this.layout = layout;
    this.contractVersion = table.contractVersion();
    this.source = source;
    this.builders = table.columns().stream().map(ColumnBuilder::new).toArray(ColumnBuilder[]::new);
    this.size = (long) builders.length * COLUMN_BYTES;
  }

  /** Adds a row; its values are copied. */
  void add(
      ColumnValues row,
      int partition,
      long offset,
      long recordTime,
      long timeMicros,
      long windowEnd) {
    rows.add(partition, offset, recordTime, timeMicros);
    counted(windowEnd);
    for (int i = 0; i < builders.length; i++) {
      size += builders[i].add(row, i);
    }
  }

  /** Adds the position of a record that has no row. */
  void skip(int partition, long offset, long recordTime, long timeMicros, long windowEnd) {
    skipped.add(partition, offset, recordTime, timeMicros);
    counted(windowEnd);
  }

  private void counted(long windowEnd) {
    this.windowEnd = Math.min(this.windowEnd, windowEnd);
    size += POSITION_BYTES;
  }

  /** About how many bytes are held: of the block, and to build it. */
  long size() {
    return size;
  }

  Block build() {
    BytesWriter values = new BytesWriter();
    for (ColumnBuilder builder : builders) {
      BytesWriter column = builder.build(rows.count);
      values.writeUnsigned(column.size());
      values.writeAll(column);
    }
    return new Block(
        layout,
        rows.count,
        source,
        windowEnd,
        rows.out.toArray(),
        values.toArray(),
        skipped.count,
        skipped.out.toArray(),
        contractVersion);
  }

  /** Positions with their times, each as its distance from the one before. */
  private static final class PositionsBuilder {
    private final BytesWriter out = new BytesWriter();
    private int count;
    private long lastOffset;
    private long lastRecordTime;
    private long lastTime;

    void add(int partition, long offset, long recordTime, long timeMicros) {
      out.writeUnsigned(partition);
      out.writeSigned(offset - lastOffset);
      out.writeSigned(recordTime - lastRecordTime);
      out.writeSigned(timeMicros - lastTime);
      lastOffset = offset;
      lastRecordTime = recordTime;
      lastTime = timeMicros;
      count++;
    }
  }

  /** The column's presence, then its values as its {@link ColumnKind} says. */
  private static final class ColumnBuilder {
    private final ColumnKind kind;
    private final @Nullable BytesColumnBuilder bytes;
    private final BytesWriter values = new BytesWriter();
    private final BitSet absent = new BitSet(0);
    private int row;
    private long last;

    ColumnBuilder(Column column) {
      this.kind = ColumnKind.of(column);
      this.bytes = kind == ColumnKind.BYTES ? new BytesColumnBuilder(column.dictionary()) : null;
    }

    int add(ColumnValues row, int column) {
      if (row.isAbsent(column)) {
        return addAbsent();
      }
      return switch (kind) {
        case BYTES -> addBytes(row.array(column), row.start(column), row.length(column));
        case INTEGER -> addLong(row.integer(column));
        case ENCODED -> addEncoded(row.array(column), row.start(column), row.length(column));
      };
    }

    private int addAbsent() {
      absent.set(row++);
      return 1;
    }

    private int addBytes(byte[] value, int start, int length) {
      row++;
      return Objects.requireNonNull(bytes).add(value, start, length);
    }

    private int addLong(long value) {
      row++;
      int before = values.size();
      values.writeSigned(value - last);
      last = value;
      return values.size() - before;
    }

    private int addEncoded(byte[] value, int start, int length) {
      row++;
      values.write(value, start, length);
      return length;
    }

    BytesWriter build(int rows) {
      BytesWriter out = new BytesWriter();
      if (absent.isEmpty()) {
        out.writeByte(0);
      } else {
        out.writeByte(1);
        byte[] bits = Arrays.copyOf(absent.toByteArray(), (rows + 7) / 8);
        for (byte bit : bits) {
          out.writeByte(bit);
        }
      }
      if (bytes != null) {
        bytes.build(out);
      } else {
        out.writeAll(values);
      }
      return out;
    }
  }
}
