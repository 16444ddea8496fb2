package io.sluice.follow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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

  /** How many dates are changed in one transaction, where the target can: bounds memory. */
  public static final int AT_ONCE = 100;

  /**
   * So many files are added in one transaction, where not a single date has more: what is to be
   * said of a file is held until it is committed.
   */
  static final int MOST_ADDED = 5_000;

  private final Published lake;
  private final Follower follower;
  private final String name;
  private final Watcher watcher;

  /** Is told what is seen and done, for metrics. */
  interface Watcher {
    /** Of one who does not look. */
    Watcher NONE =
        new Watcher() {
          @Override
          public void compared(LocalDate date, int files) {
            // Nobody counts it.
          }

          @Override
          public void changed() {
            // The same.
          }

          @Override
          public void conflicted() {
            // The same.
          }
        };

    /**
     * A date of the target was compared with the lake.
     *
     * @param files how many it lacks, or has and should not
     */
    void compared(LocalDate date, int files);

    /** The target was changed, in one transaction where it can. */
    void changed();

    /** The target was not as it was seen, or did not stay as it was made. */
    void conflicted();
  }

  /**
   * @param name what the follower is called, for messages
   */
  public Reconcile(Published lake, Follower follower, String name) {
    this(lake, follower, name, Watcher.NONE);
  }

  Reconcile(Published lake, Follower follower, String name, Watcher watcher) {
    this.lake = lake;
    this.follower = follower;
    this.name = name;
    this.watcher = watcher;
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
      if (compare(date, has, live.get())) {
        return Reconciled.between(first, live.get());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while following " + date);
      }
      follower.reconcile(has, live.get());
      FollowerState now = follower.state(date);
      tell(List.of(new Follower.Change(has, live.get())), Map.of(date, now));
      has = now;
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

  /** Whether a date is equal. */
  private boolean compare(LocalDate date, FollowerState has, PublishedDate live) {
    Reconciled difference = Reconciled.between(has, live);
    watcher.compared(date, difference.added().size() + difference.removed().size());
    return difference.isNothing();
  }

  /** What has come of a change, by the look behind it. */
  private void tell(List<Follower.Change> changes, Map<LocalDate, FollowerState> now) {
    boolean isMade = false;
    boolean isOthers = false;
    for (Follower.Change change : changes) {
      FollowerState state = Objects.requireNonNull(now.get(change.live().date()));
      boolean isEqual = Reconciled.between(state, change.live()).isNothing();
      isMade |= isEqual;
      isOthers |= !isEqual;
    }
    if (isMade) {
      watcher.changed();
    }
    if (isOthers) {
      watcher.conflicted();
    }
  }

  /**
   * What became of a date.
   *
   * @param done what was done; null where it failed
   * @param failed why it could not be made equal; null where it was
   */
  public record Outcome(@Nullable Reconciled done, @Nullable Exception failed) {}

  /** Asked before each change: whether to go on. */
  public interface Check {
    /**
     * @throws InterruptedIOException where not
     */
    void check() throws InterruptedIOException;
  }

  /**
   * Makes the follower equal to what is live of several dates, together as far as it goes: where
   * the target can, {@link #AT_ONCE} of them are one transaction, or fewer where they have many
   * files. What holds up one of them holds up no other.
   *
   * @return what became of each
   * @throws InterruptedIOException where the check says so
   */
  public Map<LocalDate, Outcome> dates(Collection<LocalDate> dates, Check check)
      throws InterruptedIOException {
    Map<LocalDate, Outcome> outcomes = new TreeMap<>();
    List<LocalDate> all = List.copyOf(new TreeSet<>(dates));
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      together(all.subList(from, Math.min(from + AT_ONCE, all.size())), check, outcomes);
    }
    return outcomes;
  }

  private void together(List<LocalDate> dates, Check check, Map<LocalDate, Outcome> outcomes)
      throws InterruptedIOException {
    Map<LocalDate, FollowerState> first = new TreeMap<>();
    // After a change each is looked at once more, as ever; what has moved meanwhile is for the loop
    // of a single date.
    List<Follower.Change> made = List.of();
    for (int round = 0; round < 2; round++) {
      check.check();
      List<LocalDate> left = left(dates, outcomes);
      Map<LocalDate, FollowerState> has;
      try {
        has = follower.states(left);
      } catch (IOException | RuntimeException e) {
        break;
      }
      has.forEach(first::putIfAbsent);
      if (!made.isEmpty()) {
        tell(made, has);
      }
      List<Follower.Change> changes = new ArrayList<>();
      for (LocalDate date : left) {
        look(
                date,
                Objects.requireNonNull(first.get(date)),
                Objects.requireNonNull(has.get(date)),
                outcomes)
            .ifPresent(changes::add);
      }
      if (changes.isEmpty() || round > 0) {
        break;
      }
      made = change(changes, check);
    }
    // Where one of them was the reason, each says alone what is the matter with it.
    for (LocalDate date : left(dates, outcomes)) {
      check.check();
      try {
        outcomes.put(date, new Outcome(date(date), null));
      } catch (IOException | RuntimeException e) {
        outcomes.put(date, new Outcome(null, e));
      }
    }
  }

  /**
   * Changes dates until one transaction fails: which of them were, the next look says.
   *
   * @return those of the transactions that did not fail
   */
  private List<Follower.Change> change(List<Follower.Change> changes, Check check)
      throws InterruptedIOException {
    List<Follower.Change> made = new ArrayList<>();
    List<Follower.Change> some = new ArrayList<>();
    int added = 0;
    for (int i = 0; i < changes.size(); i++) {
      Follower.Change one = changes.get(i);
      some.add(one);
      added += added(one);
      if (i + 1 < changes.size() && added + added(changes.get(i + 1)) <= MOST_ADDED) {
        continue;
      }
      check.check();
      try {
        follower.reconcile(List.copyOf(some));
      } catch (IOException | RuntimeException e) {
        return made;
      }
      made.addAll(some);
      some.clear();
      added = 0;
    }
    return made;
  }

  private static int added(Follower.Change change) {
    return Reconciled.between(change.seen(), change.live()).added().size();
  }

  private static List<LocalDate> left(List<LocalDate> dates, Map<LocalDate, Outcome> outcomes) {
    return dates.stream().filter(date -> !outcomes.containsKey(date)).toList();
  }

  /** What is to change of a date; empty where its outcome is there. */
  private Optional<Follower.Change> look(
      LocalDate date, FollowerState first, FollowerState has, Map<LocalDate, Outcome> outcomes) {
    try {
      Optional<PublishedDate> live = lake.date(date);
      if (live.isEmpty()) {
        outcomes.put(date, new Outcome(Reconciled.UNPUBLISHED, null));
      } else if (compare(date, has, live.get())) {
        outcomes.put(date, new Outcome(Reconciled.between(first, live.get()), null));
      } else {
        return Optional.of(new Follower.Change(has, live.get()));
      }
    } catch (IOException | RuntimeException e) {
      outcomes.put(date, new Outcome(null, e));
    }
    return Optional.empty();
  }

  /** What {@link #date} would do now, without doing it. */
  public Reconciled wouldBe(LocalDate date) throws IOException {
    FollowerState has = follower.state(date);
    return lake.date(date)
        .map(live -> Reconciled.between(has, live))
        .orElse(Reconciled.UNPUBLISHED);
  }
}
