package io.sluice.convert;

import io.sluice.contract.TimeFormat;
import io.sluice.record.EncodedValues;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/** Reads times that are written by a pattern. */
final class TimePattern {
  private final DateTimeFormatter reader;
  private final @Nullable ZoneId zone;

  TimePattern(TimeFormat format) {
    this.reader = format.reader();
    this.zone = format.zone();
  }

  /**
   * The instant, of the years 1 to 9999; null where the text is no such time. Of a time that a
   * clock shows twice, when it is put back, it is the first; one that it leaves out is none.
   */
  @Nullable Instant instant(String text) {
    try {
      TemporalAccessor parsed = reader.parse(text);
      Instant instant;
      if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
        instant = Instant.from(parsed);
      } else {
        LocalDateTime local = LocalDateTime.from(parsed);
        if (zone == null || zone.getRules().getValidOffsets(local).isEmpty()) {
          return null;
        }
        instant = local.atZone(zone).toInstant();
      }
      return Timestamps.isInRange(EncodedValues.micros(instant)) ? instant : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
