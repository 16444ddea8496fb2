package io.sluice.erase;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Compact;
import io.sluice.complete.DateFiles;
import io.sluice.complete.Manifest;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.DictionaryPageReadStore;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows go, and their positions stay; DuckDB reads what is left. */
@Tag("slow")
class EraseTest extends EraseFixture {
  private static Positions all(TestLake lake) throws IOException {
    Positions all = new Positions();
    live(lake.lake, lake.contract.lakeTable())
        .forEach(file -> all.addAll(file.footer().positions()));
    return all;
  }

  private static long erasedRecords(TestLake lake) throws IOException {
    return live(lake.lake, lake.contract.lakeTable()).stream()
        .mapToLong(file -> file.footer().erased().total())
        .sum();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theRowsOfKeysGoAndAllPositionsStay(boolean placed) throws Exception {
    TestLake lake = filled(placed);
    Positions before = all(lake);
    Path keys = keys(user(3), "", user(7), "nobody");
    Erase erase = erase(lake.lake, lake.contract.lakeTable(), BeforeDeletion.NOTHING, false);
    Erase.Result result = erase.run(DATE, where(lake, "user_id in " + keys));
    assertEquals(20, result.rows());
    assertEquals(20, result.records());
    assertEquals(2, erase.found().size());
    assertTrue(result.isDone());
    assertNull(result.kept());
    assertEquals(80, count(lake, "true"));
    assertEquals(0, count(lake, "user_id in ('" + user(3) + "','" + user(7) + "')"));
    assertEquals(before, all(lake));
    assertEquals(20, erasedRecords(lake));
    Positions erased = erased(lake.lake, lake.contract.lakeTable());
    assertEquals(
        placed
            ? positions(
                3, 13, 23, 33, 43, 53, 63, 73, 83, 93, 7, 17, 27, 37, 47, 57, 67, 77, 87, 97)
            : new Positions(),
        erased);
    for (LakeFiles.DataFile file : live(lake.lake, lake.contract.lakeTable())) {
      Footer footer = file.footer();
      assertTrue(footer.addsUp(), file.toString());
      assertEquals(placed, footer.erased().isPlaced());
      // Older versions refuse it: they would take the positions for rows that are missing.
      assertEquals("4", footer.toMetadata().get("sluice.format"));
      assertTrue(Seal.check(lake.lake, file.entry()).intact());
      assertFalse(footer.replaces() != null && footer.replaces().copied(), "its rows went");
    }
    // The manifest says the same, and the date stays complete.
    DateFiles date = DateFiles.read(lake.lake, lake.contract.lakeTable(), DATE);
    assertTrue(new Publication(lake.lake, lake.contract.lakeTable(), DATE).isCurrent());
    Manifest manifest = date.manifest().orElseThrow();
    assertEquals(
        20, manifest.files().stream().mapToLong(file -> file.footer().erased().total()).sum());
    assertTrue(manifest.files().stream().allMatch(file -> file.footer().addsUp()));
    assertEquals(80, manifest.rows());
    String json =
        Files.readString(folder(lake).resolve("_manifest-%06d.json".formatted(manifest.version())));
    assertTrue(json.contains("\"format\" : 3"), json);
  }

  @ParameterizedTest
  @CsvSource({
    "user_id = 'user-23757-naïve'",
    "named = name of 13",
    "number = 5000000003",
    "small = -2",
    "uuid = 0F8FAD5B-D9CB-469F-A165-708677280003",
    "money = 3.25",
    "day = 2000-01-04",
    "raw = AAED",
    "who.id = 3000"
  })
  void keysAreOfTheTypeOfTheirColumn(String where) throws Exception {
    TestLake lake = filled(true);
    Erase.Result result = erase(lake, where.replace("\"", ""));
    long rows = where.startsWith("named") ? 1 : 10;
    assertEquals(rows, result.rows());
    assertEquals(100 - rows, count(lake, "true"));
    assertEquals(
        0, erase(lake, where).rows(), "a second time there is nothing left of it to erase");
  }

  /** Neither values, nor what is made of them to find them by: a live file has nothing of a key. */
  @Test
  void noByteOfAKeyIsInALiveFile() throws Exception {
    TestLake lake = filled(true);
    assertEquals(10, erase(lake, "user_id = " + user(3)).rows());
    assertEquals(0, erase(lake, "named = name of 3").rows(), "it went with its row");
    assertEquals(1, erase(lake, "named = name of 14").rows());
    int files = 0;
    for (Path path : lake.files(DATE)) {
      files++;
      for (String gone : List.of(user(3), "name of 3", "name of 14")) {
        assertEquals(-1, indexOf(Files.readAllBytes(path), gone.getBytes(UTF_8)), gone);
      }
      try (ParquetFileReader reader =
          ParquetFileReader.open(
              new LocalInputFile(path),
              ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
        for (BlockMetaData block : reader.getRowGroups()) {
          for (ColumnChunkMetaData column : block.getColumns()) {
            assertNothingOf(reader, block, column);
          }
        }
      }
    }
    assertTrue(files >= 2);
    // The file that was replaced had all of it: what is looked for is found where it is.
    assertEquals(0, count(lake, "named in ('name of 3', 'name of 14')"));
  }

  private static void assertNothingOf(
      ParquetFileReader reader, BlockMetaData block, ColumnChunkMetaData column)
      throws IOException {
    String path = column.getPath().toDotString();
    String statistics = String.valueOf(column.getStatistics());
    assertFalse(statistics.contains(user(3)), statistics);
    BloomFilter bloom = reader.getBloomFilterDataReader(block).readBloomFilter(column);
    if (path.equals("user_id")) {
      assertNotNull(bloom);
      assertFalse(bloom.findHash(bloom.hash(Binary.fromString(user(3)))));
      assertTrue(bloom.findHash(bloom.hash(Binary.fromString(user(4)))));
    }
    DictionaryPageReadStore dictionaries = reader.getDictionaryReader(block);
    DictionaryPage dictionary =
        dictionaries.readDictionaryPage(
            reader.getFileMetaData().getSchema().getColumnDescription(column.getPath().toArray()));
    if (dictionary != null) {
      byte[] bytes = dictionary.getBytes().toByteArray();
      assertEquals(-1, indexOf(bytes, user(3).getBytes(UTF_8)));
      if (path.equals("named")) {
        assertEquals(-1, indexOf(bytes, "name of 14".getBytes(UTF_8)));
      }
    }
  }

  private static int indexOf(byte[] in, byte[] what) {
    return new String(in, ISO_8859_1).indexOf(new String(what, ISO_8859_1));
  }

  @Test
  void onlyFilesThatMayHaveAKeyAreRead() throws Exception {
    TestLake lake = lake(true);
    for (int file = 0; file < 4; file++) {
      List<SourceRecord> records = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        long offset = file * 100L + i;
        // Strings between those of others: statistics do not tell them apart, Bloom filters do.
        String user = (i % 2 == 0 ? "a" : "z") + offset;
        records.add(
            record(
                offset,
                "{\"t\":\""
                    + BEGIN.plusSeconds(offset)
                    + "\",\"user_id\":\""
                    + user
                    + "\",\"number\":"
                    + offset
                    + "}"));
      }
      lake.append(records);
    }
    lake.complete(DATE);
    Erase.Result byBloom = erase(lake, "user_id = a200");
    assertEquals(1, byBloom.rows());
    assertTrue(byBloom.looked() <= 2, byBloom.toString());
    assertTrue(byBloom.files() >= 4);
    assertEquals(1, byBloom.rewritten());
    Erase.Result byStatistics = erase(lake, "number = 101");
    assertEquals(1, byStatistics.rows());
    assertTrue(byStatistics.looked() <= 2, byStatistics.toString());
    assertEquals(0, erase(lake, "number = 100000").looked());
  }

  @Test
  void aDryRunCountsAndWritesNothing() throws Exception {
    TestLake lake = filled(true);
    List<Store.Entry> before = lake.lake.list("");
    Erase.Result result =
        erase(lake.lake, lake.contract.lakeTable(), BeforeDeletion.NOTHING, true)
            .run(DATE, where(lake, "user_id = " + user(3)));
    assertEquals(10, result.rows());
    assertTrue(result.rewritten() > 0);
    assertEquals(before, lake.lake.list(""));
    assertEquals(100, count(lake, "true"));
  }

  @Test
  void filesThatAreTooYoungStayAndAreSaid() throws Exception {
    TestLake lake = filled(true);
    Erase erase =
        new Erase(
            lake.lake,
            lake.contract.lakeTable(),
            new Erase.Settings(Duration.ofMinutes(90), 3, false, false),
            BeforeDeletion.NOTHING,
            files -> {});
    Erase.Result result = erase.run(DATE, where(lake, "user_id = " + user(3)));
    assertEquals(0, result.rows());
    assertEquals(10, result.left());
    assertTrue(result.unsettled() > 0);
    assertFalse(result.isDone());
    assertEquals(100, count(lake, "true"));
  }

  @Test
  void whatWasReplacedStaysForTheGraceAndGoesAfterIt() throws Exception {
    TestLake lake = filled(true);
    Table table = lake.contract.lakeTable();
    BeforeDeletion grace = BeforeDeletion.NOTHING.with(Duration.ofHours(1));
    Erase.Result result =
        erase(lake.lake, table, grace, false).run(DATE, where(lake, "user_id = " + user(3)));
    assertNotNull(result.kept());
    assertFalse(DateFiles.read(lake.lake, table, DATE).replaced().isEmpty());
    assertEquals(90, count(lake, "true"));
    // Within it others are erased from what was written.
    Erase.Result other =
        erase(lake.lake, table, grace, false).run(DATE, where(lake, "user_id = " + user(4)));
    assertEquals(10, other.rows());
    assertTrue(other.isDone(), other.toString());
    assertEquals(80, count(lake, "true"));
    Erase.Result same =
        erase(lake.lake, table, grace, false).run(DATE, where(lake, "user_id = " + user(3)));
    assertTrue(same.isDone());
    assertNotNull(same.kept(), "the old files are there still");
    Erase.Result after = erase(lake, "user_id = " + user(3));
    assertTrue(after.removed() > 0);
    assertNull(after.kept());
    assertTrue(DateFiles.read(lake.lake, table, DATE).replaced().isEmpty());
    assertEquals(80, count(lake, "true"));
  }

  private static Set<String> live(TestLake lake) throws IOException {
    return DateFiles.read(lake.lake, lake.contract.lakeTable(), DATE).live().stream()
        .map(Store.Entry::key)
        .collect(Collectors.toSet());
  }

  private static void compact(TestLake lake, BeforeDeletion grace) throws IOException {
    new Compact(
            lake.lake,
            lake.contract.lakeTable(),
            new Compact.Settings(1 << 20, Duration.ZERO, 2, false),
            bytes -> {},
            grace)
        .run(DATE, false);
  }

  private static void loseManifests(TestLake lake) throws IOException {
    for (Store.Entry entry : lake.lake.list(lake.contract.table() + "/")) {
      if (entry.key().contains("_manifest")) {
        lake.lake.delete(List.of(entry.key()));
      }
    }
  }

  /** The nightly compaction's files are in their grace when somebody is to be erased. */
  @Test
  void whatACompactionHasReplacedKeepsNobodyFromBeingErased() throws Exception {
    TestLake lake = filled(true);
    Table table = lake.contract.lakeTable();
    BeforeDeletion grace = BeforeDeletion.NOTHING.with(Duration.ofHours(1));
    Set<String> appended = live(lake);
    compact(lake, grace);
    Set<String> compacted = live(lake);
    assertTrue(
        erase(lake.lake, table, grace, false)
            .run(DATE, where(lake, "user_id = " + user(3)))
            .isDone());
    Set<String> erased = live(lake);
    assertEquals(90, count(lake, "true"));
    assertEquals(
        appended.size() + compacted.size(),
        DateFiles.read(lake.lake, table, DATE).replaced().size());
    // Whichever is deleted first, and whoever is killed then, nothing of it is taken for rows.
    for (String key : compacted) {
      lake.lake.delete(List.of(key));
      assertEquals(erased, live(lake));
    }
    // Not where nobody knows any more which manifest was the last one, either.
    loseManifests(lake);
    assertEquals(erased, live(lake));
    assertEquals(90, count(lake, "true"));
    for (String key : appended) {
      lake.lake.delete(List.of(key));
      assertEquals(erased, live(lake));
    }
  }

  /** The same, with those deleted first that were appended. */
  @Test
  void anErasureStaysWhereItsManifestIsLost() throws Exception {
    TestLake lake = filled(true);
    Table table = lake.contract.lakeTable();
    BeforeDeletion grace = BeforeDeletion.NOTHING.with(Duration.ofHours(1));
    Set<String> appended = live(lake);
    compact(lake, grace);
    erase(lake.lake, table, grace, false).run(DATE, where(lake, "user_id = " + user(3)));
    Set<String> erased = live(lake);
    lake.lake.delete(List.of(appended.iterator().next()));
    loseManifests(lake);
    assertEquals(erased, live(lake));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCompactionTakesErasedPositionsOver(boolean placed) throws Exception {
    TestLake lake = filled(placed);
    Table table = lake.contract.lakeTable();
    erase(lake, "user_id = " + user(3));
    Positions before = all(lake);
    Positions erased = erased(lake.lake, table);
    int files = lake.files(DATE).size();
    Compact.Result result =
        new Compact(
                lake.lake,
                table,
                new Compact.Settings(64 << 20, Duration.ZERO, 3, false),
                bytes -> {})
            .run(DATE, false);
    assertTrue(result.written() > 0 && lake.files(DATE).size() < files, result.toString());
    assertEquals(before, all(lake));
    assertEquals(erased, erased(lake.lake, table));
    assertEquals(10, erasedRecords(lake));
    assertEquals(90, count(lake, "true"));
    assertTrue(live(lake.lake, table).stream().allMatch(file -> file.footer().addsUp()));
    erase(lake, "user_id = " + user(4));
    assertEquals(20, erasedRecords(lake), "what was erased before is erased still");
  }

  @Test
  void aFileOfWhichNoRowIsLeftKeepsItsPositions() throws Exception {
    TestLake lake = lake(true);
    lake.append(List.of(record(3, json(3)), record(13, json(13)))).complete(DATE);
    erase(lake, "user_id = " + user(3));
    assertEquals(0, count(lake, "true"));
    assertEquals(positions(3, 13), all(lake));
    // A job that reads Kafka again from the beginning writes none of it again.
    lake.append(records(0, 20));
    assertEquals(18, count(lake, "true"));
    assertEquals(0, count(lake, "user_id = '" + user(3) + "'"));
    assertEquals(20, all(lake).size());
  }

  @Test
  void rowsThatComeLaterAreErasedByTheNextRun() throws Exception {
    TestLake lake = filled(true);
    erase(lake, "user_id = " + user(3));
    lake.append(records(100, 120)).complete(DATE);
    assertEquals(2, count(lake, "user_id = '" + user(3) + "'"));
    assertEquals(2, erase(lake, "user_id = " + user(3)).rows());
    assertEquals(0, count(lake, "user_id = '" + user(3) + "'"));
    assertEquals(12, erasedRecords(lake));
  }

  /** A date that grows has no row more or less for it, and is completed as it would be. */
  @Test
  void aDateThatIsNotCompleteIsErasedFromToo() throws Exception {
    TestLake lake = lake(true);
    Table table = lake.contract.lakeTable();
    lake.append(records(0, 40));
    assertEquals(4, erase(lake, "user_id = " + user(3)).rows());
    lake.append(records(20, 60));
    new Publication(lake.lake, table, DATE).complete(Map.of());
    assertEquals(56, count(lake, "true"));
    assertEquals(60, all(lake).size());
    assertTrue(new Publication(lake.lake, table, DATE).isCurrent());
  }

  private static final String EXPLODED =
      """
      table: items
      topic: items
      event_time: t
      version: one
      position_columns: %s
      explode: items
      columns:
        - {name: t, type: "timestamp(micros)", required: true}
        - {name: item, type: string, path: items.item}
      """;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofARecordOfSeveralRowsThoseGoThatHaveAKey(boolean placed) throws Exception {
    Contract contract;
    try {
      contract = ContractParser.parse(EXPLODED.formatted(placed), "items.yaml");
    } catch (RuntimeException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    TestLake lake = new TestLake(directory, contract);
    List<SourceRecord> records = new ArrayList<>();
    for (long offset = 0; offset < 30; offset++) {
      String items =
          switch ((int) (offset % 3)) {
            case 0 -> "[{\"item\":\"x\"},{\"item\":\"y\"}]";
            case 1 -> "[{\"item\":\"x\"},{\"item\":\"x\"}]";
            default -> "[{\"item\":\"y\"}]";
          };
      records.add(
          record(offset, "{\"t\":\"" + BEGIN.plusSeconds(offset) + "\",\"items\":" + items + "}"));
    }
    lake.append(records).complete(DATE);
    Erase.Result result = erase(lake, "item = x");
    assertEquals(30, result.rows());
    assertEquals(20, count(lake, "item = 'y'"));
    assertEquals(20, count(lake, "true"));
    assertEquals(30, all(lake).size());
    for (LakeFiles.DataFile file : live(lake.lake, contract.lakeTable())) {
      assertTrue(file.footer().addsUp(), file.toString());
      assertFalse(
          file.footer().erased().isPlaced(), "a record that went in part would come back whole");
    }
    if (placed) {
      assertEquals(10, erasedRecords(lake));
      assertEquals(
          positions(1, 4, 7, 10, 13, 16, 19, 22, 25, 28), erased(lake.lake, contract.lakeTable()));
    }
  }
}
