package io.sluice.raw;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.KeySpec;
import io.sluice.convert.RowConverter;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import java.util.List;
import java.util.Optional;

/** Bytes: a record's value may be anything, and the field {@code value} is all of it. */
public final class BytesFormat implements RecordFormat {
  @Override
  public String name() {
    return "bytes";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of();
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    RawDecoder.check(contract);
    for (Column column : contract.columns()) {
      if (column.reading().isOfValue()
          && column.type() != Scalar.BYTES
          && column.type() != Scalar.UUID) {
        throw ContractException.ofColumn(
            contract,
            column,
            "reads a value of format bytes, which is bytes, or a uuid in its 16 bytes:"
                + " write another type, or format: string for texts");
      }
    }
    return new RawDecoder(
        new RowConverter(contract),
        (array, start, length, converter) -> converter.bytes(array, start, length));
  }

  /** Bytes are base64 there, as in any document. */
  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    return Optional.of(JsonNodeFactory.instance.objectNode().put(RawDecoder.FIELD, value));
  }

  @Override
  public boolean isOneValue() {
    return true;
  }
}
