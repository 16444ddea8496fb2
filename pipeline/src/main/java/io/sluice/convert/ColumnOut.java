package io.sluice.convert;

import io.sluice.contract.ColumnKind;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;

/** A column of a row. */
final class ColumnOut extends Out {
  private final ColumnValues values;
  private final int column;
  private final ColumnKind kind;
  private int start;

  ColumnOut(ColumnValues values, int column, BytesWriter encoded) {
    super(encoded);
    this.values = values;
    this.column = column;
    this.kind = ColumnKind.of(values.columns().get(column));
  }

  @Override
  void begin() {
    start = encoded.size();
  }

  @Override
  void end() {
    values.setBytes(column, encoded.array(), start, encoded.size() - start);
  }

  @Override
  void nothing() {}

  @Override
  boolean takesDecimalsAsIntegers() {
    return kind == ColumnKind.INTEGER;
  }

  @Override
  void integer(long value) {
    if (kind == ColumnKind.INTEGER) {
      values.setInteger(column, value);
    } else {
      super.integer(value);
    }
  }

  @Override
  void bytes(byte[] array, int from, int length) {
    if (kind == ColumnKind.BYTES) {
      values.setBytes(column, array, from, length);
    } else {
      super.bytes(array, from, length);
    }
  }
}
