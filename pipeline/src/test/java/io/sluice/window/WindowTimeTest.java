package io.sluice.window;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTimeTest {
  private final WindowTime windows = new WindowTime(Duration.ofMinutes(5), Duration.ofHours(24));

  @ParameterizedTest
  @CsvSource({
    // event time, T, the end of the window
    "2026-01-02T12:01:00Z, 2026-01-02T12:02:00Z, 2026-01-02T12:05:00Z",
    "2026-01-02T12:05:00Z, 2026-01-02T12:05:00Z, 2026-01-02T12:10:00Z",
    "2026-01-01T12:02:00Z, 2026-01-02T12:02:00Z, 2026-01-01T12:05:00Z",
    "2026-01-01T12:01:59Z, 2026-01-02T12:02:00Z, 2026-01-02T12:05:00Z",
    "2026-01-02T12:05:01Z, 2026-01-02T12:02:00Z, 2026-01-02T12:05:00Z",
    "2026-01-03T12:02:00Z, 2026-01-02T12:02:00Z, 2026-01-02T12:05:00Z",
    "1969-12-31T23:59:00Z, 1969-12-31T23:59:00Z, 1970-01-01T00:00:00Z"
  })
  void stragglersAndEarlyEventsGoWithWhatArrivesNow(
      Instant eventTime, Instant elementTime, Instant end) {
    assertEquals(
        end,
        Instant.ofEpochMilli(
            windows.windowEnd(eventTime.toEpochMilli(), elementTime.toEpochMilli())));
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775807, -9000000000000000", "-9223372036854775808, 9000000000000000"})
  void timesThatOverflowAreStragglers(long eventTime, long elementTime) {
    long end = windows.windowEnd(eventTime, elementTime);
    assertEquals(0, Math.max(0, Math.abs(end - elementTime) - Duration.ofMinutes(5).toMillis()));
  }
}
