package io.sluice.convert;

import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ColumnType.Timestamp.Format;
import io.sluice.contract.TimeFormat;
import io.sluice.deadletter.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * To {@code timestamp}: texts and numbers by the type's formats, what is an instant as it is. A
 * type of one format takes numbers for an epoch alone, one with a list takes texts of them, too.
 */
final class TimestampConverter extends ScalarConverter {
  private static final long MICROS = 1_000_000L;

  /** Longer ones are no time in any format. */
  private static final int LONGEST = 200;

  private final Timestamp type;
  private final List<TimeFormat> formats;

  /** Of each format that is a pattern; null for the others. */
  private final List<@Nullable TimePattern> patterns = new ArrayList<>();

  /**
   * @param wrong what it is where the value is no such time
   */
  TimestampConverter(Out out, Timestamp type, Reason wrong) {
    super(out, wrong, expected(type));
    this.type = type;
    this.formats =
        type.format() == Format.LISTED ? type.formats() : List.of(TimeFormat.of(type.format()));
    for (TimeFormat format : formats) {
      patterns.add(format.format() == null ? new TimePattern(format) : null);
    }
  }

  private static String expected(Timestamp type) {
    if (type.format() == Format.ISO8601) {
      return "an ISO-8601 time with offset";
    }
    return "a time as "
        + (type.format() == Format.LISTED
            ? type.formats().stream().map(TimeFormat::text).collect(Collectors.joining(" or "))
            : TimeFormat.of(type.format()).text());
  }

  @Override
  public void text(byte[] utf8, int start, int length) throws Rejection {
    OptionalLong micros = OptionalLong.empty();
    for (int i = 0; i < formats.size() && micros.isEmpty(); i++) {
      Format format = formats.get(i).format();
      if (format == Format.ISO8601) {
        micros = Timestamps.iso8601(utf8, start, length);
      } else if (type.format() == Format.LISTED && length <= LONGEST) {
        String text = new String(utf8, start, length, StandardCharsets.UTF_8);
        TimePattern pattern = patterns.get(i);
        micros = pattern != null ? pattern.micros(text) : epoch(Numbers.decimal(text), format);
      }
    }
    if (micros.isEmpty()) {
      throw wrong(Found.text(utf8, start, length));
    }
    write(micros.getAsLong());
  }

  @Override
  public void integer(long value) throws Rejection {
    for (TimeFormat one : formats) {
      Format format = one.format();
      if (format != null && isEpoch(format)) {
        OptionalLong micros = Timestamps.epoch(value, format.perSecond());
        if (micros.isPresent()) {
          write(micros.getAsLong());
          return;
        }
      }
    }
    throw wrong(String.valueOf(value));
  }

  @Override
  public void number(String digits) throws Rejection {
    units(Numbers.decimal(digits), digits);
  }

  @Override
  public void floating(double value) throws Rejection {
    units(Double.isFinite(value) ? new BigDecimal(value) : null, String.valueOf(value));
  }

  @Override
  public void decimal(BigDecimal value) throws Rejection {
    units(value, value.toString());
  }

  private void units(@Nullable BigDecimal value, String found) throws Rejection {
    for (TimeFormat format : formats) {
      OptionalLong micros = epoch(value, format.format());
      if (micros.isPresent()) {
        write(micros.getAsLong());
        return;
      }
    }
    throw wrong(Found.shortened(found));
  }

  private static OptionalLong epoch(@Nullable BigDecimal value, @Nullable Format format) {
    return value != null && format != null && isEpoch(format)
        ? Timestamps.epoch(value, format.perSecond())
        : OptionalLong.empty();
  }

  private static boolean isEpoch(Format format) {
    return format != Format.ISO8601 && format != Format.LISTED;
  }

  @Override
  public void instant(long seconds, int nanos) throws Rejection {
    // Beyond, the microseconds would not fit a long.
    boolean fits = seconds > Long.MIN_VALUE / MICROS && seconds < Long.MAX_VALUE / MICROS;
    long micros = fits ? seconds * MICROS + nanos / 1000 : Timestamps.NONE;
    if (!Timestamps.isInRange(micros)) {
      throw wrong("a time of the years 1 to 9999", Found.instant(seconds, nanos));
    }
    write(micros);
  }

  private void write(long micros) {
    out.integer(type.isMillis() ? micros - Math.floorMod(micros, 1000) : micros);
  }
}
