package io.sluice.convert;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;

/** What was found where something else was expected, as messages call it. */
final class Found {
  private static final int LONGEST = 80;

  private Found() {}

  static String text(byte[] utf8, int start, int length) {
    // A character has at most four bytes.
    int some = Math.min(length, 4 * (LONGEST + 1));
    return "the string \""
        + shortened(new String(utf8, start, some, StandardCharsets.UTF_8))
        + "\"";
  }

  static String bytes(int length) {
    return length + " bytes";
  }

  static String date(long day) {
    return "the date " + LocalDate.ofEpochDay(day);
  }

  static String time(long nanosOfDay) {
    return "the time " + LocalTime.ofNanoOfDay(nanosOfDay);
  }

  static String instant(long seconds, int nanos) {
    return seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond() - 1
        ? "the time " + Instant.ofEpochSecond(seconds, nanos)
        : "a time " + seconds + " s from 1970";
  }

  static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
