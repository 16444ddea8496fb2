package io.sluice.record;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.RowSchemas;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * Beam rows and {@link ColumnValues}, made of one another: the values are the same. Not safe for
 * use by several threads.
 */
public final class RowValues {
  private final List<Column> columns;
  private final Schema schema;
  private final ColumnValues values;
  private final BytesWriter encoded = new BytesWriter();

  /** Of structs, by identity: they are the columns' own. */
  private final Map<ColumnType, Schema> schemas = new IdentityHashMap<>();

  /**
   * @param columns of the table; rows have the fields of {@link io.sluice.contract.Positioned}
   *     behind them
   */
  public RowValues(List<Column> columns) {
    this.columns = columns;
    this.schema = RowSchemas.of(columns);
    this.values = new ColumnValues(columns);
  }

  /**
   * The values of a row, until the next call.
   *
   * @throws IllegalStateException where a transform of one's own set a value that its column cannot
   *     hold
   */
  public ColumnValues of(Row row) {
    begin();
    for (int i = 0; i < columns.size(); i++) {
      set(i, row.getValue(i));
    }
    return values;
  }

  /** The same of the values alone, as a row has them; null where a column has none. */
  public ColumnValues of(@Nullable Object[] row) {
    begin();
    for (int i = 0; i < columns.size(); i++) {
      set(i, row[i]);
    }
    return values;
  }

  private void begin() {
    values.clear();
    encoded.clear();
  }

  private void set(int index, @Nullable Object value) {
    if (value == null) {
      return;
    }
    Column column = columns.get(index);
    switch (ColumnKind.of(column)) {
      case BYTES -> {
        byte[] bytes =
            column.type() != Scalar.BYTES
                ? ((String) value).getBytes(StandardCharsets.UTF_8)
                : (byte[]) value;
        values.setBytes(index, bytes, 0, bytes.length);
      }
      case INTEGER -> values.setInteger(index, integer(column.type(), value));
      case ENCODED -> {
        int start = encoded.size();
        EncodedValues.write(encoded, column.type(), value);
        values.setBytes(index, encoded.array(), start, encoded.size() - start);
      }
    }
  }

  private static long integer(ColumnType type, Object value) {
    if (type instanceof ColumnType.Timestamp timestamp) {
      return EncodedValues.units((Instant) value, timestamp);
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
    if (type == Scalar.TIME) {
      return EncodedValues.micros((LocalTime) value);
    }
    return type == Scalar.DATE ? ((LocalDate) value).toEpochDay() : ((Number) value).longValue();
  }

  /**
   * The row of values.
   *
   * @param recordTime the record's Kafka timestamp in milliseconds since the epoch
   */
  public Row row(ColumnValues of, String source, int partition, long offset, long recordTime) {
    int count = columns.size();
    @Nullable Object[] row = new Object[count + 4];
    for (int i = 0; i < count; i++) {
      row[i] = of.isAbsent(i) ? null : object(of, i, columns.get(i));
    }
    row[count] = source;
    row[count + 1] = partition;
    row[count + 2] = offset;
    row[count + 3] = recordTime;
    return Row.withSchema(schema).attachValues(row);
  }

  private Object object(ColumnValues of, int index, Column column) {
    ColumnType type = column.type();
    return switch (ColumnKind.of(column)) {
      case BYTES -> {
        if (type != Scalar.BYTES) {
          yield new String(
              of.array(index), of.start(index), of.length(index), StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[of.length(index)];
        System.arraycopy(of.array(index), of.start(index), bytes, 0, bytes.length);
        yield bytes;
      }
      case INTEGER -> {
        long value = of.integer(index);
        if (type instanceof ColumnType.Timestamp timestamp) {
          yield EncodedValues.instant(value, timestamp);
        }
        if (type instanceof ColumnType.Decimal decimal) {
          yield BigDecimal.valueOf(value, decimal.scale());
        }
        if (type == Scalar.TIME) {
          yield EncodedValues.time(value);
        }
        yield type == Scalar.DATE
            ? LocalDate.ofEpochDay(value)
            : type == Scalar.INT32 ? (Object) (int) value : (Object) value;
      }
      case ENCODED ->
          EncodedValues.read(new BytesReader(of.array(index), of.start(index)), type, schemas);
    };
  }
}
