package io.sluice.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.Contract;
import io.sluice.contract.KeySpec;
import io.sluice.convert.Rejection;
import io.sluice.convert.Timestamps;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.EncodedValues;
import io.sluice.record.RowValues;
import io.sluice.schema.Schemas;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** A record is a line of values with a delimiter between, one for each column of the contract. */
public final class LinesFormat implements RecordFormat {
  @Override
  public String name() {
    return "lines";
  }

  @Override
  public List<KeySpec> keys() {
    return List.of(
        KeySpec.optional(
            "delimiter", KeySpec.Type.TEXT, "|", "What stands between two values.", ";"));
  }

  @Override
  public ValueDecoder decoder(Contract contract, Schemas schemas, DecodeEvents events) {
    for (Column column : contract.columns()) {
      if (column.type() != Scalar.STRING && !(column.type() instanceof Timestamp)) {
        throw new UserException(
            "format lines has strings and timestamps, not column " + column.name());
      }
    }
    RowValues rows = new RowValues(contract.columns());
    return record -> {
      byte[] value = record.value();
      try {
        return new Outcome.Accepted(rows.of(values(value, contract)));
      } catch (Rejection e) {
        return new Outcome.Rejected(e);
      }
    };
  }

  private static Object[] values(byte[] value, Contract contract) throws Rejection {
    if (value == null || value.length == 0) {
      throw new Rejection(Reason.EMPTY, "", "the record has no value");
    }
    String[] texts = split(value, contract);
    if (texts.length != contract.columns().size()) {
      throw new Rejection(
          Reason.MALFORMED, "", texts.length + " values, not " + contract.columns().size());
    }
    Object[] values = new Object[texts.length];
    for (int i = 0; i < texts.length; i++) {
      Column column = contract.columns().get(i);
      if (texts[i].isEmpty()) {
        if (column.required()) {
          throw new Rejection(Reason.MISSING_FIELD, column.name(), "required, and empty");
        }
      } else if (column.type() == Scalar.STRING) {
        values[i] = texts[i];
      } else {
        OptionalLong micros = Timestamps.iso8601(texts[i]);
        if (micros.isEmpty()) {
          throw new Rejection(
              i == contract.eventTime() ? Reason.BAD_EVENT_TIME : Reason.WRONG_TYPE,
              column.name(),
              "no time with an offset");
        }
        values[i] = EncodedValues.instant(micros.getAsLong());
      }
    }
    return values;
  }

  private static String[] split(byte[] value, Contract contract) {
    return new String(value, UTF_8)
        .split(Pattern.quote(contract.format().keys().text("delimiter")), -1);
  }

  @Override
  public Optional<JsonNode> document(byte[] value, Contract contract, Schemas schemas) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    String[] texts = split(value, contract);
    for (int i = 0; i < texts.length; i++) {
      document.put("value_" + (i + 1), texts[i]);
    }
    return Optional.of(document);
  }
}
