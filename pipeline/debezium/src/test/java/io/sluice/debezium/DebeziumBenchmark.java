package io.sluice.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.SampleEvents;
import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Nanoseconds to decode the same user action: as a document of JSON, and as an inserted row of a
 * table, in an envelope in JSON without a schema (some 700 bytes), with one (some 5 000) and in
 * Avro.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DebeziumBenchmark {
  private static final int RECORDS = 10_000;
  private static final Schema ROW =
      SchemaBuilder.struct()
          .name("t.public.actions.Value")
          .optional()
          .field(
              "timestamp",
              SchemaBuilder.int64().name("io.debezium.time.MicroTimestamp").version(1).build())
          .field("event_name", Schema.STRING_SCHEMA)
          .field("platform", Schema.OPTIONAL_STRING_SCHEMA)
          .field("id", Schema.OPTIONAL_STRING_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .field("sku", Schema.OPTIONAL_STRING_SCHEMA)
          .build();
  private static final Schema SOURCE =
      SchemaBuilder.struct()
          .name("io.debezium.connector.postgresql.Source")
          .field("version", Schema.STRING_SCHEMA)
          .field("connector", Schema.STRING_SCHEMA)
          .field("name", Schema.STRING_SCHEMA)
          .field("ts_ms", Schema.INT64_SCHEMA)
          .field("snapshot", Schema.OPTIONAL_STRING_SCHEMA)
          .field("db", Schema.STRING_SCHEMA)
          .field("sequence", Schema.OPTIONAL_STRING_SCHEMA)
          .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
          .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
          .field("schema", Schema.STRING_SCHEMA)
          .field("table", Schema.STRING_SCHEMA)
          .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
          .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
          .field("xmin", Schema.OPTIONAL_INT64_SCHEMA)
          .build();
  private static final Schema ENVELOPE =
      SchemaBuilder.struct()
          .name("t.public.actions.Envelope")
          .field("before", ROW)
          .field("after", ROW)
          .field("source", SOURCE)
          .field("op", Schema.STRING_SCHEMA)
          .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  private final TestDebezium.Registry registry = new TestDebezium.Registry();
  private final List<SourceRecord> records = SampleEvents.records(RECORDS);
  private final List<RecordBatch> plain = records.stream().map(RecordBatch::of).toList();
  private final List<RecordBatch> bare = written(Written.Form.JSON);
  private final List<RecordBatch> withSchema = written(Written.Form.JSON_WITH_SCHEMA);
  private final List<RecordBatch> avro = written(Written.Form.AVRO);
  private final ValueDecoder plainDecoder =
      RecordFormat.of(SampleEvents.CONTRACT)
          .decoder(SampleEvents.CONTRACT, Schemas.NONE, new TestDebezium.Events());
  private final ValueDecoder bareDecoder = decoder("", "timestamp(micros, epoch_us)");
  private final ValueDecoder withSchemaDecoder = decoder("", "timestamp");
  private final ValueDecoder avroDecoder = decoder(", values: avro", "timestamp");

  private ValueDecoder decoder(String keys, String time) {
    Contract contract =
        TestDebezium.contract(
            keys,
            "name: timestamp, type: \"" + time + "\"",
            "name: event_name, type: string",
            "name: platform, type: string",
            "name: id, type: string",
            "name: name, type: string",
            "name: sku, type: string");
    return new DebeziumFormat().decoder(contract, registry, new TestDebezium.Events());
  }

  private List<RecordBatch> written(Written.Form form) {
    Written written = new Written(registry);
    List<RecordBatch> batches = new ArrayList<>();
    for (SourceRecord record : records) {
      batches.add(
          RecordBatch.of(
              new SourceRecord(
                  record.source(),
                  record.partition(),
                  record.offset(),
                  record.recordTime(),
                  null,
                  written.value(envelope(record), form),
                  List.of())));
    }
    return batches;
  }

  private static org.apache.kafka.connect.source.SourceRecord envelope(SourceRecord record) {
    JsonNode event;
    try {
      event = new ObjectMapper().readTree(new String(record.value(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long millis = Instant.parse(event.get("timestamp").textValue()).toEpochMilli();
    JsonNode user = event.get("user_identifiers");
    JsonNode product = event.get("product_information");
    Struct row =
        new Struct(ROW)
            .put("timestamp", millis * 1000)
            .put("event_name", event.get("event_name").textValue())
            .put("platform", user.get("platform").textValue())
            .put("id", user.get("id").textValue())
            .put("name", product.get("name").textValue())
            .put("sku", product.get("SKU").textValue());
    Struct source =
        new Struct(SOURCE)
            .put("version", "3.1.0.Final")
            .put("connector", "postgresql")
            .put("name", "shop")
            .put("ts_ms", millis)
            .put("snapshot", "false")
            .put("db", "shop")
            .put("sequence", "[\"24023128\",\"24023128\"]")
            .put("ts_us", millis * 1000)
            .put("ts_ns", millis * 1_000_000)
            .put("schema", "public")
            .put("table", "actions")
            .put("txId", 555L)
            .put("lsn", 24023128L);
    Struct envelope =
        new Struct(ENVELOPE)
            .put("after", row)
            .put("source", source)
            .put("op", "c")
            .put("ts_ms", millis);
    return new org.apache.kafka.connect.source.SourceRecord(
        Map.of(), Map.of(), "t", ENVELOPE, envelope);
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
  public void document(Blackhole sink) {
    decode(plainDecoder, plain, sink);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void json(Blackhole sink) {
    decode(bareDecoder, bare, sink);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void jsonWithSchema(Blackhole sink) {
    decode(withSchemaDecoder, withSchema, sink);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void avro(Blackhole sink) {
    decode(avroDecoder, avro, sink);
  }
}
