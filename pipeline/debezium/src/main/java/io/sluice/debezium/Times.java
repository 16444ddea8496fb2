package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Forwarding;
import io.sluice.convert.Rejection;
import io.sluice.convert.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Dates and times as they are counted or written. */
final class Times {
  private static final long NANOS_OF_DAY = TimeUnit.DAYS.toNanos(1);
  private static final long MICROS = 1_000_000;
  private static final int NANOS_OF_MICRO = 1_000;

  /** {@code 2026-11-28Z}, with a year of five digits and an offset. */
  private static final int LONGEST_DATE = 20;

  /** {@code 14:18:00.123456789+12:59:59}. */
  private static final int LONGEST_TIME = 30;

  private Times() {}

  /** A number of days. */
  static final class Days extends Forwarding {
    Days(Converter to) {
      super(to);
    }

    @Override
    public void integer(long value) throws Rejection {
      if (value != (int) value) {
        throw wrong("a date in days since 1970", String.valueOf(value));
      }
      to.date(value);
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      // Of Debezium's texts, each ends with the zone.
      boolean isZoned = length > 0 && length <= LONGEST_DATE && utf8[start + length - 1] == 'Z';
      if (isZoned) {
        try {
          String text = new String(utf8, start, length - 1, StandardCharsets.UTF_8);
          long day = LocalDate.parse(text).toEpochDay();
          if (!to.takesAnyText()) {
            to.date(day);
            return;
          }
        } catch (DateTimeException e) {
          // The converter says what is wrong.
        }
      }
      to.text(utf8, start, length);
    }
  }

  /** Units since midnight; a text may have an offset, and is then a time in UTC. */
  static final class OfDay extends Forwarding {
    private final long nanosOfUnit;

    OfDay(Converter to, long nanosOfUnit) {
      super(to);
      this.nanosOfUnit = nanosOfUnit;
    }

    @Override
    public void integer(long value) throws Rejection {
      if (value < 0 || value >= NANOS_OF_DAY / nanosOfUnit) {
        // A duration in MySQL and MariaDB; there is no type for it but a number.
        throw wrong(
            "a time of the day",
            value
                + (nanosOfUnit == 1
                    ? " nanoseconds"
                    : nanosOfUnit == 1_000 ? " microseconds" : " milliseconds"));
      }
      to.time(value * nanosOfUnit);
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      if (length <= LONGEST_TIME && !to.takesAnyText()) {
        try {
          String text = new String(utf8, start, length, StandardCharsets.UTF_8);
          LocalTime time =
              OffsetTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalTime();
          to.time(time.toNanoOfDay());
          return;
        } catch (DateTimeException e) {
          // The converter says what is wrong.
        }
      }
      to.text(utf8, start, length);
    }
  }

  /** Units since 1970-01-01T00:00:00Z; of a local time as if it were one in UTC. */
  static final class Epoch extends Forwarding {
    private final long perSecond;

    Epoch(Converter to, long perSecond) {
      super(to);
      this.perSecond = perSecond;
    }

    @Override
    public void integer(long value) throws Rejection {
      give(to, value, perSecond);
    }
  }

  /** Gives units since the epoch as an instant. */
  static void give(Converter to, long units, long perSecond) throws Rejection {
    to.instant(
        Math.floorDiv(units, perSecond),
        (int) (Math.floorMod(units, perSecond) * (1_000_000_000 / perSecond)));
  }

  /** A text of a time with its offset. Who takes no instant may take the text. */
  static final class Zoned extends Forwarding {
    Zoned(Converter to) {
      super(to);
    }

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      OptionalLong micros =
          to.takesAnyText() ? OptionalLong.empty() : Timestamps.iso8601(utf8, start, length);
      if (micros.isEmpty()) {
        to.text(utf8, start, length);
        return;
      }
      try {
        long at = micros.getAsLong();
        to.instant(
            Math.floorDiv(at, MICROS),
            (int) Math.floorMod(at, MICROS) * NANOS_OF_MICRO
                + Timestamps.nanosOfMicro(utf8, start, length));
      } catch (Rejection e) {
        to.text(utf8, start, length);
      }
    }
  }
}
