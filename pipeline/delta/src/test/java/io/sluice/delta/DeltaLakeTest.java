package io.sluice.delta;

import static io.sluice.delta.TestLake.DATE;
import static io.sluice.delta.TestLake.TABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.sluice.DuckDb;
import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractParser;
import io.sluice.contract.FieldIds;
import io.sluice.contract.Table;
import io.sluice.delta.DeltaType.Field;
import io.sluice.delta.DeltaType.Primitive;
import io.sluice.delta.DeltaType.Struct;
import io.sluice.follow.Footers;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.TestStores;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real lake as Delta's kernel finds it, beside DuckDB on the same files. */
class DeltaLakeTest {
  @TempDir Path directory;

  private TestLake lake;

  @BeforeEach
  void begin() throws IOException {
    lake = new TestLake(directory.resolve("lake"));
  }

  @AfterEach
  void end() {
    lake.close();
  }

  private static Optional<Predicate> where(String column, String comparison, Literal value) {
    return Optional.of(new Predicate(comparison, new Column(column), value));
  }

  static Literal time(String text) {
    return Literal.ofTimestamp(Instant.parse(text).toEpochMilli() * 1000);
  }

  private String duckDb(String where) throws Exception {
    String folder = directory.resolve("lake/user_actions") + "/";
    String files =
        lake.table().files().stream().map(file -> "'" + folder + file + "'").toList().toString();
    return DuckDb.query("select count(*) from read_parquet(" + files + ") where " + where).get(0);
  }

  /** The actions of a commit of a name. */
  private List<JsonNode> actions(long version, String name) throws IOException {
    List<JsonNode> actions = new ArrayList<>();
    byte[] commit =
        lake.store
            .read(TABLE.name() + "/_delta_log/" + String.format("%020d.json", version))
            .orElseThrow();
    for (String line : new String(commit, UTF_8).lines().toList()) {
      JsonNode action = DeltaType.JSON.readTree(line).path(name);
      if (action.isObject()) {
        actions.add(action);
      }
    }
    return actions;
  }

  @Test
  void readersFindTheLiveRowsBeforeAndAfterACompaction() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 0, 4, 5);
    lake.append(DATE.plusDays(1), 0, 6);
    lake.follow(List.of(DATE, DATE.plusDays(1)));
    assertEquals(0, lake.table().version(), "two dates are one commit");
    assertEquals(6, lake.table().rows().size());
    assertEquals("6", duckDb("true"));
    Optional<Predicate> late = where("event_datetime", ">=", time("2026-01-02T00:00:03Z"));
    assertEquals(4, lake.table().rows(late).size());
    assertEquals("4", duckDb("event_datetime >= '2026-01-02T00:00:03Z'::timestamptz"));
    int day = (int) DATE.toEpochDay();
    assertEquals(2, lake.table().files(where("event_date", "=", Literal.ofDate(day))).size());
    assertEquals(5, lake.table().rows(where("event_date", "=", Literal.ofDate(day))).size());

    lake.compact(DATE);
    lake.append(DATE, 0, 7);
    lake.follow(DATE);
    assertEquals(7, lake.table().rows().size());
    assertEquals("7", duckDb("true"));
    assertEquals(1, lake.table().version());
    // The rewrite changes no row, and the new file does; both came at once.
    assertEquals(2, actions(1, "remove").size());
    assertTrue(actions(1, "remove").stream().noneMatch(one -> one.path("dataChange").asBoolean()));
    assertEquals(
        List.of(false, true),
        actions(1, "add").stream()
            .map(one -> one.path("dataChange").asBoolean())
            .sorted()
            .toList());
    assertTrue(lake.follow(DATE).isNothing());
    assertEquals(1, lake.table().version());
  }

  @Test
  void aReaderThatWasOpenedBeforeACompactionReadsToItsEndWithinTheGrace() throws Exception {
    assertTrue(new DeltaKind().hasSnapshots(), "so that there is a grace by default");
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 0, 4, 5);
    lake.follow(DATE);
    KernelTable.Opened before = lake.table().open();
    KernelTable.Opened late = lake.table().open();
    assertEquals(2, lake.compact(DATE, Duration.ofDays(1)).rewritten());
    assertEquals(1, lake.table().files().size());
    assertEquals(5, before.rows().size());
    assertEquals(5, lake.table().rows().size());
    assertEquals(2, lake.compact(DATE, Duration.ZERO).removed());
    assertThrows(Exception.class, late::rows);
    assertEquals(5, lake.table().rows().size());
  }

  @Test
  void aCommitSaysWhichManifestsItIsEqualTo() throws Exception {
    lake.append(DATE, 0, 1);
    lake.append(DATE, 0, 2);
    lake.follow(DATE);
    JsonNode info = actions(0, "commitInfo").get(0);
    assertEquals(DATE + "=2", info.path("operationParameters").path("manifests").asText());
    assertEquals("WRITE", info.path("operation").asText());
    assertTrue(info.path("engineInfo").asText().startsWith("Sluice/"));
    lake.compact(DATE);
    lake.follow(DATE);
    assertEquals("OPTIMIZE", actions(1, "commitInfo").get(0).path("operation").asText());
  }

  @Test
  void theTableNeedsTheLeastOfReaders() throws Exception {
    lake.append(DATE, 0, 1);
    lake.follow(DATE);
    JsonNode protocol = actions(0, "protocol").get(0);
    assertEquals(1, protocol.path("minReaderVersion").asInt());
    assertEquals(2, protocol.path("minWriterVersion").asInt());
    assertEquals(2, protocol.size());
    JsonNode metadata = actions(0, "metaData").get(0);
    assertEquals("event_date", metadata.path("partitionColumns").path(0).asText());
    assertEquals("user_actions", metadata.path("name").asText());
    assertEquals(
        "event_date=2026-01-02/part-00000-00000000.parquet",
        actions(0, "add").get(0).path("path").asText());
  }

  /** What is asked for is what a file's footer says. */
  @Test
  void filesCarryTheBoundsOfTheirColumns() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 1, 100, 101);
    lake.follow(DATE);
    JsonNode stats = DeltaType.JSON.readTree(actions(0, "add").get(0).path("stats").asText());
    assertEquals(3, stats.path("numRecords").asInt());
    assertEquals(
        "2026-01-02T00:00:01.000Z", stats.path("minValues").path("event_datetime").asText());
    assertEquals(
        "2026-01-02T00:00:03.000Z", stats.path("maxValues").path("event_datetime").asText());
    assertEquals(0, stats.path("nullCount").path("event_datetime").asInt(-1));
    assertEquals(
        List.of("event_date=2026-01-02/part-00001-00000000.parquet"),
        lake.table().files(where("event_datetime", ">=", time("2026-01-02T00:00:04Z"))));
  }

  /** What stands in the table's folder is no file of the lake's, and nobody warns of it. */
  @Test
  void theLogIsInvisibleToTheLake() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.append(DATE, 0, 3);
    List<String> files = keys(LakeFiles.list(lake.store, TABLE));
    for (int i = 0; i < 12; i++) {
      lake.append(DATE.plusDays(1), 0, 10 + i);
      lake.follow(DATE.plusDays(1));
    }
    lake.follow(DATE);
    assertTrue(lake.log().contains("_last_checkpoint"), lake.log().toString());
    assertEquals(List.of(DATE, DATE.plusDays(1)), LakeFiles.dates(lake.store, TABLE));
    List<String> now = keys(LakeFiles.list(lake.store, TABLE));
    assertTrue(now.containsAll(files));
    assertTrue(now.stream().noneMatch(key -> key.contains("_delta_log")), now.toString());
    assertEquals(14, now.size());
    List<LakeFiles.DataFile> read = new ArrayList<>();
    LakeFiles.forEach(lake.store, TABLE, read::add);
    assertEquals(14, read.size());
    assertEquals(2, DateFiles.read(lake.store, TABLE, DATE).live().size());
    lake.compact(DATE);
    assertEquals(1, DateFiles.read(lake.store, TABLE, DATE).live().size());
    assertEquals(Set.of(), lake.follow(DATE.plusDays(1)).removed());
    assertEquals(2, lake.follow(DATE).removed().size());
    assertEquals(15, lake.table().rows().size());
  }

  private static List<String> keys(List<Store.Entry> entries) {
    return entries.stream().map(Store.Entry::key).toList();
  }

  @Test
  void checkpointsKeepReadersAndTheFollowerFast() throws Exception {
    List<LocalDate> dates = IntStream.range(0, 30).mapToObj(DATE::plusDays).toList();
    for (int i = 0; i < dates.size(); i++) {
      lake.append(dates.get(i), 0, i);
      lake.follow(dates.get(i));
    }
    assertEquals(
        List.of(
            "00000000000000000009.checkpoint.parquet",
            "00000000000000000019.checkpoint.parquet",
            "00000000000000000029.checkpoint.parquet"),
        lake.log().stream().filter(name -> name.endsWith(".parquet")).toList());
    assertEquals(30, lake.table().rows().size());
    // As the clean-up of a log leaves it.
    lake.store.delete(
        IntStream.range(0, 25)
            .mapToObj(n -> TABLE.name() + "/_delta_log/" + String.format("%020d.json", n))
            .toList());
    lake.append(DATE, 0, 100);
    assertEquals(1, lake.follow(DATE).added().size());
    assertEquals(30, lake.table().version());
    assertEquals(31, lake.table().rows().size());
    assertEquals(
        1,
        lake.table().files(where("event_datetime", ">", time("2026-01-02T00:01:30Z"))).size(),
        "statistics are in the checkpoint");
    assertTrue(
        lake.follow(dates).values().stream()
            .allMatch(one -> one.failed() == null && one.done().isNothing()));
  }

  @Test
  void filesInMillisecondsAreReadAndFilteredAsTheyAre() throws Exception {
    Table old = TABLE.in(Timestamp.Unit.MILLIS, FieldIds.NONE);
    Store store = TestLake.open(directory.resolve("old"));
    new AppendLog(store, old, DATE, 0, false).append(TestPanes.rows(1, 2, 3));
    new AppendLog(store, old, DATE, 0, false).append(TestPanes.rows(400, 500));
    new Publication(store, old, DATE).complete(Map.of());
    try (DeltaFollower follower =
        new DeltaFollower(
            TestLake.open(directory.resolve("old")), new TableSchema(old), Footers.in(store))) {
      new Reconcile(Published.in(store, old), follower, "delta").date(DATE);
    }
    KernelTable table = new KernelTable(TestLake.open(directory.resolve("old")), old.name());
    assertEquals(5, table.rows().size());
    for (Map.Entry<String, Integer> rows :
        Map.of(
                "2026-01-02T00:00:02Z", 4,
                "2026-01-02T00:00:03Z", 3,
                "2026-01-02T00:00:04Z", 2,
                "2026-01-02T00:08:20Z", 1,
                "2026-01-02T00:08:21Z", 0)
            .entrySet()) {
      assertEquals(
          rows.getValue(),
          table.rows(where("event_datetime", ">=", time(rows.getKey()))).size(),
          rows.getKey());
    }
    assertEquals(
        1, table.files(where("event_datetime", ">=", time("2026-01-02T00:00:04Z"))).size());
    // The very microseconds, and no thousandth of them.
    assertEquals(
        Instant.parse("2026-01-02T00:00:01Z").toEpochMilli() * 1000,
        table.rows().stream()
            .map(row -> (Long) row.get("event_datetime"))
            .min(Long::compare)
            .orElseThrow());
  }

  private static Table table(String version, String... more) {
    StringBuilder columns = new StringBuilder();
    for (String name : more) {
      columns.append("\n  - {name: ").append(name).append(", type: string}");
    }
    return ContractParser.parse(
            "table: user_actions\ntopic: t\nevent_time: at\nversion: "
                + version
                + "\ncolumns:\n  - {name: at, type: timestamp, required: true}"
                + columns,
            "contract")
        .lakeTable();
  }

  @Test
  void aSchemaGainsColumnsAndLosesDutiesAndNothingElse() throws Exception {
    Struct before = new TableSchema(table("1", "a", "b")).schema();
    Struct newer = new TableSchema(table("2", "c", "b")).schema();
    Struct after = SchemaMerge.merge("t", before, newer, false, Set.of(), -1).schema();
    assertTrue(after.physical("a").isPresent() && after.physical("c").isPresent());
    // Whoever has the older contract leaves it as it is.
    assertEquals(after, SchemaMerge.merge("t", after, before, false, Set.of(), -1).schema());
    assertFalse(after.physical("at").orElseThrow().nullable());
    assertTrue(
        SchemaMerge.merge("t", after, before, false, Set.of("at"), -1)
            .schema()
            .physical("at")
            .orElseThrow()
            .nullable());
    assertEquals(after, DeltaType.parse(DeltaType.text(after)));
    Struct other = new Struct(List.of(new Field("a", new Primitive("long"), true)));
    IOException e =
        assertThrows(
            IOException.class,
            () -> SchemaMerge.merge("table t", other, before, false, Set.of(), -1));
    assertTrue(
        e.getMessage().startsWith("table t: its column a is long, and string"), e.getMessage());
    Struct namesake = new Struct(List.of(new Field("A", new Primitive("string"), true)));
    IOException same =
        assertThrows(
            IOException.class,
            () -> SchemaMerge.merge("table t", namesake, before, false, Set.of(), -1));
    assertTrue(same.getMessage().startsWith("table t has a column a that is not the lake's"));
  }

  @Test
  void whatDeltaHasNoTypeForIsRefused() throws Exception {
    Table table =
        ContractParser.parse(
                "table: user_actions\ntopic: t\nevent_time: at\ncolumns:\n"
                    + "  - {name: at, type: timestamp, required: true}\n"
                    + "  - {name: ns, type: timestamp(nanos)}\n"
                    + "  - {name: inner, type: {list: {struct: [{name: clock, type: time}]}}}\n",
                "contract")
            .lakeTable();
    LakeTable opened =
        LakeTable.open(
            lake.store, TestStores.of(directory.resolve("lake")), TABLE, LakeTable.Access.READ);
    LakeTable with = new LakeTable(table, opened.stores(), opened.descriptor());
    UserException e =
        assertThrows(
            UserException.class, () -> new DeltaKind().open(with, PipelineOptionsFactory.create()));
    assertTrue(
        e.getMessage().startsWith("table user_actions: Delta has no type for ns, inner: "),
        e.getMessage());
  }
}
