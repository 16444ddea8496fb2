package io.sluice.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import io.sluice.SampleEvents;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractFormat;
import io.sluice.contract.KeyValues;
import io.sluice.contract.Plugged;
import io.sluice.decode.DecodeEvents;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Nanoseconds to decode the same user action from JSON and from Protobuf. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProtobufBenchmark {
  private static final int RECORDS = 10_000;
  private static final int ID = 7;

  private static final String SCHEMA =
      """
      syntax = "proto3";
      import "google/protobuf/timestamp.proto";
      message UserAction {
        google.protobuf.Timestamp timestamp = 1;
        string event_name = 2;
        message User { string platform = 1; string id = 2; }
        User user_identifiers = 3;
        message Product { string name = 1; string SKU = 2; }
        Product product_information = 4;
      }
      """;
  private static final Descriptor TYPE = Protos.type(SCHEMA, "UserAction");

  private static final DecodeEvents NO_EVENTS =
      new DecodeEvents() {
        @Override
        public void unknownField(String path) {}

        @Override
        public void quickWayFailed(Throwable failure) {}
      };

  private final List<SourceRecord> records = SampleEvents.records(RECORDS);
  private final List<RecordBatch> json = records.stream().map(RecordBatch::of).toList();
  private final List<RecordBatch> protobuf =
      records.stream().map(ProtobufBenchmark::framed).map(RecordBatch::of).toList();
  private final List<byte[]> messages =
      records.stream().map(ProtobufBenchmark::message).map(DynamicMessage::toByteArray).toList();
  private final ValueDecoder jsonDecoder =
      ((RecordFormat) ContractFormat.named("json").orElseThrow())
          .decoder(SampleEvents.CONTRACT, Schemas.NONE, NO_EVENTS);
  private final ValueDecoder protobufDecoder =
      new ProtobufFormat()
          .decoder(
              contract(),
              Protos.schemas(
                  Map.of(
                      SchemaId.of(ID),
                      new RegisteredSchema(RegisteredSchema.PROTOBUF, SCHEMA, List.of()))),
              NO_EVENTS);

  private static Contract contract() {
    Contract json = SampleEvents.CONTRACT;
    return new Contract(
        json.version(),
        json.table(),
        json.source(),
        new Plugged(
            "protobuf", new KeyValues(Map.of("framing", "confluent", "schema", "", "message", ""))),
        json.columns(),
        json.eventTime(),
        json.zone(),
        json.unknownFields(),
        json.maxBytes(),
        json.maxDepth(),
        json.positionColumns());
  }

  private static DynamicMessage message(SourceRecord record) {
    try {
      return message(TYPE, new JsonMapper().readTree(record.value()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DynamicMessage message(Descriptor type, JsonNode json) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      JsonNode value = json.get(field.getName());
      if (field.getName().equals("timestamp")) {
        Instant time = Instant.parse(value.asText());
        message.setField(
            field,
            Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build());
      } else if (value.isObject()) {
        message.setField(field, message(field.getMessageType(), value));
      } else {
        message.setField(field, value.asText());
      }
    }
    return message.build();
  }

  private static SourceRecord framed(SourceRecord record) {
    return new SourceRecord(
        record.source(),
        record.partition(),
        record.offset(),
        record.recordTime(),
        null,
        Protos.framed(ID, message(record).toByteArray()),
        List.of());
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void json(Blackhole sink) {
    decode(json, jsonDecoder, sink);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void protobuf(Blackhole sink) {
    decode(protobuf, protobufDecoder, sink);
  }

  /** What the library's generic reader alone takes, without a row. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void library(Blackhole sink) throws IOException {
    for (byte[] message : messages) {
      sink.consume(DynamicMessage.parseFrom(TYPE, message));
    }
  }

  private static void decode(List<RecordBatch> batches, ValueDecoder decoder, Blackhole sink) {
    for (RecordBatch batch : batches) {
      RecordBatch.Cursor record = batch.records();
      while (record.next()) {
        Outcome outcome = decoder.decode(record);
        if (!(outcome instanceof Outcome.Accepted)) {
          throw new IllegalStateException(outcome.toString());
        }
        sink.consume(outcome);
      }
    }
  }
}
