package io.sluice.convert;

import io.sluice.contract.TimeFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads times that are written by a pattern. */
final class TimePattern {
  private static final long MICROS = 1_000_000L;

  private final DateTimeFormatter reader;
  private final @Nullable ZoneId zone;

  TimePattern(TimeFormat format) {
    this.reader = format.reader();
    this.zone = format.zone();
  }

  /**
   * Microseconds since the epoch; empty where the text is no such time. Of a time that a clock
   * shows twice, when it is put back, it is the first; one that it leaves out is none.
   */
  OptionalLong micros(String text) {
    try {
      TemporalAccessor parsed = reader.parse(text);
      Instant instant;
      if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
        instant = Instant.from(parsed);
      } else {
        LocalDateTime local = LocalDateTime.from(parsed);
        if (zone == null || zone.getRules().getValidOffsets(local).isEmpty()) {
          return OptionalLong.empty();
        }
        instant = local.atZone(zone).toInstant();
      }
      long micros = instant.getEpochSecond() * MICROS + instant.getNano() / 1000;
      return Timestamps.isInRange(micros) ? OptionalLong.of(micros) : OptionalLong.empty();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }
}
