package io.sluice.mirror;

import static io.sluice.mirror.ChangesLake.SETTINGS;
import static io.sluice.mirror.ChangesLake.envelope;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.compact.Compact;
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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mirror has the rows that the database has, whatever way its changes have come. */
class MirrorTest {
  static final String CONTRACT =
      """
      table: order_changes
      topic: shop.public.orders
      format: {name: debezium, key: [shop, id], truncates: row}
      event_time: changed_at
      position_columns: %s
      columns:
        - {name: changed_at, path: _source_ts, type: timestamp, required: true}
        - {name: op, path: _op, type: string, required: true}
        - {name: lsn, path: _lsn, type: int64}
        - {name: unavailable, path: _unavailable, type: {list: string}}
        - {name: shop, type: string}
        - {name: id, type: int64}
        - {name: total, type: int32}
        - {name: large, type: string}
      """;

  private static final String NOTE = "  - {name: note, type: string}\n";
  private static final String ROW = "concat_ws('|', shop, id, total, coalesce(large, 'null'), %s)";
  private static final long TIME = 1_767_323_045_000_000L;

  @TempDir Path directory;
  private ChangesLake lake;

  private void begin(boolean positions) throws IOException {
    lake = new ChangesLake(directory.resolve("lake"), CONTRACT.formatted(positions));
  }

  @AfterEach
  void end() {
    if (lake != null) {
      lake.close();
    }
  }

  private List<String> rows(MirrorVersion version, boolean hasNote) throws Exception {
    return lake.rows(version, ROW.formatted(hasNote ? "coalesce(note, 'null')" : "'null'"));
  }

  /** Debezium sends a change again where it was killed; keys move where partitions are added. */
  private List<Message> send(List<Event> events, int partitions, Random random) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      messages.add(lake.send(Math.floorMod(event.key().hashCode(), partitions), event.envelope()));
      if (random.nextInt(40) == 0) {
        i = Math.max(-1, i - 1 - random.nextInt(20));
      }
    }
    return messages;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void itHasTheRowsOfTheTableWhateverTheWayOfItsChanges(long seed) throws Exception {
    begin(seed % 2 == 0);
    Random random = new Random(seed);
    Workload database = new Workload(seed);
    List<Message> late = new ArrayList<>();
    boolean hasNote = false;
    database.work(60);
    database.commitAll();
    database.take();
    database.work(10);
    database.snapshot();
    for (int round = 0; round < 5; round++) {
      database.work(120);
      if (random.nextInt(3) == 0) {
        database.truncate();
      }
      if (random.nextInt(3) == 0) {
        database.snapshot();
      }
      if (round == 2) {
        database.addColumn();
        lake.append(late);
        late.clear();
        lake.contract(CONTRACT.formatted(seed % 2 == 0) + NOTE);
        hasNote = true;
      }
      database.work(60);
      List<Message> messages = send(database.take(), round < 3 ? 2 : 5, random);
      messages.addAll(late);
      late.clear();
      Collections.shuffle(messages, random);
      // Some come after later ones.
      int kept = random.nextInt(messages.size() / 3);
      late.addAll(messages.subList(0, kept));
      lake.append(messages.subList(kept, messages.size()));
      if (random.nextBoolean()) {
        compact();
      }
      lake.run();
    }
    database.commitAll();
    lake.append(ChangesLake.joined(late, send(database.take(), 5, random)));
    Mirror.Result last = lake.run();
    assertTrue(last.isNew());
    assertEquals(database.table(), rows(lake.newest(), hasNote));
    assertEquals(0, lake.newest().unknown());
    assertEquals(0, lake.newest().late());
    Mirror.Result scratch =
        lake.run(new Mirror.Settings(8, true, Duration.ofDays(30), Duration.ofDays(1), 2));
    assertEquals(8, scratch.version().buckets());
    assertEquals(database.table(), rows(lake.newest(), hasNote));
    assertEquals(last.version().number() + 1, scratch.version().number());
  }

  @Test
  void eachVersionIsTheTableAtItsPositionsAndIsReadUntilItExpires() throws Exception {
    begin(true);
    Workload database = new Workload(11);
    Random random = new Random(11);
    List<List<String>> tables = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      database.work(80);
      database.commitAll();
      lake.append(send(database.take(), 3, random));
      lake.run();
      tables.add(database.table());
    }
    for (int i = 0; i < 4; i++) {
      assertEquals(tables.get(i), rows(lake.versions().get(i + 1), false), "version " + (i + 1));
    }
    assertFalse(lake.run().isNew(), "nothing is new");
    Mirror.Result expired =
        lake.run(new Mirror.Settings(null, false, Duration.ofDays(30), Duration.ZERO, 2));
    assertEquals(3, expired.removed().versions());
    assertTrue(expired.removed().files() > 0);
    assertThrows(UserException.class, () -> lake.versions().get(1));
    assertEquals(tables.get(3), rows(lake.newest(), false));
  }

  private static String row(long id, String more) {
    return "{\"shop\":\"s\",\"id\":" + id + more + "}";
  }

  private void append(String... envelopes) throws IOException {
    List<Message> messages = new ArrayList<>();
    for (String envelope : envelopes) {
      messages.add(lake.send(0, envelope));
    }
    lake.append(messages);
  }

  /** All others do the pipeline's steps without a runner, which is quicker. */
  @Test
  void onARunnerItIsTheSame() throws Exception {
    begin(true);
    Workload database = new Workload(12);
    Random random = new Random(12);
    for (int i = 0; i < 2; i++) {
      database.work(200);
      database.commitAll();
      lake.append(send(database.take(), 3, random));
      lake.mirror(SETTINGS).run(ChangesLake::inProcess, ChangesLake.NOBODY);
      assertEquals(database.table(), rows(lake.newest(), false));
    }
    database.truncate();
    database.work(20);
    database.commitAll();
    lake.append(send(database.take(), 3, random));
    lake.mirror(SETTINGS).run(ChangesLake::inProcess, ChangesLake.NOBODY);
    assertEquals(database.table(), rows(lake.newest(), false));
  }

  @Test
  void onlyTouchedBucketsAreWritten() throws Exception {
    begin(true);
    List<String> envelopes = new ArrayList<>();
    for (int id = 0; id < 100; id++) {
      envelopes.add(envelope("c", null, row(id, ",\"total\":1"), id, TIME));
    }
    append(envelopes.toArray(new String[0]));
    MirrorVersion before = lake.run().version();
    append(envelope("u", null, row(7, ",\"total\":2"), 200, TIME + 1));
    MirrorVersion after = lake.run().version();
    List<String> same = new ArrayList<>(before.rowFiles());
    same.retainAll(after.rowFiles());
    assertEquals(4, before.rowFiles().size());
    assertEquals(3, same.size());
    assertEquals(100, after.rows());
    assertEquals(
        List.of("s|7|2|null|null"),
        rows(after, false).stream().filter(row -> row.startsWith("s|7|")).toList());
  }

  @Test
  void aDeleteIsRememberedUntilNothingOlderIsWaitedFor() throws Exception {
    begin(true);
    append(
        envelope("c", null, row(1, ""), 10, TIME), envelope("d", row(1, ""), null, 30, TIME + 30));
    MirrorVersion deleted = lake.run().version();
    assertEquals(0, deleted.rows());
    assertEquals(1, deleted.deleted());
    // It comes late, and the row stays deleted.
    append(envelope("u", null, row(1, ",\"total\":5"), 20, TIME + 20));
    assertEquals(0, lake.run().version().rows());
    Mirror.Settings forgets =
        new Mirror.Settings(null, false, Duration.ofSeconds(10), Duration.ofDays(1), 2);
    append(envelope("c", null, row(2, ""), 40, TIME + 60_000_000));
    lake.run(forgets);
    append(envelope("u", null, row(2, ",\"total\":3"), 50, TIME + 61_000_000));
    // The bucket of the other row may be another one: a change there has it written anew.
    append(envelope("d", row(1, ""), null, 30, TIME + 30));
    MirrorVersion forgotten = lake.run(forgets).version();
    assertEquals(0, forgotten.deleted());
    assertEquals(0, forgotten.late());
    append(envelope("u", null, row(1, ",\"total\":5"), 20, TIME + 20));
    MirrorVersion late = lake.run(forgets).version();
    assertEquals(1, late.rows(), "what was deleted stays deleted");
    assertEquals(1, late.late());
  }

  @Test
  void aValueThatNoChangeHasBroughtIsNotKnownUntilOneDoes() throws Exception {
    begin(true);
    append(
        envelope(
            "u",
            null,
            row(1, ",\"total\":2,\"large\":\"" + Workload.PLACEHOLDER + "\""),
            20,
            TIME + 20));
    assertEquals(1, lake.run().version().unknown());
    append(envelope("c", null, row(1, ",\"total\":1,\"large\":\"x\""), 10, TIME + 10));
    MirrorVersion known = lake.run().version();
    assertEquals(0, known.unknown());
    assertEquals(List.of("s|1|2|x|null"), rows(known, false));
    // Later than where the value is from, and earlier than the last change.
    append(envelope("u", null, row(1, ",\"total\":9,\"large\":\"y\""), 15, TIME + 15));
    assertEquals(List.of("s|1|2|y|null"), rows(lake.run().version(), false));
    append(envelope("u", null, row(1, ",\"total\":9,\"large\":\"z\""), 12, TIME + 12));
    assertEquals(List.of("s|1|2|y|null"), rows(lake.run().version(), false));
  }

  @Test
  void aChangeWithoutItsKeyIsCounted() throws Exception {
    begin(true);
    append(
        envelope("c", null, row(1, ""), 10, TIME),
        envelope("d", "{\"total\":1}", null, 20, TIME + 1));
    MirrorVersion version = lake.run().version();
    assertEquals(1, version.keyless());
    assertEquals(1, version.rows());
  }

  @Test
  void soIsOneInAFileFromBeforeTheColumnOfTheKey() throws Exception {
    String later = CONTRACT.formatted(true);
    lake =
        new ChangesLake(
            directory.resolve("lake"),
            later.replace("[shop, id]", "[shop]").replace("  - {name: id, type: int64}\n", ""));
    append(envelope("c", null, row(1, ""), 10, TIME));
    lake.contract(later);
    append(envelope("c", null, row(2, ",\"total\":2"), 20, TIME + 1));
    MirrorVersion version = lake.run().version();
    assertEquals(1, version.keyless());
    assertEquals(List.of("s|2|2|null|null"), rows(version, false));
  }

  /** A column of a global id takes whatever text is there, and a delete is kept with it. */
  @Test
  void aTextOfTheSourceMayBeLong() throws Exception {
    lake =
        new ChangesLake(
            directory.resolve("lake"),
            CONTRACT.formatted(true) + "  - {name: gtid, path: _gtid, type: string}\n");
    String gtid = "\"gtid\":\"" + "g".repeat(100_000) + "\",\"connector\"";
    append(
        envelope("c", null, row(1, ",\"total\":1"), 10, TIME).replace("\"connector\"", gtid),
        envelope("c", null, row(2, ""), 20, TIME).replace("\"connector\"", gtid),
        envelope("d", row(2, ""), null, 30, TIME).replace("\"connector\"", gtid));
    MirrorVersion version = lake.run().version();
    assertEquals(List.of("s|1|1|null|null"), rows(version, false));
    assertEquals(
        List.of("100000"), lake.rows(version, "length(gtid)"), "it is in what was sent as well");
    append(envelope("t", null, null, 40, TIME + 40).replace("\"connector\"", gtid));
    MirrorVersion truncated = lake.run().version();
    assertEquals(0, truncated.rows());
    assertEquals(truncated.truncated(), lake.newest().truncated());
    assertEquals(100_000, lake.newest().truncated().gtid().length());
  }

  /** Few keys of large rows are given out before they fill a worker's memory. */
  @Test
  void whatIsHeldOfAFileIsBoundedInBytes() throws Exception {
    begin(true);
    String large = ",\"large\":\"" + "x".repeat(1_000_000) + "\"";
    List<String> envelopes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      envelopes.add(envelope("c", null, row(i, large), 10 + i, TIME));
    }
    // Only of the last three is the first state still held then.
    for (int i = 0; i < 20; i++) {
      envelopes.add(envelope("u", null, row(19 - i, ",\"total\":7"), 50 + i, TIME + 1));
    }
    append(envelopes.toArray(new String[0]));
    List<Integer> sizes = new ArrayList<>();
    lake.mirror(SETTINGS)
        .run(
            work -> {
              for (String file : work.files()) {
                MirrorPipeline.ReadChanges.read(
                    lake.store, work, file, one -> sizes.add(one.getValue().length));
              }
              lake.stepByStep(work);
            },
            ChangesLake.NOBODY);
    long given = sizes.stream().filter(size -> size > 1_000_000).count();
    assertEquals(17, given, "16 MiB are 17 such rows: they are given out before their updates");
    assertEquals(20, sizes.size() - given);
    assertEquals(20, lake.newest().rows());
  }

  @Test
  void ofTwoRunsAtOnceOneSwitchesAndTheOtherGoesOnFromThere() throws Exception {
    begin(true);
    append(envelope("c", null, row(1, ",\"total\":1"), 10, TIME));
    lake.run();
    append(envelope("u", null, row(1, ",\"total\":2"), 20, TIME + 1));
    int[] tries = {0};
    Mirror.Result slow =
        lake.mirror(SETTINGS)
            .run(
                work -> {
                  if (tries[0]++ == 0) {
                    // Between the look and the switch.
                    lake.run();
                    append(envelope("u", null, row(1, ",\"total\":3"), 30, TIME + 2));
                  }
                  lake.stepByStep(work);
                },
                ChangesLake.NOBODY);
    assertEquals(2, tries[0]);
    assertEquals(3, slow.version().number());
    assertEquals(List.of("s|1|3|null|null"), rows(lake.newest(), false));
    assertEquals(List.of(1L, 2L, 3L), lake.versions().numbers());
  }

  @Test
  void aCompactionBetweenTheLookAndTheReadingIsLookedAtAgain() throws Exception {
    begin(true);
    append(envelope("c", null, row(1, ""), 10, TIME));
    append(envelope("c", null, row(2, ""), 20, TIME));
    int[] tries = {0};
    lake.mirror(SETTINGS)
        .run(
            work -> {
              if (tries[0]++ == 0) {
                compact();
              }
              lake.stepByStep(work);
            },
            ChangesLake.NOBODY);
    assertEquals(2, tries[0]);
    assertEquals(2, lake.newest().rows());
    compact();
    assertFalse(lake.run().isNew(), "the same positions in other files are nothing new");
  }

  private void compact() throws IOException {
    for (LocalDate date : lake.complete()) {
      new Compact(
              lake.store,
              lake.mirror(SETTINGS).table().table(),
              new Compact.Settings(1 << 20, Duration.ZERO, 2, false),
              bytes -> {})
          .run(date, false);
    }
  }

  @Test
  void whatAKilledRunHasWrittenIsRemovedOnceItIsOlderThanAnyRun() throws Exception {
    begin(true);
    append(envelope("c", null, row(1, ""), 10, TIME));
    lake.run();
    Path folder = directory.resolve("lake/order_changes_current/bucket-00001");
    Path old = Files.createDirectories(folder).resolve("rows-0000-0000.parquet");
    Path young = folder.resolve("rows-0001-0000.parquet");
    Files.writeString(old, "x");
    Files.writeString(young, "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    assertEquals(1, lake.run().removed().files());
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young));
  }

  @Test
  void anotherKeyOrOtherBucketsAreForFromScratch() throws Exception {
    begin(true);
    append(envelope("c", null, row(1, ""), 10, TIME));
    lake.run();
    UserException buckets =
        assertThrows(
            UserException.class,
            () ->
                lake.run(new Mirror.Settings(9, false, Duration.ofDays(1), Duration.ofDays(1), 2)));
    assertTrue(buckets.getMessage().contains("--from-scratch"), buckets.getMessage());
    lake.contract(CONTRACT.formatted(true).replace("[shop, id]", "[id]"));
    UserException key = assertThrows(UserException.class, () -> lake.run());
    assertTrue(key.getMessage().contains("was made with the key [shop, id]"), key.getMessage());
    lake.run(new Mirror.Settings(2, true, Duration.ofDays(1), Duration.ofDays(1), 2));
    assertEquals(List.of("id"), lake.newest().key());
  }

  @Test
  void aListNamesTheFilesThatAreLive() throws Exception {
    begin(true);
    append(envelope("c", null, row(1, ""), 10, TIME));
    lake.run();
    append(envelope("u", null, row(1, ",\"total\":7"), 20, TIME));
    lake.run();
    Path list = directory.resolve("lake/_symlink_format_manifest/order_changes_current/manifest");
    assertEquals(
        lake.newest().rowFiles().stream().map(lake.versions()::place).toList(),
        Files.readAllLines(list));
  }
}
