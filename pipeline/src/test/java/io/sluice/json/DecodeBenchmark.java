package io.sluice.json;

import io.sluice.SampleEvents;
import io.sluice.convert.Rejection;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceRecord;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Nanoseconds to decode a record: by hand, and by the library's tokenizer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecodeBenchmark {
  private static final int RECORDS = 10_000;

  private final List<SourceRecord> records = SampleEvents.records(RECORDS);
  private final List<RecordBatch> batches = records.stream().map(RecordBatch::of).toList();
  private final JsonPlan.ObjectPlan plan = JsonPlan.of(SampleEvents.CONTRACT);
  private final PlainDecoder plain = new PlainDecoder(SampleEvents.CONTRACT, plan);
  private final ExactDecoder library = new ExactDecoder(SampleEvents.CONTRACT, path -> {});

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void plain(Blackhole sink) {
    for (RecordBatch batch : batches) {
      RecordBatch.Cursor record = batch.records();
      while (record.next()) {
        if (!plain.decode(record.array(), record.valueStart(), record.valueLength())) {
          throw new IllegalStateException("not plain: " + record.record());
        }
        sink.consume(plain.values());
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void library(Blackhole sink) throws Rejection {
    for (SourceRecord record : records) {
      sink.consume(library.decode(record.value()));
    }
  }
}
