package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that the follower made, as Spark reads it in a process of its own. */
class IcebergSparkIT {
  private static final String TABLE = " from ice.lake.user_actions";

  @TempDir Path directory;

  /** What it answers, a line for each row: {@code NUMBER OF THE QUERY: ROW}. */
  private List<String> ask(String uri, List<String> queries) throws Exception {
    Path module = Path.of("spark/target").toAbsolutePath();
    Path answers = directory.resolve("answers");
    Path errors = directory.resolve("errors");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String name :
        List.of(
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar")) {
      command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "-Xmx1g",
            "-cp",
            String.join(
                File.pathSeparator,
                module.resolve("test-classes").toString(),
                module.resolve("classes").toString(),
                Files.readString(module.resolve("test-libraries.txt")).strip()),
            "io.sluice.benchmark.spark.ReadIceberg",
            uri));
    command.addAll(queries);
    Process spark =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(answers.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertTrue(spark.waitFor(5, TimeUnit.MINUTES), "Spark does not end");
      assertEquals(0, spark.exitValue(), () -> text(errors));
    } finally {
      spark.destroyForcibly().waitFor();
    }
    try (Stream<String> lines = Files.lines(answers, UTF_8)) {
      return lines.filter(line -> line.matches("\\d+: .*")).toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void sparkFindsTheLiveRowsFiltersThemAndTravels() throws Exception {
    LocalDate next = DATE.plusDays(1);
    try (TestLake lake = new TestLake(directory.resolve("lake"));
        RestServer server =
            new RestServer(
                JdbcCatalogTest.jdbc(
                    directory.resolve("warehouse"), directory.getFileName().toString()))) {
      Catalog catalog =
          CatalogUtil.buildIcebergCatalog("sluice", server.settings(), new Configuration());
      lake.append(DATE, 0, 1, 2, 3);
      lake.append(DATE, 0, 4);
      lake.append(next, 0, 5);
      lake.follow(catalog, List.of(DATE, next));
      long before = catalog.loadTable(NAME).currentSnapshot().snapshotId();
      lake.append(DATE, 1, 6, 7);
      lake.follow(catalog, DATE);

      List<String> answers =
          ask(
              server.uri(),
              List.of(
                  "select count(*), count(distinct user_id)" + TABLE,
                  "select count(*)" + TABLE + " where event_date = date '" + DATE + "'",
                  "select user_id"
                      + TABLE
                      + " where event_datetime = timestamp '2026-01-02 00:00:06Z'",
                  "select count(*)"
                      + TABLE
                      + " where event_datetime >= timestamp '2026-01-02 00:00:03Z'",
                  "select count(*)" + TABLE + " where user_id in ('user_1', 'user_5', 'nobody')",
                  "select count(*)" + TABLE + " where event_name is null",
                  "select count(*)" + TABLE + " version as of " + before,
                  "select count(*), sum(record_count)" + TABLE + ".files",
                  "select count(*)" + TABLE + ".snapshots"));
      assertEquals(
          List.of("1: 7|7", "2: 6", "3: user_6", "4: 5", "5: 2", "6: 0", "7: 5", "8: 4|7", "9: 2"),
          answers);
    }
  }
}
