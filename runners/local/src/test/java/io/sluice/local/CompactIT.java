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
import io.sluice.flink.FlinkJob;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A date's life on a real broker and an S3 server: written, compacted, late, replayed, rebuilt. */
class CompactIT {
  private static final String TOPIC = "compacted";
  private static final LocalDate DATE = LocalDate.of(2026, 5, 1);
  private static final int EVENTS = 4_000;
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

  private static List<String> flags(String... more) {
    List<String> flags = new ArrayList<>(s3.flags());
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + TOPIC);
    flags.add("--lake=s3://lake/rows");
    flags.add("--deadLetters=s3://lake/dead");
    flags.addAll(List.of(more));
    return flags;
  }

  private static void run() throws Exception {
    SluiceOptions options =
        FlinkJob.options(
            flags(
                "--windowSize=1h",
                "--fileInterval=0s",
                "--startFrom=earliest",
                "--flinkMaster=[local]",
                "--parallelism=1",
                "--attachedMode=false"));
    SluiceConfig config = SluiceConfig.from(options);
    PipelineResult job = FlinkJob.start(options);
    try (Store lake = config.lake().open(options)) {
      Table table = config.contract().lakeTable();
      for (int i = 0; i < 300; i++) {
        if (AuditCommand.run(options, false).complete()
            && new Publication(lake, table, DATE).isCurrent()) {
          return;
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } finally {
      job.cancel();
    }
    throw new AssertionError("the job did not come to its end");
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

  private static AuditReport assertProved(boolean deep) throws Exception {
    AuditReport report = AuditCommand.run(FlinkJob.options(flags()), deep);
    assertTrue(report.complete(), report.line());
    return report;
  }

  private static Path folder() {
    return directory.resolve("s3/lake/rows/user_actions/event_date=" + DATE);
  }

  private static long plainRows(Statement duckDb) throws SQLException {
    try (ResultSet rows =
        duckDb.executeQuery("select count(*) from read_parquet('" + folder() + "/*.parquet')")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** As docs/operations.md has it: the files of the manifest that _SUCCESS names. */
  private static long manifestRows(Statement duckDb) throws SQLException {
    duckDb.execute(
        "set variable manifest = (select '%1$s/' || manifest from read_json('%1$s/_SUCCESS', format = 'unstructured', columns = {manifest: 'varchar'}))"
            .formatted(folder()));
    duckDb.execute(
        "set variable files = (select list('%s/' || file.name) from (select unnest(files) as file from read_json(getvariable('manifest'), maximum_object_size = 1073741824)))"
            .formatted(folder()));
    try (ResultSet rows =
        duckDb.executeQuery("select count(*) from read_parquet(getvariable('files'))")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void verb(String verb, String... more) {
    List<String> args = new ArrayList<>(List.of(verb));
    args.addAll(flags(more));
    assertEquals(0, Main.execute(args.toArray(String[]::new)));
  }

  @Test
  void aDateIsCompactedGetsLateRowsIsReplayedAndRebuilt() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, 2);
    // Each run leaves files of its own.
    send(0, 1_500);
    run();
    send(1_500, 3_000);
    run();
    long rows = assertProved(false).files().dates().get(DATE).rows();
    int files = assertProved(false).files().dates().get(DATE).files();
    assertTrue(files >= 3, "files: " + files);

    // Who goes by the manifest has each row once all the while, or is told that a file is gone.
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong nanosOfDuplicates = new AtomicLong();
    AtomicLong looks = new AtomicLong();
    List<Long> wrong = new ArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                  Statement duckDb = connection.createStatement()) {
                while (!done.get()) {
                  long before = System.nanoTime();
                  long all = ask(duckDb, CompactIT::plainRows);
                  if (all > rows) {
                    nanosOfDuplicates.addAndGet(System.nanoTime() - before);
                  } else if (all >= 0 && all < rows) {
                    wrong.add(all);
                  }
                  long live = ask(duckDb, CompactIT::manifestRows);
                  if (live >= 0 && live != rows) {
                    wrong.add(live);
                  }
                  looks.incrementAndGet();
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    reader.start();
    try {
      verb("compact", "--date=" + DATE, "--settle=0s");
    } finally {
      done.set(true);
      reader.join();
    }
    System.out.printf(
        "looked %d times while compacting; whoever lists the folder saw duplicates for about %.2f s%n",
        looks.get(), nanosOfDuplicates.get() / 1e9);
    assertEquals(List.of(), wrong);
    assertTrue(looks.get() > 0);
    AuditReport compacted = assertProved(true);
    assertEquals(rows, compacted.files().dates().get(DATE).rows());
    assertTrue(compacted.files().dates().get(DATE).files() < files);
    assertEquals(0, compacted.files().leftovers());

    // All again from the first offset, without state, and late rows among what is new.
    send(3_000, EVENTS);
    run();
    AuditReport late = assertProved(false);
    assertTrue(late.files().dates().get(DATE).rows() > rows, late.line());
    assertEquals(EVENTS, late.offsets());

    verb("rebuild", "--date=" + DATE, "--from=kafka", "--settle=0s");
    AuditReport rebuilt = assertProved(true);
    assertEquals(late.files().dates().get(DATE).rows(), rebuilt.files().dates().get(DATE).rows());
    assertEquals(
        late.line().replaceFirst(" files=.*", ""), rebuilt.line().replaceFirst(" files=.*", ""));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement duckDb = connection.createStatement()) {
      assertEquals(late.files().dates().get(DATE).rows(), plainRows(duckDb));
      assertEquals(late.files().dates().get(DATE).rows(), manifestRows(duckDb));
    }
    SluiceOptions options = FlinkJob.options(flags());
    SluiceConfig config = SluiceConfig.from(options);
    try (Store lake = config.lake().open(options)) {
      assertTrue(
          LakeFiles.list(lake, "user_actions/event_date=" + DATE + "/").stream()
              .allMatch(file -> file.key().matches(".*_[0-9a-f]+-\\d+\\.parquet")));
    }
  }

  private interface Question {
    long ask(Statement duckDb) throws SQLException;
  }

  /** -1 where a file was gone when it was to be read: loud, never silently fewer rows. */
  private static long ask(Statement duckDb, Question question) {
    try {
      return question.ask(duckDb);
    } catch (SQLException e) {
      return -1;
    }
  }
}
