package io.sluice.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final Instant TO = Instant.parse("2026-05-02T00:00:00Z");
  private static final Instant FROM = TO.minus(Duration.ofDays(1));

  @Test
  void whatIsBetweenTwoHoursOfAllPartitionsIsTheHour() {
    assertEquals(
        List.of(30L, 5L),
        Traffic.between(
            List.of(Map.of(0, 10L, 1, 0L), Map.of(0, 20L, 1, 20L), Map.of(0, 25L, 1, 20L))));
    // A partition that is new has all of its offsets in its first hour.
    assertEquals(List.of(7L), Traffic.between(List.of(Map.of(0, 10L), Map.of(0, 10L, 1, 7L))));
  }

  @Test
  void aWholeDayIsCountedAndHasItsPeak() {
    Long[] hours = Collections.nCopies(24, 100L).toArray(Long[]::new);
    hours[20] = 500L;
    Traffic day = new Traffic(FROM, TO, FROM.minusSeconds(5), List.of(hours));
    assertTrue(day.isWholeDay());
    assertEquals(2800, day.eventsADay(), 0.001);
    assertEquals(500 * 24 / 2800.0, day.peakFactor(), 0.001);
    assertEquals(FROM.plus(Duration.ofHours(20)), day.peakHourFrom());
    assertEquals(2800 / 86400.0, day.eventsASecond(), 1e-9);
  }

  @Test
  void partOfADayIsReckonedUpAndItsPeakAssumed() {
    Long[] hours = Collections.nCopies(24, 0L).toArray(Long[]::new);
    hours[23] = 600L;
    Traffic part = new Traffic(FROM, TO, TO.minus(Duration.ofMinutes(30)), List.of(hours));
    assertTrue(part.isKnown());
    assertFalse(part.isWholeDay());
    assertEquals(600 * 48, part.eventsADay(), 0.001);
    assertEquals(3, part.peakFactor());
  }

  @Test
  void aFewMinutesSayNothingOfADay() {
    Long[] hours = Collections.nCopies(24, 0L).toArray(Long[]::new);
    hours[23] = 600L;
    assertFalse(new Traffic(FROM, TO, TO.minusSeconds(599), List.of(hours)).isKnown());
  }
}
