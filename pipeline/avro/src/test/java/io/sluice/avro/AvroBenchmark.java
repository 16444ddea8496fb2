package io.sluice.avro;

import static io.sluice.avro.TestAvro.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Nanoseconds to decode the same user action, by the same contract: as JSON, as Avro with
 * Confluent's frame; and to read it by Avro's own reader, into objects and no columns.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AvroBenchmark {
  private static final int RECORDS = 10_000;
  private static final String NULLABLE = "[\"null\",\"string\"]";
  private static final String TEXT =
      """
      {"type":"record","name":"UserAction","fields":[
        {"name":"timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"event_name","type":"string"},
        {"name":"user_identifiers","type":["null",{"type":"record","name":"User","fields":[%s,%s]}]},
        {"name":"product_information","type":["null",{"type":"record","name":"Product","fields":[%s,%s]}]}]}
      """
          .formatted(
              field("platform", NULLABLE),
              field("id", NULLABLE),
              field("name", NULLABLE),
              field("SKU", NULLABLE));
  private static final Schema SCHEMA = TestAvro.schema(TEXT);
  private static final Contract CONTRACT =
      ContractParser.parse(
          ContractJson.of(SampleEvents.CONTRACT)
              .replace("\"format\" : \"json\"", "\"format\" : \"avro\""),
          "user-actions");

  private final List<SourceRecord> records = SampleEvents.records(RECORDS);
  private final List<RecordBatch> json = records.stream().map(RecordBatch::of).toList();
  private final List<SourceRecord> framed = records.stream().map(AvroBenchmark::avro).toList();
  private final List<RecordBatch> avro = framed.stream().map(RecordBatch::of).toList();
  private final ValueDecoder jsonDecoder =
      RecordFormat.of(SampleEvents.CONTRACT)
          .decoder(SampleEvents.CONTRACT, Schemas.NONE, new TestAvro.Events());
  private final ValueDecoder avroDecoder =
      RecordFormat.of(CONTRACT)
          .decoder(CONTRACT, new TestAvro.Registry().with(7, TEXT), new TestAvro.Events());
  private final GenericDatumReader<GenericData.Record> reader = new GenericDatumReader<>(SCHEMA);
  private BinaryDecoder binary;

  static SourceRecord avro(SourceRecord record) {
    JsonNode event;
    try {
      event = new ObjectMapper().readTree(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    GenericData.Record value = new GenericData.Record(SCHEMA);
    value.put("timestamp", Instant.parse(event.get("timestamp").textValue()).toEpochMilli());
    value.put("event_name", event.get("event_name").textValue());
    for (String name : List.of("user_identifiers", "product_information")) {
      Schema schema = SCHEMA.getField(name).schema().getTypes().get(1);
      GenericData.Record inner = new GenericData.Record(schema);
      for (Schema.Field field : schema.getFields()) {
        inner.put(field.pos(), event.get(name).get(field.name()).textValue());
      }
      value.put(name, inner);
    }
    return new SourceRecord(
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime(),
        null,
        TestAvro.framed(7, TestAvro.encode(SCHEMA, value)),
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
  public void avro(Blackhole sink) {
    decode(avroDecoder, avro, sink);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void library(Blackhole sink) throws IOException {
    GenericData.Record reused = null;
    for (SourceRecord record : framed) {
      byte[] value = record.value();
      binary = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, binary);
      reused = reader.read(reused, binary);
      sink.consume(reused);
    }
  }
}
