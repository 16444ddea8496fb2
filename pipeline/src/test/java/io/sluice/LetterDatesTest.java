package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
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
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever Kafka timestamp a dead letter has, its file is found again: by lists, and by a second
 * run, which would else append the letter for ever.
 */
class LetterDatesTest {
  private static final Map<Long, String> DATES = new TreeMap<>();

  static {
    DATES.put(1_764_336_000_000L, "2025-11-28");
    // Of a producer that takes microseconds, and nanoseconds, for milliseconds.
    DATES.put(1_764_336_000_000_000L, "9999-12-31");
    DATES.put(1_764_336_000_000_000_000L, "9999-12-31");
    DATES.put(Long.MAX_VALUE, "9999-12-31");
    DATES.put(253_402_300_799_999L, "9999-12-31");
    DATES.put(253_402_300_800_000L, "9999-12-31");
    DATES.put(0L, "1970-01-01");
    // None.
    DATES.put(-1L, "1969-12-31");
    DATES.put(-62_135_596_800_000L, "0001-01-01");
    DATES.put(-62_135_596_800_001L, "0001-01-01");
    DATES.put(Long.MIN_VALUE, "0001-01-01");
  }

  @TempDir Path directory;

  private List<SourceRecord> records() {
    List<SourceRecord> records = new ArrayList<>();
    for (long time : DATES.keySet()) {
      records.add(
          new SourceRecord(
              "cluster/topic/id", 0, records.size(), time, null, "{".getBytes(UTF_8), List.of()));
    }
    return records;
  }

  private Store run() throws IOException {
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--fileInterval=0s")
            .as(SluiceOptions.class);
    SluiceConfig config = SluiceConfig.from(options);
    Pipeline pipeline = Pipeline.create(options);
    SluicePipeline.open(config, options)
        .build(pipeline.apply(Create.of(records()).withCoder(SourceRecordCoder.of())));
    pipeline.run().waitUntilFinish();
    return config.deadLetters().open(options);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("dead"))) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .map(file -> directory.resolve("dead").relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void everyLetterIsFoundAgain() throws Exception {
    Store store = run();
    List<String> files = files();
    assertTrue(files.stream().allMatch(file -> PartFile.parse(file).isPresent()), files.toString());
    DeadLetterFiles letters = new DeadLetterFiles(store, ContractParser.userActions());
    Map<Long, String> dates = new TreeMap<>();
    for (LocalDate date : letters.dates()) {
      letters.read(
          date,
          Set.of(),
          DeadLetterFiles.Columns.ALL,
          letter -> dates.put(letter.record().offset(), date.toString()));
    }
    assertEquals(List.copyOf(DATES.values()), List.copyOf(dates.values()));
    run();
    assertEquals(files, files(), "a second run appends nothing");
    assertReadable();
  }

  /** By an engine that holds microseconds. */
  private void assertReadable() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*), max(record_time) > timestamp '57000-01-01' from read_parquet('"
                    + directory
                    + "/dead/*/*/*.parquet', hive_partitioning=true)")) {
      assertTrue(row.next());
      assertEquals(DATES.size(), row.getInt(1));
      assertTrue(row.getBoolean(2));
    }
  }

  /** What goes to a topic has the timestamp that Kafka had, beyond what a column holds. */
  @Test
  void aLetterKeepsItsTimestampUpToTheTopic() {
    SourceRecord record = records().get(DATES.size() - 1);
    assertEquals(Long.MAX_VALUE, record.recordTime());
    DeadLetter letter =
        new DeadLetter(
            record, io.sluice.deadletter.Reason.EMPTY, "", "", "1", Instant.ofEpochMilli(5));
    assertEquals(
        String.valueOf(Long.MAX_VALUE),
        io.sluice.deadletter.LetterHeaders.of(letter).stream()
            .filter(header -> header.key().equals("sluice-record-time"))
            .map(header -> new String(header.value(), UTF_8))
            .findFirst()
            .orElse(""));
  }

  /** Beyond what microseconds in 64 bits can say, too. */
  @Test
  void everyTimeHasADateOfTheCalendar() {
    Table table = DeadLetters.table(ContractParser.userActions());
    assertEquals(LocalDate.of(9999, 12, 31), table.dateOf(Long.MAX_VALUE));
    assertEquals(LocalDate.of(9999, 12, 31), table.dateOf(Instant.MAX));
    assertEquals(LocalDate.of(1, 1, 1), table.dateOf(Long.MIN_VALUE));
    assertEquals(LocalDate.of(1, 1, 1), table.dateOf(Instant.MIN));
  }
}
