package io.sluice.contract;

import java.io.Serializable;
import java.util.List;

/** The type of a column, of a list's element or of a struct's field. */
public sealed interface ColumnType extends Serializable {

  /** The types that need no parameter. */
  enum Scalar implements ColumnType {
    STRING,
    BOOLEAN,
    INT32,
    INT64,
    FLOAT,
    DOUBLE,
    /** A calendar date, {@code YYYY-MM-DD}. */
    DATE,
    /** Base64 (RFC 4648, section 4) in JSON. */
    BYTES
  }

  /**
   * A decimal number of at most {@code precision} digits, {@code scale} of them after the point.
   */
  record Decimal(int precision, int scale) implements ColumnType {
    /** The most digits that Parquet readers agree on. */
    public static final int MAX_PRECISION = 38;
  }

  /** An instant in UTC; what is finer than {@code unit} is cut off. */
  record Timestamp(Unit unit, Format format) implements ColumnType {
    /** How finely an instant is kept. */
    public enum Unit {
      MILLIS,
      MICROS
    }

    /** How an instant is written in JSON. */
    public enum Format {
      /** ISO-8601 with an offset or Z. */
      ISO8601(1),
      /** Seconds since 1970-01-01T00:00:00Z, with or without a fraction. */
      EPOCH_S(1),
      EPOCH_MS(1_000),
      EPOCH_US(1_000_000);

      private final long perSecond;

      Format(long perSecond) {
        this.perSecond = perSecond;
      }

      /** Units of a number that are a second. */
      public long perSecond() {
        return perSecond;
      }
    }
  }

  /** A list; an element may be null. */
  record ListOf(ColumnType element) implements ColumnType {}

  /** A struct of named fields. */
  record StructOf(List<Field> fields) implements ColumnType {
    public StructOf {
      fields = List.copyOf(fields);
    }
  }

  /** A field of a struct. */
  record Field(String name, ColumnType type, boolean required) implements Serializable {}
}
