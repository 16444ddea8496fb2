package io.sluice.decode;

import io.sluice.contract.Positioned;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.record.ColumnValues;

/** What becomes of a record: one of these, whatever it holds. */
public sealed interface Outcome {
  /**
   * It is a row of the table, or several where the contract explodes a list: {@link
   * ColumnValues#rows}, one at least.
   *
   * @param values hold until the next record is decoded
   */
  record Accepted(ColumnValues values) implements Outcome {}

  /**
   * The contract wants no row of it: its position is kept in the log of its date, without a row.
   *
   * @param eventTimeMicros in microseconds since the epoch
   * @param by who said so: the function of the contract's {@code transform}, or what the format
   *     takes the record for, as {@code heartbeat}
   * @param isAtRecordTime whether that is the record's own time, for want of another
   */
  record Skipped(long eventTimeMicros, String by, boolean isAtRecordTime) implements Outcome {
    private static final long OF_RECORD = Long.MIN_VALUE;

    /** One that has an event time. */
    public Skipped(long eventTimeMicros, String by) {
      this(eventTimeMicros, by, false);
    }

    /** One that has no event time of its own: it is kept with the record's time. */
    public static Skipped atRecordTime(String by) {
      return new Skipped(OF_RECORD, by, true);
    }

    /**
     * The same with the time that it is kept with.
     *
     * @param recordTime in milliseconds since the epoch; -1 for none
     */
    Skipped at(long recordTime) {
      return eventTimeMicros == OF_RECORD
          ? new Skipped(Positioned.inRange(recordTime) * 1000, by, true)
          : this;
    }
  }

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

    public Rejected(Rejection rejection) {
      this(rejection.reason(), rejection.path(), rejection.text());
    }

    /** The path without the indexes of lists, as {@code items[].price}. */
    public String pathOfAll() {
      return path.replaceAll("\\[\\d+]", "[]");
    }
  }
}
