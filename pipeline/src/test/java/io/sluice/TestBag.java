package io.sluice;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.ReadableState;

/** A bag that the test can look into and hand on. */
public final class TestBag<T> implements BagState<T> {
  public final List<T> list = new ArrayList<>();

  @Override
  public Iterable<T> read() {
    return List.copyOf(list);
  }

  @Override
  public void add(T value) {
    list.add(value);
  }

  @Override
  public void clear() {
    list.clear();
  }

  @Override
  public ReadableState<Boolean> isEmpty() {
    throw new IllegalStateException("not asked");
  }

  @Override
  public BagState<T> readLater() {
    return this;
  }
}
