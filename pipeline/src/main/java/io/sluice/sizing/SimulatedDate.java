package io.sluice.sizing;

import io.sluice.write.FilePolicy;
import java.time.Duration;
import java.util.Arrays;

/**
 * A table's logs of one simulated date, and when it has its manifests: one when the watermark
 * passes its end, and one an interval after a file before and after that, as {@code
 * io.sluice.complete.CompleteDates} does. Times are milliseconds since second 0.
 */
final class SimulatedDate {
  private static final long DAY = Load.DAY * 1000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final boolean dead;
  private final long day;
  private final long completeAt;
  private final long lateInterval;
  private final long manifestInterval;
  private final SimulatedLog[] logs;
  private boolean complete;
  private long files;
  private long unpublishedFiles;
  private boolean hasManifest;
  private long publishAt = NEVER;
  private long changedAt = NEVER;

  /**
   * @param dead whether it is of the dead letters
   * @param day the date, in days since that of second 0
   * @param watermark where it is complete already, it was before the simulation
   */
  SimulatedDate(boolean dead, long day, Settings settings, long now, long watermark) {
    this.dead = dead;
    this.day = day;
    this.completeAt = (day + 1) * DAY + settings.windowSize().toMillis();
    this.complete = completeAt <= watermark;
    this.hasManifest = complete;
    this.lateInterval = settings.fileInterval().toMillis();
    Duration interval = settings.manifestInterval();
    this.manifestInterval = interval == null ? NEVER : interval.toMillis();
    FilePolicy policy = settings.policy();
    // A date before today began before the simulation.
    boolean isKnown = age(now) > 0;
    this.logs = new SimulatedLog[settings.shards()];
    Arrays.setAll(logs, shard -> new SimulatedLog(policy, isKnown));
  }

  boolean isDead() {
    return dead;
  }

  /** How many days ago it was. */
  long age(long now) {
    return Math.floorDiv(now - 1, DAY) - day;
  }

  SimulatedLog log(int shard) {
    return logs[shard];
  }

  int shards() {
    return logs.length;
  }

  /** Rows that wait for their file. */
  long rowsWaiting() {
    return Arrays.stream(logs).mapToLong(SimulatedLog::rows).sum();
  }

  /**
   * There is one more file.
   *
   * @param counts whether it is of the day
   */
  void fileAdded(boolean counts) {
    files += counts ? 1 : 0;
    unpublishedFiles++;
  }

  /** Files were added at a time: where there is a manifest, it lacks them. */
  void changed(long now) {
    long interval = complete ? lateInterval : manifestInterval;
    if (interval != NEVER) {
      publishAt = Math.min(publishAt, now + interval);
    }
    if (complete) {
      changedAt = Math.min(changedAt, now);
    }
  }

  /** Whether the watermark has passed its end since this was asked last. */
  boolean completes(long watermark) {
    boolean completes = !complete && completeAt <= watermark;
    complete |= completes;
    return completes;
  }

  boolean isComplete() {
    return complete;
  }

  boolean hasManifest() {
    return hasManifest;
  }

  /** Whether a manifest of the files that came last is to be published now. */
  boolean isPublished(long now) {
    return publishAt <= now;
  }

  /** Seconds that a late file has waited for its manifest; 0 where none waits. */
  long secondsUnpublished(long now) {
    return changedAt == NEVER ? 0 : (now - changedAt) / 1000;
  }

  /** Files of the date that counted. */
  long files() {
    return files;
  }

  /**
   * A manifest names all files.
   *
   * @return how many the one before did not name
   */
  long published() {
    long added = unpublishedFiles;
    unpublishedFiles = 0;
    hasManifest = true;
    publishAt = NEVER;
    changedAt = NEVER;
    return added;
  }
}
