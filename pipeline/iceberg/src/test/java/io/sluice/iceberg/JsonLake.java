package io.sluice.iceberg;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.follow.Footers;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.SourceRecord;
import io.sluice.source.SourceRecordCoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.joda.time.Instant;

/** A lake that the pipeline writes from JSON, by any contract, and that is followed. */
final class JsonLake {
  private final Path directory;
  private long offset;

  JsonLake(Path directory) {
    this.directory = directory;
  }

  /**
   * A job that goes on with its contract, whatever others do.
   *
   * @param contract its YAML
   */
  Job job(String contract) throws IOException {
    Path file = Files.createTempFile(directory, "contract", ".yaml");
    Files.writeString(file, contract);
    PipelineOptionsFactory.register(SluiceOptions.class);
    SluiceOptions options =
        PipelineOptionsFactory.fromArgs(
                "--bootstrapServers=none:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--contract=" + file,
                "--fileInterval=0s")
            .as(SluiceOptions.class);
    return new Job(options);
  }

  /** The rows of a table that a filter lets through. */
  static List<Record> read(Table table, Expression where) throws IOException {
    return read(IcebergGenerics.read(table).where(where));
  }

  static List<Record> read(IcebergGenerics.ScanBuilder scan) throws IOException {
    List<Record> found = new ArrayList<>();
    try (CloseableIterable<Record> records = scan.build()) {
      records.forEach(found::add);
    }
    return found;
  }

  /** One of them. */
  final class Job {
    private final SluiceOptions options;
    private final Contract contract;

    private Job(SluiceOptions options) {
      this.options = options;
      this.contract = SluiceConfig.contract(options);
    }

    /** Writes records, each at the next offset. */
    void write(String... documents) throws IOException {
      List<TimestampedValue<SourceRecord>> records = new ArrayList<>();
      Instant time = Instant.parse("2026-02-01T00:00:00Z");
      for (String document : documents) {
        records.add(
            TimestampedValue.of(
                new SourceRecord(
                    "s", 0, offset++, time.getMillis(), null, document.getBytes(UTF_8), List.of()),
                time));
      }
      SluicePipeline sluice = SluicePipeline.open(SluiceConfig.from(options), options);
      Pipeline pipeline = Pipeline.create(options);
      sluice.build(pipeline.apply(Create.timestamped(records).withCoder(SourceRecordCoder.of())));
      pipeline.run().waitUntilFinish();
    }

    /** The table as a job has it that was begun now: later ones may give more numbers. */
    LakeTable rows() throws IOException {
      try (Store store = LakeStores.lake(options).open(options)) {
        return LakeTable.open(store, LakeStores.lake(options), contract, LakeTable.Access.READ);
      }
    }

    /** The table of its dead letters. */
    LakeTable letters() throws IOException {
      Stores stores = LakeStores.deadLetters(options);
      try (Store store = stores.open(options)) {
        return LakeTable.open(store, stores, DeadLetters.table(contract), LakeTable.Access.READ);
      }
    }

    /** Follows all dates of one of them, into {@code lake.NAME}. */
    Table follow(LakeTable lake, Catalog catalog) throws IOException {
      var table = lake.table();
      TableIdentifier name = TableIdentifier.of("lake", table.name());
      try (Store store = lake.stores().open(options)) {
        for (LocalDate date : LakeFiles.dates(store, table)) {
          new Publication(store, table, date).complete(Map.of());
        }
        IcebergFollower follower =
            new IcebergFollower(
                catalog, name, new LakeSchema(table), Footers.in(lake.stores().open(options)));
        Reconcile reconcile = new Reconcile(Published.in(store, table), follower, "iceberg");
        for (Reconcile.Outcome outcome : reconcile.dates(reconcile.dates(), () -> {}).values()) {
          if (outcome.failed() != null) {
            throw new IOException(outcome.failed().getMessage(), outcome.failed());
          }
        }
      }
      return catalog.loadTable(name);
    }
  }
}
