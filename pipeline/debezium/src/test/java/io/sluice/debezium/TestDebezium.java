package io.sluice.debezium;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RowValues;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import io.sluice.source.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Envelopes, and what becomes of them. */
final class TestDebezium {
  private TestDebezium() {}

  /** The schemas that a test registers. */
  static final class Registry implements Schemas {
    private final List<String> schemas = new ArrayList<>();

    /** The id of a schema of Avro, which is registered where it is not yet. */
    int id(String schema) {
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      return schemas.indexOf(schema) + 1;
    }

    @Override
    public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
      if (id.isUuid() || id.low() < 1 || id.low() > schemas.size()) {
        throw new UnknownSchemaException("the registry has no schema " + id);
      }
      return new RegisteredSchema(
          RegisteredSchema.AVRO, schemas.get((int) id.low() - 1), List.of());
    }

    @Override
    public RegisteredSchema latest(String subject) throws UnknownSchemaException {
      throw new UnknownSchemaException("the registry has no subject " + subject);
    }
  }

  /** Remembers the unknown fields that it is told of. */
  static final class Events implements DecodeEvents {
    final List<String> unknown = new ArrayList<>();

    @Override
    public void unknownField(String path) {
      unknown.add(path);
    }

    @Override
    public void quickWayFailed(Throwable failure) {
      throw new AssertionError("there is one way alone", failure);
    }
  }

  /**
   * A contract whose event time is that of the database.
   *
   * @param keys of the format, each behind a comma
   * @param more lines of the contract
   */
  static Contract contract(String keys, String more, List<String> columns) {
    return ContractParser.parse(
        """
        table: rows
        topic: rows
        format: {name: debezium%s}
        event_time: changed_at
        max_bytes: 1000000
        %s
        columns:
          - {name: changed_at, path: _source_ts, type: timestamp, required: true}
        %s
        """
            .formatted(
                keys,
                more,
                String.join("\n", columns.stream().map(c -> "  - {" + c + "}").toList())),
        "rows.yaml");
  }

  static Contract contract(String keys, String... columns) {
    return contract(keys, "", List.of(columns));
  }

  static ValueDecoder decoder(Contract contract) {
    return new DebeziumFormat().decoder(contract, Schemas.NONE, new Events());
  }

  static Outcome decode(ValueDecoder decoder, byte @Nullable [] value) {
    return decoder.decode(new SourceRecord("s", 0, 0, -1, null, value, List.of()).bytes());
  }

  static Outcome decode(Contract contract, String json) {
    return decode(decoder(contract), json.getBytes(StandardCharsets.UTF_8));
  }

  /** The values of what is accepted, by column. */
  static Map<String, @Nullable Object> row(Contract contract, Outcome outcome) {
    Outcome.Accepted accepted =
        assertInstanceOf(Outcome.Accepted.class, outcome, () -> String.valueOf(outcome));
    List<Object> values =
        new RowValues(contract.columns()).row(accepted.values(), "s", 0, 0, -1).getValues();
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    for (int i = 0; i < contract.columns().size(); i++) {
      row.put(contract.columns().get(i).name(), values.get(i));
    }
    return row;
  }

  /** The value of column {@code v} in a row that a contract of that column accepts. */
  static @Nullable Object value(Contract contract, String json) {
    return row(contract, decode(contract, json)).get("v");
  }

  /** What becomes of a record that is none, as a text. */
  static String refused(Contract contract, String json) {
    Outcome outcome = decode(contract, json);
    if (outcome instanceof Outcome.Skipped skipped) {
      return "skipped: " + skipped.by();
    }
    Outcome.Rejected rejected =
        assertInstanceOf(Outcome.Rejected.class, outcome, () -> String.valueOf(outcome));
    return rejected.reason() + " " + rejected.path() + ": " + rejected.message();
  }

  /** Confluent's frame before a datum. */
  static byte[] framed(int id, byte[] datum) {
    return ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array();
  }
}
