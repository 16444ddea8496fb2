package io.sluice.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or whatever else ends this process: it is waited for, and then waits itself until all is
 * cleared up.
 */
final class StopSignal {
  /** How long Kafka and S3 may take to end. */
  private static final Duration LONGEST_END = Duration.ofSeconds(20);

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch cleared = new CountDownLatch(1);

  /** From now on this process does not end before {@link #cleared}. */
  void listen() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopped.countDown();
                  awaitCleared();
                }));
  }

  private void awaitCleared() {
    try {
      var unused = cleared.await(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when this process is to end. */
  void await() throws InterruptedException {
    stopped.await();
  }

  /** Nothing runs any more, and what was to be deleted is. */
  void cleared() {
    cleared.countDown();
  }
}
