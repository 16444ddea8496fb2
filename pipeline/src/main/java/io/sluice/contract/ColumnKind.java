package io.sluice.contract;

import io.sluice.contract.ColumnType.Scalar;

/** How a column's values travel from the decoder to the file. */
public enum ColumnKind {
  /** As bytes, with a dictionary of the block's own where values repeat. */
  BYTES,

  /**
   * As whole numbers: integers, dates, times in microseconds, timestamps in these or in
   * nanoseconds, decimals by unscaled value.
   */
  INTEGER,

  /** Row by row, as blocks encode them: what is nested, or too rare to be special. */
  ENCODED;

  /** The most digits of a decimal that a long holds. */
  private static final int LONG_DIGITS = 18;

  public static ColumnKind of(Column column) {
    if (column.type() == Scalar.STRING
        || column.type() == Scalar.BYTES
        || column.type() == Scalar.JSON) {
      return BYTES;
    }
    if (column.bloomFilter()) {
      return ENCODED;
    }
    if (column.type() instanceof Scalar scalar) {
      return switch (scalar) {
        case STRING, BYTES, JSON -> BYTES;
        case INT32, INT64, DATE, TIME -> INTEGER;
        case BOOLEAN, FLOAT, DOUBLE, UUID -> ENCODED;
      };
    }
    if (column.type() instanceof ColumnType.Timestamp) {
      return INTEGER;
    }
    return column.type() instanceof ColumnType.Decimal decimal && decimal.precision() <= LONG_DIGITS
        ? INTEGER
        : ENCODED;
  }
}
