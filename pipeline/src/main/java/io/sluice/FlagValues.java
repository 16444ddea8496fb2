package io.sluice;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a flag may be set to. What it may not is a {@link UserException} that names the flag. */
public final class FlagValues {
  static final String NONE = "none";
  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private FlagValues() {}

  static String required(String flag, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new UserException("--" + flag + " is missing");
    }
    return value;
  }

  static int within(String flag, int value, int least, int greatest) {
    if (value < least || value > greatest) {
      throw new UserException(
          "--" + flag + "=" + value + ": a whole number from " + least + " to " + greatest);
    }
    return value;
  }

  static Duration atLeast(String flag, String text, Duration least) {
    Duration duration = duration(flag, text);
    if (duration.compareTo(least) < 0) {
      throw new UserException("--" + flag + "=" + text + ": at least " + least.toSeconds() + "s");
    }
    return duration;
  }

  static @Nullable Duration limit(String flag, String text) {
    return text.equals(NONE) ? null : duration(flag, text);
  }

  /** A duration as flags have it: 90s, 5m, 24h, 7d, or ISO-8601. */
  public static Duration duration(String flag, String text) {
    Matcher matcher = SHORT_DURATION.matcher(text);
    if (matcher.matches()) {
      long n = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(n);
        case "s" -> Duration.ofSeconds(n);
        case "m" -> Duration.ofMinutes(n);
        case "h" -> Duration.ofHours(n);
        default -> Duration.ofDays(n);
      };
    }
    try {
      return Duration.parse(text.toUpperCase(Locale.ROOT));
    } catch (DateTimeParseException e) {
      throw new UserException(
          "--" + flag + "=" + text + ": not a duration; write 90s, 5m, 24h or 7d", e);
    }
  }
}
