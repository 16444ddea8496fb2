package io.sluice.mirror;

import static io.sluice.mirror.ChangesLake.NOBODY;
import static io.sluice.mirror.ChangesLake.SETTINGS;
import static io.sluice.mirror.ChangesLake.envelope;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.DuckDb;
import io.sluice.compact.BeforeDeletion;
import io.sluice.erase.DerivedTable;
import io.sluice.erase.Erase;
import io.sluice.erase.EraseRecord;
import io.sluice.erase.FoundKeys;
import io.sluice.erase.Where;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Store;
import io.sluice.mirror.ChangesLake.Message;
import io.sluice.mirror.Workload.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is erased from a table of changes goes from its mirror, and nothing brings it back. */
class MirrorEraseTest {
  private static final String CONTRACT =
      MirrorTest.CONTRACT.formatted(true)
          + "  - {name: who, type: {struct: [{name: id, type: int64}]}}\n";
  private static final String ROW = "concat_ws('|', shop, id, total, coalesce(large, 'null'))";
  private static final long TIME = 1_767_323_045_000_000L;

  @TempDir Path directory;
  private ChangesLake lake;

  @BeforeEach
  void begin() throws IOException {
    lake = new ChangesLake(directory.resolve("lake"), CONTRACT);
  }

  @AfterEach
  void end() {
    lake.close();
  }

  private Where where(String text) {
    return Where.parse(text, List.of(lake.contract()));
  }

  private void eraseInLake(String where, Duration grace) throws IOException {
    LakeTable table =
        LakeTable.open(lake.store, lake.stores, lake.contract(), LakeTable.Access.READ);
    Erase erase =
        new Erase(
            lake.store,
            table.table(),
            new Erase.Settings(Duration.ZERO, 3, false, false),
            BeforeDeletion.NOTHING.with(grace),
            files -> {});
    for (LocalDate date : LakeFiles.dates(lake.store, table.table())) {
      assertTrue(erase.run(date, where(where)).isDone());
    }
  }

  private DerivedTable.Result eraseInMirror(String where, Duration grace) throws IOException {
    return eraseInMirror(lake.store, where, grace);
  }

  private DerivedTable.Result eraseInMirror(Store store, String where, Duration grace)
      throws IOException {
    return new MirrorErase(store, lake.current(), NOBODY)
        .erase(
            where(where), new DerivedTable.Settings(grace, 3, false, new FoundKeys(), files -> {}));
  }

  private DerivedTable.Result erase(String where) throws IOException {
    eraseInLake(where, Duration.ZERO);
    return eraseInMirror(where, Duration.ZERO);
  }

  private List<String> rows() throws Exception {
    return lake.rows(lake.newest(), ROW);
  }

  private void append(String... envelopes) throws IOException {
    List<Message> messages = new ArrayList<>();
    for (String envelope : envelopes) {
      messages.add(lake.send(0, envelope));
    }
    lake.append(messages);
  }

  private static String row(long id, String more) {
    return "{\"shop\":\"s\",\"id\":" + id + more + "}";
  }

  private static String create(long id) {
    return envelope("c", null, row(id, ",\"total\":" + id), 10 + id, TIME + id);
  }

  private Mirror.Result fromScratch() throws IOException {
    return lake.run(new Mirror.Settings(4, true, Duration.ofDays(30), Duration.ofDays(1), 2));
  }

  private Set<String> filesOfMirror() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("lake/order_changes_current"))) {
      Set<String> files = new HashSet<>();
      all.filter(one -> one.toString().endsWith(".parquet"))
          .forEach(one -> files.add(one.getFileName().toString()));
      return files;
    }
  }

  /** Of a database's whole work, its deletes, changed keys, truncates and late changes. */
  @Test
  void ofAllWorkTheRowsAndDeletesOfAKeyGoAndAllElseIsAsInTheDatabase() throws Exception {
    Workload database = new Workload(21);
    for (int round = 0; round < 3; round++) {
      database.work(200);
      database.commitAll();
      List<Message> messages = new ArrayList<>();
      for (Event event : database.take()) {
        messages.add(lake.send(0, event.envelope()));
      }
      lake.append(messages);
      lake.run();
    }
    List<String> others =
        database.table().stream().filter(row -> !row.matches("s\\d\\|7\\|.*")).toList();
    assertTrue(others.size() < database.table().size() && others.size() > 10, "the work has it");
    MirrorVersion before = lake.newest();
    DerivedTable.Result result = erase("id = 7");
    assertTrue(result.rows() >= database.table().size() - others.size(), result.toString());
    MirrorVersion after = lake.newest();
    assertEquals(before.number() + 1, after.number());
    assertEquals(before.positions(), after.positions());
    assertEquals(before.rows() + before.deleted() - result.rows(), after.rows() + after.deleted());
    List<String> rows = rows().stream().map(row -> row + "|null").toList();
    assertEquals(others, rows);
    for (String file : filesOfMirror()) {
      assertEquals(
          List.of("0"),
          DuckDb.query(
              "select count(*) from '"
                  + directory.resolve("lake/order_changes_current/*/" + file)
                  + "' where id = 7"),
          file);
    }
    assertFalse(lake.run().isNew(), "nothing is new");
    database.work(30);
    database.commitAll();
    List<Message> more = new ArrayList<>();
    for (Event event : database.take()) {
      if (!event.key().endsWith("|7")) {
        more.add(lake.send(0, event.envelope()));
      }
    }
    lake.append(more);
    lake.run();
    List<String> now =
        database.table().stream().filter(row -> !row.matches("s\\d\\|7\\|.*")).toList();
    assertEquals(now, rows().stream().map(row -> row + "|null").toList());
    fromScratch();
    assertEquals(now, rows().stream().map(row -> row + "|null").toList());
  }

  @Test
  void onlyBucketsThatHaveItAreWritten() throws Exception {
    append(LongStream.range(0, 100).mapToObj(MirrorEraseTest::create).toArray(String[]::new));
    lake.run();
    MirrorVersion before = lake.newest();
    erase("total = 42");
    MirrorVersion after = lake.newest();
    long same =
        after.files().keySet().stream()
            .filter(bucket -> after.files().get(bucket).equals(before.files().get(bucket)))
            .count();
    assertEquals(3, same);
    assertEquals(99, rows().size());
    Path list = directory.resolve("lake/_symlink_format_manifest/order_changes_current/manifest");
    assertEquals(
        after.rowFiles().stream().map(lake.versions()::place).toList(), Files.readAllLines(list));
    // The version before had the row, and is gone with its file.
    assertEquals(List.of(after.number()), lake.versions().numbers());
    assertEquals(4, filesOfMirror().size());
  }

  @Test
  void aBucketWhoseRowsAllGoHasNone() throws Exception {
    append(create(1), envelope("d", row(2, ""), null, 20, TIME + 20));
    lake.run();
    erase("shop = s");
    assertEquals(0, lake.newest().rows() + lake.newest().deleted());
    assertTrue(lake.newest().files().isEmpty());
    append(create(3));
    lake.run();
    assertEquals(1, lake.newest().rows());
  }

  @Test
  void aFieldOfAStructSaysWhoseARowIs() throws Exception {
    append(
        envelope("c", null, row(1, ",\"who\":{\"id\":7}"), 11, TIME),
        envelope("c", null, row(2, ",\"who\":{\"id\":8}"), 12, TIME));
    lake.run();
    assertEquals(1, erase("who.id = 7").rows());
    assertEquals(List.of("s|2|null"), rows());
  }

  /** The run that has begun before the erasure has read the rows, and is not the next version. */
  @Test
  void aRunThatIsUnderWayDoesNotBringItBack() throws Exception {
    append(create(1), create(2));
    lake.run();
    append(create(3), create(4));
    int[] tries = {0};
    Mirror.Result result =
        lake.mirror(SETTINGS)
            .run(
                work -> {
                  if (tries[0]++ == 0) {
                    // The replaced files can still be read.
                    eraseInLake("id = 4", Duration.ofHours(1));
                    DerivedTable.Result erased = eraseInMirror("id = 4", Duration.ZERO);
                    assertEquals(0, erased.rows(), "the mirror has not got it yet");
                  }
                  lake.stepByStep(work);
                },
                NOBODY);
    assertEquals(2, tries[0]);
    assertTrue(result.isNew());
    assertEquals(List.of("s|1|1|null", "s|2|2|null", "s|3|3|null"), rows());
  }

  @Test
  void aFirstRunThatIsUnderWayDoesNotEither() throws Exception {
    append(create(1), create(2));
    Mirror mirror = lake.mirror(SETTINGS);
    int[] tries = {0};
    mirror.run(
        work -> {
          boolean isFirst = tries[0]++ == 0;
          if (isFirst) {
            eraseBeforeTheFirstVersion(beginRecord("id = 2"), "id = 2");
            assertEquals(
                List.of(),
                new MirrorRows()
                    .of(
                        lake.store,
                        LakeTable.open(
                            lake.store, lake.stores, lake.contract(), LakeTable.Access.READ),
                        PipelineOptionsFactory.create()));
          }
          lake.stepByStep(work);
          // So it is where nobody looks again: the launcher may be killed.
          assertEquals(isFirst ? List.of() : List.of(1L), lake.versions().numbers());
        },
        NOBODY);
    assertEquals(2, tries[0]);
    assertEquals(List.of("s|1|1|null"), rows());
  }

  /** Its record is there already when the run looks, and says something else when it ends. */
  @Test
  void aFirstRunThatBeganInTheMidstOfAnErasureDoesNotEither() throws Exception {
    append(create(1), create(2));
    EraseRecord record = beginRecord("id = 2");
    int[] tries = {0};
    lake.mirror(SETTINGS)
        .run(
            work -> {
              boolean isFirst = tries[0]++ == 0;
              if (isFirst) {
                eraseBeforeTheFirstVersion(record, "id = 2");
              }
              lake.stepByStep(work);
              assertEquals(isFirst ? List.of() : List.of(1L), lake.versions().numbers());
            },
            NOBODY);
    assertEquals(2, tries[0]);
    assertEquals(List.of("s|1|1|null"), rows());
  }

  /** It is spoilt right at its switch, and so is what another erasure makes of it. */
  @Test
  void aFirstVersionThatIsSpoiltGoesWithAllThatWasMadeOfIt() throws Exception {
    append(create(1), create(2));
    EraseRecord record = beginRecord("id = 2");
    int[] tries = {0};
    Store late =
        new PassingStore(lake.store) {
          @Override
          public boolean create(String key, byte[] content, String token) throws IOException {
            eraseBeforeTheFirstVersion(record, "id = 2");
            boolean isMade = super.create(key, content, token);
            eraseInMirror("id = 99", Duration.ofHours(1));
            return isMade;
          }
        };
    lake.mirror(SETTINGS)
        .run(
            work -> {
              if (tries[0]++ == 0) {
                lake.stepByStep(late, work);
                assertEquals(List.of(1L, 2L), lake.versions().numbers());
              } else {
                lake.stepByStep(work);
              }
            },
            NOBODY);
    assertEquals(2, tries[0]);
    assertEquals(List.of("s|1|1|null"), rows());
    assertEquals(List.of(3L), lake.versions().numbers());
    assertEquals(lake.newest().allFiles().size(), filesOfMirror().size());
  }

  private EraseRecord beginRecord(String where) throws IOException {
    EraseRecord record =
        new EraseRecord(lake.mirror(SETTINGS).table().table(), where(where), false);
    record.begin(lake.store);
    return record;
  }

  /** The replaced files can still be read. */
  private void eraseBeforeTheFirstVersion(EraseRecord record, String where) throws IOException {
    eraseInLake(where, Duration.ofHours(1));
    assertEquals(0, eraseInMirror(where, Duration.ofHours(1)).files(), "there is no version");
    record.finish(1);
  }

  /** The erasure looks again where a run of the mirror was faster, and leaves nothing behind. */
  @Test
  void aRunThatWasFasterIsErasedFrom() throws Exception {
    append(create(1));
    lake.run();
    append(create(2));
    boolean[] isOver = {false};
    Store interrupted =
        new PassingStore(lake.store) {
          @Override
          public Upload begin(String key, String token) throws IOException {
            if (!isOver[0]) {
              isOver[0] = true;
              lake.run();
            }
            return super.begin(key, token);
          }
        };
    assertEquals(2, eraseInMirror(interrupted, "shop = s", Duration.ZERO).rows());
    assertEquals(0, lake.newest().rows());
    assertEquals(List.of(3L), lake.versions().numbers());
    assertEquals(Set.of(), filesOfMirror());
  }

  /** Whoever was to make a version finds that others have, though theirs has expired. */
  @Test
  void aNumberIsNeverUsedAgain() throws Exception {
    append(create(1));
    lake.run();
    MirrorVersion first = lake.newest();
    for (int i = 2; i < 4; i++) {
      append(create(i));
      lake.run(new Mirror.Settings(null, false, Duration.ofDays(30), Duration.ZERO, 2));
    }
    assertEquals(List.of(3L), lake.versions().numbers());
    MirrorVersion late = first.followedBy("late", Instant.now(), Map.of());
    assertFalse(lake.versions().create(late));
    assertEquals(List.of(3L), lake.versions().numbers());
  }

  @Test
  void aLaterUpdateOfAnErasedRowTakesNoValueFromIt() throws Exception {
    append(envelope("c", null, row(1, ",\"total\":1,\"large\":\"secret\""), 10, TIME));
    lake.run();
    erase("id = 1");
    assertEquals(0, lake.newest().rows());
    append(
        envelope(
            "u",
            null,
            row(1, ",\"total\":2,\"large\":\"" + Workload.PLACEHOLDER + "\""),
            20,
            TIME + 20));
    lake.run();
    assertEquals(List.of("s|1|2|null"), rows());
    assertEquals(1, lake.newest().unknown());
    // What is not known goes with its row.
    erase("id = 1");
    assertEquals(0, lake.newest().unknown());
    fromScratch();
    assertEquals(0, lake.newest().rows());
  }

  @Test
  void aDeleteGoesByItsKeyAndIsNamedWhereTheConditionIsOnAnotherColumn() throws Exception {
    append(
        envelope("c", null, row(1, ",\"total\":5"), 10, TIME),
        create(2),
        envelope("d", row(1, ",\"total\":5"), null, 20, TIME + 20));
    lake.run();
    assertEquals(1, lake.newest().deleted());
    DerivedTable.Result byTotal = erase("total = 5");
    assertEquals(0, byTotal.rows());
    assertEquals(1, lake.newest().deleted());
    assertTrue(
        byTotal.holders().stream().anyMatch(holder -> holder.startsWith("deletes that order_")),
        byTotal.toString());
    DerivedTable.Result byKey = erase("id = 1");
    assertEquals(1, byKey.rows());
    assertEquals(0, lake.newest().deleted());
    assertTrue(
        byKey.holders().stream().noneMatch(holder -> holder.startsWith("deletes that")),
        byKey.toString());
    assertEquals(List.of("s|2|2|null"), rows());
    // A change of another row that comes late is no worse off for it.
    append(envelope("c", null, row(3, ",\"total\":3"), 15, TIME + 15));
    lake.run();
    assertEquals(0, lake.newest().late());
    assertEquals(List.of("s|2|2|null", "s|3|3|null"), rows());
  }

  @Test
  void filesThatARunHasWrittenInVainGoWhereTheyHaveIt() throws Exception {
    append(create(1), create(2), create(3), create(4), create(5));
    lake.run();
    List<String> names = lake.newest().rowFiles();
    assertTrue(names.size() > 1, "rows are in several buckets");
    Path mirror = directory.resolve("lake/order_changes_current");
    List<Path> strays = new ArrayList<>();
    List<Path> having = new ArrayList<>();
    for (String name : names) {
      Path stray = mirror.resolve(name.replaceAll("rows-.*", "rows-dead-0.parquet"));
      Files.copy(mirror.resolve(name), stray);
      boolean has = DuckDb.query("select id from '" + stray + "'").contains("1");
      (has ? having : strays).add(stray);
    }
    assertEquals(1, having.size());
    erase("id = 1");
    assertFalse(Files.exists(having.get(0)));
    for (Path stray : strays) {
      assertTrue(Files.exists(stray), "it has nothing that goes");
    }
    // Of a run that has made no version yet only what is older than any run.
    for (Path file : versions()) {
      Files.delete(file);
    }
    Path old = strays.get(0);
    String id = DuckDb.query("select id from '" + old + "'").get(0);
    eraseInMirror("id = " + id, Duration.ZERO);
    assertTrue(Files.exists(old));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    eraseInMirror("id = 999", Duration.ZERO);
    assertTrue(Files.exists(old));
    eraseInMirror("id = " + id, Duration.ZERO);
    assertFalse(Files.exists(old));
  }

  private List<Path> versions() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("lake/order_changes_current/_versions"))) {
      return all.toList();
    }
  }

  @Test
  void earlierVersionsThatHaveItGoAndOthersStay() throws Exception {
    append(create(1));
    lake.run();
    append(create(2));
    lake.run();
    append(envelope("d", row(2, ""), null, 50, TIME + 50));
    lake.run();
    append(create(3));
    lake.run();
    // Version 2 alone has a row with this total; 1 is before it.
    DerivedTable.Result kept = eraseInMirror("total = 2", Duration.ofHours(1));
    assertEquals(0, kept.rows());
    Optional<MirrorVersion> third = lake.versions().find(3);
    assertEquals(third.orElseThrow().written().plus(Duration.ofHours(1)), kept.kept());
    assertTrue(
        kept.holders().get(0).startsWith("versions 1 to 2 of order_changes_current: they stay"),
        kept.toString());
    assertNull(eraseInMirror("total = 2", Duration.ZERO).kept());
    assertEquals(List.of(3L, 4L, 5L, 6L), lake.versions().numbers());
    assertNull(eraseInMirror("total = 99", Duration.ofHours(1)).kept());
  }

  /** What a follower leads to stays, and versions behind it expire before it does. */
  @Test
  void behindAGapAVersionIsNamedAndExpiresToo() throws Exception {
    append(create(1));
    lake.run();
    Set<String> first = filesOfMirror();
    append(envelope("d", row(1, ""), null, 50, TIME + 50));
    lake.run();
    for (int id = 2; id < 4; id++) {
      append(create(id));
      lake.run();
    }
    Versions versions = lake.versions();
    assertEquals(2, versions.expire(Duration.ZERO, Set.of(1L)).versions());
    assertEquals(List.of(1L, 4L), versions.numbers());
    // Version 1 alone has the row.
    DerivedTable.Result kept = eraseInMirror("total = 1", Duration.ofHours(1));
    Instant next = versions.get(4).written();
    assertEquals(next.plus(Duration.ofHours(1)), kept.kept());
    assertTrue(
        kept.holders().get(0).startsWith("version 1 of order_changes_current: it stays until"),
        kept.toString());
    versions.expire(Duration.ZERO, Set.of());
    assertEquals(List.of(5L), versions.numbers());
    Set<String> left = filesOfMirror();
    assertTrue(first.stream().noneMatch(left::contains), "its files are gone");
    assertNull(eraseInMirror("total = 1", Duration.ofHours(1)).kept());
  }

  @Test
  void aDamagedFileIsNamedWithTheWayOutAndAllElseStays() throws Exception {
    append(create(1), create(2));
    lake.run();
    MirrorVersion before = lake.newest();
    Path file = directory.resolve("lake/order_changes_current").resolve(before.rowFiles().get(0));
    byte[] bytes = Files.readAllBytes(file);
    byte[] broken = bytes.clone();
    broken[broken.length - 1] = 'X';
    Files.write(file, broken);
    DerivedTable.Result result = eraseInMirror("id = 1", Duration.ZERO);
    assertTrue(result.damaged());
    assertFalse(result.isDone());
    assertTrue(
        String.valueOf(result.why()).contains(file + " is damaged: it cannot be read;"),
        result.toString());
    assertTrue(String.valueOf(result.why()).contains("--from-scratch"), result.toString());
    assertEquals(before.number(), lake.newest().number());
    Files.delete(file);
    assertTrue(
        String.valueOf(eraseInMirror("id = 1", Duration.ZERO).why()).contains(" is not there;"));
    eraseInLake("id = 1", Duration.ZERO);
    fromScratch();
    assertEquals(List.of("s|2|2|null"), rows());
    assertTrue(eraseInMirror("id = 1", Duration.ZERO).isDone());
  }

  /** A day later its files are nobody's, and a run of the mirror removes them. */
  @Test
  void anErasureThatTakesTooLongSwitchesToNothing() throws Exception {
    append(create(1), create(2));
    lake.run();
    Set<String> before = filesOfMirror();
    boolean[] isLate = {false};
    Store slow =
        new PassingStore(lake.store) {
          @Override
          public Instant now() throws IOException {
            return super.now().plus(isLate[0] ? Duration.ofHours(13) : Duration.ZERO);
          }

          @Override
          public Upload begin(String key, String token) throws IOException {
            isLate[0] = true;
            return super.begin(key, token);
          }
        };
    DerivedTable.Result result = eraseInMirror(slow, "id = 1", Duration.ZERO);
    assertFalse(result.isDone());
    assertFalse(result.damaged(), result.toString());
    assertTrue(
        String.valueOf(result.why()).startsWith("writing order_changes_current without the rows"),
        result.toString());
    assertEquals(List.of(1L), lake.versions().numbers());
    assertEquals(before, filesOfMirror());
    assertEquals(1, erase("id = 1").rows());
  }

  /** Whatever a reader throws at it, and it throws more than its own exceptions. */
  @Test
  void aFileWithAnyByteChangedStopsNoErasure() throws Exception {
    append(create(1), create(2), create(3));
    lake.run(new Mirror.Settings(1, false, Duration.ofDays(30), Duration.ofDays(1), 2));
    Path file =
        directory.resolve("lake/order_changes_current").resolve(lake.newest().rowFiles().get(0));
    byte[] bytes = Files.readAllBytes(file);
    int damaged = 0;
    for (int at = 0; at < bytes.length; at += 3) {
      byte[] broken = bytes.clone();
      broken[at] ^= 0x55;
      Files.write(file, broken);
      DerivedTable.Result result =
          new MirrorErase(lake.store, lake.current(), NOBODY)
              .erase(
                  where("id = 1"),
                  new DerivedTable.Settings(Duration.ZERO, 3, true, new FoundKeys(), files -> {}));
      damaged += result.damaged() ? 1 : 0;
    }
    assertTrue(damaged > 0, "some of them are seen");
  }

  /** What the store does not take or give says nothing of the mirror's files. */
  @Test
  void aStoreThatFailsIsNoDamage() throws Exception {
    append(create(1), create(2));
    lake.run();
    MirrorVersion before = lake.newest();
    Store full =
        new PassingStore(lake.store) {
          @Override
          public Upload begin(String key, String token) throws IOException {
            throw new IOException("no space left");
          }
        };
    Store away =
        new PassingStore(lake.store) {
          @Override
          public byte[] read(String key, long offset, int length) throws IOException {
            throw new IOException("no answer");
          }
        };
    for (Store store : List.of(full, away)) {
      IOException e =
          assertThrows(IOException.class, () -> eraseInMirror(store, "id = 1", Duration.ZERO));
      assertTrue(String.valueOf(e.getMessage()).startsWith("no "), e.toString());
    }
    assertEquals(before.number(), lake.newest().number());
    assertEquals(1, erase("id = 1").rows());
  }
}
