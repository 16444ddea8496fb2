package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static io.sluice.iceberg.TestLake.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Rows that engines delete by a file beside the rows' own, which stays: who lists a table's files
 * sees nothing of it. It is noticed, said by name, and undone, since the lake has these rows.
 */
class ForeignDeletesTest {
  @TempDir Path directory;

  private TestLake lake;
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void begin() throws IOException {
    lake = new TestLake(directory.resolve("lake"));
    said.start();
    logger().setLevel(Level.WARN);
    logger().addAppender(said);
  }

  @AfterEach
  void end() {
    logger().detachAppender(said);
    logger().setLevel(null);
    lake.close();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(ForeignChanges.class);
  }

  private Catalog catalog() {
    return JdbcCatalogTest.jdbc(directory.resolve("warehouse"), directory.getFileName().toString());
  }

  /** How rows are deleted; each deletes the row of offset 2 alone. */
  private enum Way {
    /** By the file and the number of the row. */
    POSITION("added-position-deletes=1") {
      @Override
      void delete(Table table, DataFile of) throws IOException {
        PositionDeleteWriter<Record> writer =
            new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .build()
                .newPositionDeleteWriter(
                    out(table).newOutputFile(table.spec(), of.partition()),
                    table.spec(),
                    of.partition());
        try (writer) {
          writer.write(PositionDelete.<Record>create().set(of.location(), 1));
        }
        commit(table, writer.toDeleteFile());
      }
    },
    /** By a value, in a date. */
    EQUALITY("added-equality-deletes=1") {
      @Override
      void delete(Table table, DataFile of) throws IOException {
        commit(table, byUser(table, table.spec(), of.partition()));
      }
    },
    /** By a value, wherever it is: of somebody who has partitioned the table otherwise. */
    EQUALITY_OF_ALL_DATES("added-equality-deletes=1") {
      @Override
      void delete(Table table, DataFile of) throws IOException {
        table.updateSpec().removeField("event_date").commit();
        commit(table, byUser(table, table.spec(), null));
        table.updateSpec().addField("event_date").commit();
      }
    },
    /** By a bitmap of the third version of the format. */
    VECTOR("added-dvs=1") {
      @Override
      void delete(Table table, DataFile of) throws IOException {
        table.updateProperties().set("format-version", "3").commit();
        BaseDVFileWriter writer = new BaseDVFileWriter(out(table), path -> null);
        try (writer) {
          writer.delete(of.location(), 1, table.spec(), of.partition());
        }
        for (DeleteFile file : writer.result().deleteFiles()) {
          commit(table, file);
        }
      }
    };

    final String summary;

    Way(String summary) {
      this.summary = summary;
    }

    abstract void delete(Table table, DataFile of) throws IOException;

    private static OutputFileFactory out(Table table) {
      return OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PARQUET).build();
    }

    private static DeleteFile byUser(Table table, PartitionSpec spec, StructLike partition)
        throws IOException {
      Schema user = table.schema().select("user_id");
      EqualityDeleteWriter<Record> writer =
          new GenericFileWriterFactory.Builder(table)
              .deleteFileFormat(FileFormat.PARQUET)
              .equalityFieldIds(new int[] {user.findField("user_id").fieldId()})
              .equalityDeleteRowSchema(user)
              .build()
              .newEqualityDeleteWriter(
                  partition == null
                      ? out(table).newOutputFile()
                      : out(table).newOutputFile(spec, partition),
                  spec,
                  partition);
      Record row = GenericRecord.create(user);
      row.setField("user_id", "user_2");
      try (writer) {
        writer.write(row);
      }
      return writer.toDeleteFile();
    }

    private static void commit(Table table, DeleteFile file) {
      RowDelta delta = table.newRowDelta();
      delta.validateFromSnapshot(table.currentSnapshot().snapshotId());
      delta.addDeletes(file).commit();
    }
  }

  private static long changes() {
    return SluiceMetrics.total(SluiceMetrics.FOLLOWER_FOREIGN_CHANGES);
  }

  private DataFile first() throws IOException {
    return CatalogContract.files(catalog().loadTable(NAME)).stream()
        .filter(
            file ->
                file.location().endsWith("/event_date=" + DATE + "/part-00000-00000000.parquet"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void theyAreNoticedSaidAndUndone(Way way) throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 1, 4, 5);
    lake.append(DATE.plusDays(1), 0, 6);
    List<LocalDate> dates = List.of(DATE, DATE.plusDays(1));
    lake.follow(catalog(), dates);
    assertEquals(6, rows(catalog()));
    for (int round = 0; round < 2; round++) {
      said.list.clear();
      long before = changes();
      way.delete(catalog().loadTable(NAME), first());
      assertEquals(5, rows(catalog()), "readers do not see the row");

      var outcome = lake.follow(catalog(), dates);
      assertTrue(
          outcome.get(DATE).done().added().contains("part-00000-00000000.parquet"),
          outcome.toString());
      assertEquals(6, rows(catalog()), "round " + round);
      assertEquals(1, said.list.size(), said.list.toString());
      String line = said.list.get(0).getFormattedMessage();
      assertTrue(line.startsWith("table lake.user_actions was changed by others: snapshot "), line);
      assertTrue(line.contains(way.summary), line);
      assertTrue(
          line.contains(DATE + " part-00000-00000000.parquet (with rows that were deleted there)"),
          line);
      assertEquals(before + 1, changes());
      assertEquals(
          Set.of(),
          lake.follow(catalog(), dates).values().stream()
              .flatMap(one -> one.done().added().stream())
              .collect(Collectors.toSet()),
          "once is enough");
      assertEquals(1, said.list.size(), "it is said once");
    }
    lake.append(DATE, 0, 7);
    lake.follow(catalog(), dates);
    assertEquals(7, rows(catalog()));
  }

  /** The compaction has the row again, which readers of the table did not see before it. */
  @Test
  void aCompactionThatBringsThemBackIsNoReplace() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 0, 4, 5);
    lake.follow(catalog(), DATE);
    Way.POSITION.delete(catalog().loadTable(NAME), first());
    assertEquals(4, rows(catalog()));
    lake.compact(DATE);
    lake.follow(catalog(), DATE);
    assertEquals(5, rows(catalog()));
    assertEquals("overwrite", catalog().loadTable(NAME).currentSnapshot().operation());
  }

  @Test
  void whatOthersWroteIsNamedAndAServiceThatOnlyTidiesIsNot() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.follow(catalog(), DATE);
    Table table = catalog().loadTable(NAME);
    table.rewriteManifests().clusterBy(file -> "one").commit();
    lake.append(DATE, 0, 4);
    lake.follow(catalog(), DATE);
    assertEquals(List.of(), said.list, "manifests are no rows");

    var append = catalog().loadTable(NAME).newAppend();
    for (int i = 0; i < 7; i++) {
      append.appendFile(
          DataFiles.builder(table.spec())
              .copy(first())
              .withPath("file:///elsewhere/of-spark-" + i + ".parquet")
              .build());
    }
    append.set("engine-name", "spark").commit();
    assertEquals(7, lake.follow(catalog(), DATE).removed().size());
    String line = said.list.get(0).getFormattedMessage();
    assertTrue(line.contains(", append by spark (added-data-files=7)"), line);
    assertTrue(line.contains(", which puts right: " + DATE + " file:///elsewhere/of-spark-"), line);
    assertTrue(line.contains(" and 2 more. To erase or change rows, do so in the lake"), line);
    assertEquals(4, rows(catalog()));
  }
}
