package io.sluice.debezium;

import io.sluice.convert.Converter;
import io.sluice.convert.Field;
import io.sluice.convert.Fields;
import io.sluice.convert.Ignored;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one record's envelope has said so far: what has happened, and when. For one thread. */
final class Change {
  /** There is no value: a marker for Kafka's compaction, behind a delete. */
  static final Outcome TOMBSTONE = Outcome.Skipped.atRecordTime("tombstone");

  private static final Outcome HEARTBEAT = Outcome.Skipped.atRecordTime("heartbeat");
  private static final Outcome TRANSACTION = Outcome.Skipped.atRecordTime("transaction");
  private static final Outcome SCHEMA_CHANGE = Outcome.Skipped.atRecordTime("schema change");
  private static final Outcome NOTIFICATION = Outcome.Skipped.atRecordTime("notification");
  private static final Outcome TRUNCATE = Outcome.Skipped.atRecordTime("truncate");
  private static final Outcome MESSAGE = Outcome.Skipped.atRecordTime("message");

  private static final int LONGEST_OP = 20;

  final Clock time = new Clock();
  final Clock sourceTime = new Clock();
  final Seen after = new Seen();
  final Seen before = new Seen();

  /** A field that no heartbeat has. */
  final Seen another = new Seen();

  private final Seen op = new Seen();
  private final Seen status = new Seen();
  private final Seen ddl = new Seen();
  private final Seen notification = new Seen();
  private final Field other = Field.of("", another);
  private final boolean truncatesAreRows;
  private byte[] opText = {};

  /**
   * @param truncatesAreRows whether a truncate is a row without values, and not skipped
   */
  Change(boolean truncatesAreRows) {
    this.truncatesAreRows = truncatesAreRows;
  }

  /** Begins a record. */
  void begin() {
    time.begin();
    sourceTime.begin();
    for (Seen seen : new Seen[] {after, before, op, status, ddl, notification, another}) {
      seen.reset();
    }
    opText = new byte[0];
  }

  /** Where a field of the envelope goes that tells what the record is; of any other name, too. */
  Field field(String name) {
    return switch (name) {
      case "op" -> Field.of(name, new Op());
      case "ts_ms" -> Field.of(name, time.of(1_000));
      case "ts_us" -> Field.of(name, time.of(1_000_000));
      case "ts_ns" -> Field.of(name, time.of(1_000_000_000));
      case "status" -> Field.of(name, status);
      case "ddl", "tableChanges" -> Field.of(name, ddl);
      case "aggregate_type" -> Field.of(name, notification);
      default -> other;
    };
  }

  /** Remembers whether it was given a value that is not null. */
  static final class Seen extends Ignored {
    private boolean isSeen;

    boolean isSeen() {
      return isSeen;
    }

    void reset() {
      isSeen = false;
    }

    @Override
    protected void taken() {
      isSeen = true;
    }
  }

  private final class Op extends Converter {
    Op() {
      super(Reason.MALFORMED, "the letter of an operation");
    }

    @Override
    public void nothing() {}

    @Override
    public void text(byte[] utf8, int start, int length) throws Rejection {
      if (length > LONGEST_OP) {
        super.text(utf8, start, length);
      }
      op.taken();
      opText = Arrays.copyOfRange(utf8, start, start + length);
    }
  }

  /**
   * What becomes of a record that is no row: null where it may be one.
   *
   * @throws Rejection where it is no envelope
   */
  @Nullable Outcome skipped() throws Rejection {
    if (!op.isSeen()) {
      if (status.isSeen()) {
        return TRANSACTION;
      }
      if (ddl.isSeen()) {
        return SCHEMA_CHANGE;
      }
      if (notification.isSeen()) {
        return NOTIFICATION;
      }
      if (time.hasTime() && !another.isSeen() && !after.isSeen() && !before.isSeen()) {
        return HEARTBEAT;
      }
      throw malformed("op", "no envelope of Debezium: it does not say which operation (op) it is");
    }
    return switch (op()) {
      case 'c', 'u', 'r' -> {
        require(after, "after");
        yield null;
      }
      case 'd' -> {
        if (after.isSeen()) {
          throw malformed("after", "the row was deleted (op is d), and has a state after that");
        }
        yield null;
      }
      case 't' -> {
        if (truncatesAreRows) {
          yield null;
        }
        yield TRUNCATE;
      }
      case 'm' -> MESSAGE;
      default ->
          throw malformed(
              "op", "op is '" + new String(opText, StandardCharsets.UTF_8) + "', not c, u, d or r");
    };
  }

  private int op() {
    return opText.length == 1 ? opText[0] : 0;
  }

  boolean isDelete() {
    return op() == 'd';
  }

  /** Requires that a deleted row was there. */
  void requireBefore() throws Rejection {
    require(before, "before");
  }

  private void require(Seen row, String name) throws Rejection {
    if (!row.isSeen()) {
      throw malformed(name, "op is " + (char) op() + ", and there is no " + name);
    }
  }

  private static Rejection malformed(String path, String what) {
    return new Rejection(Reason.MALFORMED, path, what);
  }

  /** Gives what was said of the change to the fields of a document. */
  void finish(Fields document) throws Rejection {
    Field wanted = document.field("_op");
    if (wanted != null) {
      give("_op", to -> to.text(opText, 0, opText.length), wanted);
    }
    time.give("_ts", document);
    sourceTime.give("_source_ts", document);
  }

  /** What a converter is to be given. */
  private interface Value {
    void to(Converter converter) throws Rejection;
  }

  private static void give(String name, Value value, Field to) throws Rejection {
    try {
      value.to(to.converter());
    } catch (Rejection e) {
      throw e.within(name);
    }
  }

  /** A time that is said in several units: the finest holds. */
  static final class Clock {
    private long finest;
    private long units;

    void begin() {
      finest = 0;
    }

    boolean hasTime() {
      return finest > 0;
    }

    /** Takes the time in one of its units. */
    Converter of(long perSecond) {
      return new Converter(Reason.WRONG_TYPE, "a time as a whole number") {
        @Override
        public void nothing() {}

        @Override
        public void integer(long value) {
          if (perSecond > finest) {
            finest = perSecond;
            units = value;
          }
        }

        @Override
        public void instant(long seconds, int nanos) throws Rejection {
          if (Math.abs(seconds) > Long.MAX_VALUE / 2_000_000_000L) {
            super.instant(seconds, nanos);
          }
          integer(seconds * perSecond + nanos / (1_000_000_000L / perSecond));
        }
      };
    }

    private void give(String name, Fields document) throws Rejection {
      Field wanted = document.field(name);
      if (wanted != null && hasTime()) {
        Change.give(name, to -> Times.give(to, units, finest), wanted);
      }
    }
  }
}
