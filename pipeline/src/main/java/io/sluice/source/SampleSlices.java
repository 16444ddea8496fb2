package io.sluice.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which offsets a sample looks at: of each partition the newest, the oldest, and evenly in between.
 */
final class SampleSlices {
  private static final int MOST_PER_PARTITION = 10;

  /**
   * Consecutive offsets of a partition of which some records are wanted.
   *
   * @param from the first offset
   * @param to the offset behind the last
   * @param records how many are wanted
   * @param newest whether the last ones are wanted, not the first
   */
  record Slice(int partition, long from, long to, int records, boolean newest) {}

  private SampleSlices() {}

  /**
   * The slices in rounds, each with at most one of a partition, for a partition is read in one
   * place at a time. The newest come first, then the oldest: what a sample that is cut short still
   * has. No two slices overlap.
   *
   * @param beginnings the first offset of each partition
   * @param ends the offset behind the last of each partition
   * @param records how many are wanted in all
   */
  static List<List<Slice>> rounds(
      Map<Integer, Long> beginnings, Map<Integer, Long> ends, int records) {
    List<List<Slice>> rounds = new ArrayList<>();
    shares(beginnings, ends, records)
        .forEach(
            (partition, share) -> {
              long beginning = beginnings.getOrDefault(partition, 0L);
              List<Slice> slices =
                  slices(partition, beginning, ends.getOrDefault(partition, beginning), share);
              for (int i = 0; i < slices.size(); i++) {
                if (i == rounds.size()) {
                  rounds.add(new ArrayList<>());
                }
                rounds.get(i).add(slices.get(i));
              }
            });
    return rounds;
  }

  /**
   * How many records each partition gives: all the same, but what a small one does not have falls
   * to the others.
   */
  private static Map<Integer, Integer> shares(
      Map<Integer, Long> beginnings, Map<Integer, Long> ends, int records) {
    Map<Integer, Long> sizes = new TreeMap<>();
    beginnings.forEach(
        (partition, beginning) ->
            sizes.put(partition, ends.getOrDefault(partition, beginning) - beginning));
    List<Map.Entry<Integer, Long>> bySize =
        sizes.entrySet().stream()
            .filter(size -> size.getValue() > 0)
            .sorted(Comparator.comparingLong(Map.Entry::getValue))
            .toList();
    Map<Integer, Integer> shares = new TreeMap<>();
    int left = records;
    for (int i = 0; i < bySize.size() && left > 0; i++) {
      int others = bySize.size() - i;
      int share = (int) Math.min(bySize.get(i).getValue(), (left - 1) / others + 1);
      shares.put(bySize.get(i).getKey(), share);
      left -= share;
    }
    return shares;
  }

  private static List<Slice> slices(int partition, long beginning, long end, int share) {
    long size = end - beginning;
    if (share >= size) {
      return List.of(new Slice(partition, beginning, end, share, false));
    }
    int count = Math.min(MOST_PER_PARTITION, share);
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long from = beginning + part(size, i, count);
      long to = beginning + part(size, i + 1, count);
      int records = (int) (part(share, i + 1, count) - part(share, i, count));
      boolean newest = i == count - 1;
      // Some offsets have no record, as markers of transactions: look at twice as many.
      slices.add(
          new Slice(
              partition, newest ? Math.max(from, to - 2L * records) : from, to, records, newest));
    }
    slices.add(0, slices.remove(count - 1));
    return slices;
  }

  /** {@code i/count} of a size, without overflow. */
  private static long part(long size, int i, int count) {
    return size / count * i + size % count * i / count;
  }
}
