package io.sluice.avro;

import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.convert.Rejection;
import io.sluice.deadletter.Reason;
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
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Finds for each record what was made of the schema that it was written with. That is made once for
 * a schema, and kept while it is used. For one thread.
 *
 * @param <P> what is made of a schema
 */
public final class AvroRecords<P> {
  /** Each may have some hundred kilobytes; a topic has a few at a time. */
  private static final int MOST_PLANS = 100;

  /** Makes of a schema what its records are read by. */
  @FunctionalInterface
  public interface Planner<P> {
    /**
     * @param what the schema, as messages call it
     * @throws Rejection where no record of it can be read, {@link Reason#UNUSABLE_SCHEMA}
     */
    P plan(Schema writer, String what) throws Rejection;
  }

  private final Schemas schemas;
  private final Planner<P> planner;
  private final Framing framing;
  private final AvroBytes in;

  /** By the schemas' ids, the one that was used longest ago first. */
  private final Map<SchemaId, Planned<P>> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SchemaId, Planned<P>> eldest) {
          return size() > MOST_PLANS;
        }
      };

  private @Nullable Planned<P> last;

  /** The plan of a schema, or why it cannot be read. */
  private record Planned<P>(SchemaId id, @Nullable P plan, @Nullable Rejection rejection) {}

  public AvroRecords(Contract contract, Framing.Kind kind, Schemas schemas, Planner<P> planner) {
    this.schemas = schemas;
    this.planner = planner;
    this.framing = new Framing(kind, contract.maxBytes());
    this.in = new AvroBytes(contract.maxDepth());
  }

  /**
   * Has all records be of one schema, the contract's own.
   *
   * @param format the format's name, as the message has it
   * @throws ContractException where no record of it can be read
   */
  public void useAlways(String text, String format) {
    String what = "the schema of format " + format;
    RegisteredSchema own = new RegisteredSchema(RegisteredSchema.AVRO, text, List.of());
    try {
      last = new Planned<>(framing.id(), planner.plan(AvroSchemas.parse(own, what), what), null);
    } catch (Rejection e) {
      throw new ContractException("format", e.text(), e);
    }
  }

  /**
   * Begins a record: {@link #datum} is then at its beginning.
   *
   * @return the plan of its schema
   * @throws Rejection where its frame, or its schema, is none
   */
  public P begin(RecordBytes record) throws Rejection {
    framing.read(record);
    P plan = plan(framing.id());
    beginAgain();
    return plan;
  }

  /** Begins the same record once more. */
  public void beginAgain() {
    in.begin(framing.array(), framing.start(), framing.end());
  }

  /** The bytes of the record. */
  public AvroBytes datum() {
    return in;
  }

  private P plan(SchemaId id) throws Rejection {
    Planned<P> planned = last;
    if (planned == null || !planned.id.equals(id)) {
      planned = plans.get(id);
      if (planned == null) {
        planned = make(id);
        plans.put(id, planned);
      }
      last = planned;
    }
    if (planned.rejection != null) {
      throw planned.rejection;
    }
    return Objects.requireNonNull(planned.plan);
  }

  private Planned<P> make(SchemaId id) throws Rejection {
    RegisteredSchema registered;
    try {
      registered = schemas.get(id);
    } catch (UnknownSchemaException e) {
      throw new Rejection(Reason.SCHEMA_NOT_FOUND, "", String.valueOf(e.getMessage()));
    }
    String what = "the record's schema " + id;
    try {
      return new Planned<>(id, planner.plan(AvroSchemas.parse(registered, what), what), null);
    } catch (Rejection e) {
      return new Planned<>(id, null, e);
    }
  }
}
