package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static io.sluice.iceberg.TestLake.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.iceberg.RestServer.Answer;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of a commit on its way, each file is in the table once. */
class RestFaultsTest {
  @TempDir Path directory;

  private RestServer server;
  private TestLake lake;

  @BeforeEach
  void begin() throws IOException {
    server =
        new RestServer(
            JdbcCatalogTest.jdbc(
                directory.resolve("warehouse"), directory.getFileName().toString()));
    lake = new TestLake(directory.resolve("lake"));
  }

  @AfterEach
  void end() {
    lake.close();
    server.close();
  }

  /** As the flag's file opens it, each time another client. */
  private Catalog catalog() throws IOException {
    return catalog(Map.of());
  }

  private Catalog catalog(Map<String, String> more) throws IOException {
    Path file = directory.resolve("iceberg.properties");
    Map<String, String> settings = new TreeMap<>(server.settings());
    settings.put("sluice.namespace", "lake");
    settings.putAll(more);
    Files.writeString(
        file,
        settings.entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining("\n")));
    return IcebergConfig.read(file.toString()).open(Map.of());
  }

  private static int snapshots(Catalog catalog) {
    List<Snapshot> all = new ArrayList<>();
    catalog.loadTable(NAME).snapshots().forEach(all::add);
    return all.size();
  }

  /** apache/iceberg#16008: the commit is in the table, and whoever sent it hears of a failure. */
  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void anAnswerThatIsLostIsLookedUp(int status) throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    server.nextCommitMeets(
        commit -> {
          commit.run();
          return Answer.error(status, "Lost", "the answer is lost");
        });
    lake.follow(catalog(), DATE);
    assertEquals(3, rows(catalog()));
    assertEquals(2, snapshots(catalog()));
    assertTrue(lake.follow(catalog(), DATE).isNothing());
  }

  @Test
  void aConnectionThatIsCutAfterTheCommitIsLookedUp() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    server.nextCommitMeets(
        commit -> {
          commit.run();
          return null;
        });
    try {
      lake.follow(catalog(), DATE);
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("lake.user_actions"), e.getMessage());
    }
    lake.follow(catalog(), DATE);
    assertEquals(3, rows(catalog()));
    assertEquals(2, snapshots(catalog()));
  }

  /** The library takes its own commit for that of another, and is not to delete what it wrote. */
  @Test
  void aConflictWithItselfIsNoConflict() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    server.nextCommitMeets(
        commit -> {
          commit.run();
          return commit.run();
        });
    lake.follow(catalog(), DATE);
    assertEquals(3, rows(catalog()));
    assertTrue(lake.follow(catalog(), DATE).isNothing());
    assertEquals(3, rows(catalog()));
  }

  /** apache/iceberg#14425: what was given up is still on its way when the next process looks. */
  @Test
  void aRequestThatLandsLateChangesNothing() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    AtomicReference<RestServer.Commit> onItsWay = new AtomicReference<>();
    server.nextCommitMeets(
        commit -> {
          onItsWay.set(commit);
          return Answer.error(504, "Late", "no answer in time");
        });
    IOException e = assertThrows(IOException.class, () -> lake.follow(catalog(), DATE));
    assertTrue(e.getMessage().contains("it is not known whether"), e.getMessage());
    lake.follow(catalog(), DATE);
    assertEquals(409, onItsWay.get().run().status());
    assertEquals(3, rows(catalog()));
    assertTrue(lake.follow(catalog(), DATE).isNothing());
  }

  @Test
  void aRequestThatLandsBeforeTheNextLookIsSeen() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    AtomicReference<RestServer.Commit> onItsWay = new AtomicReference<>();
    server.nextCommitMeets(
        commit -> {
          onItsWay.set(commit);
          return Answer.error(504, "Late", "no answer in time");
        });
    assertThrows(IOException.class, () -> lake.follow(catalog(), DATE));
    assertEquals(200, onItsWay.get().run().status());
    assertTrue(lake.follow(catalog(), DATE).isNothing());
    assertEquals(3, rows(catalog()));
    assertEquals(2, snapshots(catalog()));
  }

  /** What becomes of a commit, and what is answered. */
  private enum Fault {
    LOST(commit -> done(commit, Answer.error(500, "Lost", "lost"))),
    LOST_ON_THE_WAY(commit -> done(commit, Answer.error(502, "Lost", "<html>"))),
    CUT(commit -> done(commit, null)),
    NONSENSE(commit -> done(commit, new Answer(200, "{\"metadata-loc"))),
    REFUSED_AFTER_ALL(commit -> done(commit, Answer.error(403, "Forbidden", "token expired"))),
    GONE_AFTER_ALL(commit -> done(commit, Answer.error(404, "NoSuchTableException", "gone"))),
    SENT_TWICE(
        commit -> {
          commit.run();
          return commit.run();
        }),
    FAILED(commit -> Answer.error(500, "Failed", "failed")),
    NOT_HEARD(commit -> null),
    REFUSED(commit -> Answer.error(401, "NotAuthorized", "no token")),
    NOT_UNDERSTOOD(commit -> Answer.error(400, "BadRequest", "what"));

    private final RestServer.Fate fate;

    Fault(RestServer.Fate fate) {
      this.fate = fate;
    }

    /**
     * @param answer null where the connection is cut
     */
    private static @Nullable Answer done(RestServer.Commit commit, @Nullable Answer answer) {
      commit.run();
      return answer;
    }
  }

  /**
   * The creation of the table, its new schema and its snapshots are commits, and each of them meets
   * each fault. What is read afterwards also shows that no manifest was deleted.
   */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void whateverBecomesOfACommitEachFileIsThereOnce(Fault fault) throws Exception {
    int offset = 0;
    // Of the first look the creation, of the next the schema, and of the last the snapshot.
    for (int number : new int[] {1, 1, 2}) {
      Catalog catalog = catalog();
      if (offset > 0) {
        catalog.loadTable(NAME).updateSchema().deleteColumn("user_id").commit();
      }
      lake.append(DATE, 0, offset++);
      server.commitMeets(number, fault.fate);
      try {
        lake.follow(catalog, DATE);
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("table lake.user_actions"), e.getMessage());
      }
      server.commitsMeet(RestServer.Commit::run);
      lake.follow(catalog(), DATE);
      assertEquals(offset, rows(catalog()), fault + " at " + number);
      assertEquals(
          offset,
          rows(catalog(), Expressions.startsWith("user_id", "user_")),
          fault + " at " + number);
      assertEquals(offset, CatalogContract.files(catalog().loadTable(NAME)).size());
      assertEquals(offset, snapshots(catalog()), fault + " at " + number);
      assertTrue(lake.follow(catalog(), DATE).isNothing());
    }
  }

  /** A client that waits no longer knows nothing: not even a number of an error. */
  @Test
  void anAnswerThatComesTooLateIsLookedUp() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    CountDownLatch isGivenUp = new CountDownLatch(1);
    server.nextCommitMeets(
        commit -> {
          Answer answer = commit.run();
          try {
            isGivenUp.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return answer;
        });
    try {
      lake.follow(catalog(Map.of("rest.client.socket-timeout-ms", "3000")), DATE);
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("table lake.user_actions"), e.getMessage());
    } finally {
      isGivenUp.countDown();
    }
    lake.follow(catalog(), DATE);
    assertEquals(3, rows(catalog()));
    assertEquals(2, snapshots(catalog()));
  }

  /**
   * The client sends a request again that was not answered, and is told at the second time that it
   * may not: the first may still land, and needs its manifests.
   */
  @Test
  void whatWasRefusedAndLandsAllTheSameCanBeRead() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    AtomicReference<RestServer.Commit> onItsWay = new AtomicReference<>();
    server.nextCommitMeets(
        commit -> {
          onItsWay.set(commit);
          return Answer.error(403, "Forbidden", "token expired");
        });
    IOException e = assertThrows(IOException.class, () -> lake.follow(catalog(), DATE));
    assertTrue(e.getMessage().contains("the commit was refused ("), e.getMessage());
    assertEquals(200, onItsWay.get().run().status());
    assertEquals(3, rows(catalog()));
    assertTrue(lake.follow(catalog(), DATE).isNothing());
  }

  @Test
  void aCreationThatLandsLateChangesNothing() throws Exception {
    lake.append(DATE, 0, 1, 2);
    AtomicReference<RestServer.Commit> onItsWay = new AtomicReference<>();
    server.nextCommitMeets(
        commit -> {
          onItsWay.set(commit);
          return Answer.error(504, "Late", "no answer in time");
        });
    assertThrows(IOException.class, () -> lake.follow(catalog(), DATE));
    lake.follow(catalog(), DATE);
    assertEquals(409, onItsWay.get().run().status());
    assertEquals(2, rows(catalog()));
    assertTrue(lake.follow(catalog(), DATE).isNothing());
  }

  /** Whoever is slower with a creation finds a table that has its files. */
  @Test
  void ofTwoThatMakeTheTableAtOnceEachFileIsThereOnce() throws Exception {
    lake.append(DATE, 0, 1, 2);
    server.nextCommitMeets(
        commit -> {
          try {
            lake.follow(catalog(), DATE);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return commit.run();
        });
    lake.follow(catalog(), DATE);
    assertEquals(2, rows(catalog()));
    assertEquals(1, CatalogContract.files(catalog().loadTable(NAME)).size());
    assertEquals(1, snapshots(catalog()));
  }

  @Test
  void aCatalogThatIsAwayIsTriedAgain() throws Exception {
    lake.append(DATE, 0, 1, 2);
    server.commitsMeet(commit -> Answer.error(503, "Away", "the database is away"));
    IOException e = assertThrows(IOException.class, () -> lake.follow(catalog(), DATE));
    assertTrue(e.getMessage().contains("the database is away"), e.getMessage());
    server.commitsMeet(RestServer.Commit::run);
    assertEquals(1, lake.follow(catalog(), DATE).added().size());
    assertEquals(2, rows(catalog()));
    Catalog open = catalog();
    server.close();
    assertThrows(IOException.class, () -> lake.follow(open, DATE));
  }

  @Test
  void ofTwoAtOnceEachFileIsThereOnce() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    long conflicts = SluiceMetrics.total(SluiceMetrics.FOLLOWER_CONFLICTS);
    server.nextCommitMeets(
        commit -> {
          try {
            lake.append(DATE, 1, 4);
            lake.follow(catalog(), DATE);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return commit.run();
        });
    lake.follow(catalog(), DATE);
    assertEquals(conflicts + 1, SluiceMetrics.total(SluiceMetrics.FOLLOWER_CONFLICTS));
    assertEquals(4, rows(catalog()));
    assertEquals(3, CatalogContract.files(catalog().loadTable(NAME)).size());
  }

  @Test
  void aTableThatWasRolledBackOrHasLostItsHistoryIsPutRight() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    Table table = catalog().loadTable(NAME);
    long first = table.currentSnapshot().snapshotId();
    lake.append(DATE, 0, 3);
    lake.follow(catalog(), DATE);
    catalog().loadTable(NAME).manageSnapshots().rollbackTo(first).commit();
    assertEquals(2, rows(catalog()));
    lake.follow(catalog(), DATE);
    assertEquals(3, rows(catalog()));
    Table again = catalog().loadTable(NAME);
    again.updateProperties().set("gc.enabled", "true").commit();
    again.expireSnapshots().cleanExpiredFiles(false).expireSnapshotId(first).commit();
    assertTrue(lake.follow(catalog(), DATE).isNothing());
    lake.append(DATE, 0, 4);
    lake.follow(catalog(), DATE);
    assertEquals(4, rows(catalog()));
  }

  /** As Spark's add_files leaves them: by another spelling of the place. */
  @Test
  void filesThatAreThereAlreadyAreNotAddedAgain() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    lake.append(DATE, 0, 3);
    Table table = catalog().loadTable(NAME);
    DataFile known = CatalogContract.files(table).get(0);
    table
        .newAppend()
        .appendFile(
            DataFiles.builder(table.spec())
                .copy(known)
                .withPath(
                    known
                        .location()
                        .replace("file:///", "file:/")
                        .replace("00000000.parquet", "00000001.parquet"))
                .withRecordCount(1)
                .build())
        .commit();
    assertTrue(lake.follow(catalog(), DATE).isNothing());
  }

  @Test
  void rowsThatOthersWroteOrDeletedAreUndone() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.append(DATE, 1, 3);
    lake.follow(catalog(), DATE);
    Table table = catalog().loadTable(NAME);
    DataFile known = CatalogContract.files(table).get(0);
    table
        .newAppend()
        .appendFile(
            DataFiles.builder(table.spec())
                .copy(known)
                .withPath("file:///elsewhere/of-spark.parquet")
                .build())
        .commit();
    assertEquals(1, lake.follow(catalog(), DATE).removed().size());
    assertEquals(3, rows(catalog()));
    // A table that is partitioned by date loses a date's files by DELETE FROM, whole.
    table
        .newDelete()
        .deleteFromRowFilter(Expressions.equal("event_date", (int) DATE.toEpochDay()))
        .commit();
    assertEquals(0, rows(catalog()));
    lake.follow(catalog(), DATE);
    assertEquals(3, rows(catalog()));
  }

  @Test
  void manyDatesAreOneSnapshot() throws Exception {
    List<LocalDate> dates = IntStream.range(0, 30).mapToObj(DATE::plusDays).toList();
    for (int i = 0; i < dates.size(); i++) {
      lake.append(dates.get(i), 0, i);
    }
    assertTrue(
        lake.follow(catalog(), dates).values().stream().allMatch(one -> one.failed() == null));
    assertEquals(30, rows(catalog()));
    assertEquals(1, snapshots(catalog()));
    assertEquals(
        1, rows(catalog(), Expressions.equal("event_date", (int) DATE.plusDays(3).toEpochDay())));
  }
}
