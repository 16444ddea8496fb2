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
      MICROS,
      /**
       * As the table has it: microseconds, but milliseconds in tables that were begun when these
       * were meant. Whoever opens a table knows which, see {@link Contract#withTimestamps}.
       */
      DEFAULT
    }

    /** Whether files have it in milliseconds; in microseconds else. */
    public boolean isMillis() {
      return unit == Unit.MILLIS;
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

  /** The same type where what is of {@link Timestamp.Unit#DEFAULT} has this unit. */
  default ColumnType withTimestamps(Timestamp.Unit unit) {
    if (this instanceof Timestamp timestamp && timestamp.unit() == Timestamp.Unit.DEFAULT) {
      return new Timestamp(unit, timestamp.format());
    }
    if (this instanceof ListOf list) {
      return new ListOf(list.element().withTimestamps(unit));
    }
    if (this instanceof StructOf struct) {
      return new StructOf(
          struct.fields().stream()
              .map(
                  field ->
                      new Field(field.name(), field.type().withTimestamps(unit), field.required()))
              .toList());
    }
    return this;
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
