package io.sluice.lake;

import java.time.Instant;
import java.util.List;

/** Refuses whatever would write, as a store does of whose rights the caller has those to read. */
public class ReadOnlyStore extends PassingStore {
  public ReadOnlyStore(Store store) {
    super(store);
  }

  private static StoreException refused() {
    return new StoreException("a verb that only reads has written", null);
  }

  /** Of a directory it is seen by writing. */
  @Override
  public Instant now() {
    throw refused();
  }

  @Override
  public Upload begin(String key, String token) {
    throw refused();
  }

  @Override
  public void replace(String key, byte[] content) {
    throw refused();
  }

  @Override
  public void delete(List<String> keys) {
    throw refused();
  }

  @Override
  public void probe() {
    throw refused();
  }
}
