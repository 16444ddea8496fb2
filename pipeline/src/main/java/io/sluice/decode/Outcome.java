package io.sluice.decode;

import io.sluice.deadletter.Reason;
import io.sluice.record.ColumnValues;

/** What becomes of a record: one of these, whatever it holds. */
public sealed interface Outcome {
  /**
   * It is a row of the table.
   *
   * @param values hold until the next record is decoded
   */
  record Accepted(ColumnValues values) implements Outcome {}

  /**
   * The contract wants no row of it: its position is kept in the log of its date, without a row.
   *
   * @param eventTimeMicros in microseconds since the epoch
   * @param by the function of the contract's {@code transform} that said so
   */
  record Skipped(long eventTimeMicros, String by) implements Outcome {}

  /**
   * It is a dead letter.
   *
   * @param path the path of the offending value, as {@code items[2].price}; empty where the whole
   *     record is meant
   * @param message what is wrong, in at most 500 characters
   */
  record Rejected(Reason reason, String path, String message) implements Outcome {
    private static final int LONGEST_MESSAGE = 500;

    public Rejected {
      message =
          message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message;
    }

    /** The path without the indexes of lists, as {@code items[].price}. */
    public String pathOfAll() {
      return path.replaceAll("\\[\\d+]", "[]");
    }
  }
}
