package io.sluice.debezium;

import io.sluice.avro.AvroRecords;
import io.sluice.avro.Plan;
import io.sluice.contract.Contract;
import io.sluice.convert.Rejection;
import io.sluice.record.RecordBytes;
import io.sluice.schema.Framing;
import io.sluice.schema.Schemas;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Envelopes in Avro, as Kafka Connect's converters for schema registries write them. */
final class AvroEnvelopes implements EnvelopeReader {
  private final Target target;
  private final AvroRecords<Plans> records;
  private @Nullable Plans current;

  /** How records of one schema are read, the first time and the second. */
  private record Plans(Plan first, Plan second) {}

  AvroEnvelopes(Contract contract, Framing.Kind kind, Schemas schemas, Target target) {
    this.target = target;
    this.records = new AvroRecords<>(contract, kind, schemas, this::plan);
  }

  void useAlways(String schema) {
    records.useAlways(schema, DebeziumFormat.NAME);
  }

  private Plans plan(Schema schema, String what) throws Rejection {
    Target.Envelope envelope = target.envelope(new AvroValueSchema(schema));
    return new Plans(
        new Plan(
            schema, what, envelope.first(), target.refusesUnknown(), target.unknownFields()::add),
        new Plan(
            schema, what, envelope.second(), target.refusesUnknown(), target.unknownFields()::add));
  }

  @Override
  public void read(RecordBytes record) throws Rejection {
    Plans plans = records.begin(record);
    current = plans;
    plans.first.read(records.datum());
  }

  @Override
  public boolean isNull() {
    return false;
  }

  @Override
  public void readDeleted() throws Rejection {
    if (current != null) {
      records.beginAgain();
      current.second.read(records.datum());
    }
  }
}
