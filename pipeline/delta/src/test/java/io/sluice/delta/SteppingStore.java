package io.sluice.delta;

import io.sluice.lake.PassingStore;
import io.sluice.lake.Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A store of which each call is a step. */
final class SteppingStore extends PassingStore {
  /** What a step does. */
  interface Step {
    void step() throws IOException;
  }

  private final Step step;

  SteppingStore(Store store, Step step) {
    super(store);
    this.step = step;
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    step.step();
    return super.list(prefix);
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    step.step();
    return super.read(key, offset, length);
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    step.step();
    return super.read(key);
  }

  @Override
  public Upload begin(String key, String token) throws IOException {
    step.step();
    return super.begin(key, token);
  }

  @Override
  public void replace(String key, byte[] content, String contentType) throws IOException {
    step.step();
    super.replace(key, content, contentType);
  }
}
