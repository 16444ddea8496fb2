package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalTime;

/** To {@code time}; what is finer than microseconds is cut off. */
final class TimeConverter extends ScalarConverter {
  /** {@code HH:MM:SS.nnnnnnnnn}. */
  private static final int LONGEST = 18;

  TimeConverter(Out out) {
    super(out, Reason.WRONG_TYPE, "a time of the day as HH:MM:SS");
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    if (length > LONGEST) {
      throw wrong(Found.text(utf8, start, length));
    }
    LocalTime time;
    try {
      time = LocalTime.parse(new String(utf8, start, length, StandardCharsets.UTF_8));
    } catch (DateTimeException e) {
      throw wrong(Found.text(utf8, start, length));
    }
    time(time.toNanoOfDay());
  }

  @Override
  public void time(long nanosOfDay) {
    out.integer(nanosOfDay / 1000);
  }
}
