package io.sluice.csv;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.SampleEvents;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordFormat;
import io.sluice.decode.ValueDecoder;
import io.sluice.schema.Schemas;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Nanoseconds to decode a record of the same events as JSON, and as CSV without and with quotes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CsvBenchmark {
  private static final int RECORDS = 10_000;
  private static final List<String> PATHS =
      List.of(
          "timestamp",
          "event_name",
          "user_identifiers.platform",
          "user_identifiers.id",
          "product_information.name",
          "product_information.SKU");

  private static final Contract CONTRACT =
      ContractParser.parse(
          """
          table: user_actions
          topic: user-actions
          event_time: at
          format: {name: csv, columns: [at, event_name, platform, id, product, sku]}
          columns:
            - {name: at, type: timestamp, required: true}
            - {name: event_name, type: string, required: true}
            - {name: platform, type: string}
            - {name: id, type: string}
            - {name: product, type: string}
            - {name: sku, type: string}
          """,
          "user_actions.yaml");

  private final List<SourceRecord> records = SampleEvents.records(RECORDS);
  private final List<RecordBatch> json = records.stream().map(RecordBatch::of).toList();
  private final List<RecordBatch> csv = records.stream().map(one -> csv(one, "")).toList();
  private final List<RecordBatch> quoted = records.stream().map(one -> csv(one, "\"")).toList();
  private final ValueDecoder jsonDecoder =
      RecordFormat.of(SampleEvents.CONTRACT)
          .decoder(SampleEvents.CONTRACT, Schemas.NONE, new TestCsv.Events());
  private final ValueDecoder csvDecoder = TestCsv.decoder(CONTRACT, new TestCsv.Events());

  private static RecordBatch csv(SourceRecord record, String quote) {
    JsonNode event;
    try {
      event = new ObjectMapper().readTree(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String row =
        PATHS.stream()
            .map(path -> event.at("/" + path.replace('.', '/')).textValue())
            .map(text -> quote + text.replace("\"", quote + quote) + quote)
            .collect(Collectors.joining(","));
    return RecordBatch.of(
        new SourceRecord(
            record.source(),
            record.partition(),
            record.offset(),
            record.recordTime(),
            null,
            row.getBytes(StandardCharsets.UTF_8),
            List.of()));
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
  public void csv(Blackhole sink) {
    decode(csvDecoder, csv, sink);
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void quoted(Blackhole sink) {
    decode(csvDecoder, quoted, sink);
  }
}
