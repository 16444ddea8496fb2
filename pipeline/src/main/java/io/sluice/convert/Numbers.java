package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers of any exponent at the cost of their digits. {@code 1e2147483648} is a number in
 * JSON, and none to {@link BigDecimal}; {@code 1e999999999} is one to both, until its digits are
 * written out.
 */
public final class Numbers {
  /** No type holds a number with more digits before or behind its point; a double has 309. */
  private static final int MOST_DIGITS = 2500;

  private static final Pattern ZERO = Pattern.compile("[+-]?0+(\\.0+)?([eE][+-]?[0-9]+)?");

  /** As many as a number in JSON may have. */
  private static final int MOST_DIGITS_OF_BYTES = 1000;

  /** No whole number of so many bits has more digits. */
  private static final int MOST_BITS = 3321;

  private Numbers() {}

  /**
   * The number whose digits are bytes in two's complement, the greatest first.
   *
   * @param length at least 1
   * @throws Rejection where there are more than 1000 digits
   */
  public static BigDecimal ofBytes(byte[] array, int start, int length, int scale)
      throws Rejection {
    if (length <= Long.BYTES) {
      long unscaled = array[start];
      for (int i = 1; i < length; i++) {
        unscaled = unscaled << 8 | array[start + i] & 0xFF;
      }
      return BigDecimal.valueOf(unscaled, scale);
    }
    BigInteger unscaled = new BigInteger(array, start, length);
    if (unscaled.bitLength() > MOST_BITS) {
      throw new Rejection(
          Reason.TOO_LARGE, "", "a number of more than " + MOST_DIGITS_OF_BYTES + " digits");
    }
    return new BigDecimal(unscaled, scale);
  }

  /**
   * The value of a number, of which no operation costs more than its digits; null where the text is
   * none, or one that no decimal, whole number or time comes near.
   *
   * @param text of bounded length
   */
  public static @Nullable BigDecimal decimal(String text) {
    BigDecimal value;
    try {
      value = new BigDecimal(text);
    } catch (NumberFormatException e) {
      // Zero is zero, whatever its exponent.
      return ZERO.matcher(text).matches() ? BigDecimal.ZERO : null;
    }
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    return isModest(value) ? value : null;
  }

  /** Whether all digits of a number, the zeros too, can be written out at no great cost. */
  public static boolean isModest(BigDecimal value) {
    return (long) value.precision() - value.scale() <= MOST_DIGITS && value.scale() <= MOST_DIGITS;
  }
}
