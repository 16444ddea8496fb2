package io.sluice.iceberg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.follow.Follower;
import io.sluice.follow.FollowerContract;
import io.sluice.follow.Footers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.TypeUtil;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every follower keeps, of a real table in a real catalog; its files alone are not there. */
abstract class CatalogContract extends FollowerContract {
  static final String PLACE = "file:///lake/";
  static final TableIdentifier NAME = TableIdentifier.of("lake", "user_actions");
  static final LakeSchema SCHEMA = new LakeSchema(TABLE);

  @TempDir Path directory;

  /** Opens a catalog, as another process would each time. */
  abstract Catalog open(Path warehouse, String name) throws IOException;

  /** Files of no rows, with the table's schema. */
  static final class NoFiles implements Footers {
    private static final MessageType TYPE = type();

    private static MessageType type() {
      Schema schema = SCHEMA.schema();
      return ParquetSchemaUtil.convert(
          TypeUtil.selectNot(schema, Set.of(LakeSchema.DATE_ID)), "user_actions");
    }

    @Override
    public String place() {
      return PLACE;
    }

    @Override
    public ParquetMetadata read(String key, long size) {
      return new ParquetMetadata(new FileMetaData(TYPE, Map.of(), "a test"), List.of());
    }

    @Override
    public void close() {
      // It has nothing open.
    }
  }

  static List<DataFile> files(Table table) throws IOException {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    return files;
  }

  private static boolean isOf(DataFile file, LocalDate date) {
    return file.partition().get(0, Integer.class) == date.toEpochDay();
  }

  @Override
  protected boolean hasVersions() {
    return true;
  }

  @Override
  protected Target create() {
    Path warehouse = directory.resolve(UUID.randomUUID().toString());
    String name = UUID.randomUUID().toString();
    return new Target() {
      private Table table() throws IOException {
        return CatalogContract.this.open(warehouse, name).loadTable(NAME);
      }

      @Override
      public Follower open(Steps steps) throws IOException {
        return new IcebergFollower(
            new SteppingCatalog(CatalogContract.this.open(warehouse, name), steps::step),
            NAME,
            SCHEMA,
            new NoFiles());
      }

      @Override
      public List<String> read(LocalDate date) throws IOException {
        List<String> names = new ArrayList<>();
        String folder = PLACE + "user_actions/event_date=" + date + "/";
        try {
          for (DataFile file : files(table())) {
            if (isOf(file, date)) {
              assertTrue(file.location().startsWith(folder), file.location());
              names.add(file.location().substring(folder.length()));
            }
          }
        } catch (NoSuchTableException e) {
          return List.of();
        }
        return names;
      }

      @Override
      public void spoil(LocalDate date) throws IOException {
        Table table = table();
        List<DataFile> files = files(table).stream().filter(file -> isOf(file, date)).toList();
        table.newDelete().deleteFile(files.get(0)).commit();
        // Nobody refuses a file that is there.
        table.newAppend().appendFile(files.get(1)).commit();
      }

      @Override
      public Restore save() throws IOException {
        long snapshot = table().currentSnapshot().snapshotId();
        return () -> table().manageSnapshots().rollbackTo(snapshot).commit();
      }
    };
  }

  @Test
  void theTableHasTheNumbersOfTheFilesAndItsDates() throws Exception {
    Path warehouse = directory.resolve("numbers");
    String name = UUID.randomUUID().toString();
    try (Follower follower =
        new IcebergFollower(open(warehouse, name), NAME, SCHEMA, new NoFiles())) {
      LocalDate date = LocalDate.of(2026, 1, 31);
      follower.reconcile(follower.state(date), live(date, 7, 1, 2));
      Table table = open(warehouse, name).loadTable(NAME);
      assertTrue(table.schema().sameSchema(SCHEMA.schema()), "of the catalog: " + table.schema());
      assertTrue(TableFiles.isByDate(table.spec()), table.spec().toString());
      assertEquals("false", table.properties().get("gc.enabled"));
      assertEquals("2026-01-31=7", table.currentSnapshot().summary().get("sluice.manifests"));
      assertEquals("append", table.currentSnapshot().operation());
    }
  }
}
