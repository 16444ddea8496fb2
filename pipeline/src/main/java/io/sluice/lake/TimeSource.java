package io.sluice.lake;

/**
 * Two clocks: one that a suspended machine does not stop, and one that nobody sets. What must not
 * be older than a limit is asked of both.
 */
public interface TimeSource {
  TimeSource SYSTEM =
      new TimeSource() {
        @Override
        public long epochMillis() {
          return System.currentTimeMillis();
        }

        @Override
        public long monotonicNanos() {
          return System.nanoTime();
        }
      };

  /** The wall clock, in milliseconds since the epoch. */
  long epochMillis();

  /** Nanoseconds since some moment, which is another in each process. */
  long monotonicNanos();
}
