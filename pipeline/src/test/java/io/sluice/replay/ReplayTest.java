package io.sluice.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.audit.Audit;
import io.sluice.audit.Covered;
import io.sluice.complete.Manifests;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractJson;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a replay makes good is in the lake once, under its own position, however often it runs and
 * wherever it stops; what it cannot is tried a bounded number of times.
 */
class ReplayTest {
  private static final Contract CONTRACT = ContractParser.userActions();
  private static final WriteSettings WRITE = new WriteSettings(1 << 20, Duration.ZERO, 3);
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final String SOURCE = "cluster/topic/id";
  private static final LocalDate DATE = LocalDate.parse("2026-03-10");
  private static final String FIX =
      """
      - reasons: [BAD_EVENT_TIME]
        time_format: {path: timestamp, format: dd.MM.yyyy HH:mm}
      - reasons: [WRONG_TYPE]
        where: {path: user_identifiers.id}
        cast: {path: user_identifiers.id, to: string}
      """;
  private static final Replay.Choice ALL = new Replay.Choice(Set.of(), null, null, false, 5, false);

  @TempDir Path directory;
  private Stores stores;
  private Store store;
  private LakeTable lake;

  /** Ten good rows, ten of another time format, ten of another type, ten that nothing mends. */
  @BeforeEach
  void fill() throws IOException {
    stores = TestStores.of(directory);
    store = stores.open(PipelineOptionsFactory.create());
    lake = new LakeTable(CONTRACT.lakeTable(), stores, new LakeDescriptor(2, false));
    LogWriter rows = writer(lake, false);
    LogWriter letters =
        writer(
            new LakeTable(DeadLetters.table(CONTRACT), stores, new LakeDescriptor(2, false)),
            false);
    RecordDecoder decoder =
        new RecordDecoder(CONTRACT, new DecodeSettings(null, null, SchemaSettings.NONE));
    for (int offset = 0; offset < 40; offset++) {
      SourceRecord record = record(offset);
      Outcome outcome = decoder.decode(record);
      if (outcome instanceof Outcome.Accepted accepted) {
        rows.add(decoder.rows(record, accepted));
      } else {
        letters.add(decoder.letter(record, (Outcome.Rejected) outcome));
      }
    }
    rows.flush();
    letters.flush();
  }

  private static SourceRecord record(int offset) {
    String json =
        switch (offset / 10) {
          case 0 -> "{'timestamp':'2026-03-10T11:00:00Z','event_name':'good'}";
          // The fix takes it to the day before.
          case 1 -> "{'timestamp':'09.03.2026 23:30','event_name':'time'}";
          case 2 ->
              "{'timestamp':'2026-03-10T11:00:00Z','event_name':'type','user_identifiers':{'id':"
                  + offset
                  + "}}";
          default -> "{'timestamp':'2026-03-10T11:00:00Z','event_name':'cut off";
        };
    return new SourceRecord(
        SOURCE,
        offset % 3,
        offset,
        // The letters are of two dates.
        NOON.plus(Duration.ofHours(offset % 2 * 24)).toEpochMilli(),
        null,
        json.replace('\'', '"').getBytes(UTF_8),
        List.of());
  }

  private LogWriter writer(LakeTable table, boolean recovered) {
    return new LogWriter(table, store, WRITE, recovered, (date, file, positions) -> {});
  }

  private ReplayReport replay(Store letters, String fix, Replay.Choice choice) throws IOException {
    return replay(letters, store, fix, choice);
  }

  private ReplayReport replay(Store letters, Store lakeStore, String fix, Replay.Choice choice)
      throws IOException {
    return replay(letters, new LakeTarget(lake, lakeStore, WRITE), fix, choice);
  }

  private static ReplayReport replay(
      Store letters, ReplayTarget target, String fix, Replay.Choice choice) throws IOException {
    return replay(CONTRACT, letters, target, fix, choice);
  }

  private static ReplayReport replay(
      Contract contract, Store letters, ReplayTarget target, String fix, Replay.Choice choice)
      throws IOException {
    Fixes fixes = fix.isEmpty() ? Fixes.NONE : FixParser.parse(fix.getBytes(UTF_8), "fix.yaml");
    try (Replay replay =
        new Replay(
            contract,
            fixes,
            new DecodeSettings(null, null, SchemaSettings.NONE),
            letters,
            target,
            choice)) {
      return replay.run(done -> {});
    }
  }

  /** The positions of the lake, each of which must be there once. */
  private Positions inLake(boolean recovered) throws IOException {
    Positions positions = new Positions();
    for (LakeFiles.DataFile file : LakeFiles.read(store, lake.table().name() + "/")) {
      assertTrue(
          positions.and(file.footer().positions()).isEmpty(),
          file.entry().key() + " is a duplicate");
      assertTrue(file.footer().addsUp(), file.entry().key());
      if (!recovered || file.footer().recovered()) {
        positions.addAll(file.footer().positions());
      }
    }
    return positions;
  }

  private static Positions offsets(int from, int end) {
    Positions positions = new Positions();
    for (int offset = from; offset < end; offset++) {
      positions.add(SOURCE, offset % 3, offset);
    }
    return positions;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private long ledgerEntries() throws IOException {
    return files().stream().filter(file -> file.toString().contains("/replays/")).count();
  }

  @Test
  void whatFixesMakeGoodIsThereUnderItsPositionAndTwiceRunNothingTwice() throws IOException {
    ReplayReport first = replay(store, FIX, ALL);
    assertEquals(
        "replay: letters=30 tried=30 recovered=20 already=0 dead=10 parked=0", first.line());
    assertEquals(offsets(0, 30), inLake(false));
    assertEquals(offsets(10, 30), inLake(true));
    ReplayReport.OfReason malformed =
        java.util.Objects.requireNonNull(first.reasons().get(Reason.MALFORMED_JSON));
    assertEquals(Map.of(Reason.MALFORMED_JSON, 10L), malformed.stillDead());
    ReplayReport.Failure failure = java.util.Objects.requireNonNull(malformed.failure());
    assertEquals(SOURCE, failure.position().source());
    assertTrue(failure.position().offset() >= 30, failure.position().toString());
    assertTrue(failure.value().endsWith("\"cut off"), failure.value());

    List<Path> before = files();
    ReplayReport second = replay(store, FIX, ALL);
    assertEquals(
        "replay: letters=30 tried=10 recovered=0 already=20 dead=10 parked=0", second.line());
    assertEquals(offsets(0, 30), inLake(false));
    List<Path> added = new ArrayList<>(files());
    added.removeAll(before);
    assertTrue(
        added.stream().allMatch(file -> file.toString().contains("/replays/")), added.toString());
  }

  /** Those of another time format are not wanted any more: they have a place, and no row. */
  @Test
  void aLetterThatHasNotItsRecordsValueIsNotTried() throws IOException {
    String json = ContractJson.of(CONTRACT);
    Contract dropping =
        ContractParser.parse(
            json.replaceFirst("\\{", "{\"dead_letters\": {\"value\": \"drop\"},")
                .replace("\"table\" : \"user_actions\"", "\"table\" : \"dropping\""),
            "dropping.json");
    LakeTable table = new LakeTable(dropping.lakeTable(), stores, new LakeDescriptor(2, false));
    LogWriter letters =
        writer(
            new LakeTable(DeadLetters.table(dropping), stores, new LakeDescriptor(2, false)),
            false);
    try (RecordDecoder decoder =
        new RecordDecoder(dropping, new DecodeSettings(null, null, SchemaSettings.NONE))) {
      for (int offset = 10; offset < 20; offset++) {
        SourceRecord record = record(offset);
        letters.add(decoder.letter(record, (Outcome.Rejected) decoder.decode(record)));
      }
    }
    letters.flush();
    ReplayReport report = replay(dropping, store, new LakeTarget(table, store, WRITE), FIX, ALL);
    assertEquals(
        "replay: letters=10 tried=10 recovered=0 already=0 dead=10 parked=0", report.line());
    assertTrue(report.reasons().values().toString().contains("MASKED=10"), report.toString());
  }

  @Test
  void aLetterThatIsSkippedNowIsNoLetterAnyMore() throws IOException {
    String json = ContractJson.of(CONTRACT);
    Contract skipping =
        ContractParser.parse(
            json.replaceFirst(
                    "\\{",
                    "{\"transform\": [{\"skip_if\": {\"column\": \"event_name\", \"equals\":"
                        + " \"time\"}}],")
                .replaceFirst("\"version\" : \"[^\"]*\"", "\"version\" : \"skipping\""),
            "skipping.json");
    Replay.Choice dry = new Replay.Choice(Set.of(), null, null, true, 5, false);
    assertEquals(
        "replay: letters=30 tried=30 recovered=10 already=0 dead=10 parked=0 skipped=10"
            + " dryRun=true",
        replay(skipping, store, new LakeTarget(lake, store, WRITE), FIX, dry).line());
    assertEquals(offsets(0, 10), inLake(false));
    assertEquals(
        "replay: letters=30 tried=30 recovered=10 already=0 dead=10 parked=0 skipped=10",
        replay(skipping, store, new LakeTarget(lake, store, WRITE), FIX, ALL).line());
    assertEquals(offsets(0, 30), inLake(false));
    assertEquals(offsets(10, 30), inLake(true));
    assertEquals(
        "replay: letters=30 tried=10 recovered=0 already=20 dead=10 parked=0",
        replay(skipping, store, new LakeTarget(lake, store, WRITE), FIX, ALL).line());
    Covered covered = Audit.covered(store, store, CONTRACT, Audit.Expiry.NEVER, Audit.Visitor.NONE);
    assertTrue(covered.duplicate().isEmpty(), covered.duplicate().toString());
    assertEquals(20, covered.recovered().size());
    assertEquals(10, covered.skipped().values().stream().mapToLong(Long::longValue).sum());
  }

  /** Without the fix a letter would fall on another date, or nowhere. */
  @Test
  void anotherFixThatGivesAnotherDateWritesNothingTwice() throws IOException {
    replay(store, FIX, ALL);
    String toAnotherDate = FIX.replace("HH:mm}", "HH:mm, zone: Pacific/Honolulu}");
    ReplayReport other = replay(store, toAnotherDate, ALL);
    assertEquals(0, other.recovered());
    assertEquals(20, other.already());
    assertEquals(offsets(0, 30), inLake(false));
  }

  @Test
  void rowsAreInTheFolderOfTheirFixedDate() throws IOException {
    replay(store, FIX, ALL);
    Positions dayBefore = new Positions();
    for (LakeFiles.DataFile file : LakeFiles.read(store, "user_actions/event_date=2026-03-09/")) {
      dayBefore.addAll(file.footer().positions());
    }
    assertEquals(offsets(10, 20), dayBefore);
  }

  @Test
  void aDryRunSaysTheSameAndWritesNothing() throws IOException {
    List<Path> before = files();
    ReplayReport dry = replay(store, FIX, new Replay.Choice(Set.of(), null, null, true, 5, false));
    assertEquals(
        "replay: letters=30 tried=30 recovered=20 already=0 dead=10 parked=0 dryRun=true",
        dry.line());
    ReplayReport.Repair repair =
        java.util.Objects.requireNonNull(
            java.util.Objects.requireNonNull(dry.reasons().get(Reason.WRONG_TYPE)).repair());
    assertTrue(repair.before().contains("\"id\":2"), repair.before());
    assertTrue(repair.after().contains("\"id\":\"2"), repair.after());
    assertEquals(before, files());
  }

  @Test
  void aDryRunGivesItsTargetNothing() throws IOException {
    ReplayTarget untouchable =
        new ReplayTarget() {
          @Override
          public String name() {
            return "none";
          }

          @Override
          public boolean has(SourceRecord record) {
            return false;
          }

          @Override
          public void add(DeadLetter letter, SourceRecord repaired, List<Row> rows) {
            throw new AssertionError("added " + repaired);
          }

          @Override
          public void skip(DeadLetter letter, long eventTimeMicros) {
            throw new AssertionError("skipped " + letter);
          }

          @Override
          public Positions flush() {
            throw new AssertionError("flushed");
          }

          @Override
          public void close() {}
        };
    Replay.Choice dry = new Replay.Choice(Set.of(), null, null, true, 5, false);
    assertEquals(20, replay(store, untouchable, FIX, dry).recovered());
  }

  @Test
  void onlyTheChosenReasonsAndDatesAreReplayed() throws IOException {
    Replay.Choice choice =
        new Replay.Choice(
            Set.of(Reason.WRONG_TYPE, Reason.MALFORMED_JSON), DATE, DATE, false, 5, false);
    ReplayReport report = replay(store, FIX, choice);
    assertEquals(
        "replay: letters=10 tried=10 recovered=5 already=0 dead=5 parked=0", report.line());
    assertNull(report.reasons().get(Reason.BAD_EVENT_TIME));
    assertEquals(1, ledgerEntries());
  }

  @Test
  void whatFailsTooOftenIsParkedUntilItIsAskedFor() throws IOException {
    Replay.Choice twice = new Replay.Choice(Set.of(), null, null, false, 2, false);
    assertEquals(30, replay(store, "", twice).tried());
    ReplayReport second = replay(store, "", twice);
    assertEquals(30, second.tried());
    assertEquals(
        2,
        java.util.Objects.requireNonNull(
                java.util.Objects.requireNonNull(second.reasons().get(Reason.WRONG_TYPE)).failure())
            .attempt());
    ReplayReport third = replay(store, FIX, twice);
    assertEquals("replay: letters=30 tried=0 recovered=0 already=0 dead=0 parked=30", third.line());
    // Raised, or asked for, they are tried.
    assertEquals(
        10,
        replay(
                store,
                FIX,
                new Replay.Choice(Set.of(Reason.WRONG_TYPE), null, null, false, 3, false))
            .recovered());
    assertEquals(
        10,
        replay(store, FIX, new Replay.Choice(Set.of(), null, null, false, 2, true)).recovered());
    assertEquals(offsets(0, 30), inLake(false));
  }

  @Test
  void killedBetweenTheLakeAndTheLedgerNothingIsWrittenTwiceAndNoAttemptCounts()
      throws IOException {
    Store failing = failing("create", "/replays/", 1);
    assertThrows(IOException.class, () -> replay(failing, FIX, ALL));
    // The first date is in the lake, and the ledger knows nothing of it.
    assertEquals(10, inLake(true).size());
    assertEquals(0, ledgerEntries());
    Replay.Choice once = new Replay.Choice(Set.of(), null, null, false, 1, false);
    ReplayReport second = replay(store, FIX, once);
    assertEquals(
        "replay: letters=30 tried=20 recovered=10 already=10 dead=10 parked=0", second.line());
    assertEquals(offsets(0, 30), inLake(false));
    assertEquals(10, replay(store, FIX, once).parked());
  }

  @Test
  void twoReplaysAtOnceWriteEachRowOnce() throws Exception {
    // Both have read the lake before either writes.
    LakeTarget first = new LakeTarget(lake, store, WRITE);
    LakeTarget second = new LakeTarget(lake, store, WRITE);
    assertEquals(20, replay(store, first, FIX, ALL).recovered());
    ReplayReport late = replay(store, second, FIX, ALL);
    assertEquals(
        "replay: letters=30 tried=30 recovered=0 already=20 dead=10 parked=0", late.line());
    assertEquals(offsets(0, 30), inLake(false));
  }

  @Test
  void twoReplaysInParallelShareTheRows() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<ReplayReport>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        LakeTarget target = new LakeTarget(lake, store, WRITE);
        both.add(threads.submit(() -> replay(store, target, FIX, ALL)));
      }
      assertEquals(20, both.get(0).get().recovered() + both.get(1).get().recovered());
      assertEquals(20, both.get(0).get().already() + both.get(1).get().already());
    } finally {
      threads.shutdownNow();
    }
    assertEquals(offsets(0, 30), inLake(false));
  }

  @Test
  void aManifestThatIsThereIsPublishedAgainAlsoByTheReplayAfterOneThatWasCutOff()
      throws IOException {
    Table table = lake.table();
    assertEquals(
        Publication.Outcome.PUBLISHED,
        new Publication(store, table, DATE).complete(Map.of()).outcome());
    Replay.Choice once = new Replay.Choice(Set.of(), DATE, DATE, false, 5, false);
    Store failing = failing("create", "_manifest-", 1);
    assertThrows(IOException.class, () -> replay(store, failing, FIX, once));
    assertFalse(new Publication(store, table, DATE).isCurrent());
    // The next finds nothing to append, and what is owed.
    assertEquals(0, replay(store, FIX, once).recovered());
    assertTrue(new Publication(store, table, DATE).isCurrent());
    List<Boolean> marked = new ArrayList<>();
    new Manifests(store, table, DATE)
        .newest()
        .orElseThrow()
        .files()
        .forEach(file -> marked.add(file.recovered()));
    assertTrue(marked.contains(true) && marked.contains(false), marked.toString());
    // The date before was never complete, and is not made to seem so.
    assertTrue(new Manifests(store, table, DATE.minusDays(1)).newest().isEmpty());
  }

  @Test
  void aReplayByOtherRulesIsRefusedWhileOneHasNotEnded() throws IOException {
    Fixes fixes = FixParser.parse(FIX.getBytes(UTF_8), "fix.yaml");
    Fixes other = FixParser.parse((FIX + "\n").getBytes(UTF_8), "fix.yaml");
    ReplayMark killed = ReplayMark.begin(store, CONTRACT, fixes, false);
    // By the same rules it may go on; it ends nothing but itself.
    ReplayMark.begin(store, CONTRACT, fixes, false).end();
    assertNotNull(killed);
    UserException refused =
        assertThrows(UserException.class, () -> ReplayMark.begin(store, CONTRACT, other, false));
    assertTrue(
        refused.getMessage().startsWith("a replay with another contract or other fixes began at 2"),
        refused.getMessage());
    // Who was refused keeps nobody out.
    ReplayMark.begin(store, CONTRACT, fixes, false).end();
    ReplayMark.begin(store, CONTRACT, other, true).end();
    ReplayMark.begin(store, CONTRACT, other, false).end();
  }

  @Test
  void theReportIsOneLineOfJson() throws IOException {
    String json = replay(store, FIX, ALL).toJson();
    assertEquals(1, json.lines().count());
    var root = new com.fasterxml.jackson.databind.ObjectMapper().readTree(json);
    assertEquals(20, root.path("recovered").asLong());
    assertEquals(64, root.path("fix_sha256").asText().length());
    var malformed = root.path("reasons").path("MALFORMED_JSON");
    assertEquals(10, malformed.path("dead_by_reason").path("MALFORMED_JSON").asLong());
    assertEquals(1, malformed.path("failure").path("attempt").asInt());
    assertNotNull(malformed.path("failure").path("value").asText());
  }

  @Test
  void valuesArePrintedSafely() {
    assertEquals("(null)", ReplayReport.printable((byte[]) null));
    assertEquals("a·[31mb·", ReplayReport.printable("a\u001b[31mb\u202e".getBytes(UTF_8)));
    assertEquals(
        "x".repeat(120) + "… (5,000 bytes)",
        ReplayReport.printable("x".repeat(5000).getBytes(UTF_8)));
  }

  /** The store, which fails so many times when a method is called for a key. */
  private Store failing(String method, String key, int times) {
    AtomicInteger left = new AtomicInteger(times);
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)
                  && String.valueOf(arguments[0]).contains(key)
                  && left.getAndDecrement() > 0) {
                throw new IOException("cut off");
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
