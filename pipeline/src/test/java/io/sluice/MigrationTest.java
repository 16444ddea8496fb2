package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.compact.Compact;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetter;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.replay.DeadLetterFiles;
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
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lake that version 0.1 wrote in a demo of 300 events, byte for byte: its tables go on as they
 * were begun, and nothing of them is written anew.
 */
class MigrationTest {
  private static final String SOURCE = "FqWiybZKTIm4fT_gGOyhFw/user-actions/QNG62yC0S1iAdkcixyBzLA";
  private static final LocalDate DATE = LocalDate.of(2026, 11, 28);
  private static final int ROWS = 297;
  private static final int LETTERS = 3;
  private static final long OFFSETS = 75;
  private static final Contract CONTRACT = ContractParser.userActions();

  @TempDir Path directory;

  @BeforeEach
  void copy() throws Exception {
    Path old = Path.of(MigrationTest.class.getResource("lake-0.1").toURI());
    try (Stream<Path> files = Files.walk(old)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = directory.resolve(old.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private Stores stores(String root) {
    return TestStores.of(directory.resolve(root));
  }

  /** A run of this version over these records. */
  private void run(List<SourceRecord> records) throws IOException {
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead-letters"),
                "--maxFuture=none",
                "--fileInterval=0s")
            .as(SluiceOptions.class);
    SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
    Pipeline pipeline = Pipeline.create(options);
    sluice.build(pipeline.apply(Create.of(records).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
  }

  private static SourceRecord record(int partition, long offset, String json) {
    return new SourceRecord(
        SOURCE,
        partition,
        offset,
        Instant.parse("2026-11-28T12:00:00Z").toEpochMilli(),
        null,
        json.getBytes(UTF_8),
        List.of());
  }

  private static SourceRecord event(int partition, long offset) {
    return record(
        partition,
        offset,
        "{\"timestamp\":\"2026-11-28T12:00:00.123456Z\",\"event_name\":\"new\"}");
  }

  private List<Path> files(String root) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(root))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private static MessageType schema(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(file),
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
      return reader.getFileMetaData().getSchema();
    }
  }

  private static TimeUnit unit(MessageType schema, String column) {
    return ((TimestampLogicalTypeAnnotation) schema.getType(column).getLogicalTypeAnnotation())
        .getUnit();
  }

  private String query(String what) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set timezone='UTC'");
      try (ResultSet rows =
          statement.executeQuery(
              "select "
                  + what
                  + " from read_parquet('"
                  + directory
                  + "/lake/user_actions/*/*.parquet', union_by_name=true)")) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  @Test
  void whatIsReadAgainIsNotThereTwiceAndNewRowsAreLikeTheOld() throws Exception {
    Set<Path> before = new TreeSet<>(files("lake"));
    List<SourceRecord> records = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      for (long offset = 0; offset < OFFSETS + 2; offset++) {
        records.add(event(partition, offset));
      }
    }
    run(records);
    // What was a dead letter stays one: only the table that a record goes to looks for it.
    assertEquals(String.valueOf(ROWS + LETTERS + 8), query("count(*)"));
    assertEquals(
        "2026-11-28T12:00:00.123Z", query("max(event_datetime) filter (event_name = 'new')"));
    List<Path> added = new ArrayList<>(files("lake"));
    added.removeAll(before);
    assertFalse(added.isEmpty());
    for (Path file : before) {
      assertEquals(null, schema(file).getType("event_name").getId(), file.toString());
    }
    for (Path file : added) {
      MessageType schema = schema(file);
      assertEquals(TimeUnit.MILLIS, unit(schema, "event_datetime"), file.toString());
      assertEquals(1, schema.getType("event_datetime").getId().intValue(), file.toString());
    }
  }

  @Test
  void lettersOfBothVersionsAreReadAlike() throws Exception {
    run(List.of(record(0, OFFSETS, "{broken")));
    Stores dead = stores("dead-letters");
    List<DeadLetter> letters = new ArrayList<>();
    try (Store store = dead.open(PipelineOptionsFactory.create())) {
      new DeadLetterFiles(store, CONTRACT)
          .read(DATE, Set.of(), DeadLetterFiles.Columns.ALL, letters::add);
    }
    assertEquals(LETTERS + 1, letters.size());
    for (DeadLetter letter : letters) {
      assertEquals(
          DATE,
          LocalDate.ofInstant(Instant.ofEpochMilli(letter.record().recordTime()), CONTRACT.zone()));
      // In another unit it would be far from it.
      assertTrue(
          letter.firstSeen().isAfter(Instant.parse("2026-11-29T00:00:00Z")), letter.toString());
      assertTrue(letter.firstSeen().isBefore(Instant.now().plusSeconds(60)), letter.toString());
    }
  }

  @Test
  void itsDatesAreCompacted() throws Exception {
    run(List.of(event(0, OFFSETS), event(1, OFFSETS)));
    Stores lake = stores("lake");
    try (Store store = lake.open(PipelineOptionsFactory.create())) {
      LakeTable table = LakeTable.open(store, lake, CONTRACT, LakeTable.Access.READ);
      new Publication(store, table.table(), DATE).complete(Map.of());
      new Compact(
              store,
              table.table(),
              new Compact.Settings(1 << 30, Duration.ZERO, 3, false),
              bytes -> {})
          .run(DATE, false);
    }
    assertEquals(String.valueOf(ROWS + 2), query("count(*)"));
    assertEquals("2", query("count(*) filter (event_name = 'new')"));
  }
}
