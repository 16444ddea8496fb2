package io.sluice.follow;

import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What follows a table without dates, whose files change together from version to version: a target
 * that is to have exactly the files of the newest. It keeps what a {@link Follower} keeps of a
 * date, and says which version it has.
 *
 * <p>Not safe for use by several threads. No call waits for ever.
 */
public interface UnpartitionedFollower extends AutoCloseable {
  /**
   * What the target has.
   *
   * @param files by the names that {@link PublishedVersion} has; another one means that the target
   *     holds something that is to go
   * @param number of the version that the target says it was made equal to; null where it says none
   */
  record State(Set<String> files, @Nullable Long number) {
    public State {
      files = Collections.unmodifiableSet(new TreeSet<>(files));
    }

    /** Whether it is what is live, and says so. */
    boolean isOf(PublishedVersion live) {
      return files.equals(live.names()) && number != null && number == live.number();
    }
  }

  /**
   * What the target has.
   *
   * @throws IOException where the target does not say
   */
  State state() throws IOException;

  /**
   * Makes the target equal to a version in one transaction. Where the target is not as it was seen
   * any more, nothing is changed, and the caller looks again.
   *
   * @param seen what {@link #state} said before the caller looked at the lake
   * @throws IOException where the target could not be changed, or it is not known whether it was
   * @throws io.sluice.UserException the same, where asking again would be answered the same
   */
  void reconcile(State seen, PublishedVersion live) throws IOException;

  /**
   * The numbers of the versions that readers of the target were led to at any time since then, the
   * present one among them, as the target itself has recorded it.
   *
   * @throws IOException where the target does not say
   */
  Set<Long> ledTo(Instant since) throws IOException;

  /** The version of the target at the last look at it, by this process; empty before the first. */
  Optional<TargetVersion> lastSeen();

  /** What keeps the target small; empty of a target that needs nothing of the kind. */
  default Optional<Maintenance> maintenance() {
    return Optional.empty();
  }

  @Override
  void close();
}
