package io.sluice.jsonschema;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.SampleEvents;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Nanoseconds to decode a record of the same events as JSON, and as JSON that a schema allows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonSchemaBenchmark {
  private static final int RECORDS = 10_000;
  private static final String SCHEMA =
      """
      {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
       "required": ["timestamp", "event_name"],
       "properties": {
        "timestamp": {"type": "string"},
        "event_name": {"type": "string", "maxLength": 100},
        "user_identifiers": {"type": "object", "properties": {
          "platform": {"enum": ["web", "ios", "android"]},
          "id": {"type": "string", "pattern": "^user_[0-9]+$"}}},
        "product_information": {"type": "object", "properties": {
          "name": {"type": "string"}, "SKU": {"type": "string"}}}}}
      """;
  private static final Contract CONTRACT =
      ContractParser.parse(
          ContractJson.of(SampleEvents.CONTRACT)
              .replace("\"format\" : \"json\"", "\"format\" : \"json_schema\""),
          "user-actions");

  private final List<SourceRecord> records = SampleEvents.records(RECORDS);
  private final List<RecordBatch> json = records.stream().map(RecordBatch::of).toList();
  private final List<RecordBatch> framed =
      records.stream().map(JsonSchemaBenchmark::framed).map(RecordBatch::of).toList();
  private final ValueDecoder jsonDecoder =
      RecordFormat.of(SampleEvents.CONTRACT)
          .decoder(SampleEvents.CONTRACT, Schemas.NONE, new TestSchemas.Events());
  private final ValueDecoder schemaDecoder =
      TestSchemas.decoder(CONTRACT, new TestSchemas.Registry().with(7, SCHEMA));

  private static SourceRecord framed(SourceRecord record) {
    return new SourceRecord(
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime(),
        null,
        TestSchemas.framed(7, new String(Objects.requireNonNull(record.value()), UTF_8)),
        List.of());
  }

  private static void decode(ValueDecoder decoder, List<RecordBatch> batches, Blackhole sink) {
    for (RecordBatch batch : batches) {
      RecordBatch.Cursor record = batch.records();
      while (record.next()) {
        if (!(decoder.decode(record) instanceof Outcome.Accepted accepted)) {
          throw new IllegalStateException("rejected: " + record.record());
        }
        sink.consume(accepted);
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void json(Blackhole sink) {
    decode(jsonDecoder, json, sink);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void jsonSchema(Blackhole sink) {
    decode(schemaDecoder, framed, sink);
  }
}
