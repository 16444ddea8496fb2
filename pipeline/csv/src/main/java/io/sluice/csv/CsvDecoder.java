package io.sluice.csv;

import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import org.jspecify.annotations.Nullable;

/** Decodes messages of one row each. For one thread. */
final class CsvDecoder implements ValueDecoder {
  private final Messages messages;
  private Outcome.@Nullable Accepted accepted;

  CsvDecoder(Messages messages) {
    this.messages = messages;
  }

  @Override
  public Outcome decode(RecordBytes record) {
    try {
      if (!record.hasValue()) {
        throw new Rejection(Reason.EMPTY, "", "the record has no value (a tombstone)");
      }
      int start = record.valueStart();
      RowReader reader = messages.take(record.array(), start, start + record.valueLength());
      return accepted(reader.read(messages.row()));
    } catch (Rejection e) {
      return new Outcome.Rejected(e);
    }
  }

  /** The values are in the same place as those of the record before. */
  private Outcome accepted(ColumnValues values) {
    Outcome.Accepted accepted = this.accepted;
    if (accepted == null || accepted.values() != values) {
      accepted = new Outcome.Accepted(values);
      this.accepted = accepted;
    }
    return accepted;
  }
}
