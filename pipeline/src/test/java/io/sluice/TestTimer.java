package io.sluice;

import java.util.function.Supplier;
import org.apache.beam.sdk.state.Timer;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/** A timer that fires when the test says so. */
public final class TestTimer implements Timer {
  private final Supplier<Instant> now;

  public boolean isSet;

  /** When it was set for, in event time. */
  public @Nullable Long at;

  /** Where it holds the watermark since it was last set. */
  public @Nullable Long hold;

  private @Nullable Long nextHold;

  public TestTimer(Supplier<Instant> now) {
    this.now = now;
  }

  @Override
  public void set(Instant time) {
    isSet = true;
    at = time.getMillis();
  }

  @Override
  public void setRelative() {
    isSet = true;
    hold = nextHold;
  }

  @Override
  public void clear() {
    throw new IllegalStateException("does nothing on Flink");
  }

  @Override
  public Timer offset(Duration offset) {
    return this;
  }

  @Override
  public Timer align(Duration period) {
    return this;
  }

  @Override
  public Timer withOutputTimestamp(Instant time) {
    nextHold = time.getMillis();
    return this;
  }

  @Override
  public Timer withNoOutputTimestamp() {
    nextHold = null;
    return this;
  }

  @Override
  public Instant getCurrentRelativeTime() {
    return now.get();
  }
}
