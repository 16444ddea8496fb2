package io.sluice.convert;

import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ColumnType.Timestamp.Format;
import io.sluice.contract.TimeFormat;
import io.sluice.deadletter.Reason;
import io.sluice.record.EncodedValues;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * To {@code timestamp}: texts and numbers by the type's formats, what is an instant as it is. A
 * type of one format takes numbers for an epoch alone, one with a list takes texts of them, too.
 *
 * <p>This one gives microseconds; {@link NanosConverter} says what another unit makes of an instant
 * that it has read.
 */
class TimestampConverter extends ScalarConverter {
  private static final long MICROS = 1_000_000L;
  private static final int NANOS_OF_MICRO = 1_000;

  /** Longer ones are no time in any format. */
  private static final int LONGEST = 200;

  private final Timestamp type;
  private final List<TimeFormat> formats;

  /** Of each format that is a pattern; null for the others. */
  private final List<@Nullable TimePattern> patterns = new ArrayList<>();

  /**
   * @param wrong what it is where the value is no such time
   */
  static TimestampConverter of(Out out, Timestamp type, Reason wrong) {
    return type.isNanos()
        ? new NanosConverter(out, type, wrong)
        : new TimestampConverter(out, type, wrong);
  }

  /** As {@link #of} has it. */
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
    for (int i = 0; i < formats.size(); i++) {
      Format format = formats.get(i).format();
      if (format == Format.ISO8601) {
        OptionalLong micros = Timestamps.iso8601(utf8, start, length);
        if (micros.isPresent()) {
          writeText(micros.getAsLong(), utf8, start, length);
          return;
        }
      } else if (type.format() == Format.LISTED && length <= LONGEST) {
        String text = new String(utf8, start, length, StandardCharsets.UTF_8);
        TimePattern pattern = patterns.get(i);
        if (pattern == null
            ? readEpoch(Numbers.decimal(text), format)
            : readPattern(pattern, text)) {
          return;
        }
      }
    }
    throw wrong(Found.text(utf8, start, length));
  }

  /** Whether a text is a time of a pattern, which is then written. */
  private boolean readPattern(TimePattern pattern, String text) throws Rejection {
    Instant instant = pattern.instant(text);
    if (instant == null) {
      return false;
    }
    write(EncodedValues.micros(instant), instant.getNano() % NANOS_OF_MICRO);
    return true;
  }

  @Override
  public void integer(long value) throws Rejection {
    for (TimeFormat one : formats) {
      Format format = one.format();
      if (format != null && isEpoch(format)) {
        OptionalLong micros = Timestamps.epoch(value, format.perSecond());
        if (micros.isPresent()) {
          writeEpoch(micros.getAsLong(), value, format.perSecond());
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
      if (readEpoch(value, format.format())) {
        return;
      }
    }
    throw wrong(Found.shortened(found));
  }

  /** Whether a number is a time of a format, which is then written. */
  private boolean readEpoch(@Nullable BigDecimal value, @Nullable Format format) throws Rejection {
    if (value == null || format == null || !isEpoch(format)) {
      return false;
    }
    OptionalLong micros = Timestamps.epoch(value, format.perSecond());
    if (micros.isEmpty()) {
      return false;
    }
    writeEpoch(micros.getAsLong(), value, format.perSecond());
    return true;
  }

  private static boolean isEpoch(Format format) {
    return format != Format.ISO8601 && format != Format.LISTED;
  }

  @Override
  public void instant(long seconds, int nanos) throws Rejection {
    // Beyond, the microseconds would not fit a long.
    boolean fits = seconds > Long.MIN_VALUE / MICROS && seconds < Long.MAX_VALUE / MICROS;
    long micros = fits ? seconds * MICROS + nanos / NANOS_OF_MICRO : Timestamps.NONE;
    if (!Timestamps.isInRange(micros)) {
      throw wrong("a time of the years 1 to 9999", Found.instant(seconds, nanos));
    }
    write(micros, nanos % NANOS_OF_MICRO);
  }

  /** Writes what {@link Timestamps#iso8601} has read. */
  void writeText(long micros, byte[] utf8, int start, int length) throws Rejection {
    write(micros, 0);
  }

  /** Writes what {@link Timestamps#epoch(long, long)} has read. */
  void writeEpoch(long micros, long units, long perSecond) throws Rejection {
    write(micros, 0);
  }

  /** Writes what {@link Timestamps#epoch(BigDecimal, long)} has read. */
  void writeEpoch(long micros, BigDecimal units, long perSecond) throws Rejection {
    write(micros, 0);
  }

  /**
   * Writes an instant of the years 1 to 9999.
   *
   * @param micros in whole microseconds since the epoch
   * @param nanosOfMicro what is finer, 0 to 999
   * @throws Rejection where the column cannot hold it
   */
  void write(long micros, int nanosOfMicro) throws Rejection {
    out.integer(type.isMillis() ? micros - Math.floorMod(micros, 1000) : micros);
  }
}
