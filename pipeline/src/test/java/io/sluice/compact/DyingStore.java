package io.sluice.compact;

import io.sluice.lake.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A store whose caller's process ends at its n-th call: half of what the call was to do is done
 * where it has two halves, and every later call ends it again.
 */
final class DyingStore implements Store {
  static final class Dead extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Store store;
  private final int last;
  private final AtomicInteger calls = new AtomicInteger();

  DyingStore(Store store, int last) {
    this.store = store;
    this.last = last;
  }

  boolean isDead() {
    return calls.get() >= last;
  }

  private void live() {
    if (calls.incrementAndGet() >= last) {
      throw new Dead();
    }
  }

  @Override
  public String root() {
    return store.root();
  }

  @Override
  public Instant now() throws IOException {
    return store.now();
  }

  @Override
  public Instant nowToReaders() throws IOException {
    return store.nowToReaders();
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    live();
    return store.list(prefix);
  }

  @Override
  public List<String> folders(String prefix) throws IOException {
    live();
    return store.folders(prefix);
  }

  // Footers are read by several threads: which of their calls is the n-th would depend on timing.
  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    return store.read(key, offset, length);
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    live();
    return store.read(key);
  }

  @Override
  public Upload begin(String key, String token) throws IOException {
    live();
    Upload upload = store.begin(key, token);
    return new Upload() {
      @Override
      public OutputStream stream() {
        return upload.stream();
      }

      @Override
      public void prepare() throws IOException {
        live();
        upload.prepare();
      }

      @Override
      public Outcome commit(BooleanSupplier allowed) throws IOException {
        live();
        Outcome outcome = upload.commit(allowed);
        live();
        return outcome;
      }

      @Override
      public void close() {
        upload.close();
      }
    };
  }

  @Override
  public Owner owner(String key, String token) throws IOException {
    live();
    return store.owner(key, token);
  }

  @Override
  public void replace(String key, byte[] content) throws IOException {
    live();
    store.replace(key, content);
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (String key : keys) {
      live();
      store.delete(List.of(key));
    }
  }

  @Override
  public void probe() throws IOException {
    store.probe();
  }

  @Override
  public void close() {
    store.close();
  }
}
