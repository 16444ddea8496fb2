package io.sluice.json;

import io.sluice.contract.Contract;
import io.sluice.contract.Contract.UnknownFields;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.record.ColumnValues;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes any record against a contract. What the contract does not accept is a {@link Rejection};
 * the answer depends on record and contract alone. Not safe for use by several threads.
 */
final class ExactDecoder implements JsonDecoder.Exact {
  private final RowConverter row;
  private final JsonReader reader;

  /**
   * @param unknownFields told of each field that the contract does not name, as {@code
   *     items[].price}
   */
  ExactDecoder(Contract contract, Consumer<String> unknownFields) {
    this.row = new RowConverter(contract);
    this.reader =
        new JsonReader(
            contract.maxDepth(),
            contract.maxBytes(),
            contract.unknownFields() == UnknownFields.DEAD_LETTER,
            unknownFields);
  }

  @Override
  public ColumnValues decode(byte @Nullable [] document) throws Rejection {
    reader.read(document, row.begin());
    return row.finish();
  }
}
