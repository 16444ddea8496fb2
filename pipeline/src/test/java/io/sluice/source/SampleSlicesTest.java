package io.sluice.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.source.SampleSlices.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SampleSlicesTest {
  private static List<Slice> all(Map<Integer, Long> from, Map<Integer, Long> to, int records) {
    return SampleSlices.rounds(from, to, records).stream().flatMap(List::stream).toList();
  }

  @Test
  void aSmallTopicIsReadWhole() {
    assertEquals(
        List.of(new Slice(0, 5, 25, 20, false), new Slice(1, 0, 3, 3, false)),
        all(Map.of(0, 5L, 1, 0L), Map.of(0, 25L, 1, 3L), 1_000));
  }

  @Test
  void anEmptyTopicHasNothingToRead() {
    assertEquals(List.of(), SampleSlices.rounds(Map.of(0, 7L), Map.of(0, 7L), 100));
  }

  @Test
  void ofALargePartitionTheNewestComeFirstThenTheOldest() {
    List<List<Slice>> rounds = SampleSlices.rounds(Map.of(0, 1_000L), Map.of(0, 2_000L), 100);
    assertEquals(10, rounds.size());
    assertEquals(List.of(new Slice(0, 1_980, 2_000, 10, true)), rounds.get(0));
    assertEquals(List.of(new Slice(0, 1_000, 1_100, 10, false)), rounds.get(1));
    assertEquals(List.of(new Slice(0, 1_800, 1_900, 10, false)), rounds.get(9));
  }

  @Test
  void whatASmallPartitionDoesNotHaveFallsToTheOthers() {
    Map<Integer, Integer> wanted = new HashMap<>();
    all(Map.of(0, 0L, 1, 0L, 2, 0L), Map.of(0, 1_000_000L, 1, 10L, 2, 1_000_000L), 900)
        .forEach(slice -> wanted.merge(slice.partition(), slice.records(), Integer::sum));
    assertEquals(Map.of(0, 445, 1, 10, 2, 445), wanted);
  }

  @Test
  void noPartitionIsReadTwiceAndNoMoreIsAskedForThanWanted() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      Map<Integer, Long> from = new HashMap<>();
      Map<Integer, Long> to = new HashMap<>();
      int partitions = 1 + random.nextInt(30);
      for (int p = 0; p < partitions; p++) {
        from.put(p, random.nextLong(1L << 40));
        to.put(p, from.get(p) + random.nextLong(1L << random.nextInt(62)));
      }
      int records = 1 + random.nextInt(500);
      List<Slice> slices = new ArrayList<>(all(from, to, records));
      assertTrue(slices.stream().mapToInt(Slice::records).sum() <= records);
      slices.sort(Comparator.comparingInt(Slice::partition).thenComparingLong(Slice::from));
      for (int s = 0; s < slices.size(); s++) {
        Slice slice = slices.get(s);
        assertTrue(slice.from() < slice.to() && slice.records() > 0, slice.toString());
        assertTrue(slice.from() >= from.get(slice.partition()), slice.toString());
        assertTrue(slice.to() <= to.get(slice.partition()), slice.toString());
        if (s > 0 && slices.get(s - 1).partition() == slice.partition()) {
          assertTrue(slices.get(s - 1).to() <= slice.from(), slice.toString());
        }
      }
    }
  }
}
