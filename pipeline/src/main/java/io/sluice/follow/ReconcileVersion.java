package io.sluice.follow;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * Makes a follower equal to a table without dates. As with dates, the target is looked at first and
 * the lake after it, and both again after each change: so a target never goes back to an earlier
 * version, and whoever was held up puts right what it has spoilt.
 */
public final class ReconcileVersion {
  private static final int MOST_ROUNDS = 20;

  private ReconcileVersion() {}

  /** Says what is live. */
  public interface Newest {
    /**
     * The newest version.
     *
     * @throws IOException where it cannot be read
     */
    PublishedVersion read() throws IOException;
  }

  /**
   * Makes the follower equal to the newest version.
   *
   * @param name what the follower is called, for messages
   * @throws IOException where it could not be; the next try may
   * @throws io.sluice.UserException the same, where somebody has to mend something before
   */
  public static Reconciled run(Newest lake, UnpartitionedFollower follower, String name)
      throws IOException {
    UnpartitionedFollower.State first = follower.state();
    UnpartitionedFollower.State has = first;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      PublishedVersion live = lake.read();
      if (has.isOf(live)) {
        return Reconciled.between(first.files(), live, live.number());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while following " + live.table());
      }
      follower.reconcile(has, live);
      has = follower.state();
    }
    throw new IOException(
        "follower "
            + name
            + ": its target is not equal to the lake after "
            + MOST_ROUNDS
            + " changes, the last time with "
            + has.files().size()
            + " files; see who else writes to the target");
  }
}
