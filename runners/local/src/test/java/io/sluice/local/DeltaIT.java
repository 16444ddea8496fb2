package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.Main;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.delta.KernelTable;
import io.sluice.flink.FlinkJob;
import io.sluice.lake.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of Delta on an S3 server, behind a job, a compaction and a rebuild. */
class DeltaIT {
  private static final String TOPIC = "followed";
  private static final LocalDate DATE = LocalDate.of(2026, 5, 1);
  private static final int EVENTS = 2_000;
  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static EmbeddedS3 s3;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    s3 = EmbeddedS3.start(directory.resolve("s3"), "lake");
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
    s3.close();
  }

  private static List<String> store(String... more) {
    List<String> flags = new ArrayList<>(s3.flags());
    flags.add("--lake=s3://lake/rows");
    flags.add("--deadLetters=s3://lake/dead");
    flags.addAll(List.of(more));
    return flags;
  }

  private static List<String> flags(String... more) {
    List<String> flags = store(more);
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + TOPIC);
    return flags;
  }

  private static SluiceOptions options() {
    return FlinkJob.options(flags());
  }

  /** Until all is in the lake, and in the table. */
  private static void run() throws Exception {
    SluiceOptions options =
        FlinkJob.options(
            flags(
                "--windowSize=1h",
                "--fileInterval=0s",
                "--startFrom=earliest",
                "--publish=delta",
                "--flinkMaster=[local]",
                "--parallelism=1",
                "--attachedMode=false"));
    SluiceConfig config = SluiceConfig.from(options);
    PipelineResult job = FlinkJob.start(options);
    String seen = "";
    try (Store lake = config.lake().open(options)) {
      Table table = config.contract().lakeTable();
      for (int i = 0; i < 300; i++) {
        AuditReport report = AuditCommand.run(options, false);
        boolean isCurrent = new Publication(lake, table, DATE).isCurrent();
        long rows = rows(lake);
        if (report.complete() && isCurrent && rows == report.lakeRows()) {
          return;
        }
        seen = report.line() + ", current=" + isCurrent + ", rows in the table=" + rows;
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } finally {
      job.cancel();
    }
    throw new AssertionError("the job, or its follower, did not come to its end: " + seen);
  }

  private static long rows(Store lake) throws IOException {
    try {
      return new KernelTable(lake, "user_actions").rows().size();
    } catch (RuntimeException e) {
      // The kernel wraps what it meets: there is no table yet, or a file was deleted just now.
      return -1;
    }
  }

  private static void verb(String verb, List<String> flags) {
    List<String> args = new ArrayList<>(List.of(verb));
    args.addAll(flags);
    assertEquals(0, Main.execute(args.toArray(String[]::new)));
  }

  private static AuditReport assertProved() throws Exception {
    AuditReport report = AuditCommand.run(options(), true);
    assertTrue(report.complete(), report.line());
    return report;
  }

  @Test
  void theTableHasEachRowOnceAllTheWhile() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, 2);
    send(0, 700);
    run();
    send(700, EVENTS);
    run();
    SluiceOptions options = options();
    SluiceConfig config = SluiceConfig.from(options);
    try (Store lake = config.lake().open(options);
        Store dead = config.deadLetters().open(options)) {
      long rows = assertProved().lakeRows();
      assertEquals(rows, rows(lake));
      assertEquals(
          assertProved().offsets(),
          rows + new KernelTable(dead, "user_actions_dead_letters").rows().size(),
          "dead letters are a table, too");

      AtomicBoolean done = new AtomicBoolean();
      AtomicLong looks = new AtomicLong();
      List<Long> wrong = new ArrayList<>();
      Thread reader =
          new Thread(
              () -> {
                while (!done.get()) {
                  try {
                    long found = rows(lake);
                    if (found >= 0 && found != rows) {
                      wrong.add(found);
                    }
                    looks.incrementAndGet();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                }
              });
      reader.start();
      int before = new KernelTable(lake, "user_actions").files().size();
      try {
        verb("compact", flags("--date=" + DATE, "--settle=0s", "--grace=0s", "--publish=delta"));
      } finally {
        done.set(true);
        reader.join();
      }
      assertEquals(List.of(), wrong);
      assertTrue(looks.get() > 0);
      assertTrue(new KernelTable(lake, "user_actions").files().size() < before);
      assertEquals(rows, rows(lake));
      assertEquals(0, assertProved().files().leftovers());

      verb(
          "rebuild",
          flags("--date=" + DATE, "--from=kafka", "--settle=0s", "--grace=0s", "--publish=delta"));
      List<String> files = new KernelTable(lake, "user_actions").files();
      assertEquals(files.size(), new HashSet<>(files).size());
      assertEquals(rows, rows(lake));
      assertProved();
      verb("follow", store("--once", "--dry-run", "--publish=delta"));
    }
  }

  private static void send(long from, long to) throws Exception {
    EventProducer.send(
        kafka.bootstrapServers(),
        TOPIC,
        2,
        new UserActions(EVENTS, DATE, 2, 2),
        from,
        to,
        0,
        n -> {});
  }
}
