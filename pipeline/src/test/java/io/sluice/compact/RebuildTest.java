package io.sluice.compact;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Column;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.DamagedFileException;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Positions;
import io.sluice.lake.ReadOnlyStore;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.source.SourceRecord;
import io.sluice.source.TopicLog;
import io.sluice.write.LogWriter;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A date is derived again, of a topic that is a list. */
class RebuildTest {
  private static final String YAML =
      """
      table: events
      topic: events
      event_time: t
      version: "%s"
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: n, type: %s}
      """;
  private static final LocalDate DATE = LocalDate.of(2026, 2, 1);
  private static final Instant NOON = Instant.parse("2026-02-01T12:00:00Z");
  private static final int ROWS = 60;
  private static final String SOURCE = "cluster/topic/id";

  @TempDir Path directory;
  private final List<SourceRecord> topic = new ArrayList<>();
  private long beginning;
  private String source = SOURCE;
  private Store store;

  /** A row a minute, those of every second partition's last ten on the day after; some are bad. */
  @BeforeEach
  void write() throws Exception {
    store = stores().open(PipelineOptionsFactory.create());
    for (int partition = 0; partition < 2; partition++) {
      for (int i = 0; i < ROWS; i++) {
        Instant time =
            NOON.plus(Duration.ofMinutes(i))
                .plus(i < ROWS - 10 ? 0 : 1, java.time.temporal.ChronoUnit.DAYS);
        String n = i % 10 == 9 ? "\"many\"" : String.valueOf(i % 10 == 8 ? 3_000_000_000L + i : i);
        topic.add(
            new SourceRecord(
                SOURCE,
                partition,
                i,
                time.toEpochMilli(),
                null,
                ("{\"t\":\"" + time + "\",\"n\":" + n + "}").getBytes(UTF_8),
                List.of()));
      }
    }
  }

  private Stores stores() {
    return TestStores.of(directory.resolve("lake"));
  }

  private static Contract contract(String version, String type) throws IOException {
    Path file = Files.createTempFile("rebuild", ".yaml");
    Files.writeString(file, YAML.formatted(version, type));
    try {
      return ContractParser.read(file);
    } finally {
      Files.delete(file);
    }
  }

  private class Records implements TopicLog {
    @Override
    public String source() {
      return source;
    }

    @Override
    public Map<Integer, Long> beginnings() {
      return new TreeMap<>(Map.of(0, beginning, 1, beginning));
    }

    @Override
    public Map<Integer, Long> at(long epochMillis) {
      Map<Integer, Long> at = new TreeMap<>(Map.of(0, (long) ROWS, 1, (long) ROWS));
      topic.stream()
          .filter(record -> record.recordTime() >= epochMillis)
          .forEach(record -> at.merge(record.partition(), record.offset(), Math::min));
      return at;
    }

    @Override
    public Map<Integer, Long> ends() {
      return new TreeMap<>(Map.of(0, (long) ROWS, 1, (long) ROWS));
    }

    @Override
    public Cleanup cleanup() {
      return Cleanup.RETENTION;
    }

    @Override
    public <E extends Exception> Map<Integer, Long> read(
        Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
      Map<Integer, Long> looked = new TreeMap<>(from);
      looked.replaceAll((partition, offset) -> Math.max(offset, beginning));
      for (SourceRecord record : topic) {
        if (record.offset() >= looked.getOrDefault(record.partition(), 0L)) {
          reader.read(record);
        }
      }
      return looked;
    }

    @Override
    public void close() {}
  }

  private Rebuild rebuild(Store at, Contract contract, boolean replaceDamaged) throws IOException {
    return rebuild(at, contract, replaceDamaged, Duration.ofDays(1));
  }

  private Rebuild rebuild(Store at, Contract contract, boolean replaceDamaged, Duration maxFuture)
      throws IOException {
    return rebuild(at, contract, replaceDamaged, maxFuture, Duration.ZERO, new Records());
  }

  private Rebuild rebuild(
      Store at,
      Contract contract,
      boolean replaceDamaged,
      Duration maxFuture,
      Duration settle,
      TopicLog records)
      throws IOException {
    Table lakeTable = contract.lakeTable();
    Table deadTable = DeadLetters.table(contract);
    return new Rebuild(
        contract,
        LakeTable.begin(store, stores(), lakeTable, null, false),
        at,
        LakeTable.begin(store, stores(), deadTable, null, false),
        at,
        records,
        new Rebuild.Settings(
            new WriteSettings(1 << 20, Duration.ZERO, 1),
            settle,
            false,
            replaceDamaged,
            maxFuture,
            null),
        read -> {});
  }

  /** What a date without files becomes: all of it is missing. */
  private Rebuild.Result fill(String version, String type) throws IOException {
    Rebuild.Result result = rebuild(store, contract(version, type), false).run(DATE, false);
    rebuild(store, contract(version, type), false).run(DATE.plusDays(1), false);
    return result;
  }

  private Positions positions(String table) throws IOException {
    Positions all = new Positions();
    long rows = 0;
    Contract contract = contract("any", "int64");
    Table of = table.equals("events") ? contract.lakeTable() : DeadLetters.table(contract);
    for (LakeFiles.DataFile file : LiveFiles.read(store, of).files()) {
      if (file.part().date().equals(DATE)) {
        all.addAll(file.footer().positions());
        rows += file.footer().rows();
      }
    }
    assertEquals(rows, all.size(), "double");
    return all;
  }

  private List<String> rows() throws Exception {
    return CompactTest.query(
        "select n from read_parquet('"
            + directory
            + "/lake/events/event_date=2026-02-01/*.parquet') order by n");
  }

  @Test
  void aDateWithoutFilesIsDerivedAsAWhole() throws Exception {
    Rebuild.Result result = fill("one", "int64");
    // Of fifty records a partition ten are bad, of which five only are of this date.
    assertEquals(90, result.missing());
    assertEquals(0, result.derived());
    assertEquals(90, positions("events").size());
    assertEquals(90, rows().size());
    assertTrue(new Publication(store, contract("one", "int64").lakeTable(), DATE).isCurrent());
    assertEquals(0, rebuild(store, contract("one", "int64"), false).run(DATE, true).missing());
  }

  @Test
  void aNewContractMovesRowsToTheDeadLettersAndBack() throws Exception {
    fill("one", "int64");
    Positions before = positions("events");
    Rebuild.Result dry = rebuild(store, contract("two", "int32"), false).run(DATE, true);
    assertEquals(before, positions("events"));
    Rebuild.Result result = rebuild(store, contract("two", "int32"), false).run(DATE, false);
    assertEquals(10, result.rejected());
    assertEquals(80, result.derived());
    assertEquals(dry.rejected(), result.rejected());
    assertEquals(dry.derived(), result.derived());
    assertEquals(80, rows().size());
    assertEquals(80, positions("events").size());
    assertEquals(before, positions("events").addAll(positions("events_dead_letters")));
    // And back: they are appended, as what was dead and is recovered.
    Rebuild.Result back = rebuild(store, contract("three", "int64"), false).run(DATE, false);
    assertEquals(10, back.missing());
    assertEquals(10, back.recovered());
    assertEquals(before, positions("events"));
    assertEquals(90, rows().size());
    assertEquals(
        10,
        LiveFiles.read(store, contract("three", "int64").lakeTable()).files().stream()
            .filter(file -> file.footer().recovered())
            .mapToLong(file -> file.footer().rows())
            .sum());
  }

  /** Under a contract that no parser lets pass: without its time a record passes all checks. */
  @Test
  void aFaultOfTheDecoderMovesNoRow() throws Exception {
    fill("one", "int64");
    Contract two = contract("two", "int64");
    Column time = two.columns().get(0);
    Contract failing =
        new Contract(
            two.version(),
            two.table(),
            two.topic(),
            two.format(),
            List.of(
                new Column("t", List.of("absent"), time.type(), false, true, false),
                two.columns().get(1)),
            0,
            two.zone(),
            two.unknownFields(),
            two.maxBytes(),
            two.maxDepth(),
            false);
    String message = refusal(failing, DATE);
    assertTrue(
        message.startsWith(
            DATE
                + ": the decoder fails at 90 of its rows, which is a fault of Sluice: partition 0 "),
        message);
  }

  @Test
  void aLogOfWhichNothingIsLeftKeepsItsNumbers() throws Exception {
    fill("one", "int64");
    long greatest = greatest();
    Rebuild.Result result = rebuild(store, contract("two", "boolean"), false).run(DATE, false);
    assertEquals(90, result.rejected());
    assertEquals(List.of(), rows());
    assertEquals(greatest, greatest());
    assertEquals(90, positions("events_dead_letters").size());
  }

  private long greatest() throws IOException {
    return LakeFiles.read(store, "events/event_date=2026-02-01/").stream()
        .mapToLong(file -> file.part().sequence())
        .max()
        .orElseThrow();
  }

  private String refusal(Contract contract, LocalDate date) throws IOException {
    List<Store.Entry> before = store.list("");
    Rebuild rebuild = rebuild(store, contract, false);
    String message = assertThrows(UserException.class, () -> rebuild.run(date, false)).getMessage();
    assertEquals(before, store.list(""));
    return message;
  }

  @Test
  void whatKafkaDoesNotHaveAnyMoreIsNotGivenUp() throws Exception {
    fill("one", "int64");
    beginning = 7;
    assertTrue(refusal(contract("one", "int64"), DATE).contains("partition 0 0..6"));
    beginning = 0;
    SourceRecord gone = topic.remove(20);
    assertTrue(refusal(contract("one", "int64"), DATE).contains("partition 0 " + gone.offset()));
  }

  @Test
  void whatWouldFallElsewhereOrIsOfAnotherSourceIsRefused() throws Exception {
    fill("one", "int64");
    Contract elsewhere = contract("two", "int64");
    Contract tokyo =
        new Contract(
            elsewhere.version(),
            elsewhere.table(),
            elsewhere.topic(),
            elsewhere.format(),
            elsewhere.columns(),
            elsewhere.eventTime(),
            java.time.ZoneId.of("Pacific/Kiritimati"),
            elsewhere.unknownFields(),
            elsewhere.maxBytes(),
            elsewhere.maxDepth(),
            elsewhere.positionColumns());
    assertTrue(refusal(tokyo, DATE).contains("another date, as 2026-02-02"));
    source = "cluster/topic/another";
    topic.clear();
    assertTrue(refusal(elsewhere, DATE).contains(SOURCE));
    assertTrue(refusal(elsewhere, LocalDate.now(java.time.ZoneOffset.UTC)).contains("not ended"));
  }

  @Test
  void theSameContractIsNotStricterThanBefore() throws Exception {
    fill("one", "int64");
    List<Store.Entry> before = store.list("");
    Rebuild strict = rebuild(store, contract("one", "int32"), false);
    UserException e = assertThrows(UserException.class, () -> strict.run(DATE, false));
    assertTrue(e.getMessage().contains("give the contract a new version"), e.getMessage());
    assertEquals(before, store.list(""));
  }

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

  /** Gives what it was. */
  private byte[] damage(Store.Entry file) throws IOException {
    Path path = directory.resolve("lake").resolve(file.key());
    FileTime modified = Files.getLastModifiedTime(path);
    byte[] bytes = Files.readAllBytes(path);
    Files.write(path, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Files.setLastModifiedTime(path, modified);
    return bytes;
  }

  private Store.Entry first(LocalDate date) throws IOException {
    return LakeFiles.list(store, "events/event_date=" + date + "/").get(0);
  }

  private Positions allPositions() throws IOException {
    Positions all = new Positions();
    LiveFiles.read(store, contract("one", "int64").lakeTable())
        .files()
        .forEach(file -> all.addAll(file.footer().positions()));
    return all;
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
    LogWriter replay =
        new LogWriter(
            LakeTable.begin(store, stores(), table, null, false),
            store,
            new WriteSettings(1 << 20, Duration.ZERO, 1),
            true,
            (date, file, positions) -> {});
    RecordDecoder decoder = new RecordDecoder(contract, Duration.ofDays(1), null);
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
  void aDryRunNeedsNoRightToWrite() throws Exception {
    fill("one", "int64");
    Rebuild looking =
        rebuild(
            new ReadOnlyStore(store),
            contract("two", "int64"),
            false,
            Duration.ofDays(1),
            Duration.ofHours(1),
            new Records());
    int files = LakeFiles.list(store, "events/event_date=2026-02-01/").size();
    assertEquals(files, looking.run(DATE, true).kept());
  }

  private void removeManifests() throws IOException {
    store.delete(
        store.list("events/event_date=2026-02-01/_").stream().map(Store.Entry::key).toList());
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

  private void damageUnchecked(Store.Entry file) {
    try {
      damage(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
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

  /**
   * A job has ten records a partition in flight and appends them while Kafka is read for the first,
   * second, third or fourth time. Its writers have seen the files while they were whole.
   */
  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "3,true", "4,true", "1,false", "2,false", "3,false", "4,false"})
  void whatARunningJobAppendsMeanwhileIsThereOnce(int read, boolean isNamed) throws Exception {
    fill("one", "int64");
    Contract contract = contract("one", "int64");
    Table table = contract.lakeTable();
    LogWriter job =
        new LogWriter(
            LakeTable.begin(store, stores(), table, null, false),
            store,
            new WriteSettings(1 << 20, Duration.ZERO, 1),
            false,
            (date, file, positions) -> {});
    RecordDecoder decoder = new RecordDecoder(contract, Duration.ofDays(1), null);
    for (SourceRecord record : topic) {
      add(job, decoder, record);
    }
    job.flush();
    for (int partition = 0; partition < 2; partition++) {
      for (int i = ROWS; i < ROWS + 10; i++) {
        SourceRecord record =
            new SourceRecord(
                SOURCE,
                partition,
                i,
                NOON.toEpochMilli(),
                null,
                ("{\"t\":\"" + NOON + "\",\"n\":" + i + "}").getBytes(UTF_8),
                List.of());
        topic.add(record);
        add(job, decoder, record);
      }
    }
    if (!isNamed) {
      removeManifests();
    }
    LakeFiles.list(store, "events/event_date=2026-02-01/").forEach(this::damageUnchecked);
    int[] reads = {0};
    Records records =
        new Records() {
          @Override
          public Map<Integer, Long> ends() {
            if (++reads[0] == read) {
              flush(job);
            }
            return super.ends();
          }
        };
    rebuild(store, contract, true, Duration.ofDays(1), Duration.ZERO, records).run(DATE, false);
    job.flush();
    assertEquals(110, positions("events").size());
    assertEquals(110, rows().size());
  }

  private static void flush(LogWriter job) {
    try {
      job.flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What retention takes between the question where Kafka begins and the first record. */
  @Test
  void whatKafkaDeletesWhileItIsReadIsNotLeftOut() throws Exception {
    fill("one", "int64");
    Records records =
        new Records() {
          @Override
          public Map<Integer, Long> ends() {
            beginning = 7;
            return super.ends();
          }
        };
    List<String> before = rows();
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                rebuild(
                        store,
                        contract("one", "int64"),
                        false,
                        Duration.ofDays(1),
                        Duration.ZERO,
                        records)
                    .run(DATE, false));
    assertTrue(
        e.getMessage().startsWith("Kafka deleted the offsets 0 to 6 of partition 0"),
        e.getMessage());
    assertEquals(before, rows());
  }

  /** Rows go to the writer; dead letters nowhere. */
  private static void add(LogWriter writer, RecordDecoder decoder, SourceRecord record)
      throws IOException {
    if (decoder.decode(record) instanceof Outcome.Accepted accepted) {
      writer.add(decoder.row(record, accepted));
    }
  }

  /** As {@link CompactTest#killedAtAnyCallNoRowIsLostOrDuplicated}. */
  @Test
  void killedAtAnyCallNoRowIsLostOrDuplicated() throws Exception {
    fill("one", "int64");
    killAtAnyCall("two", "int32", 80);
    rebuild(store, contract("two", "int32"), false).run(DATE, false);
    killAtAnyCall("three", "int64", 90);
  }

  private void killAtAnyCall(String version, String type, int rows) throws Exception {
    Path lake = directory.resolve("lake");
    Path before = directory.resolve("before-" + version);
    CompactTest.copy(lake, before);
    Positions all = positions("events").addAll(positions("events_dead_letters"));
    boolean finished = false;
    for (int call = 1; !finished; call++) {
      CompactTest.delete(lake);
      CompactTest.copy(before, lake);
      DyingStore dying = new DyingStore(store, call);
      try {
        rebuild(dying, contract(version, type), false).run(DATE, false);
        finished = true;
      } catch (DyingStore.Dead | IOException | IllegalStateException e) {
        assertTrue(dying.isDead(), String.valueOf(e));
      }
      assertEquals(
          all, positions("events").addAll(positions("events_dead_letters")), "call " + call);
      rebuild(store, contract(version, type), false).run(DATE, false);
      assertEquals(rows, positions("events").size(), "call " + call);
      assertEquals(rows, rows().size(), "call " + call);
      assertEquals(all, positions("events").addAll(positions("events_dead_letters")));
      DateFiles after = DateFiles.read(store, contract("x", "int64").lakeTable(), DATE);
      assertEquals(List.of(), after.pending());
      assertEquals(List.of(), after.replaced());
      assertTrue(call < 300);
    }
  }
}
