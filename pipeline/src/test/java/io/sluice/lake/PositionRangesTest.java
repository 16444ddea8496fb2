package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.lake.Positions.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** They have exactly the positions of which they were made, whatever the order. */
class PositionRangesTest {
  private static final Partition ONE = new Partition("a", 0);
  private static final Partition OTHER = new Partition("b", 7);

  private static List<String> ranges(PositionRanges positions) {
    List<String> ranges = new ArrayList<>();
    positions.forEach(
        (partition, from, to) -> ranges.add(partition.number() + ":" + from + "-" + to));
    return ranges;
  }

  @Test
  void rangesAreTheFewestAndInOrder() {
    PositionRanges ranges =
        new PositionRanges.Builder()
            .add(OTHER, 5, 5)
            .add(ONE, 0, 2)
            .add(ONE, 4, 4)
            .add(OTHER, 300, 70_000)
            .build();
    assertEquals(List.of("0:0-2", "0:4-4", "7:5-5", "7:300-70000"), ranges(ranges));
    assertEquals(List.of(ONE, OTHER), ranges.partitions());
  }

  @Test
  void thoseThatOverlapOrTouchOrComeInAnyOrderAreJoined() {
    PositionRanges ranges =
        new PositionRanges.Builder()
            .add(ONE, 10, 20)
            .add(ONE, 0, 0)
            .add(ONE, 21, 22)
            .add(ONE, 15, 30)
            .add(ONE, 1, 3)
            .build();
    assertEquals(List.of("0:0-3", "0:10-30"), ranges(ranges));
    assertEquals(new PositionRanges.Builder().add(ONE, 0, 3).add(ONE, 10, 30).build(), ranges);
  }

  @Test
  void theyHaveWhatThePositionsHave() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      Positions positions = new Positions();
      for (int i = random.nextInt(50); i > 0; i--) {
        long from = random.nextLong(1L << (1 + random.nextInt(40)));
        positions.addRange(
            "s" + random.nextInt(2), random.nextInt(3), from, from + 1 + random.nextInt(300));
      }
      PositionRanges ranges = PositionRanges.of(positions);
      assertEquals(positions, ranges.toPositions());
      assertEquals(ranges, PositionRanges.of(ranges.toPositions()));
      positions.addRange("s0", 9, 4, 5);
      assertNotEquals(ranges, PositionRanges.of(positions));
    }
  }

  @Test
  void aChangedCopyChangesNothing() {
    PositionRanges ranges = new PositionRanges.Builder().add(ONE, 1, 2).build();
    assertTrue(ranges.toPositions().add("a", 0, 9));
    assertEquals(List.of("0:1-2"), ranges(ranges));
    assertEquals(List.of(), ranges(new PositionRanges.Builder().build()));
  }

  @Test
  void whatIsNoRangeOfOffsetsIsRefused() {
    PositionRanges.Builder builder = new PositionRanges.Builder();
    assertThrows(IllegalArgumentException.class, () -> builder.add(ONE, -1, 2));
    assertThrows(IllegalArgumentException.class, () -> builder.add(ONE, 3, 2));
    assertThrows(IllegalArgumentException.class, () -> builder.add(ONE, 3, Long.MAX_VALUE));
  }
}
