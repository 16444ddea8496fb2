package io.sluice.iceberg;

import static io.sluice.iceberg.TestLake.DATE;
import static io.sluice.iceberg.TestLake.NAME;
import static io.sluice.iceberg.TestLake.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.DuckDb;
import io.sluice.UserException;
import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Rewrite;
import io.sluice.contract.ColumnType.Timestamp;
import io.sluice.contract.ContractParser;
import io.sluice.contract.FieldIds;
import io.sluice.contract.Table;
import io.sluice.lake.LakeTable;
import io.sluice.lake.PartFile;
import io.sluice.lake.TestStores;
import io.sluice.write.TestPanes;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchIcebergTableException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real lake as Iceberg's own reader finds it, beside DuckDB on the same files. */
class IcebergLakeTest {
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

  private Catalog catalog() {
    return JdbcCatalogTest.jdbc(directory.resolve("warehouse"), directory.getFileName().toString());
  }

  private String duckDb(String where) throws Exception {
    String files =
        CatalogContract.files(catalog().loadTable(NAME)).stream()
            .map(file -> "'" + file.location() + "'")
            .toList()
            .toString();
    return DuckDb.query("select count(*) from read_parquet(" + files + ") where " + where).get(0);
  }

  @Test
  void readersFindTheLiveRowsBeforeAndAfterACompactionAndBetween() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.append(DATE, 0, 4, 5);
    lake.append(DATE.plusDays(1), 0, 6);
    lake.follow(catalog(), List.of(DATE, DATE.plusDays(1)));
    assertEquals(6, rows(catalog()));
    assertEquals("6", duckDb("true"));
    Instant third = Instant.parse("2026-01-02T00:00:00Z").plusSeconds(3);
    String from = third.atOffset(ZoneOffset.UTC).toString();
    assertEquals(4, rows(catalog(), Expressions.greaterThanOrEqual("event_datetime", from)));
    assertEquals("4", duckDb("event_datetime >= '" + third + "'::timestamptz"));
    assertEquals(0, rows(catalog(), Expressions.isNull("event_name")));
    assertEquals(5, rows(catalog(), Expressions.equal("event_date", (int) DATE.toEpochDay())));

    lake.compact(DATE);
    lake.append(DATE, 0, 7);
    lake.follow(catalog(), DATE);
    assertEquals(7, rows(catalog()));
    assertEquals("7", duckDb("true"));
    var table = catalog().loadTable(NAME);
    // The rewrite changes no row, and the new file is an append; both came at once.
    assertEquals("append", table.currentSnapshot().operation());
    assertEquals("replace", table.snapshot(table.currentSnapshot().parentId()).operation());
    assertEquals(3, CatalogContract.files(table).size());
    assertTrue(lake.follow(catalog(), DATE).isNothing());
  }

  /** As many rows, and other values: readers of changes are not to pass it over. */
  @Test
  void whatDerivesRowsAgainIsNoReplace() throws Exception {
    lake.append(DATE, 0, 1, 2);
    lake.follow(catalog(), DATE);
    try (Rewrite rewrite =
        new Rewrite(
            lake.store, TestLake.TABLE, DATE, Duration.ZERO, false, BeforeDeletion.NOTHING)) {
      Rewrite.Log log =
          rewrite.replacing(List.of(new PartFile(TestLake.TABLE.name(), "event_date", DATE, 0, 0)));
      log.add(out -> TestPanes.write(out, log.replaces(), 1, 2));
      assertTrue(rewrite.commit());
    }
    lake.follow(catalog(), DATE);
    assertEquals(2, rows(catalog()));
    assertEquals("overwrite", catalog().loadTable(NAME).currentSnapshot().operation());
    lake.append(DATE, 0, 3);
    lake.follow(catalog(), DATE);
    lake.compact(DATE);
    lake.follow(catalog(), DATE);
    assertEquals("replace", catalog().loadTable(NAME).currentSnapshot().operation());
    assertEquals(3, rows(catalog()));
  }

  /** What is asked for is what a file's footer says. */
  @Test
  void filesCarryTheBoundsOfTheirColumns() throws Exception {
    lake.append(DATE, 0, 1, 2, 3);
    lake.follow(catalog(), DATE);
    try (var tasks = catalog().loadTable(NAME).newScan().includeColumnStats().planFiles()) {
      var file = tasks.iterator().next().file();
      int time = TestLake.TABLE.ids().of("event_datetime");
      assertEquals(3, file.recordCount());
      assertEquals(
          Instant.parse("2026-01-02T00:00:01Z").getEpochSecond() * 1_000_000,
          file.lowerBounds().get(time).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
      assertEquals(3L, file.valueCounts().get(time));
      assertEquals(0L, file.nullValueCounts().get(time));
    }
  }

  @Test
  void aTableOfAnotherIsLeftAlone() throws Exception {
    Catalog catalog = catalog();
    ((SupportsNamespaces) catalog).createNamespace(NAME.namespace());
    catalog.createTable(
        NAME, new Schema(Types.NestedField.optional(1, "x", Types.StringType.get())));
    lake.append(DATE, 0, 1);
    UserException e = assertThrows(UserException.class, () -> lake.follow(catalog, DATE));
    assertTrue(
        e.getMessage().startsWith("table lake.user_actions is in the catalog, and no lake's: "),
        e.getMessage());
  }

  /** Of Hive, say, by the same name: to the library that is a table that is not there. */
  @Test
  void aTableOfAnotherKindIsSaidToBeOne() throws Exception {
    InMemoryCatalog catalog =
        new InMemoryCatalog() {
          @Override
          public org.apache.iceberg.Table loadTable(TableIdentifier identifier) {
            throw new NoSuchIcebergTableException("Not an iceberg table: %s", identifier);
          }
        };
    catalog.initialize("glue", Map.of());
    lake.append(DATE, 0, 1);
    UserException e = assertThrows(UserException.class, () -> lake.follow(catalog, DATE));
    assertTrue(
        e.getMessage()
            .startsWith("table lake.user_actions is in the catalog, and is no Iceberg table: "),
        e.getMessage());
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
    FieldIds first = table("1", "a", "b").in(Timestamp.Unit.MICROS, FieldIds.NONE).ids();
    Schema before = new LakeSchema(table("1", "a", "b").in(Timestamp.Unit.MICROS, first)).schema();
    Table newer = table("2", "c", "b").in(Timestamp.Unit.MICROS, first);
    Schema after = SchemaMerge.merge("t", before, new LakeSchema(newer).schema(), false, Set.of());
    assertEquals(
        Set.of("at", "a", "b", "c"),
        Set.copyOf(
            after.columns().stream()
                .map(Types.NestedField::name)
                .filter(name -> !name.startsWith("_") && !name.equals("event_date"))
                .toList()));
    assertEquals(newer.ids().of("c"), after.findField("c").fieldId());
    // Whoever has the older contract leaves it as it is.
    assertTrue(SchemaMerge.merge("t", after, before, false, Set.of()).sameSchema(after));
    int at = first.of("at");
    assertTrue(after.findField("at").isRequired());
    assertTrue(
        SchemaMerge.merge("t", after, before, false, Set.of(at)).findField("at").isOptional());
    Schema other = new Schema(Types.NestedField.optional(first.of("a"), "a", Types.LongType.get()));
    IOException e =
        assertThrows(
            IOException.class, () -> SchemaMerge.merge("table t", other, before, false, Set.of()));
    assertTrue(
        e.getMessage().startsWith("table t: its column a is long, and string"), e.getMessage());
  }

  @Test
  void timesInMillisecondsAreRefused() throws Exception {
    Path file = directory.resolve("iceberg.properties");
    Files.writeString(
        file,
        "type=jdbc\nuri=jdbc:h2:mem:m\nwarehouse="
            + directory.resolve("h")
            + "\nsluice.namespace=lake\n");
    IcebergOptions options =
        PipelineOptionsFactory.fromArgs("--icebergConfig=" + file).as(IcebergOptions.class);
    LakeTable opened =
        LakeTable.open(
            lake.store,
            TestStores.of(directory.resolve("lake")),
            TestLake.TABLE,
            LakeTable.Access.READ);
    LakeTable old =
        new LakeTable(
            TestLake.TABLE.in(Timestamp.Unit.MILLIS, FieldIds.NONE),
            opened.stores(),
            opened.descriptor());
    UserException e = assertThrows(UserException.class, () -> new IcebergKind().open(old, options));
    assertTrue(e.getMessage().startsWith("table user_actions has times in milliseconds"));
    // A file that has them where the table has not, as of a rebuild by an older version.
    IOException refused =
        assertThrows(
            IOException.class,
            () ->
                new FooterCheck("s3://lake/f")
                    .requireNoMillis(
                        MessageTypeParser.parseMessageType(
                            "message t { optional group s { required int64 at (TIMESTAMP(MILLIS,true)); } }")));
    assertTrue(refused.getMessage().startsWith("s3://lake/f: its column at has times in"));
  }
}
