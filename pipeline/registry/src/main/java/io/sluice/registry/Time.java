package io.sluice.registry;

import java.time.Duration;

/** The clock by which is waited. */
interface Time {
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(duration.toMillis());
        }
      };

  long nanos();

  void sleep(Duration duration) throws InterruptedException;
}
