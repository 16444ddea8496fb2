package io.sluice.convert;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.Intake;
import io.sluice.contract.Reading;
import io.sluice.deadletter.Reason;
import io.sluice.record.BytesWriter;
import io.sluice.record.ColumnValues;
import java.util.ArrayList;
import java.util.List;

/** Makes the converters of one decoder. */
public final class Converters {
  private final List<JsonConverter> json = new ArrayList<>();
  private final boolean hidesValues;

  public Converters() {
    this(false);
  }

  /**
   * @param hidesValues whether what is refused is never shown in a message
   */
  private Converters(boolean hidesValues) {
    this.hidesValues = hidesValues;
  }

  /** Whether what is refused is never shown in a message. */
  boolean hideValues() {
    return hidesValues;
  }

  /** Those for a contract's columns. */
  public static Converters of(Contract contract) {
    return new Converters(
        contract.intake().letters() == Intake.Letters.DROP
            || contract.intake().choice().hidesOthers());
  }

  /** Begins a record: what one before has left in the middle is forgotten. */
  public void begin() {
    for (int i = 0; i < json.size(); i++) {
      json.get(i).reset();
    }
  }

  /**
   * To a column of rows.
   *
   * @param encoded where it puts values of {@link io.sluice.contract.ColumnKind#ENCODED}; whoever
   *     begins a record clears it
   * @param isEventTime whether a value that does not fit is {@link Reason#BAD_EVENT_TIME}
   */
  public Converter toColumn(
      ColumnValues values, int index, BytesWriter encoded, boolean isEventTime) {
    return toColumn(values, index, encoded, isEventTime, false);
  }

  /**
   * The same.
   *
   * @param ofTexts whether nothing but texts comes, which are numbers, true and false as well
   */
  Converter toColumn(
      ColumnValues values, int index, BytesWriter encoded, boolean isEventTime, boolean ofTexts) {
    Column column = values.columns().get(index);
    Out out = new ColumnOut(values, index, encoded);
    Converter converter =
        isEventTime
            ? TimestampConverter.of(out, (Timestamp) column.type(), Reason.BAD_EVENT_TIME)
            : of(column, out);
    if (hidesValues) {
      converter.hideValues();
    }
    Reading reading = column.reading();
    return reading.isLenient() || ofTexts && LenientConverter.isOfUse(column.type())
        ? new LenientConverter(converter, reading, column.type(), ofTexts || reading.takesTexts())
        : converter;
  }

  private Converter of(Column column, Out out) {
    if (column.reading().mask() == null) {
      return of(column.type(), out, column.pathText());
    }
    Masking masking = new Masking(column);
    if (!(column.type() instanceof ColumnType.ListOf list)) {
      return masked(column.type(), out, masking);
    }
    Converter all = new ListConverter(out, element -> masked(list.element(), element, masking));
    all.hideValues();
    return all;
  }

  private static Converter masked(ColumnType type, Out out, Masking masking) {
    Out masked = new MaskedOut(out, masking, type == Scalar.STRING);
    Converter converter =
        type == Scalar.STRING ? new StringConverter(masked) : new BytesConverter(masked);
    converter.hideValues();
    return converter;
  }

  /**
   * To a value as {@link io.sluice.record.EncodedValues} has it, with nothing before it.
   *
   * @param path where the value stands, as {@code items[].price}
   */
  public Converter toEncoded(ColumnType type, BytesWriter encoded, String path) {
    return of(type, new EncodedOut(encoded), path);
  }

  Converter of(ColumnType type, Out out, String path) {
    Converter converter = shown(type, out, path);
    if (hidesValues) {
      converter.hideValues();
    }
    return converter;
  }

  private Converter shown(ColumnType type, Out out, String path) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case STRING -> new StringConverter(out);
        case BYTES -> new BytesConverter(out);
        case BOOLEAN -> new BooleanConverter(out);
        case INT32 -> new WholeConverter(out, Integer.SIZE);
        case INT64 -> new WholeConverter(out, Long.SIZE);
        case FLOAT -> new FloatingConverter(out, true);
        case DOUBLE -> new FloatingConverter(out, false);
        case DATE -> new DateConverter(out);
        case TIME -> new TimeConverter(out);
        case UUID -> new UuidConverter(out);
        case JSON -> json(out, path);
      };
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return new DecimalConverter(out, decimal);
    }
    if (type instanceof Timestamp timestamp) {
      return TimestampConverter.of(out, timestamp, Reason.WRONG_TYPE);
    }
    if (type instanceof ColumnType.ListOf list) {
      return new ListConverter(out, element -> of(list.element(), element, path + "[]"));
    }
    if (type instanceof ColumnType.MapOf map) {
      return new MapConverter(out, map, this, path);
    }
    return new StructConverter(out, (ColumnType.StructOf) type, this, path);
  }

  private JsonConverter json(Out out, String path) {
    JsonConverter one = new JsonConverter(out, path);
    json.add(one);
    return one;
  }

  static Rejection missing(String path) {
    return new Rejection(Reason.MISSING_FIELD, path, "required, and absent or null");
  }
}
