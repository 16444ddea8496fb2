package io.sluice.mirror;

import static io.sluice.mirror.ChangesLake.NOBODY;
import static io.sluice.mirror.ChangesLake.SETTINGS;
import static io.sluice.mirror.ChangesLake.envelope;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.erase.DerivedTable;
import io.sluice.erase.FoundKeys;
import io.sluice.erase.Where;
import io.sluice.lake.LakeTable;
import io.sluice.mirror.ChangesLake.Message;
import io.sluice.mirror.Workload.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table of another catalog has the rows that the database has, whatever happens to a run. */
class MirrorFollowersTest {
  private static final String NOTE = "  - {name: note, type: string}\n";

  /** Whose reader finds them. */
  private enum Format {
    ICEBERG {
      @Override
      PublishedTable open(Path directory, ChangesLake lake) throws IOException {
        return new IcebergCurrent(directory);
      }
    },
    DELTA {
      @Override
      PublishedTable open(Path directory, ChangesLake lake) {
        return new DeltaCurrent(lake.store);
      }
    };

    abstract PublishedTable open(Path directory, ChangesLake lake) throws IOException;
  }

  @TempDir Path directory;
  private ChangesLake lake;
  private PublishedTable table;
  private Workload database;
  private final Random random = new Random(5);

  private void begin(Format format) throws IOException {
    lake = new ChangesLake(directory.resolve("lake"), MirrorTest.CONTRACT.formatted(true));
    table = format.open(directory, lake);
    database = new Workload(5);
  }

  @AfterEach
  void end() {
    if (lake != null) {
      lake.close();
    }
  }

  private void change() throws IOException {
    database.work(80);
    database.commitAll();
    List<Message> messages = new ArrayList<>();
    for (Event event : database.take()) {
      messages.add(lake.send(random.nextInt(3), event.envelope()));
    }
    lake.append(messages);
  }

  private static final Mirror.Settings AT_ONCE =
      new Mirror.Settings(null, false, Duration.ofDays(30), Duration.ZERO, 2);

  private static void requireEqual(Mirror.Result result) {
    assertEquals(Optional.empty(), result.followers().late("order_changes_current"));
    assertEquals(1, result.followers().each().size());
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void eachVersionIsOneMomentAndIsReadLater(Format format) throws Exception {
    begin(format);
    List<List<String>> tables = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      change();
      Mirror.Result result = lake.run(SETTINGS, table.followers());
      requireEqual(result);
      assertTrue(result.isNew());
      assertEquals(i, result.followers().each().get(0).done().version());
      tables.add(database.table());
      assertEquals(database.table(), table.rows(false));
      assertEquals(i, table.moments().size());
    }
    for (int i = 1; i <= 4; i++) {
      assertEquals(tables.get(i - 1), table.rowsOf(i), "version " + i);
    }
    Mirror.Result same = lake.run(SETTINGS, table.followers());
    assertFalse(same.isNew());
    assertTrue(same.followers().each().get(0).done().isNothing());
    assertEquals(4, table.moments().size());
    assertFalse(table.columns().contains(MirrorTable.MISSING), "it is the mirror's own");
    assertFalse(table.columns().contains("event_date"));
  }

  /** A key that was deleted stands in a file of the same folder. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void rememberedDeletesAreNotInTheTable(Format format) throws Exception {
    begin(format);
    String row = "{\"shop\":\"s\",\"id\":1,\"total\":3}";
    lake.append(List.of(lake.send(0, envelope("c", null, row, 10, 1_767_323_045_000_000L))));
    requireEqual(lake.run(SETTINGS, table.followers()));
    assertEquals(List.of("s|1|3|null|null"), table.rows(false));
    lake.append(List.of(lake.send(0, envelope("d", row, null, 20, 1_767_323_046_000_000L))));
    requireEqual(lake.run(SETTINGS, table.followers()));
    assertEquals(1, lake.newest().deleted());
    assertEquals(List.of(), table.rows(false));
  }

  /** What was killed behind its switch leaves a table that is behind, and nothing to read anew. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void aRunWithNothingNewBringsTheTableUpToDate(Format format) throws Exception {
    begin(format);
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    List<String> first = database.table();
    change();
    lake.run(SETTINGS, NOBODY);
    assertEquals(first, table.rows(false));
    Mirror.Result next = lake.run(SETTINGS, table.followers());
    requireEqual(next);
    assertFalse(next.isNew());
    assertEquals(database.table(), table.rows(false));
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void ofTwoRunsAtOnceTheNewestVersionStays(Format format) throws Exception {
    begin(format);
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    change();
    int[] tries = {0};
    Mirror.Result slow =
        lake.mirror(SETTINGS)
            .run(
                work -> {
                  if (tries[0]++ == 0) {
                    requireEqual(lake.run(SETTINGS, table.followers()));
                    change();
                  }
                  lake.stepByStep(work);
                },
                table.followers());
    requireEqual(slow);
    assertEquals(2, tries[0]);
    assertEquals(database.table(), table.rows(false));
    assertEquals(List.of(1L, 2L, 3L), table.moments());
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void whatSomebodyHasRolledBackIsPutRight(Format format) throws Exception {
    begin(format);
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    List<String> first = database.table();
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    table.rollBack(1);
    assertEquals(first, table.rows(false));
    requireEqual(lake.run(SETTINGS, table.followers()));
    assertEquals(database.table(), table.rows(false));
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aColumnThatIsAddedIsInTheTable(Format format) throws Exception {
    begin(format);
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    List<String> first = database.table();
    database.addColumn();
    lake.contract(MirrorTest.CONTRACT.formatted(true) + NOTE);
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    assertTrue(table.columns().contains("note"));
    assertEquals(database.table(), table.rows(true));
    assertEquals(first, table.rowsOf(1));
  }

  /** The mirror has come further, and whoever reads the table still reads all of its files. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void whereTheTableIsNotAnsweredForTheVersionIsThereAndNothingIsRemoved(Format format)
      throws Exception {
    begin(format);
    change();
    requireEqual(lake.run(AT_ONCE, table.followers()));
    List<String> first = database.table();
    change();
    table.fail(true);
    Mirror.Result failed = lake.run(AT_ONCE, table.followers());
    assertTrue(failed.isNew());
    assertEquals(Versions.Removed.NOTHING, failed.removed());
    assertTrue(
        failed
            .followers()
            .late("the table")
            .orElseThrow()
            .startsWith(
                "follower "
                    + table.name()
                    + " of the table is not equal to its newest version, which is there: "),
        failed.toString());
    table.fail(false);
    assertEquals(first, table.rows(false));
    Mirror.Result mended = lake.run(AT_ONCE, table.followers());
    requireEqual(mended);
    assertFalse(mended.isNew());
    assertEquals(database.table(), table.rows(false));
  }

  /** The grace of a version begins where nothing leads to it any more. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void whatReadersWereLedToUntilNowStaysForTheGrace(Format format) throws Exception {
    begin(format);
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    change();
    lake.run(SETTINGS, NOBODY);
    LakeTable of = lake.current();
    MirrorFollowers.Outcomes outcomes =
        table.followers().follow(of, lake.versions(), Instant.now().minusSeconds(60));
    assertEquals(Optional.empty(), outcomes.late(of.table().name()));
    assertEquals(Set.of(1L, 2L), outcomes.ledTo());
    assertEquals(Versions.Removed.NOTHING, lake.versions().expire(Duration.ZERO, outcomes.ledTo()));
    assertEquals(List.of(1L, 2L), lake.versions().numbers());
    Set<Long> later =
        table.followers().follow(of, lake.versions(), Instant.now().plusSeconds(60)).ledTo();
    assertEquals(Set.of(2L), later);
    assertEquals(1, lake.versions().expire(Duration.ZERO, later).versions());
  }

  /** Nobody could read what it named. */
  @Test
  void aSnapshotExpiresWithItsVersion() throws Exception {
    begin(Format.ICEBERG);
    for (int i = 0; i < 3; i++) {
      change();
      requireEqual(lake.run(SETTINGS, table.followers()));
    }
    assertEquals(List.of(1L, 2L, 3L), table.moments());
    change();
    requireEqual(lake.run(AT_ONCE, table.followers()));
    // The third was led to until now; the grace of zero is over with the next call.
    requireEqual(lake.run(AT_ONCE, table.followers()));
    assertEquals(List.of(4L), lake.versions().numbers());
    assertEquals(List.of(4L), table.moments());
    assertEquals(database.table(), table.rows(false));
  }

  @Test
  void aFollowerOfDatesIsRefusedAndAListIsThereAnyway() throws Exception {
    begin(Format.ICEBERG);
    UserException e = assertThrows(UserException.class, () -> table.followers("iceberg", "dates"));
    assertEquals(
        "--publish=dates: it follows tables with dates, and a mirror has none; there are delta,"
            + " iceberg, and a mirror always has its list of files",
        e.getMessage());
    change();
    assertEquals(List.of(), lake.run(SETTINGS, table.followers("symlink")).followers().each());
  }

  private DerivedTable.Result erase(Duration grace) throws IOException {
    return new MirrorErase(lake.store, lake.current(), table.followers())
        .erase(
            Where.parse("shop = s1", List.of(lake.contract())),
            new DerivedTable.Settings(grace, 3, false, new FoundKeys(), files -> {}));
  }

  /** Readers of the table find no row that is erased, and no file is gone that it leads to. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void anErasureLeadsTheTableToWhatIsLeft(Format format) throws Exception {
    begin(format);
    change();
    requireEqual(lake.run(SETTINGS, table.followers()));
    List<String> left = database.table().stream().filter(row -> !row.startsWith("s1|")).toList();
    assertTrue(left.size() < database.table().size());
    table.fail(true);
    DerivedTable.Result late = erase(Duration.ZERO);
    assertFalse(late.isDone());
    assertTrue(String.valueOf(late.why()).contains("follower " + table.name()), late.toString());
    table.fail(false);
    // It leads to the version of before, of which nothing was removed.
    assertEquals(database.table(), table.rows(false));
    DerivedTable.Result done = erase(Duration.ZERO);
    assertTrue(done.isDone(), done.toString());
    assertEquals(left, table.rows(false));
    assertFalse(lake.versions().numbers().contains(1L), "it has the rows");
  }
}
