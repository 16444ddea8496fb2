package io.sluice.symlink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.DuckDb;
import io.sluice.compact.Compact;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.follow.Follower;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.follow.Reconciled;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of a real lake, as DuckDB reads them, whatever became of the lake. */
class SymlinkLakeTest {
  private static final Table TABLE = TestPanes.TABLE;
  private static final LocalDate DATE = LocalDate.of(2026, 1, 31);

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void begin() throws IOException {
    Stores stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
    LakeTable.begin(store, stores, TABLE, null, false);
  }

  @AfterEach
  void end() {
    store.close();
  }

  private void append(int shard, long... offsets) throws IOException {
    new AppendLog(store, TABLE, DATE, shard, false).append(TestPanes.rows(offsets));
  }

  private void publish() throws IOException {
    new Publication(store, TABLE, DATE).complete(Map.of());
  }

  private Reconciled follow() throws IOException {
    try (Follower follower =
        new SymlinkFollower(
            TestStores.of(directory).open(PipelineOptionsFactory.create()), TABLE)) {
      Reconcile reconcile = new Reconcile(Published.in(store, TABLE), follower, "symlink");
      assertTrue(reconcile.dates().contains(DATE));
      Reconciled wouldBe = reconcile.wouldBe(DATE);
      assertEquals(wouldBe, reconcile.wouldBe(DATE), "a dry run changes nothing");
      Reconciled reconciled = reconcile.date(DATE);
      assertEquals(wouldBe, reconciled);
      return reconciled;
    }
  }

  /** How many rows the list leads to, and how many different ones: as docs/operations.md has it. */
  private String rows() throws SQLException {
    List<String> rows =
        DuckDb.query(
            "set variable files = (select string_split(trim(content, chr(10)), chr(10)) from"
                + " read_text('"
                + directory
                + "/_symlink_format_manifest/user_actions/event_date="
                + DATE
                + "/manifest'));"
                + " select count(*), count(distinct event_datetime) from"
                + " read_parquet(getvariable('files'))");
    return rows.get(0);
  }

  @Test
  void duckDbReadsExactlyTheLiveRowsBeforeAndAfterACompaction() throws Exception {
    append(0, 1, 2, 3);
    append(0, 4, 5);
    append(1, 6);
    publish();
    assertEquals(3, follow().added().size());
    assertEquals("6 6", rows());
    append(0, 7);
    assertTrue(follow().isNothing(), "no manifest names it yet");
    publish();
    assertEquals(
        new Reconciled(2, true, Set.of("part-00000-00000002.parquet"), Set.of(), 3), follow());
    assertEquals("7 7", rows());
    Compact.Result compacted =
        new Compact(
                store, TABLE, new Compact.Settings(1 << 20, Duration.ZERO, 3, false), bytes -> {})
            .run(DATE, false);
    assertEquals(3, compacted.rewritten());
    assertThrows(SQLException.class, this::rows, "what the compaction has removed is listed");
    Reconciled reconciled = follow();
    assertEquals(1, reconciled.added().size());
    assertEquals(3, reconciled.removed().size());
    assertEquals(1, reconciled.unchanged());
    assertEquals("7 7", rows());
    assertTrue(follow().isNothing());
  }

  /** As the verb has it with {@code --publish}: at no moment is a reader led to what is gone. */
  @Test
  void aCompactionThatTellsItsFollowersLeavesNoListBehind() throws Exception {
    append(0, 1, 2, 3);
    append(0, 4, 5);
    publish();
    follow();
    List<String> seen = new ArrayList<>();
    Compact.Settings settings = new Compact.Settings(1 << 20, Duration.ZERO, 3, false);
    IllegalStateException away = new IllegalStateException("away");
    assertSame(
        away,
        assertThrows(
            IllegalStateException.class,
            () ->
                new Compact(
                        store,
                        TABLE,
                        settings,
                        bytes -> {},
                        date -> {
                          throw away;
                        })
                    .run(DATE, false)));
    assertEquals("5 5", rows(), "what was replaced is there, for the list leads to it");
    new Compact(
            store,
            TABLE,
            settings,
            bytes -> {},
            date -> {
              seen.add(date.toString());
              return !follow().removed().isEmpty();
            })
        .run(DATE, false);
    assertEquals(List.of(DATE.toString()), seen, "before it removes what the first had left");
    assertEquals("5 5", rows());
    append(0, 6);
    publish();
    follow();
    new Compact(
            store,
            TABLE,
            settings,
            bytes -> {},
            date -> {
              seen.add(date.toString());
              return !follow().removed().isEmpty();
            })
        .run(DATE, false);
    assertEquals(2, seen.size(), "between the switch and the deletion");
    assertEquals("6 6", rows());
    assertTrue(follow().isNothing());
  }

  @Test
  void aDateWithoutAManifestIsLeftAlone() throws Exception {
    append(0, 1);
    assertFalse(follow().published());
    assertEquals(List.of(), store.list("_symlink_format_manifest/"));
  }

  /** As a rule of the bucket deletes it: the files, and the manifests later. */
  @Test
  void whatIsDeletedIsListedNoMore() throws Exception {
    append(0, 1, 2);
    append(1, 3);
    publish();
    follow();
    String folder = TABLE.name() + "/event_date=" + DATE + "/";
    store.delete(List.of(folder + "part-00000-00000000.parquet"));
    assertEquals(Set.of("part-00000-00000000.parquet"), follow().removed());
    assertEquals("1 1", rows());
    store.delete(store.list(folder).stream().map(Store.Entry::key).toList());
    Reconciled gone = follow();
    assertEquals(0, gone.version());
    assertEquals(Set.of("part-00001-00000000.parquet"), gone.removed());
    assertEquals(
        "",
        new String(
            store
                .read("_symlink_format_manifest/user_actions/event_date=" + DATE + "/manifest")
                .orElseThrow(),
            UTF_8));
  }

  @Test
  void whereTheNewestManifestCannotBeReadTheListStays() throws Exception {
    append(0, 1, 2);
    publish();
    follow();
    append(1, 3);
    publish();
    store.replace(TABLE.name() + "/event_date=" + DATE + "/_manifest-000002.json", new byte[9]);
    IOException e = assertThrows(IOException.class, this::follow);
    assertTrue(e.getMessage().contains("manifest 2, the newest, cannot be read"), e.getMessage());
    assertEquals("2 2", rows());
    append(2, 4);
    publish();
    follow();
    assertEquals("4 4", rows());
  }
}
