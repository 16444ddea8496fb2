package io.sluice.contract;

import io.sluice.contract.ColumnType.Timestamp.Format;
import java.io.Serializable;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One of the ways in which a time is written: a format that has a name, or a pattern of {@link
 * DateTimeFormatter}.
 *
 * @param format null for a pattern
 * @param pattern empty for a format that has a name
 * @param zone whose clock it is where the pattern has neither zone nor offset; null where it has
 */
public record TimeFormat(@Nullable Format format, String pattern, @Nullable ZoneId zone)
    implements Serializable {
  public static TimeFormat of(Format format) {
    return new TimeFormat(format, "", null);
  }

  /** As messages call it. */
  public String text() {
    return format != null ? format.name().toLowerCase(Locale.ROOT) : "'" + pattern + "'";
  }

  /**
   * What reads texts of a pattern: strictly, so that no 30th of February becomes another day; names
   * of months and days in English, in letters of either case.
   *
   * @throws IllegalArgumentException where the pattern is none
   */
  public DateTimeFormatter reader() {
    DateTimeFormatterBuilder builder =
        new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(withoutEra(pattern));
    if (!hasAny("HhKk")) {
      builder.parseDefaulting(ChronoField.HOUR_OF_DAY, 0);
    }
    return builder.toFormatter(Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
  }

  /** Whether texts of the pattern say their zone or offset themselves. */
  public boolean hasOwnZone() {
    return hasAny("VvzOXxZ");
  }

  /** A strict year of an era wants the era, which nobody writes. */
  private static String withoutEra(String pattern) {
    StringBuilder years = new StringBuilder();
    boolean quoted = false;
    for (char c : pattern.toCharArray()) {
      quoted ^= c == '\'';
      years.append(c == 'y' && !quoted ? 'u' : c);
    }
    return years.toString();
  }

  private boolean hasAny(String letters) {
    boolean quoted = false;
    for (char c : pattern.toCharArray()) {
      quoted ^= c == '\'';
      if (!quoted && letters.indexOf(c) >= 0) {
        return true;
      }
    }
    return false;
  }
}
