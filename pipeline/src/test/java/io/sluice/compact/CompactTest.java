package io.sluice.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ParquetRows;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.complete.LiveFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PassingStore;
import io.sluice.lake.Positions;
import io.sluice.lake.ReadOnlyStore;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction changes files and no row; DuckDB, which knows nothing of it, reads both. */
@Tag("slow")
class CompactTest {
  static final String CONTRACT =
      """
      table: types
      topic: types
      event_time: t
      version: one
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: s, type: string, dictionary: false, bloom_filter: true}
        - {name: e, type: string}
        - {name: b, type: boolean}
        - {name: i, type: int32}
        - {name: l, type: int64, bloom_filter: true}
        - {name: f, type: float}
        - {name: d, type: double}
        - {name: m5, type: "decimal(5,2)"}
        - {name: m15, type: "decimal(15,3)"}
        - {name: m38, type: "decimal(38,10)"}
        - {name: day, type: date}
        - {name: ms, type: "timestamp(millis, epoch_ms)"}
        - {name: ns, type: "timestamp(nanos, epoch_ns)"}
        - {name: ns_list, type: {list: timestamp(nanos)}}
        - {name: raw, type: bytes}
        - {name: tags, type: {list: string}}
        - {name: nested, type: {struct: [{name: x, type: int32, required: true}, {name: y, type: {list: {struct: [{name: z, type: double}]}}}]}}
      """;
  static final LocalDate DATE = LocalDate.of(2026, 2, 1);
  static final int FILES = 6;
  static final int ROWS = 50;

  @TempDir static Path directory;
  private static SluiceOptions options;
  private static SluiceConfig config;
  private static Store store;
  private static Table table;

  /** A lake of some small files for each of two logs, and as many of dead letters. */
  @BeforeAll
  static void write() throws Exception {
    Path contract = directory.resolve("types.yaml");
    Files.writeString(contract, CONTRACT);
    PipelineOptionsFactory.register(SluiceOptions.class);
    options =
        PipelineOptionsFactory.fromArgs(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("lake"),
                "--contract=" + contract,
                "--shards=2",
                "--fileInterval=0s")
            .as(SluiceOptions.class);
    config = SluiceConfig.from(options);
    store = config.lake().open(options);
    table = config.contract().lakeTable();
    // What others have put there stops no start, and nobody touches it.
    for (String folder :
        List.of("event_date=2026-02-01.bak", "event_date=__HIVE_DEFAULT_PARTITION__", "notes")) {
      store.replace(table.name() + "/" + folder + "/part-00000-00000000.txt", new byte[1]);
    }
    for (int file = 0; file < FILES; file++) {
      List<TimestampedValue<SourceRecord>> records = new ArrayList<>();
      for (int partition = 0; partition < 2; partition++) {
        for (int row = 0; row < ROWS; row++) {
          records.add(record(partition, file * ROWS + row));
        }
      }
      SluicePipeline sluice = SluicePipeline.open(config, options);
      Pipeline pipeline = Pipeline.create(options);
      sluice.build(pipeline.apply(Create.timestamped(records).withCoder(SourceRecordCoder.of())));
      pipeline.run().waitUntilFinish();
    }
    copy(directory.resolve("lake"), directory.resolve("before"));
    List<String> nanos = nanos("before");
    assertEquals(2 * FILES * ROWS * 4 / 5, nanos.size());
    assertTrue(nanos.toString().contains("ns: 1769903999123450299\n"), nanos.get(nanos.size() - 1));
  }

  private static TimestampedValue<SourceRecord> record(int partition, int i) {
    String json =
        switch (i % 5) {
          case 0 -> "not JSON " + i;
          case 1 -> "{\"t\":\"2026-02-01T00:00:00Z\",\"tags\":[],\"nested\":{\"x\":" + i + "}}";
          default ->
              """
              {"t":"2026-02-01T23:59:%02d.%06dZ","s":"naïve 😀 %d","e":"%s","b":%b,"i":%d,"l":922337203685477%04d,"f":%d.5,"d":-1e-30%d,"m5":-12%d.45,
               "m15":123456789012.345,"m38":-123456789012345678901234%04d.0123456789,"day":"1969-12-31","ms":-%d,"ns":176990399912345%04d,"ns_list":[null,"1970-01-01T00:00:00.00000%04dZ"],"raw":"AP8=",
               "tags":["a",null,"","%d"],"nested":{"x":%d,"y":[{"z":1.5},{},null,{"z":%d}]}}
              """
                  .formatted(
                      i % 60,
                      i,
                      i,
                      i % 2 == 0 ? "view" : "click",
                      i % 3 == 0,
                      i,
                      i,
                      i,
                      i % 8,
                      i % 8,
                      i,
                      i,
                      i,
                      i,
                      i,
                      i,
                      i);
        };
    Instant time = Instant.parse("2026-02-01T12:00:00Z");
    return TimestampedValue.of(
        new SourceRecord(
            "s", partition, i, time.getMillis(), null, json.getBytes(UTF_8), List.of()),
        time);
  }

  private Compact compact(Table of, Duration settle) {
    return new Compact(store, of, new Compact.Settings(64 << 20, settle, 9, false), bytes -> {});
  }

  private String files(String root, String of) {
    return "read_parquet('"
        + directory.resolve(root)
        + "/"
        + of
        + "/*/*.parquet', hive_partitioning=true)";
  }

  static List<String> query(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(rows.getString(i));
        }
      }
      return values;
    }
  }

  private void assertSameRows(String of, long rows) throws Exception {
    for (String[] pair : new String[][] {{"before", "lake"}, {"lake", "before"}}) {
      assertEquals(
          List.of("0"),
          query(
              "select count(*) from (from "
                  + files(pair[0], of)
                  + " except all from "
                  + files(pair[1], of)
                  + ")"));
    }
    assertEquals(List.of(String.valueOf(rows)), query("select count(*) from " + files("lake", of)));
    if (of.equals(table.name())) {
      assertEquals(nanos("before"), nanos("lake"));
    }
  }

  /** Every value of the columns of nanoseconds, in order. */
  private static List<String> nanos(String lake) throws IOException {
    List<String> values = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory.resolve(lake).resolve(table.name()))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        ParquetRows.of(file, "ns", "ns_list").forEach(row -> values.add(row.toString()));
      }
    }
    Collections.sort(values);
    return values;
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path));
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The greatest number of each log. */
  private static Map<Integer, Long> greatest(Table of) throws IOException {
    Map<Integer, Long> greatest = new TreeMap<>();
    for (LakeFiles.DataFile file : LakeFiles.read(store, of.name() + "/")) {
      greatest.merge(file.part().shard(), file.part().sequence(), Math::max);
    }
    return greatest;
  }

  private static Positions positions(Table of) throws IOException {
    Positions all = new Positions();
    LiveFiles.read(store, of).files().forEach(file -> all.addAll(file.footer().positions()));
    return all;
  }

  @Test
  void noRowDiffersInEitherTableWhateverItsType() throws Exception {
    Table dead = DeadLetters.table(config.contract());
    for (Table of : List.of(table, dead)) {
      Positions before = positions(of);
      int files = LakeFiles.list(store, of.name() + "/").size();
      Map<Integer, Long> greatest = greatest(of);
      Compact.Result result = compact(of, Duration.ZERO).run(DATE, false);
      assertEquals(files, result.filesBefore());
      assertEquals(files, result.rewritten());
      assertEquals(2, result.written());
      assertEquals(2, result.filesAfter());
      assertTrue(result.bytesAfter() < result.bytesBefore(), result.toString());
      assertEquals(before, positions(of));
      assertEquals(before.size(), result.rows());
      assertTrue(new Publication(store, of, DATE).isCurrent());
      for (LakeFiles.DataFile file : LakeFiles.read(store, of.name() + "/")) {
        assertTrue(Seal.check(store, file.entry()).intact());
        assertEquals(file.footer().rows(), file.footer().positions().size());
      }
      assertEquals(greatest, greatest(of));
    }
    assertSameRows("types", 2 * FILES * ROWS * 4 / 5);
    assertSameRows("types_dead_letters", 2 * FILES * ROWS / 5);
    String metadata = "parquet_metadata('" + directory + "/lake/types/*/*.parquet')";
    assertEquals(
        List.of("l", "s"),
        query(
            "select distinct path_in_schema from "
                + metadata
                + " where bloom_filter_offset is not null order by 1"));
    assertEquals(List.of("ZSTD"), query("select distinct compression from " + metadata));
    // A dictionary where the contract lets there be one, and none where it does not.
    assertEquals(
        List.of("e", "true", "s", "false"),
        query(
            "select path_in_schema, bool_and(encodings like '%DICTIONARY%')::varchar from "
                + metadata
                + " where path_in_schema in ('e', 's') group by 1 order by 1"));
  }

  @Test
  void aSecondTimeThereIsNothingToDoAndLateFilesJoinLater() throws Exception {
    compact(table, Duration.ZERO).run(DATE, false);
    List<Store.Entry> once = store.list("types/");
    Compact.Result again = compact(table, Duration.ZERO).run(DATE, false);
    assertEquals(0, again.written());
    assertEquals(once, store.list("types/"));
    Positions before = positions(table);
    Map<Integer, Long> greatest = greatest(table);
    // Rows that came late, in a run that starts from the compacted lake; the others are a replay.
    List<TimestampedValue<SourceRecord>> records = new ArrayList<>();
    for (int i = FILES * ROWS - 20; i < FILES * ROWS + 20; i++) {
      records.add(record(0, i));
    }
    Pipeline pipeline = Pipeline.create(options);
    SluicePipeline.open(config, options)
        .build(pipeline.apply(Create.timestamped(records).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
    assertEquals(before.size() + 16, positions(table).size());
    assertEquals(List.of("496"), query("select count(*) from " + files("lake", "types")));
    List<Store.Entry> files = LakeFiles.list(store, "types/");
    int late = files.size() - 2;
    assertTrue(late > 0);
    // They have the numbers behind those of the files that are gone.
    long all = greatest.values().stream().mapToLong(n -> n).sum();
    assertEquals(all + late, greatest(table).values().stream().mapToLong(n -> n).sum());
    Compact.Result joined = compact(table, Duration.ZERO).run(DATE, false);
    assertEquals(1 + late, joined.rewritten());
    assertEquals(List.of("496"), query("select count(*) from " + files("lake", "types")));
  }

  @Test
  void youngFilesStay() throws Exception {
    List<Store.Entry> before = store.list("types/");
    Compact.Result result = compact(table, Duration.ofHours(1)).run(DATE, false);
    assertEquals(LakeFiles.list(store, "types/").size(), result.unsettled());
    assertEquals(0, result.written());
    assertEquals(before, store.list("types/"));
  }

  @Test
  void aDryRunSaysTheSameAndWritesNothing() throws Exception {
    List<Store.Entry> before = store.list("");
    Compact.Result dry = compact(table, Duration.ZERO).run(DATE, true);
    assertEquals(before, store.list(""));
    // Nor does it where it looks how old files are, which a directory's clock says to writers only.
    Compact.Settings settings = new Compact.Settings(64 << 20, Duration.ofHours(1), 9, false);
    Compact looking = new Compact(new ReadOnlyStore(store), table, settings, bytes -> {});
    assertEquals(LakeFiles.list(store, "types/").size(), looking.run(DATE, true).unsettled());
    Compact.Result wet = compact(table, Duration.ZERO).run(DATE, false);
    assertEquals(dry.rewritten(), wet.rewritten());
    assertEquals(dry.written(), wet.written());
    assertEquals(dry.filesAfter(), wet.filesAfter());
  }

  @Test
  void filesOfAnotherContractStayApart() throws Exception {
    Files.writeString(
        directory.resolve("types.yaml"), CONTRACT.replace("version: one", "version: two"));
    config = SluiceConfig.from(options);
    List<TimestampedValue<SourceRecord>> records = new ArrayList<>();
    for (int i = 1000; i < 1020; i++) {
      records.add(record(0, i));
    }
    Pipeline pipeline = Pipeline.create(options);
    SluicePipeline.open(config, options)
        .build(pipeline.apply(Create.timestamped(records).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
    compact(table, Duration.ZERO).run(DATE, false);
    assertEquals(
        List.of("one", "one", "two"),
        LakeFiles.read(store, "types/").stream()
            .map(file -> file.footer().contractVersion())
            .sorted()
            .toList());
  }

  @Test
  void aDamagedFileIsNamedAndNothingIsChanged() throws Exception {
    Path file = directory.resolve("lake").resolve(store.list("types/").get(1).key());
    for (Store.Entry entry : store.list("types/")) {
      if (entry.key().endsWith("00003.parquet")) {
        file = directory.resolve("lake").resolve(entry.key());
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[10] ^= 1;
    Files.write(file, bytes);
    List<Store.Entry> before = store.list("types/");
    UserException e =
        assertThrows(UserException.class, () -> compact(table, Duration.ZERO).run(DATE, false));
    assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
    assertEquals(before, store.list("types/"));
  }

  @Test
  void datesThatAreNotClosedAreRefused() throws Exception {
    Compact compact = compact(table, Duration.ZERO);
    assertTrue(refusal(compact, LocalDate.now(table.zone())).contains("has not ended"));
    assertTrue(refusal(compact, DATE.minusDays(7)).contains("has no files"));
    try (Stream<Path> all = Files.walk(directory.resolve("lake/types"))) {
      for (Path path : all.filter(p -> p.toString().contains("_manifest")).toList()) {
        Files.delete(path);
      }
    }
    assertTrue(refusal(compact, DATE).contains("is not complete"));
  }

  /** Where late events never cease, no manifest ever names all of a date's files. */
  @Test
  void aDateThatIsCompleteIsCompactedThoughALateFileIsNotNamedYet() throws Exception {
    Publication publication = new Publication(store, table, DATE);
    String late = null;
    try (Stream<Path> all = Files.walk(directory.resolve("lake/types"))) {
      for (Path path :
          all.filter(p -> p.toString().contains("event_date=" + DATE)).sorted().toList()) {
        if (path.toString().matches(".*/(_manifest.*|_SUCCESS)")) {
          Files.delete(path);
        } else if (path.toString().endsWith(".parquet")) {
          late = path.toString();
        }
      }
    }
    Path file = Path.of(String.valueOf(late));
    Path away = directory.resolve("away.parquet");
    Files.move(file, away);
    assertEquals(Publication.Outcome.PUBLISHED, publication.complete(Map.of()).outcome());
    Files.move(away, file);
    assertFalse(publication.isCurrent());
    Compact.Result result = compact(table, Duration.ZERO).run(DATE, false);
    assertTrue(result.rewritten() > 0, result.toString());
    assertTrue(publication.isCurrent());
  }

  @Test
  void aDateThatGrowsIsNotCompactedThoughAManifestNamesAllOfItsFiles() throws Exception {
    try (Stream<Path> all = Files.walk(directory.resolve("lake/types"))) {
      for (Path path :
          all.filter(p -> p.toString().matches(".*/(_manifest.*|_SUCCESS)")).toList()) {
        Files.delete(path);
      }
    }
    Publication publication = new Publication(store, table, DATE);
    assertEquals(1, publication.grow(0, Optional.empty()).version());
    List<Store.Entry> before = store.list("types/");
    Compact compact = compact(table, Duration.ZERO);
    assertTrue(refusal(compact, DATE).contains("is not complete"));
    assertTrue(
        String.valueOf(compact.runIfPossible(DATE, true).skipped()).contains("not complete"));
    assertEquals(before, store.list("types/"));
    assertEquals(Publication.Outcome.PUBLISHED, publication.complete(Map.of()).outcome());
    assertTrue(compact.run(DATE, false).rewritten() > 0);
    assertTrue(publication.isCurrent());
  }

  /** Whatever ends every date is not a date's: it is said once, and at once. */
  @Test
  void aStoreThatRefusesIsNoDateThatIsLeftOut() throws Exception {
    Store refusing =
        new PassingStore(store) {
          @Override
          public List<Store.Entry> list(String prefix) {
            throw new UserException("403 AccessDenied");
          }
        };
    Compact compact =
        new Compact(
            refusing, table, new Compact.Settings(64 << 20, Duration.ZERO, 1, false), bytes -> {});
    UserException e = assertThrows(UserException.class, () -> compact.runIfPossible(DATE, false));
    assertEquals("403 AccessDenied", e.getMessage());
    assertTrue(
        compact(table, Duration.ZERO).runIfPossible(DATE.minusDays(7), false).skipped() != null);
  }

  private static String refusal(Compact compact, LocalDate date) {
    return assertThrows(UserException.class, () -> compact.run(date, false)).getMessage();
  }

  /**
   * Killed at each of its calls to the store: then the rows are the same for whoever goes by the
   * manifest and for the audit, and the next run puts right what is left, so that they are for
   * whoever lists the folder, too.
   */
  @Test
  void killedAtAnyCallNoRowIsLostOrDuplicated() throws Exception {
    Positions before = positions(table);
    long rows = before.size();
    boolean finished = false;
    int switched = 0;
    for (int call = 1; !finished; call++) {
      restore();
      DyingStore dying = new DyingStore(store, call);
      try {
        new Compact(
                dying, table, new Compact.Settings(64 << 20, Duration.ZERO, 1, false), bytes -> {})
            .run(DATE, false);
        finished = true;
      } catch (DyingStore.Dead | IOException | IllegalStateException e) {
        assertTrue(dying.isDead(), String.valueOf(e));
      }
      LiveFiles live = LiveFiles.read(store, table);
      assertEquals(rows, live.files().stream().mapToLong(f -> f.footer().rows()).sum());
      assertEquals(before, positions(table));
      if (!DateFiles.read(store, table, DATE).replaced().isEmpty()) {
        switched++;
      }
      // The next one: with settle zero nothing is too young to go.
      compact(table, Duration.ZERO).run(DATE, false);
      assertEquals(List.of(), LiveFiles.read(store, table).leftovers());
      assertSameRows("types", rows);
      assertTrue(call < 300);
    }
    assertTrue(switched > 0, "never killed between the switch and the deletion");
    assertFalse(LakeFiles.read(store, "types/").isEmpty());
  }

  @BeforeEach
  void restore() throws IOException {
    Files.writeString(directory.resolve("types.yaml"), CONTRACT);
    config = SluiceConfig.from(options);
    delete(directory.resolve("lake"));
    copy(directory.resolve("before"), directory.resolve("lake"));
  }
}
