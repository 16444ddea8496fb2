package io.sluice.iceberg;

import io.sluice.lake.AppendLog;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.io.file.PathUtils;
import org.apache.iceberg.catalog.Catalog;

/**
 * How long a follower takes for a lake of many files: {@code FILES DATES}; with a small heap, as
 * {@code -Xmx128m}, also that it does not hold the table. Files are of a directory, and the catalog
 * is in this JVM, so it is the follower's own work that is seen.
 */
public final class FollowFigures {
  private static final int SHARDS = 4;

  private FollowFigures() {}

  public static void main(String[] args) throws Exception {
    int files = Integer.parseInt(args[0]);
    int dates = Integer.parseInt(args[1]);
    Path directory = Files.createTempDirectory("follow-figures");
    try (TestLake lake = new TestLake(directory.resolve("lake"))) {
      Catalog catalog = JdbcCatalogTest.jdbc(directory.resolve("warehouse"), "figures");
      List<LocalDate> all = new ArrayList<>();
      for (int i = 0; i < dates; i++) {
        all.add(TestLake.DATE.plusDays(i));
      }
      long offset = 0;
      for (LocalDate date : all) {
        for (int shard = 0; shard < SHARDS; shard++) {
          AppendLog log = new AppendLog(lake.store, TestLake.TABLE, date, shard, false);
          for (int i = 0; i < files / dates / SHARDS; i++) {
            log.append(TestPanes.rows(offset++));
          }
        }
        lake.publish(date);
      }
      measure("the first look, all files are new", lake, catalog, all);
      measure("a look at all dates, nothing is new", lake, catalog, all);
      LocalDate last = all.get(all.size() - 1);
      lake.append(last, 0, offset);
      measure("one file is new, a look at its date", lake, catalog, List.of(last));
      String there =
          catalog.loadTable(TestLake.NAME).currentSnapshot().summary().get("total-data-files");
      if (!String.valueOf(files + 1).equals(there)) {
        throw new IllegalStateException(there + " files are in the table");
      }
    } finally {
      PathUtils.deleteDirectory(directory);
    }
    System.exit(0);
  }

  private static void measure(String what, TestLake lake, Catalog catalog, List<LocalDate> dates)
      throws IOException {
    long begin = System.nanoTime();
    lake.follow(catalog, dates)
        .forEach(
            (date, outcome) -> {
              if (outcome.failed() != null) {
                throw new IllegalStateException(outcome.failed());
              }
            });
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-40s %7.2f s, heap of %d MiB%n",
        what,
        seconds,
        Runtime.getRuntime().maxMemory() >> 20);
  }
}
