package io.sluice.audit;

import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a footer costs the audit of a lake that has many positions already, without reading it: time
 * for each file of 30 000 rows, of which some were dead letters. Also how it was, when each file
 * cost a copy of all that was there.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 2)
@Measurement(iterations = 3)
public class AuditBenchmark {
  private static final String SOURCE = "cluster/topic/id";
  private static final int PARTITIONS = 16;
  private static final int FILES = 1_000;
  private static final int COPIES = 20;
  private static final int ROWS = 30_000;
  private static final long RUN = 10_000;

  @Param({"1000000000", "10000000000"})
  public long positions;

  private Coverage coverage;
  private final List<LakeFiles.DataFile> files = new ArrayList<>();

  @Setup(Level.Iteration)
  public void fill() {
    long each = positions / PARTITIONS;
    Pass pass = Pass.whole();
    coverage = new Coverage(pass, null);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (long from = 0; from < each; from += RUN) {
        coverage.once.addRange(SOURCE, partition, from, from + RUN - 1);
      }
    }
    coverage.once.encodedSize();
    files.clear();
    for (int i = 0; i < FILES; i++) {
      int partition = i % PARTITIONS;
      long from = each + i / PARTITIONS * ROWS * 51L / 50;
      Positions rows = new Positions();
      for (long offset = from; offset < from + ROWS * 51L / 50; offset++) {
        if (offset % 51 != 0) {
          rows.add(SOURCE, partition, offset);
        }
      }
      PartFile part = new PartFile("t", "event_date", LocalDate.of(2026, 5, 1), partition, i);
      Footer.TimeRange times = new Footer.TimeRange(Instant.EPOCH, Instant.EPOCH);
      files.add(
          new LakeFiles.DataFile(
              new Store.Entry(part.key(), 1, Instant.EPOCH),
              part,
              new Footer(rows.size(), rows, "1", times, times, false)));
    }
  }

  @Benchmark
  @OperationsPerInvocation(FILES)
  public Coverage addFile() {
    files.forEach(coverage::add);
    return coverage;
  }

  @Benchmark
  @OperationsPerInvocation(COPIES)
  public Positions theOtherWayRound() {
    Positions twice = new Positions();
    for (LakeFiles.DataFile file : files.subList(0, COPIES)) {
      twice.addAll(coverage.once.and(file.footer().positions()));
    }
    return twice;
  }
}
