package io.sluice.transform;

import java.util.Objects;

/** What a {@link RowStep} says of a row. */
public sealed interface Verdict {
  /** There is a row. */
  Verdict KEEP = new Keep();

  /** There is to be no row, and that is right: the record's position is kept as skipped. */
  Verdict SKIP = new Skip();

  /**
   * There is to be no row, and somebody should look: the record becomes a dead letter.
   *
   * @param column the name of the offending column, empty where the whole row is meant
   * @param message what is wrong
   */
  static Verdict reject(String column, String message) {
    return new Reject(column, message);
  }

  /** As {@link #KEEP}. */
  record Keep() implements Verdict {}

  /** As {@link #SKIP}. */
  record Skip() implements Verdict {}

  /** As {@link #reject}. */
  record Reject(String column, String message) implements Verdict {
    public Reject {
      Objects.requireNonNull(column, "a rejection without a column: empty is the whole row");
      Objects.requireNonNull(message, "a rejection without a message");
    }
  }
}
