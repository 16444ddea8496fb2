package io.sluice.compact;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.DamagedFileException;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A date is derived again that has damaged files, or whose neighbours have. */
class RebuildDamagedFilesTest extends RebuildFixture {
  @Test
  void aFileWithoutAFooterIsReplacedWhenThatIsAskedFor() throws Exception {
    fill("one", "int64");
    Positions before = positions("events");
    Store.Entry file = LakeFiles.list(store, "events/event_date=2026-02-01/").get(0);
    damage(file);
    assertTrue(refusal(contract("one", "int64"), DATE).contains(file.key()));
    Rebuild.Result result = rebuild(store, contract("one", "int64"), true).run(DATE, false);
    assertEquals(1, result.damaged());
    assertEquals(before, positions("events"));
    assertEquals(90, rows().size());
  }

  @Test
  void twoDatesWithDamagedFilesAreRebuiltOneAfterTheOther() throws Exception {
    fill("one", "int64");
    LocalDate other = DATE.plusDays(1);
    Positions before = allPositions();
    damage(first(DATE));
    damage(first(other));
    assertEquals(1, rebuild(store, contract("one", "int64"), true).run(DATE, false).damaged());
    assertEquals(90, rows().size());
    // The other one is still damaged, which does not matter: its manifest says what it has.
    assertEquals(90, rebuild(store, contract("one", "int64"), false).run(DATE, false).derived());
    assertEquals(1, rebuild(store, contract("one", "int64"), true).run(other, false).damaged());
    assertEquals(before, allPositions());
  }

  private Positions allPositions() throws IOException {
    Positions all = new Positions();
    LiveFiles.read(store, contract("one", "int64").lakeTable())
        .files()
        .forEach(file -> all.addAll(file.footer().positions()));
    return all;
  }

  @Test
  void aDamagedFileOfAnotherDateThatNoManifestNamesHasNoRowsOnlyIfThatIsSaid() throws Exception {
    fill("one", "int64");
    removeManifests();
    damage(first(DATE));
    LocalDate other = DATE.plusDays(1);
    String refused = refusal(contract("one", "int64"), other);
    assertTrue(
        refused.contains(first(DATE).key() + " is damaged, and no manifest says which rows it has"),
        refused);
    damage(first(other));
    assertEquals(1, rebuild(store, contract("one", "int64"), true).run(other, false).damaged());
    assertEquals(1, rebuild(store, contract("one", "int64"), true).run(DATE, false).unknown());
    assertEquals(90, positions("events").size());
    assertEquals(90, rows().size());
  }

  @Test
  void damagedDeadLettersKeepNoDateFromBeingRebuilt() throws Exception {
    fill("one", "int64");
    rebuild(store, contract("two", "int32"), false).run(DATE, false);
    Table letters = DeadLetters.table(contract("two", "int32"));
    Store.Entry letter = LakeFiles.list(store, letters).get(0);
    byte[] whole = damage(letter);
    String refused = refusal(contract("three", "int64"), DATE);
    assertTrue(refused.contains(letter.key() + " is damaged, and no manifest says"), refused);
    // Where a manifest knows it, it is known that what comes back was a dead letter.
    Files.write(directory.resolve("lake").resolve(letter.key()), whole);
    new Publication(store, letters, LakeFiles.dates(store, letters).get(0)).complete(Map.of());
    damage(letter);
    Rebuild.Result back = rebuild(store, contract("three", "int64"), false).run(DATE, false);
    assertEquals(10, back.recovered());
    assertEquals(90, rows().size());
  }

  @Test
  void aDamagedFileOfARewriteIsReplacedWithoutAManifest() throws Exception {
    fill("one", "int64");
    rebuild(store, contract("two", "int64"), false).run(DATE, false);
    assertTrue(first(DATE).key().contains("_"), first(DATE).key());
    removeManifests();
    damage(first(DATE));
    assertEquals(1, rebuild(store, contract("two", "int64"), true).run(DATE, false).unknown());
    assertEquals(90, positions("events").size());
    assertEquals(90, rows().size());
  }

  /** Of a replay, under the positions of records that the contract does not accept. */
  @Test
  void rowsThatOnlyAReplayCanDeriveAreNotReplacedInSilence() throws Exception {
    fill("one", "int64");
    Contract contract = contract("one", "int64");
    Table table = contract.lakeTable();
    LogWriter replay = writer(contract, true);
    RecordDecoder decoder =
        new RecordDecoder(
            contract, new DecodeSettings(Duration.ofDays(1), null, SchemaSettings.NONE));
    for (SourceRecord record : topic) {
      if (record.offset() % 10 == 9 && record.offset() < ROWS - 10) {
        byte[] repaired =
            new String(record.value(), UTF_8).replace("\"many\"", "7").getBytes(UTF_8);
        add(
            replay,
            decoder,
            new SourceRecord(
                record.source(),
                record.partition(),
                record.offset(),
                record.recordTime(),
                null,
                repaired,
                List.of()));
      }
    }
    replay.flush();
    new Publication(store, table, DATE).complete(Map.of());
    assertEquals(100, positions("events").size());
    for (LakeFiles.DataFile file : LakeFiles.read(store, "events/event_date=2026-02-01/")) {
      if (file.footer().recovered()) {
        damage(file.entry());
      }
    }
    Rebuild.Result dry = rebuild(store, contract, true).run(DATE, true);
    Rebuild.Result result = rebuild(store, contract, true).run(DATE, false);
    assertEquals(10, dry.deadAgain());
    assertEquals(10, result.deadAgain());
    assertEquals(0, result.unknown());
    assertEquals(90, positions("events").size());
  }

  @Test
  void whatADirectoryDoesNotGiveForAMomentIsNotDamaged() throws Exception {
    fill("one", "int64");
    List<Store.Entry> before = store.list("");
    Store failing =
        new PassingStore(store) {
          private final AtomicBoolean failed = new AtomicBoolean();

          @Override
          public byte[] read(String key, long offset, int length) throws IOException {
            if (key.startsWith("events/event_date=2026-02-01/") && !failed.getAndSet(true)) {
              throw new IOException("Input/output error");
            }
            return super.read(key, offset, length);
          }
        };
    Rebuild rebuild = rebuild(failing, contract("one", "int64"), true);
    IOException e = assertThrows(IOException.class, () -> rebuild.run(DATE, false));
    assertEquals("Input/output error", e.getMessage());
    assertEquals(before, store.list(""));
    assertEquals(0, rebuild.run(DATE, false).damaged());
  }

  /** The footer says a date that no calendar has: 2026-02-01 has become 2026-92-01. */
  @Test
  void aFooterThatSaysNonsenseIsOfADamagedFile() throws Exception {
    fill("one", "int64");
    Path path = directory.resolve("lake").resolve(first(DATE).key());
    String text = new String(Files.readAllBytes(path), ISO_8859_1);
    int at = text.indexOf("2026-02-01T", text.indexOf("sluice.event_time_min"));
    Files.write(
        path, (text.substring(0, at) + "2026-92" + text.substring(at + 7)).getBytes(ISO_8859_1));
    DamagedFileException e =
        assertThrows(DamagedFileException.class, () -> LakeFiles.read(store, first(DATE)));
    assertTrue(e.getMessage().contains(first(DATE).key() + " is damaged: what its footer says"));
    assertTrue(e.getCause() instanceof UserException, "for the user it is one line");
    assertEquals(1, rebuild(store, contract("one", "int64"), true).run(DATE, false).damaged());
    assertEquals(90, rows().size());
  }

  @Test
  void aDamagedFileThatNoManifestNamesComesBackThroughTheLog() throws Exception {
    fill("one", "int64");
    Positions before = positions("events");
    removeManifests();
    LakeFiles.list(store, "events/event_date=2026-02-01/").forEach(this::damageUnchecked);
    Rebuild.Result result = rebuild(store, contract("one", "int64"), true).run(DATE, false);
    assertTrue(result.unknown() > 0, result.toString());
    assertEquals(result.damaged(), result.unknown());
    assertEquals(90, result.missing());
    assertEquals(before, positions("events"));
    assertEquals(90, rows().size());
  }

  @Test
  void aDamagedFileThatIsNotSettledStays() throws Exception {
    fill("one", "int64");
    damage(LakeFiles.list(store, "events/event_date=2026-02-01/").get(0));
    List<Store.Entry> before = store.list("");
    Rebuild rebuild =
        rebuild(
            store,
            contract("one", "int64"),
            true,
            Duration.ofDays(1),
            Duration.ofHours(1),
            new Records());
    UserException e = assertThrows(UserException.class, () -> rebuild.run(DATE, false));
    assertTrue(e.getMessage().contains("too young"), e.getMessage());
    assertEquals(before, store.list(""));
  }

  @Test
  void namedRowsOfADamagedFileThatKafkaHasNoMoreAreNotGivenUp() throws Exception {
    fill("one", "int64");
    LakeFiles.list(store, "events/event_date=2026-02-01/").forEach(this::damageUnchecked);
    beginning = 7;
    UserException e =
        assertThrows(
            UserException.class,
            () -> rebuild(store, contract("one", "int64"), true).run(DATE, false));
    assertTrue(e.getMessage().contains("partition 0 0..6"), e.getMessage());
  }
}
