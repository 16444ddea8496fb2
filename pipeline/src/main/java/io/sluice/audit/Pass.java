package io.sluice.audit;

import io.sluice.lake.Positions.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The partitions whose positions are held at once. It takes all from one on, and gives up the last
 * ones, for a pass of their own, where they need more memory than there is.
 */
final class Pass {
  private final @Nullable Partition from;
  private final long mostBytes;
  private final List<Coverage> coverages = new ArrayList<>();
  private @Nullable Partition before;

  private Pass(@Nullable Partition from, long mostBytes) {
    this.from = from;
    this.mostBytes = mostBytes;
  }

  /** Takes as many as fit. */
  static Pass first(long mostBytes) {
    return new Pass(null, mostBytes);
  }

  /** Takes all, whatever they need. */
  static Pass whole() {
    return new Pass(null, Long.MAX_VALUE);
  }

  /** The one for those that this one gave up; empty where it has all. */
  Optional<Pass> next() {
    return before == null ? Optional.empty() : Optional.of(new Pass(before, mostBytes));
  }

  boolean isFirst() {
    return from == null;
  }

  void add(Coverage coverage) {
    coverages.add(coverage);
  }

  boolean isWhole() {
    return from == null && before == null;
  }

  boolean takes(Partition partition) {
    return (from == null || partition.compareTo(from) >= 0)
        && (before == null || partition.compareTo(before) < 0);
  }

  /** Gives up the last partitions until the others fit; one is always kept. */
  void fit() {
    if (mostBytes == Long.MAX_VALUE) {
      return;
    }
    TreeSet<Partition> held = new TreeSet<>();
    coverages.forEach(coverage -> held.addAll(coverage.once.partitions()));
    while (held.size() > 1 && coverages.stream().mapToLong(Coverage::memory).sum() > mostBytes) {
      Partition last = held.pollLast();
      before = last;
      coverages.forEach(coverage -> coverage.forget(last));
    }
  }
}
