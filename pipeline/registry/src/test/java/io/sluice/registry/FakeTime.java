package io.sluice.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A clock that a wait moves on. */
final class FakeTime implements Time {
  private final List<Duration> slept = new ArrayList<>();
  private Consumer<Duration> before = duration -> {};
  private long nanos = 1_000_000_000L;

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Consumer<Duration> first;
    synchronized (this) {
      first = before;
      slept.add(duration);
    }
    first.accept(duration);
    pass(duration);
  }

  synchronized void pass(Duration duration) {
    nanos += duration.toNanos();
  }

  /** What happens at the beginning of each wait. */
  synchronized void before(Consumer<Duration> action) {
    before = action;
  }

  synchronized List<Duration> slept() {
    return List.copyOf(slept);
  }

  synchronized Duration sleptInAll() {
    return slept.stream().reduce(Duration.ZERO, Duration::plus);
  }
}
