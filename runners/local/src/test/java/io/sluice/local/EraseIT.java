package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.Main;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.flink.FlinkJob;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People's rows on a real broker and an S3 server: erased, and not brought back by jobs without
 * state, a compaction or a rebuild.
 */
class EraseIT {
  private static final String TOPIC = "erased";
  private static final LocalDate DATE = LocalDate.of(2026, 5, 1);
  private static final int EVENTS = 3_000;
  private static final int PEOPLE = 5;
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

  /** Reads all of the topic from its first offset, without state. */
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
      for (int i = 0; i < 600; i++) {
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

  /** The live files, as DuckDB reads them. */
  private static String live() throws Exception {
    SluiceOptions options = FlinkJob.options(flags());
    SluiceConfig config = SluiceConfig.from(options);
    List<String> files = new ArrayList<>();
    try (Store lake = config.lake().open(options)) {
      for (LakeFiles.DataFile file : LiveFiles.read(lake, config.contract().lakeTable()).files()) {
        files.add("'" + directory.resolve("s3/lake/rows").resolve(file.entry().key()) + "'");
      }
    }
    return "read_parquet([" + String.join(",", files) + "])";
  }

  private static List<String> query(String select) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement duckDb = connection.createStatement();
        ResultSet rows = duckDb.executeQuery(select)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static void verb(String verb, String... more) {
    List<String> args = new ArrayList<>(List.of(verb));
    args.addAll(flags(more));
    assertEquals(0, Main.execute(args.toArray(String[]::new)));
  }

  @Test
  void whatIsErasedDoesNotComeBack() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, 2);
    send(0, 1_500);
    run();
    AuditReport before = assertProved(false);
    List<String> people =
        query(
            "select user_id from "
                + live()
                + " where user_id is not null group by 1 order by count(*) desc, 1 limit "
                + PEOPLE);
    assertEquals(PEOPLE, people.size());
    Path keys = Files.write(directory.resolve("keys.txt"), people);
    String theirs = "user_id in ('" + String.join("','", people) + "')";
    long rows = count(theirs);
    assertTrue(rows >= PEOPLE, "rows: " + rows);
    verb("erase", "--where=user_id in " + keys, "--settle=0s", "--deadLettersByBytes");
    assertEquals(0, count(theirs));
    AuditReport after = assertProved(true);
    assertTrue(after.erased() >= rows, after.line());
    assertEquals(before.offsets(), after.offsets());
    assertEquals(before.lake() - rows, after.lake());

    // All again from the first offset, without state, beside a compaction of what there is.
    run();
    assertEquals(0, count(theirs));
    verb("compact", "--date=" + DATE, "--settle=0s");
    verb("rebuild", "--date=" + DATE, "--from=kafka", "--settle=0s");
    assertEquals(0, count(theirs));
    assertEquals(after.erased(), assertProved(true).erased());

    // What comes later is not erased until it is asked for again.
    send(1_500, EVENTS);
    run();
    long later = count(theirs);
    verb("erase", "--where=user_id in " + keys, "--settle=0s", "--deadLettersByBytes");
    assertEquals(0, count(theirs));
    assertTrue(assertProved(true).erased() >= rows + later);
  }

  private static long count(String condition) throws Exception {
    return Long.parseLong(query("select count(*) from " + live() + " where " + condition).get(0));
  }
}
