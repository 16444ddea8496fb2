package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.lake.RunStarts.Start;
import io.sluice.lake.RunStarts.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What runs were asked to read is remembered, and a job that restarts for weeks fills no folder.
 */
class RunStartsTest {
  private static final Timing TIMING =
      new Timing(Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofSeconds(10));

  private final StoreScript script = StoreScript.inMemory(0);
  private final Store store = script.bare();

  private void start(Map<Integer, Long> offsets, boolean atLake, Timing timing) throws IOException {
    RunStarts.record(store, "events", "source", offsets, atLake, timing);
  }

  private List<Start> starts() throws IOException {
    return RunStarts.read(store, "events", "source");
  }

  @Test
  void aJobThatRestartsOverAndOverLeavesARecordAndAMark() throws IOException {
    for (int i = 0; i < 300; i++) {
      script.pass(Duration.ofMinutes(15));
      start(Map.of(0, 7L, 1, 9L), false, TIMING);
    }
    assertEquals(List.of(new Start(store.now(), Map.of(0, 7L, 1, 9L), false, TIMING)), starts());
    assertEquals(2, store.list("").size());
  }

  /** It gets on: what the lake lacks begins later each time. */
  @Test
  void nothingIsForgottenOfWhereItFirstBegan() throws IOException {
    for (long i = 0; i < 300; i++) {
      script.pass(Duration.ofMinutes(15));
      start(Map.of(0, 100 + i, 1, 200 + i / 2), true, TIMING);
    }
    assertEquals(List.of(new Start(store.now(), Map.of(0, 100L, 1, 200L), true, TIMING)), starts());
    start(Map.of(0, 50L, 1, 500L), true, TIMING);
    assertEquals(Map.of(0, 50L, 1, 200L), RunStarts.least(starts()));
  }

  /** Who began later and left out what is before, or asked for something else, is one more. */
  @Test
  void whatSaysSomethingElseIsKeptBesideIt() throws IOException {
    start(Map.of(0, 100L), false, TIMING);
    start(Map.of(0, 200L), false, TIMING);
    assertEquals(2, starts().size());
    start(Map.of(0, 200L), true, TIMING);
    assertEquals(3, starts().size());
    start(Map.of(0, 200L, 1, 0L), true, TIMING);
    assertEquals(4, starts().size());
    start(Map.of(0, 200L), true, new Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO));
    assertEquals(5, starts().size());
    RunStarts.record(store, "events", "another", Map.of(0, 200L), true, TIMING);
    assertEquals(5, starts().size());
    assertTrue(starts().stream().anyMatch(one -> one.offsets().equals(Map.of(0, 100L))));
  }
}
