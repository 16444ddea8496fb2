package io.sluice.avro;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.ColumnValues;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Framing;
import io.sluice.schema.Schemas;
import org.jspecify.annotations.Nullable;

/** Decodes records by the plan of the schema that each was written with. For one thread. */
final class AvroDecoder implements ValueDecoder {
  private final RowConverter row;
  private final AvroRecords<Plan> records;
  private Outcome.@Nullable Accepted accepted;

  AvroDecoder(Contract contract, Framing.Kind kind, Schemas schemas, DecodeEvents events) {
    this.row = new RowConverter(contract);
    boolean refusesUnknown = contract.unknownFields() == UnknownFields.DEAD_LETTER;
    this.records =
        new AvroRecords<>(
            contract,
            kind,
            schemas,
            (schema, what) ->
                new Plan(schema, what, row.document(), refusesUnknown, events::unknownField));
  }

  /**
   * Has all records be of one schema, the contract's own.
   *
   * @throws UserException where no record of it can be read
   */
  void useAlways(String text) {
    records.useAlways(text, "avro");
  }

  @Override
  public Outcome decode(RecordBytes record) {
    try {
      Plan plan = records.begin(record);
      row.begin();
      plan.read(records.datum());
      return accepted(row.finish());
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
