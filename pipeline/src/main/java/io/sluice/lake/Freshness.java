package io.sluice.lake;

import java.time.Duration;

/**
 * Since when something is known, and whether that is too long ago to act on it.
 *
 * <p>Why {@value #MOST_MINUTES} minutes: a rewrite deletes files that are an hour old at least
 * (--settle). A writer that acts on what it knew at most ten minutes ago, by a request that S3
 * takes for at most fifteen minutes after it was signed ({@code RequestTimeTooSkewed}, see
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), by a clock that S3 lets be
 * wrong by fifteen, has seen all of these files: 10 + 15 + 15 minutes are less than an hour.
 */
final class Freshness {
  private static final int MOST_MINUTES = 10;
  static final Duration MOST = Duration.ofMinutes(MOST_MINUTES);

  private final TimeSource time;
  private boolean known;
  private long sinceMillis;
  private long sinceNanos;

  Freshness(TimeSource time) {
    this.time = time;
  }

  /** What is asked from here on will be known as of now. */
  void start() {
    known = false;
    sinceMillis = time.epochMillis();
    sinceNanos = time.monotonicNanos();
  }

  /** All was answered. */
  void complete() {
    known = true;
  }

  void forget() {
    known = false;
  }

  /** Whether it is known, and as of ten minutes ago or later, by either clock. */
  boolean holds() {
    long millis = MOST.toMillis();
    long wall = time.epochMillis() - sinceMillis;
    return known
        && wall < millis
        && wall > -millis
        && time.monotonicNanos() - sinceNanos < MOST.toNanos();
  }
}
