package io.sluice.delta;

import static io.sluice.delta.TestLake.DATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.benchmark.SqlEngine;
import io.sluice.benchmark.TypesLake;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Tables that the follower made, as Delta's Spark reads and changes them. */
class DeltaSparkIT {
  private static final LocalDate NEXT = DATE.plusDays(1);
  private static final List<LocalDate> DATES = List.of(DATE, NEXT);

  @TempDir static Path shared;
  private static SqlEngine spark;

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeAll
  static void start() throws IOException {
    spark =
        SqlEngine.spark(
            shared,
            Map.of(
                "spark.sql.extensions",
                "io.delta.sql.DeltaSparkSessionExtension",
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog",
                "spark.databricks.delta.snapshotPartitions",
                "1",
                // VACUUM makes ten thousand tasks of its list otherwise.
                "spark.sql.sources.parallelPartitionDiscovery.parallelism",
                "1"));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    spark.close();
  }

  @BeforeEach
  void listen() {
    said.start();
    logger().setLevel(Level.WARN);
    logger().addAppender(said);
  }

  @AfterEach
  void endListening() {
    logger().detachAppender(said);
    logger().setLevel(null);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(CommitUponLook.class);
  }

  private String table(String name) {
    return "delta.`" + directory.resolve("lake").resolve(name) + "`";
  }

  private String users() {
    return table("user_actions");
  }

  private static long count(String from) {
    return Long.parseLong(spark.row("select count(*) from " + from));
  }

  /** Two files of a date, and one of the next: six rows. */
  private TestLake lake() throws IOException {
    TestLake lake = new TestLake(directory.resolve("lake"));
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 0, 4, 5);
    lake.append(NEXT, 0, 6);
    lake.follow(DATES);
    return lake;
  }

  @Test
  void everyTypeIsReadFilteredAndEvolved() throws Exception {
    TypesLake lake =
        new TypesLake(
            directory,
            List.of("--lake=" + directory.resolve("lake"), "--deadLetters=" + directory + "/dead"));
    lake.write();
    lake.follow("delta");
    String types = table("types");
    assertEquals(TypesLake.ROWS, count(types));
    List<TypesLake.Filter> filters = new ArrayList<>(TypesLake.filters());
    // Delta has no type for it but bytes.
    filters.add(new TypesLake.Filter("id = X'00000000000040008000000000000005'", 1));
    filters.add(new TypesLake.Filter("id > X'00000000000040008000000000000005'", 4));
    for (TypesLake.Filter filter : filters) {
      assertEquals(filter.rows(), count(types + " where " + filter.where()), filter.where());
    }
    assertEquals(
        "2026-02-02 10:00:05.123456|text ü 5|false|0|-1000000000000|5.5|-0.001|-0.75"
            + "|50000000000.125|-99999999999999999999.9876543211|1969-12-31|05|{\"i\":5}|5|[t1]"
            + "|2.5|2026-02-02",
        spark.row(
            "select t, s, b, i, l, f, d, m5, m15, m38, day, hex(raw), js, counts['x'],"
                + " cast(tags as string), nested.y[0].z, event_date from "
                + types
                + " where nested.x = 5"));
    assertEquals(
        List.of("2026-02-01|4", "2026-02-02|4", "2026-02-03|4"),
        spark.rows("select event_date, count(*) from " + types + " group by 1 order by 1"));

    lake.change();
    lake.writeExtra("new");
    lake.follow("delta");
    assertEquals(TypesLake.ROWS + 1, count(types));
    assertEquals(1, count(types + " where extra = 'new'"));
    assertEquals(TypesLake.ROWS, count(types + " where extra is null"));
    assertEquals(1, count(types + " where must is null"));
    assertEquals(TypesLake.ROWS, count(types + " where must = 'm'"));
    assertEquals(TypesLake.ROWS, count(types + " version as of 0 where must = 'm'"));
    assertTrue(
        spark.refusal("select extra from " + types + " version as of 0").contains("`extra`"),
        "time travel is by the schema of then");

    // A restore brings the schema of then, too.
    spark.rows("restore table " + types + " to version as of 0");
    assertTrue(spark.refusal("select extra from " + types).contains("`extra`"));
    lake.follow("delta");
    assertEquals(TypesLake.ROWS + 1, count(types));
    assertEquals(1, count(types + " where extra = 'new'"));
    assertEquals(1, count(types + " where must is null"));
  }

  @Test
  void timeTravelGoesBehindACompaction() throws Exception {
    try (TestLake lake = lake()) {
      lake.compact(DATE, Duration.ofDays(1));
      lake.append(NEXT, 0, 7);
      lake.follow(DATES);
      String users = users();
      assertEquals(7, count(users));
      assertEquals(7, spark.rows("select distinct user_id from " + users).size());
      assertEquals(6, count(users + " version as of 0"));
      assertEquals(6, count(users + " version as of 1"));
      assertEquals(
          "2",
          spark.row(
              "select count(distinct _metadata.file_name) from "
                  + users
                  + " version as of 0 where event_date = '"
                  + DATE
                  + "'"));
      assertEquals(
          "1",
          spark.row(
              "select count(distinct _metadata.file_name) from "
                  + users
                  + " version as of 1 where event_date = '"
                  + DATE
                  + "'"));
      assertEquals(
          List.of("0|WRITE", "1|OPTIMIZE", "2|WRITE"),
          spark.rows("describe history " + users).stream()
              .map(row -> row.split("\\|"))
              .map(row -> row[0] + "|" + row[4])
              .sorted()
              .toList());
      assertEquals(
          "user_3",
          spark.row(
              "select user_id from "
                  + users
                  + " where event_datetime = timestamp '2026-01-02 00:00:03Z'"));
    }
  }

  /** What Spark changes is in the lake as before: so it is noticed, named and undone. */
  @Test
  void whatSparkChangesIsNamedAndUndone() throws Exception {
    try (TestLake lake = lake()) {
      String users = users();
      spark.rows("delete from " + users + " where user_id = 'user_2'");
      assertEquals(5, count(users));
      assertUndone(lake, users, "commit 1, DELETE by Apache-Spark/3.5.");

      spark.rows("delete from " + users + " where event_date = '" + NEXT + "'");
      assertEquals(5, count(users));
      assertUndone(lake, users, "commit 3, DELETE by Apache-Spark/3.5.");

      spark.rows("update " + users + " set event_name = 'gone' where user_id = 'user_1'");
      assertEquals(1, count(users + " where event_name = 'gone'"));
      assertUndone(lake, users, "commit 5, UPDATE by Apache-Spark/3.5.");
      assertEquals(0, count(users + " where event_name = 'gone'"));

      spark.rows("insert into " + users + " select * from " + users + " where user_id = 'user_1'");
      assertEquals(7, count(users));
      assertUndone(lake, users, "commit 7, WRITE by Apache-Spark/3.5.");

      spark.rows("optimize " + users);
      assertEquals(6, count(users));
      assertUndone(lake, users, "commit 9, OPTIMIZE by Apache-Spark/3.5.");
    }
  }

  private void assertUndone(TestLake lake, String users, String commit) throws Exception {
    said.list.clear();
    long before = SluiceMetrics.total(SluiceMetrics.FOLLOWER_FOREIGN_CHANGES);
    lake.follow(DATES);
    assertEquals(6, count(users), commit);
    assertEquals(6, spark.rows("select distinct user_id from " + users).size(), commit);
    List<String> warned =
        said.list.stream()
            .filter(event -> event.getLevel() == Level.WARN)
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertEquals(1, warned.size(), warned.toString());
    assertTrue(warned.get(0).contains("was changed by others: " + commit), warned.get(0));
    assertEquals(before + 1, SluiceMetrics.total(SluiceMetrics.FOLLOWER_FOREIGN_CHANGES));
    assertTrue(
        lake.follow(DATES).values().stream()
            .allMatch(one -> one.failed() == null && one.done().isNothing()),
        "once is enough");
  }

  @Test
  void aTableThatSparkRestoresIsBroughtBackToTheLake() throws Exception {
    try (TestLake lake = lake()) {
      String users = users();
      // What it replaced stays for a grace: RESTORE looks for the files.
      lake.compact(DATE, Duration.ofDays(1));
      lake.append(NEXT, 0, 7);
      lake.follow(DATES);
      assertEquals(7, count(users));
      spark.rows("restore table " + users + " to version as of 0");
      assertEquals(6, count(users));
      said.list.clear();
      assertEquals(2, lake.follow(DATES).size());
      assertEquals(7, count(users));
      assertEquals(7, spark.rows("select distinct user_id from " + users).size());
      assertTrue(
          said.list.stream()
              .anyMatch(
                  one ->
                      one.getFormattedMessage().contains("commit 3, RESTORE by Apache-Spark/3.5.")),
          said.list.toString());
      assertEquals(
          "2",
          spark.row(
              "select count(distinct _metadata.file_name) from "
                  + users
                  + " where event_date = '"
                  + NEXT
                  + "'"));
      assertEquals(
          "1",
          spark.row(
              "select count(distinct _metadata.file_name) from "
                  + users
                  + " where event_date = '"
                  + DATE
                  + "'"));
    }
  }

  /** What the lake has stays, though the log does not name it: yet, or no more. */
  @Test
  void vacuumDeletesNothingThatTheLakeHas() throws Exception {
    try (TestLake lake = lake()) {
      String users = users();
      lake.compact(DATE, Duration.ofDays(30));
      lake.append(NEXT, 0, 7);
      // Not followed; and all of it is older than what VACUUM keeps where nobody has said.
      age(Duration.ofDays(60));
      List<String> before = files();
      spark.rows("vacuum " + users);
      spark.rows("vacuum " + users + " lite");
      String refusal = spark.refusal("vacuum " + users + " retain 168 hours");
      assertTrue(refusal.contains("low retention period"), refusal);
      assertEquals(before, files());
      lake.follow(DATES);
      assertEquals(7, count(users));
      assertEquals(6, count(users + " version as of 0"));
    }
  }

  private void age(Duration age) throws IOException {
    FileTime time = FileTime.from(Instant.now().minus(age));
    for (Path file : walk()) {
      Files.setLastModifiedTime(file, time);
    }
  }

  /** The lake's files, without the log. */
  private List<String> files() throws IOException {
    return walk().stream().map(Path::toString).sorted().toList();
  }

  private List<Path> walk() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("lake"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("_delta_log"))
          .toList();
    }
  }
}
