package io.sluice.lake;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Passes each call on: what a test changes of a store, it says in a subclass. */
public class PassingStore implements Store {
  private final Store store;

  public PassingStore(Store store) {
    this.store = store;
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
    return store.list(prefix);
  }

  @Override
  public List<String> folders(String prefix) throws IOException {
    return store.folders(prefix);
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    return store.read(key, offset, length);
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    return store.read(key);
  }

  @Override
  public Upload begin(String key, String token) throws IOException {
    return store.begin(key, token);
  }

  @Override
  public Owner owner(String key, String token) throws IOException {
    return store.owner(key, token);
  }

  @Override
  public void replace(String key, byte[] content) throws IOException {
    store.replace(key, content);
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    store.delete(keys);
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
