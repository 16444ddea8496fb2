package io.sluice.erase;

import java.util.HashSet;
import java.util.Set;

/** Which of the keys any row had so far. It says how many, and never which. For one thread. */
public final class FoundKeys {
  private final Set<Object> keys = new HashSet<>();

  /** Adds those that some rows have. */
  public void add(MatchingRows rows) {
    add(rows.found());
  }

  void add(Set<Object> found) {
    keys.addAll(found);
  }

  /** How many there are. */
  public int size() {
    return keys.size();
  }

  @Override
  public String toString() {
    return keys.size() + (keys.size() == 1 ? " key" : " keys");
  }
}
