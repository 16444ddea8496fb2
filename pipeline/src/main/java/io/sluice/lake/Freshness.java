package io.sluice.lake;

import java.time.Duration;

/**
 * Since when something is known, and whether that is too long ago to act on it.
 *
 * <p>Why {@value #MOST_MINUTES} minutes: a rewrite deletes files that are ninety minutes old at
 * least (--settle). What was decided on takes effect within forty minutes: it is sent while ten
 * minutes old at most, S3 takes a request for fifteen minutes after it was signed ({@code
 * RequestTimeTooSkewed}, see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html),
 * by a clock that S3 lets be wrong by fifteen. A file's age counts from when its upload was begun:
 * forty minutes later it is there for everybody, and forty more minutes later nobody acts on a list
 * without it: less than ninety.
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

  /** What is known as of now. */
  static Freshness now(TimeSource time) {
    Freshness now = new Freshness(time);
    now.start();
    now.complete();
    return now;
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
