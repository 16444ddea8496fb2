package io.sluice.block;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Table;
import io.sluice.decode.PlainRow;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/** Encodes rows of a table into a {@link Block}, column by column; {@link BlockReader} reads it. */
final class BlockBuilder {
  /** About what the arrays of a column take before there is a row. */
  private static final int COLUMN_BYTES = 640;

  /** About what a row's position takes. */
  private static final int POSITION_BYTES = 8;

  private final int layout;
  private final String source;
  private final Bytes positions = new Bytes();
  private final ColumnBuilder[] builders;
  private int rows;
  private long size;
  private long windowEnd = Long.MAX_VALUE;
  private long lastOffset;
  private long lastRecordTime;
  private long lastTime;

  /**
   * @param layout the table's
   */
  BlockBuilder(Table table, int layout, String source) {
    this.layout = layout;
    this.source = source;
    this.builders = table.columns().stream().map(ColumnBuilder::new).toArray(ColumnBuilder[]::new);
    this.size = (long) builders.length * COLUMN_BYTES;
  }

  void add(Row row, int partition, long offset, long recordTime, long timeMicros, long windowEnd) {
    addPosition(partition, offset, recordTime, timeMicros, windowEnd);
    for (int i = 0; i < builders.length; i++) {
      size += builders[i].add(row.getValue(i));
    }
  }

  void add(
      PlainRow row, int partition, long offset, long recordTime, long timeMicros, long windowEnd) {
    addPosition(partition, offset, recordTime, timeMicros, windowEnd);
    for (int i = 0; i < builders.length; i++) {
      size += builders[i].add(row, i);
    }
  }

  private void addPosition(
      int partition, long offset, long recordTime, long timeMicros, long windowEnd) {
    positions.writeUnsigned(partition);
    positions.writeSigned(offset - lastOffset);
    positions.writeSigned(recordTime - lastRecordTime);
    positions.writeSigned(timeMicros - lastTime);
    lastOffset = offset;
    lastRecordTime = recordTime;
    lastTime = timeMicros;
    this.windowEnd = Math.min(this.windowEnd, windowEnd);
    size += POSITION_BYTES;
    rows++;
  }

  /** About how many bytes are held: of the block, and to build it. */
  long size() {
    return size;
  }

  Block build() {
    Bytes values = new Bytes();
    for (ColumnBuilder builder : builders) {
      Bytes column = builder.build(rows);
      values.writeUnsigned(column.size());
      values.writeAll(column);
    }
    return new Block(layout, rows, source, windowEnd, positions.toArray(), values.toArray());
  }

  /** The column's presence, then its values as its {@link ColumnKind} says. */
  private static final class ColumnBuilder {
    private final ColumnType type;
    private final ColumnKind kind;
    private final @Nullable BytesColumnBuilder bytes;
    private final Bytes values = new Bytes();
    private final java.util.BitSet absent = new java.util.BitSet(0);
    private int row;
    private long last;

    ColumnBuilder(Column column) {
      this.type = column.type();
      this.kind = ColumnKind.of(column);
      this.bytes = kind == ColumnKind.BYTES ? new BytesColumnBuilder(column.dictionary()) : null;
    }

    int add(PlainRow row, int column) {
      if (row.isAbsent(column)) {
        return addAbsent();
      }
      return switch (kind) {
        case BYTES -> addBytes(row.array(column), row.start(column), row.length(column));
        case INTEGER -> addLong(row.integer(column));
        case ENCODED -> addEncoded(row.object(column));
      };
    }

    int add(@Nullable Object value) {
      if (value == null) {
        return addAbsent();
      }
      return switch (kind) {
        case BYTES -> {
          byte[] bytes =
              type == Scalar.STRING
                  ? ((String) value).getBytes(StandardCharsets.UTF_8)
                  : (byte[]) value;
          yield addBytes(bytes, 0, bytes.length);
        }
        case INTEGER -> addLong(integer(value));
        case ENCODED -> addEncoded(value);
      };
    }

    private int addAbsent() {
      absent.set(row++);
      return 1;
    }

    private int addBytes(byte[] value, int start, int length) {
      row++;
      return java.util.Objects.requireNonNull(bytes).add(value, start, length);
    }

    private int addLong(long value) {
      row++;
      int before = values.size();
      values.writeSigned(value - last);
      last = value;
      return values.size() - before;
    }

    private int addEncoded(Object value) {
      row++;
      int before = values.size();
      write(values, type, value);
      return values.size() - before;
    }

    private long integer(Object value) {
      if (type instanceof ColumnType.Timestamp) {
        return micros((Instant) value);
      }
      if (type instanceof ColumnType.Decimal decimal) {
        BigDecimal exact = ((BigDecimal) value).setScale(decimal.scale());
        if (exact.precision() > decimal.precision()) {
          throw new IllegalStateException(
              "a transform set a decimal("
                  + decimal.precision()
                  + ","
                  + decimal.scale()
                  + ") to "
                  + value);
        }
        return exact.unscaledValue().longValueExact();
      }
      return type == Scalar.DATE ? ((LocalDate) value).toEpochDay() : ((Number) value).longValue();
    }

    Bytes build(int rows) {
      Bytes out = new Bytes();
      if (absent.isEmpty()) {
        out.writeByte(0);
      } else {
        out.writeByte(1);
        byte[] bits = java.util.Arrays.copyOf(absent.toByteArray(), (rows + 7) / 8);
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

  private static void writeNullable(Bytes out, ColumnType type, @Nullable Object value) {
    out.writeByte(value == null ? 0 : 1);
    if (value != null) {
      write(out, type, value);
    }
  }

  private static void write(Bytes out, ColumnType type, Object value) {
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING -> out.writeBytes(((String) value).getBytes(StandardCharsets.UTF_8));
        case BYTES -> out.writeBytes((byte[]) value);
        case BOOLEAN -> out.writeByte((Boolean) value ? 1 : 0);
        case INT32, INT64 -> out.writeSigned(((Number) value).longValue());
        case FLOAT -> out.writeFixed(Float.floatToRawIntBits((Float) value), Float.BYTES);
        case DOUBLE -> out.writeFixed(Double.doubleToRawLongBits((Double) value), Double.BYTES);
        case DATE -> out.writeSigned(((LocalDate) value).toEpochDay());
      }
    } else if (type instanceof ColumnType.Decimal decimal) {
      out.writeBytes(((BigDecimal) value).setScale(decimal.scale()).unscaledValue().toByteArray());
    } else if (type instanceof ColumnType.Timestamp) {
      out.writeSigned(micros((Instant) value));
    } else if (type instanceof ColumnType.ListOf list) {
      Collection<?> elements = (Collection<?>) value;
      out.writeUnsigned(elements.size());
      for (Object element : elements) {
        writeNullable(out, list.element(), element);
      }
    } else {
      List<ColumnType.Field> fields = ((ColumnType.StructOf) type).fields();
      Row struct = (Row) value;
      for (int i = 0; i < fields.size(); i++) {
        writeNullable(out, fields.get(i).type(), struct.getValue(i));
      }
    }
  }

  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1000;
  }
}
