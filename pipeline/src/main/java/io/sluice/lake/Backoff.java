package io.sluice.lake;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits between tries: exponentially, with jitter so that writers who met once do not meet again.
 */
final class Backoff {
  private static final long FIRST_MS = 20;
  private static final long LONGEST_MS = 5_000;

  private Backoff() {}

  static void sleep(int attempt) throws IOException {
    long ceiling = Math.min(LONGEST_MS, FIRST_MS << Math.min(attempt, 20));
    long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(ceiling + 1) * 1_000_000L;
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while waiting to try again");
      }
    }
  }
}
