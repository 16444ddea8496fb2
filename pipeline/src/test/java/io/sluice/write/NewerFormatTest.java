package io.sluice.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.Version;
import io.sluice.audit.Audit;
import io.sluice.compact.Compact;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.ManifestCheck;
import io.sluice.complete.Publication;
import io.sluice.contract.ContractJson;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.AppendLog;
import io.sluice.lake.ContractHistory;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.ProvedOffsets;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.lake.StoreScript;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Whatever in a lake is newer than this version is refused in one line, which says what it is, that
 * an upgrade is due, and never that anything should be moved. What Sluice did not write keeps its
 * own message.
 */
class NewerFormatTest {
  private static final LocalDate DATE = LocalDate.of(2026, 1, 2);
  private static final String FOLDER = "user_actions/event_date=2026-01-02/";
  private static final String TABLE = "_sluice/user_actions.json";

  private static final Stores STORES = TestStores.of(Path.of("not-used"));
  private final Store store = StoreScript.inMemory(0).bare();

  @BeforeEach
  void write() throws IOException {
    LakeTable.begin(store, STORES, TestPanes.TABLE, null, false);
    append(0, 1);
    append(2);
    new Publication(store, TestPanes.TABLE, DATE).complete(Map.of());
  }

  private void append(long... offsets) throws IOException {
    new AppendLog(store, TestPanes.TABLE, DATE, 0, false).append(TestPanes.rows(offsets));
  }

  private static void assertRefused(String what, Executable read) {
    UserException e = assertThrows(UserException.class, read);
    String message = e.getMessage();
    for (String part : List.of(what, "format 7", Version.text(), "version 9.1.0", "upgrade")) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains("move"), message);
    assertEquals(1, message.lines().count(), message);
  }

  /** Makes what stands at a key what version 9.1.0 might write. */
  private void renew(String key) throws IOException {
    String json = new String(store.read(key).orElseThrow(), UTF_8);
    String newer =
        json.replaceFirst("\"format\" ?: ?\\d", "\"format\":7")
            .replace("\"" + Version.text() + "\"", "\"9.1.0\"");
    assertFalse(newer.equals(json), json);
    assertTrue(newer.contains("9.1.0"), newer);
    store.replace(key, newer.getBytes(UTF_8));
  }

  private void appendNewer(Map<String, String> more) throws IOException {
    Footer footer =
        new Footer(
            0,
            new Positions(),
            "1",
            new Footer.TimeRange(Instant.EPOCH, Instant.EPOCH),
            null,
            false);
    Map<String, String> metadata = footer.toMetadata();
    metadata.putAll(more);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ParquetFile(TestPanes.TABLE, 1).write(List.of(), List.of(), metadata, bytes);
    store.replace(FOLDER + "part-00000-00000002.parquet", bytes.toByteArray());
  }

  @Test
  void aDataFile() throws Exception {
    appendNewer(Map.of("sluice.format", "7", "sluice.version", "9.1.0"));
    List<Store.Entry> entries = LakeFiles.list(store, FOLDER);
    assertRefused("data file", () -> LakeFiles.read(store, entries.get(2)));
    assertRefused("data file", () -> LakeFiles.forEach(store, entries, file -> {}));
    // What audit and report, the job's completion and its appends read.
    assertRefused("data file", () -> LiveFiles.read(store, TestPanes.TABLE));
    assertRefused(
        "data file",
        () ->
            Audit.covered(
                store, store, TestPanes.CONTRACT, Audit.Expiry.NEVER, Audit.Visitor.NONE));
    assertRefused(
        "data file", () -> new Publication(store, TestPanes.TABLE, DATE).complete(Map.of()));
    assertRefused("data file", () -> append(3));
  }

  @Test
  void aFileThatSluiceDidNotWriteKeepsItsOwnMessage() throws Exception {
    store.replace(FOLDER + "part-00000-00000002.parquet", "PAR1 no PAR1".getBytes(UTF_8));
    IOException e =
        assertThrows(
            IOException.class, () -> LakeFiles.forEach(store, TestPanes.TABLE, file -> {}));
    assertTrue(e.getMessage().contains("not a Parquet file"), e.getMessage());
  }

  @Test
  void aTable() throws Exception {
    renew(TABLE);
    assertRefused("table", () -> LakeTable.begin(store, STORES, TestPanes.TABLE, null, false));
    assertRefused("table", () -> LakeDescriptor.find(store, TestPanes.TABLE));
    assertRefused("table", () -> LiveFiles.read(store, TestPanes.TABLE));
    assertRefused(
        "table",
        () ->
            Audit.covered(
                store, store, TestPanes.CONTRACT, Audit.Expiry.NEVER, Audit.Visitor.NONE));
    Compact compact =
        new Compact(
            store, TestPanes.TABLE, new Compact.Settings(1, Duration.ZERO, 1, false), bytes -> {});
    assertRefused("table", () -> compact.run(DATE, true));
    assertRefused("table", () -> compact.run(DATE, false));
  }

  @Test
  void aManifest() throws Exception {
    renew(FOLDER + "_manifest-000001.json");
    assertRefused(
        "manifest", () -> new Publication(store, TestPanes.TABLE, DATE).complete(Map.of()));
    assertRefused("manifest", () -> new Publication(store, TestPanes.TABLE, DATE).isCurrent());
    assertRefused("manifest", () -> new ManifestCheck(store, TestPanes.TABLE, null).findings());
  }

  @Test
  void aRunsStart() throws Exception {
    RunStarts.Timing timing =
        new RunStarts.Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ZERO);
    RunStarts.record(store, "user_actions", TestPanes.SOURCE, Map.of(0, 5L), true, timing);
    renew(store.list("_sluice/user_actions/starts/").get(0).key());
    assertRefused("start", () -> RunStarts.read(store, "user_actions", TestPanes.SOURCE));
  }

  @Test
  void whatWasProved() throws Exception {
    ProvedOffsets proved = new ProvedOffsets();
    proved.add(0, new Positions.Range(0, 4));
    proved.record(store, "user_actions", TestPanes.SOURCE, Instant.EPOCH, "0.1.0");
    renew(store.list("_sluice/user_actions/proved/").get(0).key());
    assertRefused("proved", () -> ProvedOffsets.read(store, "user_actions", TestPanes.SOURCE));
  }

  @Test
  void anAcknowledgement() throws Exception {
    Positions holes = new Positions();
    holes.addRange(TestPanes.SOURCE, 0, 1, 3);
    new Acknowledgement(
            TestPanes.SOURCE,
            0,
            new Positions.Range(1, 2),
            holes,
            "me",
            "gone",
            Instant.EPOCH,
            "0.1.0")
        .record(store, "user_actions");
    renew(store.list("_sluice/user_actions/acknowledged/").get(0).key());
    assertRefused("acknowledgement", () -> Acknowledgement.read(store, "user_actions"));
  }

  /** A recorded contract has no format: it is refused for what it has and this version has not. */
  @Test
  void aContract() throws Exception {
    String json = ContractJson.of(TestPanes.CONTRACT);
    String newer = json.replaceFirst("\"table\"", "\"transform\" : \"none\",\n  \"table\"");
    assertFalse(newer.equals(json));
    store.replace("_sluice/user_actions/contracts/zzz.json", newer.getBytes(UTF_8));
    UserException e =
        assertThrows(UserException.class, () -> ContractHistory.check(store, TestPanes.CONTRACT));
    assertTrue(e.getMessage().contains("contracts/zzz.json"), e.getMessage());
    assertTrue(e.getMessage().contains("newer version of Sluice than"), e.getMessage());
    assertFalse(e.getMessage().contains("move"), e.getMessage());
  }

  @Test
  void whatDoesNotSayWhichVersionWroteItIsRefusedToo() throws Exception {
    store.replace(TABLE, "{\"format\":4,\"shards\":4}".getBytes(UTF_8));
    UserException e =
        assertThrows(UserException.class, () -> LakeDescriptor.find(store, TestPanes.TABLE));
    assertTrue(e.getMessage().contains("a newer version wrote it: upgrade"), e.getMessage());
  }
}
