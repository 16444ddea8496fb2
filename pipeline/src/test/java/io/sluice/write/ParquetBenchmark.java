package io.sluice.write;

import io.sluice.SampleEvents;
import io.sluice.block.Block;
import io.sluice.block.TestBlocks;
import io.sluice.lake.Positions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Nanoseconds from a row in a block into a file: filtered, encoded, compressed, sealed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParquetBenchmark {
  private static final int RECORDS = 200_000;

  @Param({"1", "3"})
  public int zstdLevel;

  private final List<Block> blocks = TestBlocks.of(SampleEvents.records(RECORDS));

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public int encode() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(8 << 20);
    new Pane(SampleEvents.CONTRACT.lakeTable(), blocks, zstdLevel)
        .without(new Positions())
        .orElseThrow()
        .writeTo(out);
    return out.size();
  }
}
