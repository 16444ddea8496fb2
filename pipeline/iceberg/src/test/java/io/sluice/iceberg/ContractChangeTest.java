package io.sluice.iceberg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.lake.LakeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that the pipeline writes by contracts that change, as Iceberg's own reader finds them. */
@Tag("slow")
class ContractChangeTest {
  private static final String BEGIN =
      """
      table: orders
      topic: orders
      event_time: at
      version: "%d"
      columns:
        - {name: at, type: "timestamp(micros)", required: true}
      """;
  private static final String FIRST =
      BEGIN.formatted(1)
          + """
              - {name: shop, type: string, required: true}
              - {name: total, type: int64}
            """;

  /** One column more, one that may be absent now, and one that is called otherwise. */
  private static final String SECOND =
      BEGIN.formatted(2)
          + """
              - {name: shop, type: string}
              - {name: sum, type: int64}
              - {name: note, type: {struct: [{name: text, type: string, required: true}]}, required: true}
            """;

  @TempDir Path directory;
  private JsonLake lake;

  @BeforeEach
  void begin() {
    lake = new JsonLake(directory);
  }

  private Catalog catalog() {
    return JdbcCatalogTest.jdbc(directory.resolve("warehouse"), directory.getFileName().toString());
  }

  private static Set<String> columns(Table table) {
    return table.schema().columns().stream()
        .map(NestedField::name)
        .filter(name -> !name.startsWith("_"))
        .collect(Collectors.toSet());
  }

  private static Record only(List<Record> records) {
    assertEquals(1, records.size(), records.toString());
    return records.get(0);
  }

  @Test
  void jobsOfTwoVersionsFollowAtOnceAndEachSnapshotIsReadByItsSchema() throws Exception {
    JsonLake.Job older = lake.job(FIRST);
    older.write("{\"at\":\"2026-02-01T00:00:00Z\",\"shop\":\"a\",\"total\":1}");
    LakeTable olders = older.rows();
    Table first = older.follow(olders, catalog());
    long before = first.currentSnapshot().snapshotId();
    assertTrue(first.schema().findField("shop").isRequired());
    assertFalse(columns(first).contains("sum"));

    JsonLake.Job newer = lake.job(SECOND);
    newer.write("{\"at\":\"2026-02-01T00:00:01Z\",\"sum\":2,\"note\":{\"text\":\"x\"}}");
    // The older job is asked first, which knows nothing of the new columns. Its table does not
    // require what the file need not have.
    Table second = older.follow(olders, catalog());
    assertTrue(second.schema().findField("shop").isOptional());
    assertFalse(columns(second).contains("sum"));
    assertEquals(2, JsonLake.read(second, Expressions.alwaysTrue()).size());
    assertNull(only(JsonLake.read(second, Expressions.isNull("shop"))).getField("total"));

    newer.write(
        "{\"at\":\"2026-02-01T00:00:02Z\",\"shop\":\"b\",\"sum\":3,\"note\":{\"text\":\"y\"}}");
    LakeTable newers = newer.rows();
    Table third = newer.follow(newers, catalog());
    assertEquals(Set.of("at", "shop", "total", "sum", "note", "event_date"), columns(third));
    assertTrue(third.schema().findField("note").isOptional(), "the files of before have none");
    assertEquals(newers.table().ids().of("sum"), third.schema().findField("sum").fieldId());
    // What the older job has added before is read by the new columns as well.
    assertEquals(
        Set.of(2L, 3L),
        JsonLake.read(third, Expressions.notNull("sum")).stream()
            .map(record -> record.getField("sum"))
            .collect(Collectors.toSet()));
    assertEquals(
        "b", only(JsonLake.read(third, Expressions.equal("note.text", "y"))).getField("shop"));

    older.write("{\"at\":\"2026-02-01T00:00:03Z\",\"shop\":\"c\",\"total\":4}");
    Table fourth = older.follow(olders, catalog());
    assertTrue(fourth.schema().sameSchema(third.schema()), "an older contract takes nothing away");
    assertEquals(4, JsonLake.read(fourth, Expressions.alwaysTrue()).size());
    assertEquals(
        Set.of(1L, 4L),
        JsonLake.read(fourth, Expressions.notNull("total")).stream()
            .map(record -> record.getField("total"))
            .collect(Collectors.toSet()));

    // A rename is one column less and one more, as docs/contract.md has it.
    Record then = only(JsonLake.read(IcebergGenerics.read(fourth).useSnapshot(before)));
    assertEquals("a", then.getField("shop"));
    assertNull(then.struct().field("sum"), "the schema of then");
    assertTrue(then.struct().field("shop").isRequired());
    assertEquals(
        Set.of("a", "b", "c"),
        JsonLake.read(fourth, Expressions.notNull("shop")).stream()
            .map(record -> record.getField("shop"))
            .collect(Collectors.toSet()));
  }

  @Test
  void deadLettersAreATable() throws Exception {
    JsonLake.Job job = lake.job(FIRST);
    job.write("{\"at\":\"2026-02-01T00:00:00Z\",\"shop\":\"a\"}", "{\"at\":", "{\"shop\":\"b\"}");
    job.follow(job.rows(), catalog());
    Table letters = job.follow(job.letters(), catalog());
    assertEquals("lake.orders_dead_letters", letters.name().replaceFirst("^sluice\\.", ""));
    assertEquals(2, JsonLake.read(letters, Expressions.alwaysTrue()).size());
    Record malformed = only(JsonLake.read(letters, Expressions.equal("reason", "MALFORMED_JSON")));
    assertEquals(1L, malformed.getField("offset"));
    assertEquals(List.of(), malformed.getField("headers"));
    assertEquals(
        2, JsonLake.read(letters, Expressions.equal("dead_letter_date", "2026-02-01")).size());
    assertEquals(
        0, JsonLake.read(letters, Expressions.equal("dead_letter_date", "2026-02-02")).size());
    assertEquals(1, JsonLake.read(letters, Expressions.greaterThan("offset", 1L)).size());
  }

  /** As versions before have written them: readers know the columns by their names. */
  @Test
  void aFileWithoutNumbersIsReadByItsNames() throws Exception {
    JsonLake.Job job = lake.job(FIRST);
    job.write(
        "{\"at\":\"2026-02-01T00:00:00Z\",\"shop\":\"a\",\"total\":1}",
        "{\"at\":\"2026-02-01T00:00:01Z\",\"shop\":\"b\"}");
    int files = 0;
    try (Stream<Path> all = Files.walk(directory.resolve("lake"))) {
      for (Path file : all.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        withoutNumbers(file);
        files++;
      }
    }
    assertTrue(files > 0);
    // What the job has published knows the files by their sizes of before.
    try (Stream<Path> all = Files.walk(directory.resolve("lake"))) {
      for (Path file : all.filter(path -> path.toString().contains("manifest")).toList()) {
        Files.deleteIfExists(file);
      }
    }
    Table table = job.follow(job.rows(), catalog());
    assertEquals(2, JsonLake.read(table, Expressions.alwaysTrue()).size());
    assertEquals("a", only(JsonLake.read(table, Expressions.equal("total", 1L))).getField("shop"));
    assertEquals("b", only(JsonLake.read(table, Expressions.isNull("total"))).getField("shop"));
    job.write("{\"at\":\"2026-02-01T00:00:02Z\",\"shop\":\"c\",\"total\":1}");
    table = job.follow(job.rows(), catalog());
    assertEquals(2, JsonLake.read(table, Expressions.equal("total", 1L)).size());
    assertEquals(1, JsonLake.read(table, Expressions.equal("shop", "a")).size());
  }

  /** The same pages with a footer that has no numbers. */
  private static void withoutNumbers(Path file) throws IOException {
    Path copy = file.resolveSibling("copy");
    LocalInputFile in = new LocalInputFile(file);
    try (SeekableInputStream stream = in.newStream()) {
      ParquetMetadata footer =
          ParquetFileReader.readFooter(
              in, ParquetReadOptions.builder(new PlainParquetConfiguration()).build(), stream);
      MessageType type =
          MessageTypeParser.parseMessageType(
              footer.getFileMetaData().getSchema().toString().replaceAll(" = \\d+", ""));
      ParquetFileWriter writer =
          new ParquetFileWriter(
              new LocalOutputFile(copy), type, ParquetFileWriter.Mode.CREATE, 1 << 20, 0);
      writer.start();
      for (BlockMetaData block : footer.getBlocks()) {
        writer.appendRowGroup(stream, block, false);
      }
      writer.end(footer.getFileMetaData().getKeyValueMetaData());
    }
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
