package io.sluice.raw;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.contract.Contract;
import io.sluice.contract.KeySpec;
import io.sluice.convert.Converter;
import io.sluice.convert.Rejection;
import io.sluice.convert.RowConverter;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.Utf8;
import io.sluice.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Texts in UTF-8: a record's value is one, and the field {@code value} is all of it. */
public final class StringFormat implements RecordFormat {
  @Override
  public String name() {
    return "string";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of();
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    RawDecoder.check(contract);
    return new RawDecoder(RowConverter.ofTexts(contract), StringFormat::give);
  }

  private static void give(byte[] array, int start, int length, Converter to) throws Rejection {
    if (!Utf8.isValid(array, start, start + length)) {
      throw new Rejection(Reason.NOT_UTF8, "", "the string is not UTF-8");
    }
    to.text(array, start, length);
  }

  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    return Utf8.isValid(value)
        ? Optional.of(
            JsonNodeFactory.instance
                .objectNode()
                .put(RawDecoder.FIELD, new String(value, StandardCharsets.UTF_8)))
        : Optional.empty();
  }

  @Override
  public boolean isOneValue() {
    return true;
  }
}
