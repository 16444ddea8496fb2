package io.sluice.convert;

import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Reading;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Before another converter: values that say that there is none, and those of another kind that say
 * the same. All else is for the other one.
 */
final class LenientConverter extends Forwarding {
  private static final int LONGEST = 250;

  private final Set<String> nullValues;
  private final boolean takesTexts;
  private final boolean takesNumbersForTexts;
  private final boolean takesNumbersForFlags;

  /** Whether a text of digits may be meant as it stands: a pattern has them as well as an epoch. */
  private final boolean triesTextsFirst;

  /**
   * @param takesTexts whether a text is taken that is a number, true or false
   */
  LenientConverter(Converter to, Reading reading, ColumnType type, boolean takesTexts) {
    super(to);
    this.nullValues = Set.copyOf(reading.nullValues());
    this.takesTexts = takesTexts && isNumber(type);
    this.takesNumbersForTexts = reading.coerces() && type == Scalar.STRING;
    this.takesNumbersForFlags = takesTexts && type == Scalar.BOOLEAN;
    this.triesTextsFirst =
        type instanceof ColumnType.Timestamp timestamp
            && timestamp.format() == ColumnType.Timestamp.Format.LISTED;
  }

  /** Whether it makes a difference to values of a type that only texts are there. */
  static boolean isOfUse(ColumnType type) {
    return isNumber(type) || type == Scalar.BOOLEAN;
  }

  private static boolean isNumber(ColumnType type) {
    return type == Scalar.INT32
        || type == Scalar.INT64
        || type == Scalar.FLOAT
        || type == Scalar.DOUBLE
        || type instanceof ColumnType.Decimal
        || type instanceof ColumnType.Timestamp;
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    if (length <= LONGEST && isElse(utf8, start, length)) {
      return;
    }
    to.text(utf8, start, length);
  }

  /** Whether a text stands for something else, and is done with. */
  private boolean isElse(byte[] utf8, int start, int length) throws Rejection {
    if (!nullValues.isEmpty()
        && nullValues.contains(new String(utf8, start, length, StandardCharsets.UTF_8))) {
      to.nothing();
      return true;
    }
    if (takesNumbersForFlags) {
      return flag(new String(utf8, start, length, StandardCharsets.UTF_8).strip());
    }
    return takesTexts
        && !(triesTextsFirst && isTakenAsItIs(utf8, start, length))
        && number(utf8, start, length);
  }

  private boolean isTakenAsItIs(byte[] utf8, int start, int length) {
    try {
      to.text(utf8, start, length);
      return true;
    } catch (Rejection e) {
      return false;
    }
  }

  private boolean number(byte[] utf8, int start, int length) throws Rejection {
    long small = TextNumbers.small(utf8, start, length);
    if (small != TextNumbers.NONE) {
      to.integer(small);
      return true;
    }
    String digits = TextNumbers.digits(utf8, start, length);
    if (digits == null) {
      return false;
    }
    to.number(digits);
    return true;
  }

  private boolean flag(String text) throws Rejection {
    switch (text) {
      case "true", "1" -> to.flag(true);
      case "false", "0" -> to.flag(false);
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  public void number(String digits) throws Rejection {
    if (!isElse(digits)) {
      to.number(digits);
    }
  }

  @Override
  public void integer(long value) throws Rejection {
    if (!isElse(Long.toString(value))) {
      to.integer(value);
    }
  }

  @Override
  public void floating(double value) throws Rejection {
    if (!isElse(Double.toString(value))) {
      to.floating(value);
    }
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    if (!isElse(value.toString())) {
      to.decimal(value);
    }
  }

  /** Whether a number is no number here, and is done with. */
  private boolean isElse(String digits) throws Rejection {
    if (nullValues.contains(digits)) {
      to.nothing();
      return true;
    }
    if (takesNumbersForTexts) {
      byte[] text = digits.getBytes(StandardCharsets.US_ASCII);
      to.text(text, 0, text.length);
      return true;
    }
    return takesNumbersForFlags && (digits.equals("1") || digits.equals("0")) && flag(digits);
  }

  @Override
  public void flag(boolean value) throws Rejection {
    if (nullValues.contains(String.valueOf(value))) {
      to.nothing();
    } else if (takesNumbersForTexts) {
      byte[] text = String.valueOf(value).getBytes(StandardCharsets.US_ASCII);
      to.text(text, 0, text.length);
    } else {
      to.flag(value);
    }
  }
}
