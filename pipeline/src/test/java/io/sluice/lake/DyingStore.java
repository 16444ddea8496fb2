package io.sluice.lake;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A store whose process ends before its n-th call that changes something. */
public final class DyingStore extends PassingStore {
  /** The process has ended. */
  public static final class Dead extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final int last;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * @param last how many calls are still made
   */
  public DyingStore(Store store, int last) {
    super(store);
    this.last = last;
  }

  private void live() {
    if (calls.incrementAndGet() > last) {
      throw new Dead();
    }
  }

  @Override
  public Upload begin(String key, String token) throws IOException {
    live();
    Upload upload = super.begin(key, token);
    return new Upload() {
      @Override
      public OutputStream stream() {
        return upload.stream();
      }

      @Override
      public void prepare() throws IOException {
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
  public void replace(String key, byte[] content) throws IOException {
    live();
    super.replace(key, content);
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (String key : keys) {
      live();
      super.delete(List.of(key));
    }
  }
}
