package io.sluice.lake;

import java.io.IOException;

/**
 * Bounds a loop that looks again because something changed meanwhile: each round waits longer, and
 * where it never comes to rest the loop ends with an error, not with a store that is asked for
 * ever.
 */
public final class Rounds {
  private static final int MOST = 20;

  private final Store store;
  private final String key;
  private int count;

  /**
   * @param key of what is looked at, below the store's root
   */
  public Rounds(Store store, String key) {
    this.store = store;
    this.key = key;
  }

  /**
   * Waits before the next round.
   *
   * @param why there has to be one
   * @throws IOException where it is enough
   */
  public void next(String why) throws IOException {
    if (++count >= MOST) {
      throw new IOException(
          store.root()
              + "/"
              + key
              + ": "
              + why
              + ", "
              + count
              + " times one after the other; see whether the store's lists show what was written and not what was deleted, and let nothing but sluice write there");
    }
    Backoff.sleep(count);
  }

  /** There was progress: the next rounds are counted anew. */
  public void reset() {
    count = 0;
  }
}
