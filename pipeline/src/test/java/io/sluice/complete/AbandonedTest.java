package io.sluice.complete;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.lake.PartFile;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A rewrite that was declared dead is remembered for a week, and never without bound. */
class AbandonedTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

  private static PartFile file(String rewrite) {
    return new PartFile("events", "event_date", LocalDate.of(2026, 3, 1), 2, 17, rewrite);
  }

  private static String name(int number) {
    return file(String.format("6920c3a1%08x-000", number)).name();
  }

  @Test
  void allFilesOfARewriteAreDeadWhateverTheSecondInTheirNames() {
    Abandoned dead = Abandoned.NONE.with(List.of(file("6920c3a1b7e2aaaa-000").name()), NOW);
    assertTrue(dead.contains(file("6920c3a1b7e2aaaa-003")));
    assertTrue(dead.contains(file("6920c3a7b7e2aaaa-1000")));
    assertFalse(dead.contains(file("6920c3a1b7e2aaab-000")));
    assertFalse(dead.contains(file(null)));
  }

  @Test
  void itIsForgottenAfterAWeekAndNotBefore() {
    Abandoned dead = Abandoned.NONE.with(List.of(name(1)), NOW);
    Instant week = NOW.plus(Abandoned.REMEMBERED);
    assertEquals(1, dead.with(List.of(), week.minusMillis(1)).since().size());
    assertEquals(0, dead.with(List.of(), week).since().size());
    // Declared dead a second time, it is not remembered for longer than a week from the first.
    assertEquals(dead, dead.with(List.of(name(1)), NOW.plusSeconds(60)));
  }

  @Test
  void ofTooManyTheOldestAreForgotten() {
    Abandoned dead = Abandoned.NONE;
    for (int i = 0; i < Abandoned.MOST + 5; i++) {
      dead = dead.with(List.of(name(i)), NOW.plus(Duration.ofSeconds(i)));
    }
    assertEquals(Abandoned.MOST, dead.since().size());
    assertEquals(NOW.plusSeconds(5), dead.since().get(dead.since().firstKey()));
  }

  /** An older version names files alone, and of them nobody knows an earlier time. */
  @Test
  void filesThatAnOlderVersionNamesAreOfDeadRewritesToo() {
    Abandoned dead = Abandoned.NONE.with(List.of(name(1)), NOW);
    assertEquals(dead, Abandoned.of(List.of(name(1)), Map.of(), NOW));
    assertEquals(
        dead,
        Abandoned.of(List.of(name(1)), Map.of("00000001", NOW.toString()), NOW.plusSeconds(9)));
    assertEquals(dead, Abandoned.of(List.of(), Map.of("00000001", "yesterday"), NOW));
  }
}
