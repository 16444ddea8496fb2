package io.sluice.metrics;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the target of a follower was at the last look of this JVM, for {@code
 * sluice_follower_files_behind} and {@code sluice_follower_snapshot_timestamp_seconds}. One thread
 * changes it, any may read it. Holds the dates that are behind, and none that is equal.
 */
public final class FollowerTarget implements AutoCloseable {
  private static final Set<FollowerTarget> TARGETS = ConcurrentHashMap.newKeySet();
  private static final double MILLIS = 1000;

  private record Of(String follower, String table) {}

  /** What a gauge is told. */
  interface Taker {
    void take(String follower, String table, double value);
  }

  private final Of of;
  private final Map<LocalDate, Integer> behind = new ConcurrentHashMap<>();
  private volatile boolean isLookedAt;
  private volatile @Nullable Instant snapshot;

  /** A worker's share, to be closed with it. */
  public FollowerTarget(String follower, String table) {
    of = new Of(follower, table);
    TARGETS.add(this);
  }

  /** How many files each target that was looked at lacks, or has and should not. */
  static void forEachBehind(Taker taker) {
    Map<Of, Double> files = new HashMap<>();
    for (FollowerTarget target : TARGETS) {
      if (target.isLookedAt) {
        int sum = target.behind.values().stream().mapToInt(Integer::intValue).sum();
        files.merge(target.of, (double) sum, Math::max);
      }
    }
    files.forEach((of, number) -> taker.take(of.follower(), of.table(), number));
  }

  /** When the newest snapshot of each target was made, in seconds since the epoch. */
  static void forEachSnapshot(Taker taker) {
    Map<Of, Double> newest = new HashMap<>();
    for (FollowerTarget target : TARGETS) {
      Instant at = target.snapshot;
      if (at != null) {
        newest.merge(target.of, at.toEpochMilli() / MILLIS, Math::max);
      }
    }
    newest.forEach((of, seconds) -> taker.take(of.follower(), of.table(), seconds));
  }

  /** A date was compared with the lake: so many of its files are to be added or removed. */
  public void compared(LocalDate date, int files) {
    if (files == 0) {
      behind.remove(date);
    } else {
      behind.put(date, files);
    }
    isLookedAt = true;
  }

  /** When the snapshot that readers find was made. */
  public void snapshot(Instant at) {
    snapshot = at;
  }

  @Override
  public void close() {
    TARGETS.remove(this);
  }
}
