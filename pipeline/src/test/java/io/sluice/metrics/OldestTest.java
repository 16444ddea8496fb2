package io.sluice.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OldestTest {
  private final Oldest oldest = new Oldest();

  @Test
  void theOldestOfAllStepsIsSeenForEachTable() {
    try (Oldest.Held one = oldest.hold();
        Oldest.Held other = oldest.hold()) {
      one.add("rows", "a", 20);
      one.add("rows", "a", 5);
      other.add("rows", "b", 10);
      other.add("letters", "a", 30);
      assertEquals(Map.of("rows", 10L, "letters", 30L), oldest.byTable());
      assertEquals(10L, other.remove("rows", "b"));
      assertEquals(Map.of("rows", 20L, "letters", 30L), oldest.byTable());
    }
  }

  @Test
  void whatAStepHeldGoesWithIt() {
    Oldest.Held step = oldest.hold();
    step.add("rows", "a", 20);
    step.close();
    assertEquals(Map.of(), oldest.byTable());
  }
}
