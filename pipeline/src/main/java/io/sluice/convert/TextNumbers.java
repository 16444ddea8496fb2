package io.sluice.convert;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that are written as texts: those of JSON, and the same with a plus or zeros before them
 * and with white space around them.
 */
final class TextNumbers {
  /** What {@link #small} has where it does not know. */
  static final long NONE = Long.MIN_VALUE;

  /** So many digits are a long, and a double has them all. */
  private static final int FEW = 15;

  private static final int MOST_DIGITS = 100;
  private static final int MOST_OF_EXPONENT = 9;

  private TextNumbers() {}

  /** A whole number of few digits, as most are; {@link #NONE} of all else, numbers or not. */
  static long small(byte[] text, int start, int length) {
    int end = start + length;
    int at = start;
    boolean isNegative = length > 0 && text[at] == '-';
    if (isNegative) {
      at++;
    }
    int count = end - at;
    if (count < 1 || count > FEW || text[at] == '0' && length > 1) {
      return NONE;
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      value = 10 * value + digit;
    }
    return isNegative ? -value : value;
  }

  /** The number that a text is, as JSON writes it; null where it is none. */
  static @Nullable String digits(byte[] text, int start, int length) {
    int from = start;
    int to = start + length;
    while (from < to && isSpace(text[from])) {
      from++;
    }
    while (from < to && isSpace(text[to - 1])) {
      to--;
    }
    if (from == to) {
      return null;
    }
    if (text[from] < 0 || text[to - 1] < 0) {
      return withOtherSpace(text, from, to);
    }
    boolean isNegative = text[from] == '-';
    if (isNegative || text[from] == '+') {
      from++;
    }
    if (!isNumber(text, from, to)) {
      return null;
    }
    while (to - from > 1 && text[from] == '0' && isDigit(text[from + 1])) {
      from++;
    }
    String digits = new String(text, from, to - from, StandardCharsets.US_ASCII);
    return isNegative ? "-" + digits : digits;
  }

  /** White space of Unicode, if that is what is there. */
  private static @Nullable String withOtherSpace(byte[] text, int from, int to) {
    byte[] stripped =
        new String(text, from, to - from, StandardCharsets.UTF_8)
            .strip()
            .getBytes(StandardCharsets.UTF_8);
    int length = stripped.length;
    return length > 0 && length < to - from && stripped[0] >= 0 && stripped[length - 1] >= 0
        ? digits(stripped, 0, length)
        : null;
  }

  private static boolean isNumber(byte[] text, int from, int to) {
    int at = digitsEnd(text, from, to, MOST_DIGITS);
    if (at == from) {
      return false;
    }
    if (at < to && text[at] == '.') {
      int fraction = at + 1;
      at = digitsEnd(text, fraction, to, MOST_DIGITS);
      if (at == fraction) {
        return false;
      }
    }
    if (at < to && (text[at] == 'e' || text[at] == 'E')) {
      int exponent = at + 1;
      if (exponent < to && (text[exponent] == '+' || text[exponent] == '-')) {
        exponent++;
      }
      at = digitsEnd(text, exponent, to, MOST_OF_EXPONENT);
      if (at == exponent) {
        return false;
      }
    }
    return at == to;
  }

  /** Behind the digits from a place on, but of so many at most. */
  private static int digitsEnd(byte[] text, int from, int to, int most) {
    int end = Math.min(to, from + most);
    int at = from;
    while (at < end && isDigit(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** As {@link Character#isWhitespace} has it. */
  private static boolean isSpace(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r' || b >= 0x1C && b <= 0x1F;
  }
}
