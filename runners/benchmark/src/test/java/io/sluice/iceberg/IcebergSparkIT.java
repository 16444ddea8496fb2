package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.benchmark.SqlEngine;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that the follower made, as Spark reads it in a process of its own. */
class IcebergSparkIT {
  private static final String TABLE = " from ice.lake.user_actions";

  @TempDir Path directory;

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

      String ice = "spark.sql.catalog.ice";
      List<String> answers = new ArrayList<>();
      try (SqlEngine spark =
          SqlEngine.spark(
              directory,
              Map.of(
                  ice,
                  "org.apache.iceberg.spark.SparkCatalog",
                  ice + ".type",
                  "rest",
                  ice + ".uri",
                  server.uri()))) {
        for (String query :
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
                "select count(*)" + TABLE + ".snapshots")) {
          answers.add(spark.row(query));
        }
      }
      assertEquals(List.of("7|7", "6", "user_6", "5", "2", "0", "5", "4|7", "2"), answers);
    }
  }
}
