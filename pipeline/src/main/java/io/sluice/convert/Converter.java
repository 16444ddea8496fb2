package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Takes a value in whatever form a format has it, and makes of it what the contract wants in that
 * place, or refuses it. A decoder calls exactly one method for each value; what it is called with
 * is a function of the record, so is what comes of it.
 *
 * <p>Each throws a {@link Rejection} whose path is relative to the value: whoever calls puts the
 * names before it that lead there, {@link Rejection#within}.
 */
public abstract class Converter {
  private final Reason wrong;
  private final String expected;
  private boolean isHidden;

  /**
   * @param wrong why a record is refused whose value is another
   * @param expected what the value has to be, as messages say it
   */
  protected Converter(Reason wrong, String expected) {
    this.wrong = wrong;
    this.expected = expected;
  }

  /** One that refuses in the same words. */
  protected Converter(Converter other) {
    this(other.wrong, other.expected);
    this.isHidden = other.isHidden;
  }

  /** From now on no message shows a value. */
  final void hideValues() {
    isHidden = true;
  }

  /** There is no value: null. An absent one need not be said. */
  public abstract void nothing() throws Rejection;

  /**
   * A text, or what is said to be one: that it is UTF-8 is looked at here. The array is not copied,
   * and has to stay as it is until the record is done with.
   */
  public void text(byte[] utf8, int start, int length) throws Rejection {
    throw wrong(Found.text(utf8, start, length));
  }

  /**
   * A number as it is written, in the syntax of JSON.
   *
   * @param digits of bounded length
   */
  public void number(String digits) throws Rejection {
    throw wrong(Found.shortened(digits));
  }

  public void integer(long value) throws Rejection {
    throw wrong(String.valueOf(value));
  }

  /** A number that is binary where it comes from. */
  public void floating(double value) throws Rejection {
    throw wrong(String.valueOf(value));
  }

  /** A number with all its digits, which are not many more than the record has bytes. */
  public void decimal(BigDecimal value) throws Rejection {
    throw wrong(Found.shortened(value.toString()));
  }

  public void flag(boolean value) throws Rejection {
    throw wrong(String.valueOf(value));
  }

  /** Bytes; the array is treated as that of {@link #text}. */
  public void bytes(byte[] array, int start, int length) throws Rejection {
    throw wrong(Found.bytes(length));
  }

  /**
   * A date, in days since 1970-01-01.
   *
   * @param day within the years that a {@code java.time.LocalDate} has
   */
  public void date(long day) throws Rejection {
    throw wrong(Found.date(day));
  }

  /** A time of the day, in nanoseconds since its midnight, less than a day. */
  public void time(long nanosOfDay) throws Rejection {
    throw wrong(Found.time(nanosOfDay));
  }

  /**
   * An instant.
   *
   * @param seconds since 1970-01-01T00:00:00Z, any
   * @param nanos of the second, 0 to 999 999 999
   */
  public void instant(long seconds, int nanos) throws Rejection {
    throw wrong(Found.instant(seconds, nanos));
  }

  /** Whether any text in UTF-8 is taken, as it is. */
  public boolean takesAnyText() {
    return false;
  }

  /** Whether whole numbers are taken as they are, whatever they count. */
  public boolean takesWholeNumbers() {
    return false;
  }

  /** Where elements of a list go; null where no list is taken. It is the same for each record. */
  public @Nullable Elements elements() {
    return null;
  }

  /**
   * Where fields of an object go; null where no object is taken. It is the same for each record.
   */
  public @Nullable Fields fields() {
    return null;
  }

  /** Begins a list, until {@link Elements#end}. */
  public Elements list() throws Rejection {
    Elements elements = elements();
    if (elements == null) {
      throw wrong("a list");
    }
    elements.begin();
    return elements;
  }

  /** Begins an object, a record or a map, until {@link Fields#end}. */
  public Fields object() throws Rejection {
    Fields fields = fields();
    if (fields == null) {
      throw wrong("an object");
    }
    fields.begin();
    return fields;
  }

  final Rejection wrong(String found) {
    return wrong(expected, found);
  }

  /**
   * Why a value is refused that a format can read and not express, as a time that is none: with the
   * reason that this place has for it.
   */
  public final Rejection wrong(String expected, String found) {
    return new Rejection(
        wrong,
        "",
        "expected " + expected + ", found " + (isHidden ? "a value that is not shown" : found));
  }
}
