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
    BYTES,
    /** A time of the day, {@code HH:MM:SS.ffffff}, in microseconds: of no zone. */
    TIME,
    /** A UUID (RFC 9562). */
    UUID,
    /** A value of any kind, as the JSON text of it; {@code JsonConverter} says which one. */
    JSON
  }

  /**
   * A decimal number of at most {@code precision} digits, {@code scale} of them after the point.
   *
   * @param written how records have it
   */
  record Decimal(int precision, int scale, Written written) implements ColumnType {
    /** How a decimal is written. */
    public enum Written {
      /** As a number, or as a text of one. */
      DECIMAL,
      /** As a whole number of its last digit, or as a text of one: 1234 is 12.34. */
      UNSCALED,
      /** The same as a text: base64 of two's complement, the highest byte first. */
      BASE64
    }

    /** One that is written as what it is. */
    public Decimal(int precision, int scale) {
      this(precision, scale, Written.DECIMAL);
    }

    /** The most digits that Parquet readers agree on. */
    public static final int MAX_PRECISION = 38;
  }

  /**
   * An instant in UTC; what is finer than {@code unit} is cut off.
   *
   * @param format how it is written; {@link Format#LISTED} where {@code formats} says it
   * @param formats the first that a value is written in holds
   */
  record Timestamp(Unit unit, Format format, List<TimeFormat> formats) implements ColumnType {
    public Timestamp {
      formats = List.copyOf(formats);
      if ((format == Format.LISTED) == formats.isEmpty()) {
        throw new IllegalArgumentException("formats are for what is LISTED, and for that alone");
      }
    }

    /** Written in one format. */
    public Timestamp(Unit unit, Format format) {
      this(unit, format, List.of());
    }

    /** What {@link #nanosReach} holds for, in words. */
    public static final String NANOS_REACH =
        "from 1677-09-21T00:12:43.145225Z to 2262-04-11T23:47:16.854774999Z, as nanoseconds in 64 bits reach";

    /** How finely an instant is kept. */
    public enum Unit {
      MILLIS,
      MICROS,
      /** Of the times that {@link Timestamp#nanosReach} says. */
      NANOS,
      /**
       * As the table has it: microseconds, but milliseconds in tables that were begun when these
       * were meant. Whoever opens a table knows which, see {@link Contract#withTimestamps}.
       */
      DEFAULT
    }

    /** Whether files have it in milliseconds. */
    public boolean isMillis() {
      return unit == Unit.MILLIS;
    }

    /** Whether rows and files have it in nanoseconds; rows have all others in microseconds. */
    public boolean isNanos() {
      return unit == Unit.NANOS;
    }

    /**
     * Whether a column of {@link Unit#NANOS} holds an instant. Those of the first and the last
     * microsecond that 64 bits have only in part are left out: readers take the outermost numbers
     * for null (pandas) or infinity (DuckDB).
     *
     * @param micros the instant in whole microseconds since the epoch
     */
    public static boolean nanosReach(long micros) {
      return micros >= Long.MIN_VALUE / 1000 && micros < Long.MAX_VALUE / 1000;
    }

    /** How an instant is written in JSON. */
    public enum Format {
      /** ISO-8601 with an offset or Z. */
      ISO8601(1),
      /** Seconds since 1970-01-01T00:00:00Z, with or without a fraction. */
      EPOCH_S(1),
      EPOCH_MS(1_000),
      EPOCH_US(1_000_000),
      EPOCH_NS(1_000_000_000),
      /** As one of {@link Timestamp#formats}. */
      LISTED(1);

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
      return new Timestamp(unit, timestamp.format(), timestamp.formats());
    }
    if (this instanceof ListOf list) {
      return new ListOf(list.element().withTimestamps(unit));
    }
    if (this instanceof MapOf map) {
      return new MapOf(map.value().withTimestamps(unit));
    }
    if (this instanceof StructOf struct) {
      return new StructOf(
          struct.fields().stream()
              .map(
                  field ->
                      new Field(
                          field.name(),
                          field.type().withTimestamps(unit),
                          field.required(),
                          field.path()))
              .toList());
    }
    return this;
  }

  /** A list; an element may be null. */
  record ListOf(ColumnType element) implements ColumnType {}

  /** Values by names that are data; a value may be null. */
  record MapOf(ColumnType value) implements ColumnType {}

  /** A struct of named fields. */
  record StructOf(List<Field> fields) implements ColumnType {
    public StructOf {
      fields = List.copyOf(fields);
    }
  }

  /**
   * A field of a struct.
   *
   * @param path its name in the records
   */
  record Field(String name, ColumnType type, boolean required, String path)
      implements Serializable {
    /** One that has the same name in the records. */
    public Field(String name, ColumnType type, boolean required) {
      this(name, type, required, name);
    }

    /** Its path as a contract spells it. */
    public String pathText() {
      return ContractPath.text(List.of(path));
    }
  }
}
