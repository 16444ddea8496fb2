package io.sluice.convert;

import io.sluice.contract.ColumnType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/**
 * Reads instants as microseconds since the epoch, years 1 to 9999. Instant.parse alone costs nearly
 * as much as parsing the whole document, so times are read by hand; the few other forms that
 * java.time knows are left to it.
 */
public final class Timestamps {
  private static final long MICROS = 1_000_000L;
  private static final long NANOS = 1_000_000_000L;
  private static final long DAY = 86_400 * MICROS;
  private static final long EARLIEST =
      LocalDate.of(1, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) * MICROS;
  private static final long LATEST =
      LocalDate.of(10000, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) * MICROS - 1;

  private static final int NANOS_OF_MICRO = 1_000;

  private static final int DIGITS_OF_NANOS = 9;

  /** More digits than any clock gives; what is longer is no time, and costs nothing. */
  private static final int LONGEST = 100;

  /** No instant in range has this value. */
  public static final long NONE = Long.MIN_VALUE;

  private Timestamps() {}

  /**
   * A date and time with an offset, in the forms of {@link #common}.
   *
   * @return microseconds since the epoch; empty where it is no such time, or beyond the years 1 to
   *     9999
   */
  public static OptionalLong iso8601(String text) {
    return iso8601(text.toCharArray(), 0, text.length());
  }

  /** The same of UTF-8. */
  public static OptionalLong iso8601(byte[] utf8, int start, int length) {
    long micros = length > LONGEST ? NONE : common(utf8, start, length);
    return micros != NONE || length > LONGEST
        ? inRange(micros)
        : iso8601(new String(utf8, start, length, StandardCharsets.UTF_8));
  }

  public static OptionalLong iso8601(char[] text, int start, int length) {
    if (length > LONGEST) {
      return OptionalLong.empty();
    }
    byte[] ascii = new byte[length];
    for (int i = 0; i < length; i++) {
      char c = text[start + i];
      // No form that is read by hand has this one.
      ascii[i] = c < 0x80 ? (byte) c : 0;
    }
    long micros = common(ascii, 0, length);
    return inRange(micros == NONE ? general(new String(text, start, length)) : micros);
  }

  /**
   * A number of units since the epoch, of which {@code perSecond} are a second; finer than
   * microseconds is cut off.
   *
   * @param units with an exponent as {@link Numbers#decimal} lets it pass
   */
  public static OptionalLong epoch(BigDecimal units, long perSecond) {
    // A huge exponent would make what follows allocate without bound.
    if (Math.abs((long) units.precision() - units.scale()) > 30 || units.scale() > 1000) {
      return units.signum() == 0 ? OptionalLong.of(0) : OptionalLong.empty();
    }
    BigDecimal micros =
        units
            .multiply(BigDecimal.valueOf(MICROS))
            .divide(BigDecimal.valueOf(perSecond), 0, RoundingMode.FLOOR);
    return micros.precision() > 18 ? OptionalLong.empty() : inRange(micros.longValueExact());
  }

  public static OptionalLong epoch(long units, long perSecond) {
    if (perSecond > MICROS) {
      return inRange(Math.floorDiv(units, perSecond / MICROS));
    }
    long factor = MICROS / perSecond;
    if (units > LATEST / factor || units < EARLIEST / factor) {
      return OptionalLong.empty();
    }
    return inRange(units * factor);
  }

  /**
   * The nanoseconds of the microsecond that {@link #iso8601} gives for a text: the seventh to ninth
   * digit of the text's fraction, as a number of 0 to 999. The text is one that it reads.
   */
  public static int nanosOfMicro(byte[] text, int start, int length) {
    int end = start + length;
    // Where most texts have it.
    int at = start + 19;
    if (at >= end || !isPoint(text[at])) {
      for (at = start; at < end && !isPoint(text[at]); ) {
        at++;
      }
    }
    int nanos = 0;
    int digits = 0;
    for (at++; digits < DIGITS_OF_NANOS && at < end; at++, digits++) {
      if (text[at] < '0' || text[at] > '9') {
        break;
      }
      nanos = nanos * 10 + (text[at] - '0');
    }
    for (; digits < DIGITS_OF_NANOS; digits++) {
      nanos *= 10;
    }
    return nanos % NANOS_OF_MICRO;
  }

  /**
   * The nanoseconds of the microsecond that {@link #epoch(BigDecimal, long)} gives; what is finer
   * is cut off.
   */
  public static int nanosOfMicro(BigDecimal units, long perSecond, long micros) {
    // Of a zero with a huge exponent, which epoch takes, the digits would be written out.
    if (units.signum() == 0) {
      return 0;
    }
    return units
        .multiply(BigDecimal.valueOf(NANOS))
        .divide(BigDecimal.valueOf(perSecond), 0, RoundingMode.FLOOR)
        .subtract(BigDecimal.valueOf(micros).multiply(BigDecimal.valueOf(NANOS_OF_MICRO)))
        .intValueExact();
  }

  /** The same of {@link #epoch(long, long)}. */
  public static int nanosOfMicro(long units, long perSecond) {
    return perSecond > MICROS ? (int) Math.floorMod(units, perSecond / MICROS) : 0;
  }

  /**
   * Nanoseconds since the epoch; {@link #NONE} where {@link ColumnType.Timestamp#nanosReach} says
   * that 64 bits are too few.
   *
   * @param micros the instant in whole microseconds since the epoch
   * @param nanosOfMicro what is finer, 0 to 999
   */
  public static long nanos(long micros, int nanosOfMicro) {
    return ColumnType.Timestamp.nanosReach(micros) ? micros * NANOS_OF_MICRO + nanosOfMicro : NONE;
  }

  private static OptionalLong inRange(long micros) {
    return isInRange(micros) ? OptionalLong.of(micros) : OptionalLong.empty();
  }

  public static boolean isInRange(long micros) {
    return micros >= EARLIEST && micros <= LATEST;
  }

  /** Whether the date of a time is in range in every zone. */
  public static boolean isInRangeAnywhere(long micros) {
    return micros >= EARLIEST + DAY && micros <= LATEST - DAY;
  }

  /**
   * {@code YYYY-MM-DD}, {@code T} or a space, {@code HH:MM[:SS[(.|,)f+]]}, {@code Z} or {@code
   * ±HH[[:]MM]}, letters of either case, or the same without the hyphens of the date and the colons
   * of the time: what RFC 3339 allows, and ISO 8601 for a date and time. {@code 24:00:00} is the
   * next day's midnight. A leap second, {@code 23:59:60} in UTC, counts as the second before it, as
   * to {@link Instant#parse}. {@link #NONE} for all else.
   *
   * @param text in ASCII
   */
  public static long common(byte[] text, int start, int length) {
    return length >= 14 && isBetweenDateAndTime(text[start + 8])
        ? basic(text, start, length)
        : extended(text, start, length);
  }

  /** {@code YYYYMMDDTHHMM…}: the same with hyphens and colons. */
  private static long basic(byte[] text, int start, int length) {
    boolean seconds = length > 15 && text[start + 13] >= '0' && text[start + 13] <= '9';
    byte[] extended = new byte[length + (seconds ? 4 : 3)];
    int to = 0;
    for (int i = 0; i < length; i++) {
      if (i == 4 || i == 6) {
        extended[to++] = '-';
      } else if (i == 11 || (i == 13 && seconds)) {
        extended[to++] = ':';
      }
      extended[to++] = text[start + i];
    }
    return extended(extended, 0, to);
  }

  private static long extended(byte[] text, int start, int length) {
    if (length < 17
        || length > LONGEST
        || text[start + 4] != '-'
        || text[start + 7] != '-'
        || !isBetweenDateAndTime(text[start + 10])
        || text[start + 13] != ':') {
      return NONE;
    }
    int year = digits(text, start, 4);
    int month = digits(text, start + 5, 2);
    int day = digits(text, start + 8, 2);
    int hour = digits(text, start + 11, 2);
    int minute = digits(text, start + 14, 2);
    int second = 0;
    long fraction = 0;
    int at = start + 16;
    int end = start + length;
    if (text[at] == ':') {
      if (at + 3 >= end) {
        return NONE;
      }
      second = digits(text, at + 1, 2);
      at += 3;
      if (isPoint(text[at])) {
        at++;
        int first = at;
        long unit = MICROS / 10;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
          fraction += (text[at] - '0') * unit;
          unit /= 10;
          at++;
        }
        if (at == first) {
          return NONE;
        }
      }
    }
    int offset = offsetSeconds(text, at, end);
    if (offset == Integer.MIN_VALUE
        || (year | month | day | hour | minute | second) < 0
        || hour > 24
        || (hour == 24
            && ((minute | second | fraction) != 0 || nanosOfMicro(text, start, length) != 0))
        || minute > 59
        || second > 60
        || month < 1
        || month > 12
        || day < 1
        || day > daysIn(year, month)) {
      return NONE;
    }
    boolean leap = second == 60;
    long seconds =
        daysFromEpoch(year, month, day) * 86_400L
            + hour * 3600L
            + minute * 60L
            + (leap ? 59 : second)
            - offset;
    if (leap && Math.floorMod(seconds, 86_400L) != 86_399) {
      return NONE;
    }
    return seconds * MICROS + fraction;
  }

  private static boolean isPoint(byte c) {
    return c == '.' || c == ',';
  }

  /** Whether a character stands between a date and a time. */
  public static boolean isBetweenDateAndTime(int c) {
    return c == 'T' || c == ' ' || c == 't';
  }

  private static int offsetSeconds(byte[] text, int at, int end) {
    int length = end - at;
    if (length == 1 && (text[at] == 'Z' || text[at] == 'z')) {
      return 0;
    }
    if (length < 3 || (text[at] != '+' && text[at] != '-')) {
      return Integer.MIN_VALUE;
    }
    int hours = digits(text, at + 1, 2);
    int minutes =
        length == 3
            ? 0
            : length == 5
                ? digits(text, at + 3, 2)
                : length == 6 && text[at + 3] == ':' ? digits(text, at + 4, 2) : -1;
    if ((hours | minutes) < 0 || hours > 23 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3600 + minutes * 60;
    return text[at] == '-' ? -seconds : seconds;
  }

  private static int digits(byte[] text, int start, int count) {
    int value = 0;
    for (int i = start; i < start + count; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /**
   * {@code YYYY-MM-DD} of the years 1 to 9999, as days since the epoch; {@link #NONE} for all else.
   */
  public static long date(byte[] text, int start) {
    int year = digits(text, start, 4);
    int month = digits(text, start + 5, 2);
    int day = digits(text, start + 8, 2);
    return text[start + 4] != '-'
            || text[start + 7] != '-'
            || year < 1
            || month < 1
            || month > 12
            || day < 1
            || day > daysIn(year, month)
        ? NONE
        : daysFromEpoch(year, month, day);
  }

  private static int daysIn(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Days since 1970-01-01 of the proleptic Gregorian calendar, by Hinnant's days_from_civil. */
  private static long daysFromEpoch(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468L;
  }

  private static long general(String text) {
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
    } catch (DateTimeException | ArithmeticException e) {
      return NONE;
    }
  }
}
