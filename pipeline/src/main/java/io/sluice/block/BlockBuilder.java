package io.sluice.block;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Table;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/** Encodes rows of a table into a {@link Block}; {@link BlockReader} reads them. */
final class BlockBuilder {
  private final List<Column> columns;
  private final String source;
  private final Bytes positions = new Bytes();
  private final Bytes values = new Bytes();
  private int rows;
  private long windowEnd = Long.MAX_VALUE;
  private long lastOffset;
  private long lastRecordTime;
  private long lastTime;

  BlockBuilder(Table table, String source) {
    this.columns = table.columns();
    this.source = source;
  }

  void add(Row row, int partition, long offset, long recordTime, long timeMicros, long windowEnd) {
    positions.writeUnsigned(partition);
    positions.writeSigned(offset - lastOffset);
    positions.writeSigned(recordTime - lastRecordTime);
    positions.writeSigned(timeMicros - lastTime);
    lastOffset = offset;
    lastRecordTime = recordTime;
    lastTime = timeMicros;
    this.windowEnd = Math.min(this.windowEnd, windowEnd);
    for (int i = 0; i < columns.size(); i++) {
      writeNullable(columns.get(i).type(), row.getValue(i));
    }
    rows++;
  }

  long size() {
    return (long) positions.size() + values.size();
  }

  Block build() {
    return new Block(rows, source, windowEnd, positions.toArray(), values.toArray());
  }

  private void writeNullable(ColumnType type, @Nullable Object value) {
    values.writeByte(value == null ? 0 : 1);
    if (value != null) {
      write(type, value);
    }
  }

  private void write(ColumnType type, Object value) {
    if (type instanceof Scalar scalar) {
      switch (scalar) {
        case STRING -> values.writeBytes(((String) value).getBytes(StandardCharsets.UTF_8));
        case BYTES -> values.writeBytes((byte[]) value);
        case BOOLEAN -> values.writeByte((Boolean) value ? 1 : 0);
        case INT32, INT64 -> values.writeSigned(((Number) value).longValue());
        case FLOAT -> values.writeFixed(Float.floatToRawIntBits((Float) value), Float.BYTES);
        case DOUBLE -> values.writeFixed(Double.doubleToRawLongBits((Double) value), Double.BYTES);
        case DATE -> values.writeSigned(((LocalDate) value).toEpochDay());
      }
    } else if (type instanceof ColumnType.Decimal decimal) {
      values.writeBytes(
          ((BigDecimal) value).setScale(decimal.scale()).unscaledValue().toByteArray());
    } else if (type instanceof ColumnType.Timestamp) {
      values.writeSigned(micros((Instant) value));
    } else if (type instanceof ColumnType.ListOf list) {
      Collection<?> elements = (Collection<?>) value;
      values.writeUnsigned(elements.size());
      for (Object element : elements) {
        writeNullable(list.element(), element);
      }
    } else {
      List<ColumnType.Field> fields = ((ColumnType.StructOf) type).fields();
      Row struct = (Row) value;
      for (int i = 0; i < fields.size(); i++) {
        writeNullable(fields.get(i).type(), struct.getValue(i));
      }
    }
  }

  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1000;
  }
}
