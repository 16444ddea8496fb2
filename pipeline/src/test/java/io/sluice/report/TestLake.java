package io.sluice.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.audit.Audit;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeTable;
import io.sluice.lake.PartFile;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** A lake of user actions in a directory, written by the pipeline's own parts. */
public final class TestLake {
  public static final String SOURCE = "cluster/user-actions/id";
  private static final int SHARDS = 2;

  public final Path directory;
  public final Contract contract;
  public final Store lake;
  public final Store deadLetters;
  private final LakeTable lakeTable;
  private final LakeTable deadTable;
  private final RecordDecoder decoder;

  public TestLake(Path directory) throws IOException {
    this(directory, ContractParser.userActions());
  }

  public TestLake(Path directory, Contract contract) throws IOException {
    this.directory = directory;
    this.contract = contract;
    Stores lakes = stores(directory.resolve("lake"));
    Stores dead = stores(directory.resolve("dead"));
    this.lake = lakes.open(PipelineOptionsFactory.create());
    this.deadLetters = dead.open(PipelineOptionsFactory.create());
    this.lakeTable = LakeTable.begin(lake, lakes, contract.lakeTable(), SHARDS, false);
    this.deadTable = LakeTable.begin(deadLetters, dead, DeadLetters.table(contract), SHARDS, false);
    this.decoder = new RecordDecoder(contract, new DecodeSettings(null, null, SchemaSettings.NONE));
  }

  private static Stores stores(Path root) {
    return TestStores.of(root);
  }

  /** A good event. */
  public static SourceRecord event(int partition, long offset, Instant time) {
    return record(
        partition,
        offset,
        time,
        "{\"timestamp\":\""
            + time
            + "\",\"event_name\":\"view\",\"user_identifiers\":{\"id\":\"u\"}}");
  }

  /** Any record, sent at a time. */
  public static SourceRecord record(int partition, long offset, Instant time, String value) {
    return new SourceRecord(
        SOURCE, partition, offset, time.toEpochMilli(), null, value.getBytes(UTF_8), List.of());
  }

  /** Decodes records and appends them where they belong. */
  public TestLake append(List<SourceRecord> records) throws IOException {
    LogWriter rows = writer(lakeTable, lake);
    LogWriter letters = writer(deadTable, deadLetters);
    for (SourceRecord record : records) {
      Outcome outcome = decoder.decode(record);
      if (outcome instanceof Outcome.Accepted accepted) {
        rows.add(decoder.rows(record, accepted));
      } else if (outcome instanceof Outcome.Skipped skipped) {
        rows.skip(
            record.source(),
            record.partition(),
            record.offset(),
            record.recordTime(),
            skipped.eventTimeMicros());
      } else {
        letters.add(decoder.letter(record, (Outcome.Rejected) outcome));
      }
    }
    rows.flush();
    letters.flush();
    return this;
  }

  private static LogWriter writer(LakeTable table, Store store) {
    return new LogWriter(
        table,
        store,
        new WriteSettings(64 << 20, Duration.ZERO, 3),
        false,
        (date, file, positions) -> {});
  }

  /** Calls a date of the lake complete. */
  public TestLake complete(LocalDate date) throws IOException {
    new Publication(lake, contract.lakeTable(), date).complete(Map.of());
    return this;
  }

  /** The data files of a date, by name. */
  public List<Path> files(LocalDate date) throws IOException {
    Table table = contract.lakeTable();
    Path folder =
        directory.resolve("lake").resolve(PartFile.folder(table.name(), table.dateColumn(), date));
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  /** Copies a data file under the next name of its log, as somebody's restore from a backup may. */
  public TestLake copy(Path file) throws IOException {
    PartFile part =
        PartFile.parse(directory.resolve("lake").relativize(file).toString()).orElseThrow();
    PartFile next =
        new PartFile(
            part.table(), part.dateColumn(), part.date(), part.shard(), part.sequence() + 1000);
    Files.copy(file, directory.resolve("lake").resolve(next.key()));
    return this;
  }

  Report report() throws IOException {
    return report(new ReportReader.Limits(Duration.ofDays(7), 3, true));
  }

  Report report(ReportReader.Limits limits) throws IOException {
    return new ReportReader(
            lake, deadLetters, contract, null, Audit.Expiry.NEVER, limits, Steps.NONE)
        .read(Instant.now(), "1.2.3");
  }

  /** Writes the page. */
  Path page() throws IOException {
    return Files.writeString(directory.resolve("report.html"), Page.of(report()));
  }
}
