package io.sluice.decode;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.convert.Rejection;
import io.sluice.record.ColumnValues;
import io.sluice.schema.Schemas;
import io.sluice.source.SourceRecord;
import java.util.List;
import java.util.stream.IntStream;

/** The columns that are parts of a record's key, by the format that keys have. */
final class KeyColumns {
  private final ValueDecoder decoder;
  private final int[] columns;

  /**
   * @param contract one whose keys have a format
   */
  KeyColumns(Contract contract, Schemas schemas, DecodeEvents events) {
    Contract keys = contract.asKeyRead();
    this.decoder = decoder(keys, schemas, events.withoutUnknownFields());
    this.columns =
        IntStream.range(0, contract.columns().size())
            .filter(i -> contract.columns().get(i).reading().isOfKey())
            .toArray();
  }

  private static ValueDecoder decoder(Contract keys, Schemas schemas, DecodeEvents events) {
    try {
      return RecordFormat.of(keys).decoder(keys, schemas, events);
    } catch (UserException e) {
      throw ContractException.within("key_format", e);
    }
  }

  /**
   * Adds them to a row; none where there is no key.
   *
   * @throws Rejection where the key is not of the format, or has what does not fit
   */
  void addTo(ColumnValues values, byte[] key) throws Rejection {
    Outcome outcome = decoder.decode(new SourceRecord("", 0, 0, -1, null, key, List.of()).bytes());
    if (outcome instanceof Outcome.Rejected rejected) {
      throw new Rejection(rejected.reason(), rejected.path(), rejected.message()).within("key");
    }
    if (outcome instanceof Outcome.Accepted accepted) {
      for (int column : columns) {
        values.set(column, accepted.values(), column);
      }
    }
  }
}
