package io.sluice.report;

import io.sluice.Wording;
import io.sluice.lake.Positions.Range;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Numbers and times as people read them. */
final class Texts {
  static final String NONE = "–";
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Texts() {}

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** The number with its noun, which takes an s. */
  static String count(long n, String noun) {
    return Wording.count(n, noun);
  }

  static String bytes(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
  }

  static String percent(long part, long whole) {
    if (whole == 0 || part == 0) {
      return "0 %";
    }
    double percent = 100.0 * part / whole;
    return percent < 0.01
        ? "less than 0.01 %"
        : String.format(Locale.ROOT, percent < 10 ? "%.2f %%" : "%.1f %%", percent);
  }

  static String time(@Nullable Instant time) {
    return time == null ? NONE : SECOND.withZone(ZoneOffset.UTC).format(time) + " UTC";
  }

  static String minute(@Nullable Instant time) {
    return time == null ? NONE : MINUTE.withZone(ZoneOffset.UTC).format(time);
  }

  static String hour(Instant time, ZoneId zone) {
    return MINUTE.withZone(zone).format(time);
  }

  /** The two greatest units of a duration. */
  static String duration(Duration duration) {
    Duration d = duration.abs();
    String text;
    if (d.toDays() > 0) {
      text = d.toDays() + " d " + d.toHoursPart() + " h";
    } else if (d.toHours() > 0) {
      text = d.toHours() + " h " + d.toMinutesPart() + " min";
    } else if (d.toMinutes() > 0) {
      text = d.toMinutes() + " min " + d.toSecondsPart() + " s";
    } else {
      text = d.toSeconds() + " s";
    }
    return duration.isNegative() ? "−" + text : text;
  }

  /** Ranges of offsets, and how many offsets are in those that are not named. */
  static String ranges(List<Range> ranges, long all) {
    String text = ranges.stream().map(Texts::range).collect(Collectors.joining(", "));
    long named = ranges.stream().mapToLong(Range::size).sum();
    return named < all ? text + " and " + count(all - named, "more offset") : text;
  }

  static String range(Range range) {
    return range.from() == range.to() ? "" + range.from() : range.from() + "–" + range.to();
  }

  /** The newest of some dates in order, and how many others there are. */
  static String newest(List<LocalDate> dates) {
    List<String> newest = new ArrayList<>();
    for (int i = dates.size() - 1; i >= 0 && newest.size() < 10; i--) {
      newest.add(dates.get(i).toString());
    }
    return String.join(", ", newest)
        + (dates.size() > newest.size() ? " and " + (dates.size() - newest.size()) + " older" : "");
  }
}
