package io.sluice.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTimesTest {
  private static final long NOW = Records.TIME.toEpochMilli();

  private final List<Decoded.Timed> times = new ArrayList<>();

  private void add(int count, Duration behind) {
    for (int i = 0; i < count; i++) {
      times.add(new Decoded.Timed(NOW - behind.toMillis(), NOW, true));
    }
  }

  private EventTimes times() {
    return EventTimes.of(times);
  }

  @Test
  void thePercentilesAreThoseOfTheEvents() {
    for (int i = 1; i <= 100; i++) {
      add(1, Duration.ofSeconds(i));
    }
    add(3, Duration.ofSeconds(-5));
    times.add(new Decoded.Timed(NOW, -1, true));
    EventTimes all = times();
    assertEquals(103, all.compared());
    assertEquals(1, all.withoutRecordTime());
    assertEquals(Duration.ofSeconds(49), all.behind(50));
    assertEquals(Duration.ofSeconds(100), all.behind(100));
    assertEquals(3, all.ahead().length);
    assertEquals(Duration.ofSeconds(5), all.ahead(50));
    assertEquals(10, all.furtherBehind(Duration.ofSeconds(90)));
    assertEquals(Duration.ofMillis(95_500), all.meanBeyond(Duration.ofSeconds(90)));
  }

  @Test
  void punctualEventsNeedTheDefaults() {
    add(1000, Duration.ofSeconds(2));
    assertEquals(Duration.ofSeconds(10), times().watermarkDelay().value());
    assertEquals(Duration.ofHours(24), times().lateness().value());
    assertEquals(Duration.ofHours(24), times().maxFuture().value());
  }

  @Test
  void theWatermarkWaitsForNinetyNineOfAHundred() {
    add(990, Duration.ofSeconds(50));
    add(10, Duration.ofHours(3));
    assertEquals(Duration.ofMinutes(1), times().watermarkDelay().value());
  }

  @Test
  void theWatermarkDoesNotWaitForHoursForFiveOfAHundred() {
    add(950, Duration.ofSeconds(3));
    add(50, Duration.ofHours(3));
    assertEquals(Duration.ofSeconds(10), times().watermarkDelay().value());
    assertTrue(times().watermarkDelay().why().contains("90 %"), times().toString());
  }

  @Test
  void aTopicThatIsLateAltogetherIsNotWaitedFor() {
    add(100, Duration.ofHours(3));
    assertEquals(Duration.ofSeconds(10), times().watermarkDelay().value());
    assertEquals(Duration.ofHours(24), times().lateness().value());
  }

  @Test
  void latenessHasRoomForAllButOneOfAThousand() {
    add(996, Duration.ofSeconds(1));
    add(4, Duration.ofHours(60));
    assertEquals(Duration.ofHours(72), times().lateness().value());
    add(100, Duration.ofDays(40));
    assertEquals(Duration.ofDays(7), times().lateness().value());
  }

  /** A clock that is years ahead is no reason for a limit of years. */
  @Test
  void clocksThatAreFastRaiseTheLimitAndWrongOnesDoNot() {
    add(900, Duration.ofSeconds(1));
    add(50, Duration.ofDays(-400));
    assertEquals(Duration.ofHours(24), times().maxFuture().value());
    assertTrue(times().maxFuture().why().contains("50 further ahead are dead letters"));
    add(50, Duration.ofHours(-30));
    assertEquals(Duration.ofHours(48), times().maxFuture().value());
  }

  @Test
  void spansAreReadable() {
    assertEquals("0 s", Spans.text(Duration.ZERO));
    assertEquals("340 ms", Spans.text(Duration.ofMillis(340)));
    assertEquals("1.5 s", Spans.text(Duration.ofMillis(1500)));
    assertEquals("90 s", Spans.text(Duration.ofSeconds(90)));
    assertEquals("10 min", Spans.text(Duration.ofMinutes(10)));
    assertEquals("2.5 h", Spans.text(Duration.ofMinutes(150)));
    assertEquals("400 days", Spans.text(Duration.ofDays(400)));
  }
}
