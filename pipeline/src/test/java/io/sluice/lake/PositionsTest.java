package io.sluice.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PositionsTest {
  private static final Positions.Partition P0 = new Positions.Partition("s", 0);

  private static Positions of(long... offsets) {
    Positions positions = new Positions();
    for (long offset : offsets) {
      positions.add("s", 0, offset);
    }
    return positions;
  }

  private static Positions decoded(Positions positions) throws IOException {
    Positions copy = new Positions();
    for (Map.Entry<Positions.Partition, String> entry : positions.encode().entrySet()) {
      copy.decode(entry.getKey(), entry.getValue());
    }
    return copy;
  }

  @Test
  void offsetsBeyondThirtyTwoBitsSurviveTheFooter() throws IOException {
    Positions positions = of(0, 1, 2, (1L << 32) - 1, 1L << 32, Long.MAX_VALUE - 1);
    positions.add("other", 7, 5);
    assertEquals(positions, decoded(positions));
    assertEquals(7, decoded(positions).size());
  }

  @Test
  void contiguousOffsetsTakeAFewBytes() {
    Positions positions = new Positions();
    positions.addRange("s", 0, 1_000_000, 3_000_000);
    int bytes = positions.encode().get(P0).length();
    assertTrue(bytes < 400, bytes + " bytes");
  }

  @Test
  void rangesAndFirstMissingAgreeWithASet() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TreeSet<Long> set = new TreeSet<>();
      Positions positions = new Positions();
      for (int i = 0; i < 60; i++) {
        long offset = random.nextInt(80);
        assertEquals(set.add(offset), positions.add("s", 0, offset));
      }
      TreeSet<Long> fromRanges = new TreeSet<>();
      for (Positions.Range range : positions.ranges(P0)) {
        for (long offset = range.from(); offset <= range.to(); offset++) {
          fromRanges.add(offset);
        }
        assertFalse(set.contains(range.to() + 1), "ranges that touch");
      }
      assertEquals(set, fromRanges);
      for (long from = 0; from < 85; from++) {
        long expected = from;
        while (set.contains(expected)) {
          expected++;
        }
        assertEquals(
            expected, positions.firstMissing("s", 0, from), "seed " + seed + " from " + from);
      }
    }
  }

  @Test
  void setsAreCombinedByPartition() {
    Positions a = of(1, 2, 3);
    a.add("s", 1, 2);
    Positions b = of(2, 9);
    assertEquals(of(2), a.and(b));
    assertEquals(
        List.of(new Positions.Range(1, 1), new Positions.Range(3, 3)), a.minus(b).ranges(P0));
    assertEquals(4, a.size());
    assertTrue(a.contains("s", 1, 2));
    assertFalse(a.contains("t", 1, 2));
  }

  @Test
  void damagedTextIsAnError() {
    assertThrows(IOException.class, () -> new Positions().decode(P0, "no base64!"));
    assertThrows(IOException.class, () -> new Positions().decode(P0, "AAAA"));
  }
}
