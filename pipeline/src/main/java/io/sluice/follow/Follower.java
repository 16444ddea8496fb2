package io.sluice.follow;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What follows one table of a lake: a target outside of it that is to have the same files of each
 * date. It is one process' hold on that target; others may hold it, too.
 *
 * <p>What it keeps, which {@code FollowerContract} tests:
 *
 * <ul>
 *   <li>What it has of a date is written in the target, and nowhere else: another process, or this
 *       one when it is started again, reads the same there. Where somebody has spoilt it or put an
 *       older copy back, {@link #state} says what is there now.
 *   <li>{@link #reconcile} changes the target in one transaction: whoever reads it, or is left with
 *       it after a kill, finds the date as it was or as it is to be.
 *   <li>It goes by the state and not by events: any number of calls, in any order, from any number
 *       of processes, leave the target as the last one found it or made it.
 *   <li>Where it cannot do what it is asked for it throws, and does not return.
 * </ul>
 *
 * <p>Not safe for use by several threads. No call waits for ever: a target that does not answer is
 * an {@link IOException} after a time that the follower chooses.
 */
public interface Follower extends AutoCloseable {
  /**
   * The dates of which the target has something; it may name others, too. A date that the lake has
   * no more is found here.
   *
   * @throws IOException where the target does not say
   */
  Set<LocalDate> dates() throws IOException;

  /**
   * What the target has of a date.
   *
   * @throws IOException where the target does not say
   */
  FollowerState state(LocalDate date) throws IOException;

  /**
   * Makes the target equal to what is live of a date, and touches no other date. Where the target
   * is not as it was seen any more, somebody else was faster and may know better: then nothing is
   * changed, and the caller looks again.
   *
   * @param seen what {@link #state} said before the caller looked at the lake
   * @throws IOException where the target could not be changed, or it is not known whether it was
   * @throws io.sluice.UserException the same, where asking again would be answered the same
   */
  void reconcile(FollowerState seen, PublishedDate live) throws IOException;

  /**
   * What the target has of several dates, as {@link #state} says it of each: one look for all,
   * where the target can.
   *
   * @throws IOException where the target does not say
   */
  default Map<LocalDate, FollowerState> states(Collection<LocalDate> dates) throws IOException {
    Map<LocalDate, FollowerState> states = new TreeMap<>();
    for (LocalDate date : dates) {
      states.put(date, state(date));
    }
    return states;
  }

  /**
   * A date that is to change.
   *
   * @param seen as {@link #reconcile(FollowerState, PublishedDate)} takes it
   */
  record Change(FollowerState seen, PublishedDate live) {}

  /**
   * Does what {@link #reconcile(FollowerState, PublishedDate)} does to each of several dates; in
   * one transaction, where the target can. A date that is not as it was seen is left alone, and
   * keeps none of the others. Where this throws, each date is as it was or as it is to be.
   *
   * @param changes of different dates
   */
  default void reconcile(List<Change> changes) throws IOException {
    for (Change change : changes) {
      reconcile(change.seen(), change.live());
    }
  }

  /**
   * The snapshots of the target, for whoever proves or reads what it was; empty of a target that
   * has only the present, which {@link #state} says.
   */
  default Optional<Snapshots> snapshots() {
    return Optional.empty();
  }

  /**
   * The version of the target at the last look at it, by this process; empty before the first, and
   * of a target that has no versions. Asks the target for nothing.
   */
  default Optional<TargetVersion> lastSeen() {
    return Optional.empty();
  }

  /** What keeps the target small; empty of a target that needs nothing of the kind. */
  default Optional<Maintenance> maintenance() {
    return Optional.empty();
  }

  @Override
  void close();
}
