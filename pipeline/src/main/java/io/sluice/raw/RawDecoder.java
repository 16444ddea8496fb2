package io.sluice.raw;

import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.convert.Converter;
import io.sluice.convert.Field;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RecordBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives a record's value, as it is, to the column that reads the field {@link #FIELD}. */
final class RawDecoder implements ValueDecoder {
  /** What a path calls a record's whole value. */
  static final String FIELD = "value";

  /** Gives a value to the column as what it is, or refuses it. */
  interface Giving {
    void give(byte[] array, int start, int length, Converter to) throws Rejection;
  }

  private final RowConverter row;
  private final @Nullable Field field;
  private final Giving giving;

  RawDecoder(RowConverter row, Giving giving) {
    this.row = row;
    this.field = row.document().field(FIELD);
    this.giving = giving;
  }

  /**
   * Checks that a contract asks for the value alone, once at most.
   *
   * @throws ContractException where it asks for more
   */
  static void check(Contract contract) {
    String format = contract.format().name();
    Column first = null;
    for (Column column : contract.columns()) {
      if (!column.reading().isOfValue()) {
        continue;
      }
      if (!column.path().equals(List.of(FIELD))) {
        throw ContractException.ofColumn(
            contract,
            column,
            "reads "
                + String.join(".", column.path())
                + ", and a record of format "
                + format
                + " has nothing but its whole value: write path: "
                + FIELD);
      }
      if (first != null) {
        throw ContractException.ofColumn(
            contract,
            column,
            "reads the value, as column '"
                + first.name()
                + "' does, and format "
                + format
                + " gives it to one column: drop one of them");
      }
      first = column;
    }
  }

  @Override
  public Outcome decode(RecordBytes record) {
    try {
      if (!record.hasValue()) {
        throw new Rejection(Reason.EMPTY, "", "the record has no value (a tombstone)");
      }
      row.begin();
      if (field != null) {
        try {
          giving.give(record.array(), record.valueStart(), record.valueLength(), field.converter());
        } catch (Rejection e) {
          throw e.within(FIELD);
        }
      }
      return new Outcome.Accepted(row.finish());
    } catch (Rejection e) {
      return new Outcome.Rejected(e);
    }
  }
}
