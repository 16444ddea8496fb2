package io.sluice.debezium;

import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import org.jspecify.annotations.Nullable;

/** Makes rows of a contract of envelopes. For one thread. */
final class DebeziumDecoder implements ValueDecoder {
  private final RowConverter row;
  private final EnvelopeDecoder envelopes;
  private Outcome.@Nullable Accepted accepted;

  /**
   * @param envelopes puts them into the row's document
   */
  DebeziumDecoder(RowConverter row, EnvelopeDecoder envelopes) {
    this.row = row;
    this.envelopes = envelopes;
  }

  @Override
  public Outcome decode(RecordBytes record) {
    try {
      Outcome skipped = envelopes.read(record);
      return skipped == null ? accepted(row.finish()) : skipped;
    } catch (Rejection e) {
      return new Outcome.Rejected(e);
    }
  }

  /** Mostly the values are in the same place as those of the record before. */
  private Outcome accepted(ColumnValues values) {
    Outcome.Accepted accepted = this.accepted;
    if (accepted == null || accepted.values() != values) {
      accepted = new Outcome.Accepted(values);
      this.accepted = accepted;
    }
    return accepted;
  }
}
