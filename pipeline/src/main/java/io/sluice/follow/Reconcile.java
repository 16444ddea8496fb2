package io.sluice.follow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Makes a follower equal to a table, date by date; jobs and the verb do it alike.
 *
 * <p>The target is looked at first and the lake after it, so what the lake says is never older than
 * what the target was made from: a follower goes back to an earlier manifest only where the lake
 * itself did. After each change both are looked at again. So whoever was held up, and wrote what
 * another had known better, sees that and puts it right; and so does the next look of anybody,
 * where it was killed in between.
 */
public final class Reconcile {
  /** A target that changes so often without becoming equal does not keep what it is given. */
  private static final int MOST_ROUNDS = 20;

  private final Published lake;
  private final Follower follower;
  private final String name;

  /**
   * @param name what the follower is called, for messages
   */
  public Reconcile(Published lake, Follower follower, String name) {
    this.lake = lake;
    this.follower = follower;
    this.name = name;
  }

  /** All dates that the lake or the target has something of. */
  public SortedSet<LocalDate> dates() throws IOException {
    SortedSet<LocalDate> dates = new TreeSet<>(follower.dates());
    dates.addAll(lake.dates());
    return dates;
  }

  /**
   * Makes the follower equal to what is live of a date.
   *
   * @throws IOException where it could not be; the next try may
   * @throws io.sluice.UserException the same, where somebody has to mend something before
   */
  public Reconciled date(LocalDate date) throws IOException {
    FollowerState first = follower.state(date);
    FollowerState has = first;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Optional<PublishedDate> live = lake.date(date);
      if (live.isEmpty()) {
        return Reconciled.UNPUBLISHED;
      }
      if (Reconciled.between(has, live.get()).isNothing()) {
        return Reconciled.between(first, live.get());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while following " + date);
      }
      follower.reconcile(has, live.get());
      has = follower.state(date);
    }
    throw new IOException(
        "follower "
            + name
            + ": its target is not equal to the lake for "
            + date
            + " after "
            + MOST_ROUNDS
            + " changes, the last time with "
            + has.files().size()
            + " files; see who else writes to the target");
  }

  /** What {@link #date} would do now, without doing it. */
  public Reconciled wouldBe(LocalDate date) throws IOException {
    FollowerState has = follower.state(date);
    return lake.date(date)
        .map(live -> Reconciled.between(has, live))
        .orElse(Reconciled.UNPUBLISHED);
  }
}
