package io.sluice.write;

import io.sluice.LakeStores;
import io.sluice.SampleEvents;
import io.sluice.SluiceOptions;
import io.sluice.block.TestBlocks;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.commons.io.file.PathUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Seconds that a start without state spends on what is there, in a directory: for a lake, and for
 * the logs of one of its dates. Each file has rows of its own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RestartBenchmark {
  private static final String SOURCE = "cluster/topic/id";
  private static final Table TABLE = SampleEvents.CONTRACT.lakeTable();
  private static final LocalDate FIRST = LocalDate.of(2026, 5, 1);
  private static final int SHARDS = 4;
  private static final int FILES_OF_DATE = 10_000;
  private static final int ROWS = 20;

  @Param({"10000", "100000"})
  public int files;

  private Path directory;
  private Store store;

  @Setup
  public void write() throws IOException {
    directory = Files.createTempDirectory("sluice-restart");
    for (int i = 0; i < files; i++) {
      PartFile part =
          new PartFile(
              TABLE.name(),
              TABLE.dateColumn(),
              FIRST.plusDays(i / FILES_OF_DATE),
              i % SHARDS,
              i % FILES_OF_DATE / SHARDS);
      Path file = directory.resolve(part.key());
      Files.createDirectories(file.getParent());
      try (OutputStream out = Files.newOutputStream(file)) {
        rows(i).without(new Positions()).orElseThrow().writeTo(out);
      }
    }
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs("--lake=" + directory).as(SluiceOptions.class);
    store = LakeStores.lake(options).open(options);
  }

  /** The rows of a file: every second offset, so that they are no run. */
  private static Pane rows(int file) {
    long[] offsets = new long[ROWS];
    for (int i = 0; i < ROWS; i++) {
      offsets[i] = ((long) file / SHARDS * ROWS + i) * 2;
    }
    return new Pane(
        TABLE,
        List.of(
            TestBlocks.userActions(
                TABLE, SampleEvents.CONTRACT.rowSchema(), SOURCE, file % SHARDS, offsets)),
        3);
  }

  @TearDown
  public void remove() throws IOException {
    store.close();
    PathUtils.deleteDirectory(directory);
  }

  /** What {@code --startFrom=lake} asks: all positions that are there. */
  @Benchmark
  public long lake() throws IOException {
    Positions positions = new Positions();
    LakeFiles.forEach(
        store,
        LakeFiles.list(store, TABLE.name() + "/"),
        file -> positions.addAll(file.footer().positions()));
    if (positions.size() != (long) files * ROWS) {
      throw new IllegalStateException("positions: " + positions.size());
    }
    return positions.size();
  }

  /** What the first append to each log of a date asks; all its rows are there. */
  @Benchmark
  public int logsOfADate() throws IOException {
    int appended = 0;
    for (int shard = 0; shard < SHARDS; shard++) {
      appended += new AppendLog(store, TABLE, FIRST, shard, false).append(rows(shard)).size();
    }
    if (appended > 0) {
      throw new IllegalStateException("files of rows that were there: " + appended);
    }
    return appended;
  }
}
