package io.sluice.decode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/**
 * Reads instants as microseconds since the epoch, years 1 to 9999. Instant.parse alone costs nearly
 * as much as parsing the whole document, so the usual ISO-8601 forms are read by hand; everything
 * else goes to java.time.
 */
final class Timestamps {
  private static final long MICROS = 1_000_000L;
  private static final long EARLIEST =
      LocalDate.of(1, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) * MICROS;
  private static final long LATEST =
      LocalDate.of(10000, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) * MICROS - 1;

  /** No instant in range has this value. */
  static final long NONE = Long.MIN_VALUE;

  private Timestamps() {}

  /** An ISO-8601 date and time with offset or Z; empty where it is none. */
  static OptionalLong iso8601(char[] text, int start, int length) {
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
   */
  static OptionalLong epoch(BigDecimal units, long perSecond) {
    // A huge exponent would make the division below allocate without bound.
    if (Math.abs((long) units.precision() - units.scale()) > 30 || units.scale() > 1000) {
      return units.signum() == 0 ? OptionalLong.of(0) : OptionalLong.empty();
    }
    BigDecimal micros =
        units.multiply(BigDecimal.valueOf(MICROS / perSecond)).setScale(0, RoundingMode.FLOOR);
    return micros.precision() > 18 ? OptionalLong.empty() : inRange(micros.longValueExact());
  }

  static OptionalLong epoch(long units, long perSecond) {
    long factor = MICROS / perSecond;
    if (units > LATEST / factor || units < EARLIEST / factor) {
      return OptionalLong.empty();
    }
    return inRange(units * factor);
  }

  private static OptionalLong inRange(long micros) {
    return isInRange(micros) ? OptionalLong.of(micros) : OptionalLong.empty();
  }

  static boolean isInRange(long micros) {
    return micros >= EARLIEST && micros <= LATEST;
  }

  /** {@code YYYY-MM-DDTHH:MM:SS[.f{1,9}](Z|±HH:MM)} in ASCII; {@link #NONE} for all else. */
  static long common(byte[] text, int start, int length) {
    if (length < 20
        || text[start + 4] != '-'
        || text[start + 7] != '-'
        || text[start + 10] != 'T'
        || text[start + 13] != ':'
        || text[start + 16] != ':') {
      return NONE;
    }
    int year = digits(text, start, 4);
    int month = digits(text, start + 5, 2);
    int day = digits(text, start + 8, 2);
    int hour = digits(text, start + 11, 2);
    int minute = digits(text, start + 14, 2);
    int second = digits(text, start + 17, 2);
    if ((year | month | day | hour | minute | second) < 0
        || hour > 23
        || minute > 59
        || second > 59
        || month < 1
        || month > 12
        || day < 1
        || day > daysIn(year, month)) {
      return NONE;
    }
    int at = start + 19;
    int end = start + length;
    long fraction = 0;
    if (text[at] == '.') {
      at++;
      int first = at;
      long unit = MICROS / 10;
      while (at < end && text[at] >= '0' && text[at] <= '9') {
        fraction += (text[at] - '0') * unit;
        unit /= 10;
        at++;
      }
      if (at == first || at - first > 9) {
        return NONE;
      }
    }
    int offset = offsetSeconds(text, at, end);
    if (offset == Integer.MIN_VALUE) {
      return NONE;
    }
    long seconds =
        daysFromEpoch(year, month, day) * 86_400L + hour * 3600L + minute * 60L + second - offset;
    return seconds * MICROS + fraction;
  }

  private static int offsetSeconds(byte[] text, int at, int end) {
    if (at == end - 1 && text[at] == 'Z') {
      return 0;
    }
    if (at == end - 6 && (text[at] == '+' || text[at] == '-') && text[at + 3] == ':') {
      int hours = digits(text, at + 1, 2);
      int minutes = digits(text, at + 4, 2);
      if ((hours | minutes) >= 0 && hours <= 17 && minutes <= 59) {
        int seconds = hours * 3600 + minutes * 60;
        return text[at] == '-' ? -seconds : seconds;
      }
    }
    return Integer.MIN_VALUE;
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
