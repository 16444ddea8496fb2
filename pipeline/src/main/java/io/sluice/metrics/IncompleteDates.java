package io.sluice.metrics;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The dates that have files and are not complete, for {@code
 * sluice_oldest_incomplete_date_timestamp_seconds}. One that a late file has opened again is not
 * among them: it is complete again after an interval, and where late files are many there is always
 * one.
 */
public final class IncompleteDates implements AutoCloseable {
  private static final Oldest OLDEST = new Oldest();

  private final Oldest.Held held = OLDEST.hold();

  static void forEach(java.util.function.ObjLongConsumer<String> action) {
    OLDEST.byTable().forEach(action::accept);
  }

  public void opened(String table, LocalDate date, ZoneId zone) {
    Instant start = date.atStartOfDay(zone).toInstant();
    held.add(table, date, start.getEpochSecond());
  }

  public void completed(String table, LocalDate date) {
    held.remove(table, date);
  }

  @Override
  public void close() {
    held.close();
  }
}
