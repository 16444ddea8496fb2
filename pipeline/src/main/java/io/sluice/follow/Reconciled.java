package io.sluice.follow;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a follower was made to have of a date, or of a table without dates, or would be.
 *
 * @param version of the manifest that it is equal to, or of the table without dates; 0 where the
 *     lake has nothing of the date, or has not said yet what
 * @param published whether the lake has said what is live; else the follower was left alone
 * @param added names of files that it had not
 * @param removed names of files that it has no more
 * @param unchanged how many it had and has
 */
public record Reconciled(
    long version, boolean published, Set<String> added, Set<String> removed, int unchanged) {
  /** Of a date that the lake has not published. */
  static final Reconciled UNPUBLISHED = new Reconciled(0, false, Set.of(), Set.of(), 0);

  static Reconciled between(FollowerState has, PublishedDate live) {
    return between(has.files(), live, live.version());
  }

  static Reconciled between(Set<String> has, PublishedFiles live, long version) {
    Set<String> names = live.names();
    Set<String> added = new TreeSet<>(names);
    added.removeAll(has);
    Set<String> removed = new TreeSet<>(has);
    removed.removeAll(names);
    return new Reconciled(version, true, added, removed, names.size() - added.size());
  }

  /** How many files it has. */
  public int files() {
    return added.size() + unchanged;
  }

  /** Whether it was equal already. */
  public boolean isNothing() {
    return added.isEmpty() && removed.isEmpty();
  }
}
