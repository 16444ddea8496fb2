package io.sluice.jsonschema;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RowValues;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import io.sluice.source.SourceRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Schemas, documents of them, and what becomes of these. */
final class TestSchemas {
  static final String AT = "\"at\":\"2026-01-02T03:04:05Z\"";

  private TestSchemas() {}

  /** The schemas that a test registers. */
  static final class Registry implements Schemas {
    private final Map<SchemaId, RegisteredSchema> schemas = new HashMap<>();
    int asked;

    Registry with(int id, String text, RegisteredSchema.Reference... references) {
      return with(
          SchemaId.of(id), new RegisteredSchema(RegisteredSchema.JSON, text, List.of(references)));
    }

    Registry with(SchemaId id, RegisteredSchema schema) {
      schemas.put(id, schema);
      return this;
    }

    @Override
    public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
      asked++;
      RegisteredSchema schema = schemas.get(id);
      if (schema == null) {
        throw new UnknownSchemaException("the registry has no schema " + id);
      }
      return schema;
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
      throw new AssertionError("the quick way failed", failure);
    }
  }

  /** A contract with the required time {@code at} and other columns. */
  static Contract contract(String format, String... columns) {
    StringBuilder yaml =
        new StringBuilder("table: t\ntopic: t\nevent_time: at\nmax_bytes: 100000\nformat: ");
    yaml.append(format).append("\ncolumns:\n  - {name: at, type: timestamp, required: true}\n");
    for (String column : columns) {
      yaml.append("  - {").append(column).append("}\n");
    }
    return ContractParser.parse(yaml.toString(), "c.yaml");
  }

  static byte[] framed(int id, String json) {
    byte[] text = json.getBytes(UTF_8);
    return ByteBuffer.allocate(5 + text.length).put((byte) 0).putInt(id).put(text).array();
  }

  static ValueDecoder decoder(Contract contract, Schemas schemas) {
    return RecordFormat.of(contract).decoder(contract.asRead(), schemas, new Events());
  }

  static Outcome decode(ValueDecoder decoder, byte[] value) {
    return decoder.decode(new SourceRecord("s", 0, 0, -1, null, value, List.of()).bytes());
  }

  /** The row, its values with a bar between them, or why there is none. */
  static String text(Contract contract, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return rejected.reason() + " " + rejected.path() + ": " + rejected.message();
    }
    List<String> values = new ArrayList<>();
    for (Object value :
        new RowValues(contract.columns())
            .row(((Outcome.Accepted) outcome).values(), "s", 0, 0, -1)
            .getValues()
            .subList(1, contract.columns().size())) {
      values.add(String.valueOf(value));
    }
    return String.join("|", values);
  }

  /** What becomes of a document with the event time, of which a schema says something. */
  static String held(String schema, String fields, RegisteredSchema.Reference... references) {
    Contract contract = contract("json_schema");
    return text(
        contract,
        decode(
            decoder(contract, new Registry().with(1, schema, references)),
            framed(1, "{" + AT + (fields.isEmpty() ? "" : "," + fields) + "}")));
  }
}
