package io.sluice.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Since when the followers of this JVM owe something to the lake, for {@code
 * sluice_follower_behind_seconds}. One thread changes it, any may read it.
 */
public final class FollowerDelays implements AutoCloseable {
  private static final Set<FollowerDelays> STEPS = ConcurrentHashMap.newKeySet();
  private static final long NOTHING = Long.MAX_VALUE;

  private record Of(String follower, String table) {}

  /** What a gauge is told. */
  interface Taker {
    void take(String follower, String table, long millis);
  }

  private final Map<Of, Long> since = new ConcurrentHashMap<>();

  /** A step's share, to be closed with it. */
  public FollowerDelays() {
    STEPS.add(this);
  }

  /** How long the oldest of what each follower owes has been due; 0 where it owes nothing. */
  static void forEach(long now, Taker taker) {
    Map<Of, Long> oldest = new HashMap<>();
    for (FollowerDelays step : STEPS) {
      step.since.forEach((of, time) -> oldest.merge(of, time, Math::min));
    }
    oldest.forEach(
        (of, time) ->
            taker.take(of.follower(), of.table(), time == NOTHING ? 0 : Math.max(0, now - time)));
  }

  /**
   * @param time since when, in milliseconds since the epoch
   */
  public void owes(String follower, String table, long time) {
    since.put(new Of(follower, table), time);
  }

  public void owesNothing(String follower, String table) {
    since.put(new Of(follower, table), NOTHING);
  }

  @Override
  public void close() {
    STEPS.remove(this);
  }
}
