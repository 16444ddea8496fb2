package io.sluice.convert;

import io.sluice.deadletter.Reason;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;

/** To {@code date}. */
final class DateConverter extends ScalarConverter {
  private static final long EARLIEST = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LATEST = LocalDate.of(9999, 12, 31).toEpochDay();

  private static final String IN_RANGE = "a date of the years 1 to 9999";

  /** The longest that {@link LocalDate} reads has a year of ten digits and a sign. */
  private static final int LONGEST = 20;

  DateConverter(Out out) {
    super(out, Reason.WRONG_TYPE, "a date as YYYY-MM-DD");
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    long day;
    try {
      String text = new String(utf8, start, Math.min(length, LONGEST), StandardCharsets.UTF_8);
      day = LocalDate.parse(text).toEpochDay();
    } catch (DateTimeException e) {
      throw wrong(Found.text(utf8, start, length));
    }
    if (!isInRange(day)) {
      throw wrong(IN_RANGE, Found.text(utf8, start, length));
    }
    out.integer(day);
  }

  @Override
  public void date(long day) throws Rejection {
    if (!isInRange(day)) {
      throw wrong(IN_RANGE, Found.date(day));
    }
    out.integer(day);
  }

  private static boolean isInRange(long day) {
    return day >= EARLIEST && day <= LATEST;
  }
}
