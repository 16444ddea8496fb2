package io.sluice.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FollowerTargetTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 31);

  private static Map<String, Double> behind() {
    Map<String, Double> files = new TreeMap<>();
    FollowerTarget.forEachBehind((follower, table, number) -> take(files, follower, table, number));
    return files;
  }

  private static Map<String, Double> snapshots() {
    Map<String, Double> times = new TreeMap<>();
    FollowerTarget.forEachSnapshot((follower, table, time) -> take(times, follower, table, time));
    return times;
  }

  private static void take(Map<String, Double> all, String follower, String table, double value) {
    if (follower.startsWith("target")) {
      all.put(follower + "/" + table, value);
    }
  }

  @Test
  void whatIsNotKnownIsNotSaidAndWhatIsEqualIsNotBehind() {
    try (FollowerTarget one = new FollowerTarget("target", "t")) {
      assertEquals(Map.of(), behind(), "nothing was compared yet");
      one.compared(DATE, 3);
      one.compared(DATE.plusDays(1), 4);
      assertEquals(Map.of("target/t", 7.0), behind());
      one.compared(DATE, 1);
      one.compared(DATE.plusDays(1), 0);
      assertEquals(Map.of("target/t", 1.0), behind());
      one.compared(DATE, 0);
      assertEquals(Map.of("target/t", 0.0), behind());
    }
    assertEquals(Map.of(), behind());
  }

  @Test
  void theNewestSnapshotOfATargetCounts() {
    try (FollowerTarget one = new FollowerTarget("target", "t");
        FollowerTarget other = new FollowerTarget("target", "t")) {
      assertEquals(Map.of(), snapshots());
      one.snapshot(Instant.ofEpochMilli(1500));
      assertEquals(Map.of("target/t", 1.5), snapshots());
      other.snapshot(Instant.ofEpochMilli(2500));
      assertEquals(Map.of("target/t", 2.5), snapshots());
    }
    assertEquals(Map.of(), snapshots());
  }
}
