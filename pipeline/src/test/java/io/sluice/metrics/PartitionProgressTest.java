package io.sluice.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PartitionProgressTest {
  private final PartitionProgress partition = new PartitionProgress();

  @Test
  void whereAllIsReadNothingIsBehind() {
    partition.reaches(100, 1_000);
    partition.read(100);
    assertEquals(0, partition.behind(900_000));
    partition.reaches(100, 900_000);
    assertEquals(0, partition.behind(1_900_000));
  }

  @Test
  void theRecordThatIsReadNextCountsAndNotTheNewest() {
    partition.read(0);
    partition.reaches(10, 1_000);
    partition.reaches(20, 5_000);
    partition.reaches(30, 9_000);
    assertEquals(9_000, partition.behind(10_000));
    partition.read(9);
    assertEquals(9_000, partition.behind(10_000));
    partition.read(10);
    assertEquals(5_000, partition.behind(10_000));
    partition.read(25);
    assertEquals(1_000, partition.behind(10_000));
  }

  @Test
  void aPartitionThatIsNotReadForADayNeedsNoMoreMemoryAndIsADayBehind() {
    partition.read(0);
    for (long second = 0; second < 86_400; second++) {
      partition.reaches(second + 1, second * 1_000);
    }
    assertEquals(86_400_000, partition.behind(86_400_000));
    // Half of it: within the resolution that is left.
    partition.read(43_200);
    long behind = partition.behind(86_400_000);
    assertTrue(behind <= 43_200_000 && behind > 42_000_000, "behind " + behind);
  }
}
