package io.sluice.iceberg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.follow.ReconcileVersion;
import io.sluice.follow.UnpartitionedContract;
import io.sluice.follow.UnpartitionedFollower;
import io.sluice.iceberg.RestServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every follower of a table without dates keeps, of a real table in a real catalog. */
class UnpartitionedTableTest extends UnpartitionedContract {
  private static final LakeSchema SCHEMA = LakeSchema.unpartitioned(TABLE);
  private static final String FOLDER = CatalogContract.PLACE + "user_actions/";

  @TempDir Path directory;

  private static UnpartitionedTable follower(Catalog catalog) {
    return new UnpartitionedTable(
        catalog, CatalogContract.NAME, SCHEMA, new CatalogContract.NoFiles());
  }

  private static List<String> names(Table table) throws IOException {
    List<String> names = new ArrayList<>();
    for (DataFile file : CatalogContract.files(table)) {
      assertTrue(file.location().startsWith(FOLDER), file.location());
      names.add(file.location().substring(FOLDER.length()));
    }
    return names;
  }

  private static List<Snapshot> snapshots(Table table) {
    List<Snapshot> snapshots = new ArrayList<>();
    table.snapshots().forEach(snapshots::add);
    return snapshots;
  }

  @Override
  protected Target create() {
    String name = UUID.randomUUID().toString();
    Path warehouse = directory.resolve(name);
    return new Target() {
      private Table table() {
        return JdbcCatalogTest.jdbc(warehouse, name).loadTable(CatalogContract.NAME);
      }

      @Override
      public UnpartitionedFollower open(Steps steps) {
        return follower(new SteppingCatalog(JdbcCatalogTest.jdbc(warehouse, name), steps::step));
      }

      @Override
      public List<String> read() throws IOException {
        try {
          return names(table());
        } catch (NoSuchTableException e) {
          return List.of();
        }
      }

      @Override
      public int moments() {
        return snapshots(table()).size();
      }

      @Override
      public void spoil() throws IOException {
        Table table = table();
        List<DataFile> files = CatalogContract.files(table);
        table.newDelete().deleteFile(files.get(0)).commit();
        // Nobody refuses a file that is there.
        table.newAppend().appendFile(files.get(1)).commit();
      }

      @Override
      public Restore save() {
        long snapshot = table().currentSnapshot().snapshotId();
        return () -> table().manageSnapshots().rollbackTo(snapshot).commit();
      }
    };
  }

  @Test
  void theTableHasNoPartitionsAndItsFilesAreNotItsOwn() throws Exception {
    Catalog catalog = JdbcCatalogTest.jdbc(directory.resolve("w"), UUID.randomUUID().toString());
    ReconcileVersion.run(() -> version(7, 1, 2), follower(catalog), "iceberg");
    Table table = catalog.loadTable(CatalogContract.NAME);
    assertTrue(table.spec().isUnpartitioned(), table.spec().toString());
    assertTrue(table.schema().sameSchema(SCHEMA.schema()), table.schema().toString());
    assertFalse(table.schema().columns().stream().anyMatch(one -> one.name().equals("event_date")));
    assertEquals("false", table.properties().get("gc.enabled"));
    assertEquals("7", table.currentSnapshot().summary().get("sluice.version"));
    assertEquals("append", table.currentSnapshot().operation());
    ReconcileVersion.run(() -> version(8, 2, 3), follower(catalog), "iceberg");
    table.refresh();
    assertEquals("overwrite", table.currentSnapshot().operation());
    assertEquals("8", table.currentSnapshot().summary().get("sluice.version"));
    assertEquals(2, snapshots(table).size());
  }

  private static Catalog rest(RestServer server) {
    return CatalogUtil.buildIcebergCatalog("sluice", server.settings(), new Configuration());
  }

  @Test
  void anAnswerThatIsLostIsLookedUp() throws Exception {
    try (RestServer server =
        new RestServer(
            JdbcCatalogTest.jdbc(directory.resolve("w"), UUID.randomUUID().toString()))) {
      ReconcileVersion.run(() -> version(1, 1, 2), follower(rest(server)), "iceberg");
      server.nextCommitMeets(
          commit -> {
            commit.run();
            return Answer.error(504, "Lost", "the answer is lost");
          });
      ReconcileVersion.run(() -> version(2, 2, 3), follower(rest(server)), "iceberg");
      Table table = rest(server).loadTable(CatalogContract.NAME);
      assertEquals(2, snapshots(table).size());
      assertEquals(List.copyOf(version(2, 2, 3).names()), names(table).stream().sorted().toList());
    }
  }

  /** apache/iceberg#14425: what was given up is still on its way when the next process looks. */
  @Test
  void aRequestThatLandsLateChangesNothing() throws Exception {
    try (RestServer server =
        new RestServer(
            JdbcCatalogTest.jdbc(directory.resolve("w"), UUID.randomUUID().toString()))) {
      ReconcileVersion.run(() -> version(1, 1, 2), follower(rest(server)), "iceberg");
      AtomicReference<RestServer.Commit> onItsWay = new AtomicReference<>();
      server.nextCommitMeets(
          commit -> {
            onItsWay.set(commit);
            return Answer.error(504, "Late", "no answer in time");
          });
      IOException e =
          assertThrows(
              IOException.class,
              () -> ReconcileVersion.run(() -> version(2, 2, 3), follower(rest(server)), "x"));
      assertTrue(e.getMessage().contains("it is not known whether"), e.getMessage());
      ReconcileVersion.run(() -> version(3, 3, 4), follower(rest(server)), "iceberg");
      assertEquals(409, onItsWay.get().run().status());
      Table table = rest(server).loadTable(CatalogContract.NAME);
      assertEquals(List.copyOf(version(3, 3, 4).names()), names(table).stream().sorted().toList());
    }
  }
}
