package io.sluice.jsonschema;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.contract.ContractException;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Framing;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Has a document decoded as JSON, and then holds it against the schema that it was written with: so
 * what JSON refuses is refused in JSON's words. For one thread.
 */
final class JsonSchemaDecoder implements ValueDecoder {
  /** A topic has a few at a time. */
  private static final int MOST_KEPT = 100;

  private final ValueDecoder json;
  private final Schemas schemas;
  private final Framing framing;
  private final Unframed unframed = new Unframed();
  private final Budget budget = new Budget();

  /** By the schemas' ids, the one that was used longest ago first. */
  private final Map<SchemaId, Compiled> compiled =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SchemaId, Compiled> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private @Nullable Compiled last;

  /** A schema, or why it is none. */
  private record Compiled(
      SchemaId id, @Nullable CompiledSchema schema, @Nullable Rejection rejection) {}

  /**
   * @param json decodes what stands behind the frame
   */
  JsonSchemaDecoder(ValueDecoder json, Schemas schemas, Framing framing) {
    this.json = json;
    this.schemas = schemas;
    this.framing = framing;
  }

  /**
   * Has all records be of one schema, the contract's own.
   *
   * @throws ContractException where it is none
   */
  void useAlways(String text) {
    RegisteredSchema own = new RegisteredSchema(RegisteredSchema.JSON, text, List.of());
    try {
      last =
          new Compiled(
              framing.id(),
              new CompiledSchema(own, "the schema of format json_schema", budget),
              null);
    } catch (Rejection e) {
      throw new ContractException("format", e.text(), e);
    }
  }

  @Override
  public Outcome decode(RecordBytes record) {
    try {
      framing.read(record);
      unframed.set(framing);
      Outcome outcome = json.decode(unframed);
      if (!(outcome instanceof Outcome.Accepted)) {
        return outcome;
      }
      CompiledSchema schema = schema(framing.id());
      int length = unframed.valueLength();
      JsonNode document = Documents.parse(unframed.array(), unframed.valueStart(), length);
      schema.validate(document, length);
      return outcome;
    } catch (Rejection e) {
      return new Outcome.Rejected(e);
    }
  }

  private CompiledSchema schema(SchemaId id) throws Rejection {
    Compiled one = last;
    if (one == null || !one.id.equals(id)) {
      one = compiled.get(id);
      if (one == null) {
        one = compile(id);
        compiled.put(id, one);
      }
      last = one;
    }
    if (one.rejection != null) {
      throw one.rejection;
    }
    return Objects.requireNonNull(one.schema);
  }

  private Compiled compile(SchemaId id) throws Rejection {
    RegisteredSchema registered;
    try {
      registered = schemas.get(id);
    } catch (UnknownSchemaException e) {
      throw new Rejection(Reason.SCHEMA_NOT_FOUND, "", String.valueOf(e.getMessage()));
    }
    try {
      return new Compiled(
          id, new CompiledSchema(registered, "the record's schema " + id, budget), null);
    } catch (Rejection e) {
      return new Compiled(id, null, e);
    }
  }
}
