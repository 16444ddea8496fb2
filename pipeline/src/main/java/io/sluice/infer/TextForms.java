package io.sluice.infer;

import io.sluice.convert.Timestamps;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.regex.Pattern;

/** Which special form a text has. */
final class TextForms {
  private static final int DATE_LENGTH = 10;
  private static final int UUID_LENGTH = 36;
  private static final int LONGEST_TIME_OF_DAY = 18;
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d{1,20}(\\.\\d{1,10})?");

  private TextForms() {}

  static boolean isDate(String text) {
    if (text.length() != DATE_LENGTH) {
      return false;
    }
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** To the second at least: hours and minutes alone may be a duration. */
  static boolean isTimeOfDay(String text) {
    if (text.length() < 8
        || text.length() > LONGEST_TIME_OF_DAY
        || text.charAt(2) != ':'
        || text.charAt(5) != ':') {
      return false;
    }
    try {
      LocalTime.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  static boolean isUuid(String text) {
    return text.length() == UUID_LENGTH && UUID.matcher(text).matches();
  }

  static boolean mayBeInstant(String text) {
    return text.length() >= 13
        && (Timestamps.isBetweenDateAndTime(text.charAt(8))
            || Timestamps.isBetweenDateAndTime(text.charAt(10)));
  }

  static boolean isDecimal(String text) {
    return DECIMAL.matcher(text).matches();
  }
}
