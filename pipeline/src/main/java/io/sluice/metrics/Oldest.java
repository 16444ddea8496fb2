package io.sluice.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Times that steps of this JVM hold, of which a gauge shows the oldest for each table. What a step
 * held goes with it: after a restart the step that takes its place says anew what it holds.
 */
final class Oldest {
  private final Set<Held> steps = ConcurrentHashMap.newKeySet();

  /** A step's share, to be closed with it. */
  Held hold() {
    Held held = new Held();
    steps.add(held);
    return held;
  }

  /** The oldest time of each table that has one. */
  Map<String, Long> byTable() {
    Map<String, Long> oldest = new HashMap<>();
    for (Held held : steps) {
      held.times.forEach((of, time) -> oldest.merge(of.table(), time, Math::min));
    }
    return oldest;
  }

  private record Of(String table, Object what) {}

  /** What one step holds. One thread changes it, any may read it. */
  final class Held implements AutoCloseable {
    private final Map<Of, Long> times = new ConcurrentHashMap<>();

    private Held() {}

    /** Holds a time, unless the same thing has one. */
    void add(String table, Object what, long time) {
      times.putIfAbsent(new Of(table, what), time);
    }

    /** Lets go of a thing; null where it was not held. */
    @Nullable Long remove(String table, Object what) {
      return times.remove(new Of(table, what));
    }

    @Override
    public void close() {
      steps.remove(this);
    }
  }
}
