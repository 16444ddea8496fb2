package io.sluice.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FollowerDelaysTest {
  private static Map<String, Long> at(long now) {
    Map<String, Long> delays = new TreeMap<>();
    FollowerDelays.forEach(
        now,
        (follower, table, millis) -> {
          if (follower.startsWith("delayed")) {
            delays.put(follower + "/" + table, millis);
          }
        });
    return delays;
  }

  @Test
  void theOldestOfAllStepsCountsAndOneThatOwesNothingIsNotLate() {
    try (FollowerDelays one = new FollowerDelays();
        FollowerDelays other = new FollowerDelays()) {
      one.owes("delayed", "t", 1000);
      other.owes("delayed", "t", 3000);
      other.owesNothing("delayed", "u");
      assertEquals(Map.of("delayed/t", 9000L, "delayed/u", 0L), at(10_000));
      one.owesNothing("delayed", "t");
      assertEquals(Map.of("delayed/t", 7000L, "delayed/u", 0L), at(10_000));
      assertEquals(Map.of("delayed/t", 0L, "delayed/u", 0L), at(2000), "a clock that went back");
    }
    assertEquals(Map.of(), at(10_000));
  }
}
