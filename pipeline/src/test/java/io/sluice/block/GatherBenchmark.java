package io.sluice.block;

import io.sluice.SampleEvents;
import io.sluice.contract.Contract;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.RecordBatch;
import io.sluice.window.WindowTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Nanoseconds from a record's bytes into a block; less {@code DecodeBenchmark.plain} the block's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GatherBenchmark {
  private static final int RECORDS = 50_000;

  /** Of user actions, and of a hundred columns with lists and structs. */
  @Param({"user_actions", "wide"})
  private String table;

  private Contract contract;
  private List<RecordBatch> records;
  private RecordDecoder decoder;

  @Setup
  public void setUp() {
    boolean wide = table.equals("wide");
    contract = wide ? SampleEvents.WIDE : SampleEvents.CONTRACT;
    records =
        (wide ? SampleEvents.wideRecords(RECORDS) : SampleEvents.records(RECORDS))
            .stream().map(RecordBatch::of).toList();
    decoder = new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void decodeAndGather(Blackhole sink) {
    Gatherer gatherer =
        new Gatherer(
            contract.lakeTable(),
            4,
            KeySpread.NONE,
            new WindowTime(Duration.ofMinutes(5), Duration.ofHours(24)));
    for (RecordBatch batch : records) {
      RecordBatch.Cursor record = batch.records();
      while (record.next()) {
        gatherer.add(
            ((Outcome.Accepted) decoder.decode(record)).values(),
            record.source(),
            record.partition(),
            record.offset(),
            record.recordTime(),
            record.recordTime(),
            sink::consume);
      }
    }
    gatherer.flush(sink::consume);
  }
}
