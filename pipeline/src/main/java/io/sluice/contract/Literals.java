package io.sluice.contract;

import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Values that a contract itself has, as texts of their types: numbers as JSON writes them, dates
 * and times as ISO 8601 does, an instant with its offset, true and false, a UUID.
 */
final class Literals {
  private static final int LONGEST = 1000;
  private static final String NUMBER = "-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?";
  private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

  private Literals() {}

  /** What a text would have to be, where it is no value of a type; null where it is one. */
  static @Nullable String fault(ColumnType type, String text) {
    if (text.length() > LONGEST) {
      return "of at most " + LONGEST + " characters";
    }
    try {
      if (type instanceof Scalar scalar) {
        return switch (scalar) {
          case STRING -> null;
          case BOOLEAN -> text.equals("true") || text.equals("false") ? null : "true or false";
          case INT32 -> fits(text, Integer.SIZE) ? null : "a whole number of 32 bits";
          case INT64 -> fits(text, Long.SIZE) ? null : "a whole number of 64 bits";
          case FLOAT ->
              text.matches(NUMBER) && Float.isFinite(Float.parseFloat(text)) ? null : "a number";
          case DOUBLE ->
              text.matches(NUMBER) && Double.isFinite(Double.parseDouble(text)) ? null : "a number";
          case DATE -> inYears(LocalDate.parse(text).getYear()) ? null : "of the years 1 to 9999";
          case TIME -> LocalTime.parse(text).toString().isEmpty() ? "a time" : null;
          case UUID -> text.matches(UUID) ? null : "a UUID";
          case BYTES, JSON -> "possible for this type: leave it out";
        };
      }
      if (type instanceof Decimal decimal) {
        return isDecimal(text, decimal)
            ? null
            : "a decimal(" + decimal.precision() + "," + decimal.scale() + ")";
      }
      if (type instanceof Timestamp timestamp) {
        OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
        if (!inYears(time.getYear())) {
          return "of the years 1 to 9999";
        }
        long micros = time.toEpochSecond() * 1_000_000 + time.getNano() / 1_000;
        return !timestamp.isNanos() || Timestamp.nanosReach(micros) ? null : Timestamp.NANOS_REACH;
      }
      return "possible for this type: leave it out";
    } catch (DateTimeException e) {
      return type instanceof Timestamp
          ? "an ISO-8601 time with offset, as 2026-01-31T12:00:00Z"
          : type == Scalar.DATE ? "a date as YYYY-MM-DD" : "a time of the day as HH:MM:SS";
    }
  }

  private static boolean fits(String text, int bits) {
    return text.matches("-?(0|[1-9]\\d{0,18})")
        && new BigDecimal(text).toBigInteger().bitLength() < bits;
  }

  private static boolean isDecimal(String text, Decimal type) {
    if (!text.matches("-?\\d{1,40}(\\.\\d{1,40})?")) {
      return false;
    }
    BigDecimal value = new BigDecimal(text).stripTrailingZeros();
    return value.scale() <= type.scale()
        && value.precision() - value.scale() <= type.precision() - type.scale();
  }

  private static boolean inYears(int year) {
    return year >= 1 && year <= 9999;
  }
}
