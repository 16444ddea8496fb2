package io.sluice.decode;

import java.math.BigDecimal;
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

  private Numbers() {}

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
