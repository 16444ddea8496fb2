package io.sluice.metrics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * How far a partition is read and how far it reaches, for {@code sluice_lag_seconds}: since when
 * the record that is read next has been there. Kafka tells no such time without reading the record,
 * so this is since when this run has seen the partition reach beyond it. Safe for use by several
 * threads: one reads, another asks for the end.
 */
final class PartitionProgress {
  private static final int MOST_SAMPLES = 512;
  private static final long LEAST_APART = 1_000;

  private record Sample(long end, long time) {}

  /** Ends beyond what is read, each with the first time that it was seen, in order. */
  private final Deque<Sample> samples = new ArrayDeque<>();

  private long next = Long.MIN_VALUE;

  /** Milliseconds between two samples, at least; the more, the longer nothing is read. */
  private long apart = LEAST_APART;

  /** Records before an offset are read. */
  synchronized void read(long offset) {
    next = offset;
    while (!samples.isEmpty() && samples.getFirst().end() <= next) {
      samples.removeFirst();
    }
    if (samples.isEmpty()) {
      apart = LEAST_APART;
    }
  }

  /** The partition reached to an end, not included, at a time in milliseconds. */
  synchronized void reaches(long end, long time) {
    Sample last = samples.peekLast();
    boolean news = last == null || (end > last.end() && time - last.time() >= apart);
    if (end > next && news) {
      samples.addLast(new Sample(end, time));
      if (samples.size() > MOST_SAMPLES) {
        apart *= 2;
        thin();
      }
    }
  }

  /**
   * Leaves out every second one: what comes after the first is then seen as younger, never older.
   */
  private void thin() {
    boolean keep = true;
    for (Iterator<Sample> each = samples.iterator(); each.hasNext(); keep = !keep) {
      each.next();
      if (!keep) {
        each.remove();
      }
    }
  }

  /** Milliseconds for which the record that is read next has been there; 0 where all is read. */
  synchronized long behind(long now) {
    return samples.isEmpty() ? 0 : Math.max(0, now - samples.getFirst().time());
  }
}
