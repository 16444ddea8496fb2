package io.sluice.contract;

import java.io.Serializable;
import java.util.List;

/**
 * Which records of a topic are a table's, where several tables share it.
 *
 * @param when all of these hold for a record of the table
 * @param unless of the contracts before it, each their {@code when}: records for which all of one
 *     hold are theirs
 * @param unrouted what becomes of a record that is neither
 * @param hidesOthers whether a dead letter has nothing of a record that may be another table's,
 *     because none takes it, or it cannot be read: another contract of the topic keeps values out
 *     of its dead letters, and this one does not know which they are
 */
public record Choice(
    List<Condition> when, List<List<Condition>> unless, Unrouted unrouted, boolean hidesOthers)
    implements Serializable {
  /** What becomes of records that no contract takes. */
  public enum Unrouted {
    /** A dead letter, UNROUTED. */
    DEAD_LETTER,
    /** They are skipped. */
    SKIP,
    /** A contract behind this one says it; here they are skipped. */
    OTHERS
  }

  /** All records are the table's. */
  public static final Choice ALL = new Choice(List.of(), List.of(), Unrouted.DEAD_LETTER, false);

  public Choice {
    when = List.copyOf(when);
    unless = unless.stream().map(List::copyOf).toList();
  }

  /** Whether a record need not be asked. */
  public boolean isAll() {
    return when.isEmpty() && unless.isEmpty();
  }

  /** The same among contracts of its topic. */
  public Choice among(List<List<Condition>> before, Unrouted others) {
    return new Choice(when, before, others, hidesOthers);
  }

  /** The same beside contracts that keep values out of their dead letters, or that do not. */
  public Choice hidingOthers(boolean hides) {
    return new Choice(when, unless, unrouted, hides);
  }
}
