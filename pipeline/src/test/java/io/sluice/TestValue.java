package io.sluice;

import org.apache.beam.sdk.state.ValueState;
import org.jspecify.annotations.Nullable;

/** A value that the test can look at and hand on. */
public final class TestValue<T> implements ValueState<T> {
  public @Nullable T value;

  @Override
  public void write(T now) {
    value = now;
  }

  @Override
  public @Nullable T read() {
    return value;
  }

  @Override
  public void clear() {
    value = null;
  }

  @Override
  public ValueState<T> readLater() {
    return this;
  }
}
