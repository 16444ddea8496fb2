package io.sluice.follow;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a follower's target has of a date.
 *
 * @param files their names, without folders; one that no lake has means that the target holds
 *     something that is to go
 */
public record FollowerState(Set<String> files) {
  public static final FollowerState NOTHING = new FollowerState(Set.of());

  public FollowerState {
    files = Collections.unmodifiableSet(new TreeSet<>(files));
  }
}
