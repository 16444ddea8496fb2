package io.sluice.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.DuckDb;
import io.sluice.SluiceConfig;
import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.complete.Publication;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.lake.TestStores;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.KV;
import org.jspecify.annotations.Nullable;

/** A real lake with a table of changes, and its mirror. */
final class ChangesLake implements AutoCloseable {
  static final String SOURCE = "cluster/changes";

  static final Mirror.Settings SETTINGS =
      new Mirror.Settings(4, false, Duration.ofDays(30), Duration.ofDays(1), 2);

  static final MirrorFollowers NOBODY =
      new MirrorFollowers(List.of(), PipelineOptionsFactory.create());

  /** A record of the topic. */
  record Message(int partition, long offset, String envelope) {}

  private final Path directory;
  final Stores stores;
  final Store store;
  private String yaml;
  private Contract contract;
  private int version = 1;
  private final Map<Integer, Long> ends = new HashMap<>();

  ChangesLake(Path directory, String contract) throws IOException {
    this.directory = directory;
    this.stores = TestStores.of(directory);
    this.store = stores.open(PipelineOptionsFactory.create());
    this.yaml = contract;
    this.contract = ContractParser.parse(contract, "changes.yaml");
    LakeTable.begin(store, stores, this.contract, 2, false);
  }

  Contract contract() {
    return contract;
  }

  /** The contract as it stands in its file. */
  String yaml() {
    return yaml;
  }

  /** From now on changes are decoded by the next version of the contract. */
  void contract(String next) throws IOException {
    yaml = "version: " + ++version + "\n" + next;
    contract = ContractParser.parse(yaml, "changes.yaml");
    LakeTable.begin(store, stores, contract, 2, false);
  }

  /** The table of current rows. */
  LakeTable current() {
    return new LakeTable(
        MirrorTable.current(contract.lakeTable()), stores, new LakeDescriptor(2, false));
  }

  /** Gives a change its place in the topic. */
  Message send(int partition, String envelope) {
    return new Message(partition, ends.merge(partition, 1L, Long::sum) - 1, envelope);
  }

  /** Appends them as a job would: each is to be a row, or skipped. */
  void append(List<Message> messages) throws IOException {
    LakeTable table = LakeTable.begin(store, stores, contract, 2, false);
    SluiceOptions options = SluiceFlags.read(List.of());
    LogWriter writer =
        new LogWriter(table, store, SluiceConfig.write(options), false, (d, file, p) -> {});
    try (RecordDecoder decoder =
        new RecordDecoder(contract, SluiceConfig.decoding(options).unlimited())) {
      for (Message message : messages) {
        SourceRecord record =
            new SourceRecord(
                SOURCE,
                message.partition(),
                message.offset(),
                1_767_323_046_000L,
                null,
                message.envelope().getBytes(UTF_8),
                List.of());
        Outcome outcome = decoder.decode(record);
        if (outcome instanceof Outcome.Accepted accepted) {
          writer.add(decoder.rows(record, accepted));
        } else if (outcome instanceof Outcome.Skipped skipped) {
          writer.skip(
              SOURCE,
              message.partition(),
              message.offset(),
              record.recordTime(),
              skipped.isAtRecordTime() ? record.recordTime() * 1000 : skipped.eventTimeMicros());
        } else {
          throw new AssertionError(outcome + ": " + message.envelope());
        }
      }
    }
    writer.flush();
  }

  /** Calls all dates complete, so that they can be compacted. */
  List<LocalDate> complete() throws IOException {
    List<LocalDate> dates = LakeFiles.dates(store, contract.lakeTable());
    for (LocalDate date : dates) {
      new Publication(store, contract.lakeTable(), date).complete(Map.of());
    }
    return dates;
  }

  Mirror mirror(Mirror.Settings settings) throws IOException {
    return Mirror.open(store, stores, contract, settings);
  }

  Mirror.Result run() throws IOException {
    return run(SETTINGS);
  }

  Mirror.Result run(Mirror.Settings settings) throws IOException {
    return run(settings, NOBODY);
  }

  /** The same, with what follows the mirror. */
  Mirror.Result run(Mirror.Settings settings, MirrorFollowers followers) throws IOException {
    return mirror(settings).run(this::stepByStep, followers);
  }

  /** Does what the pipeline does, step by step in this thread and in another order. */
  void stepByStep(MirrorPipeline work) throws IOException {
    stepByStep(store, work);
  }

  /** The same, where the switch has a store of its own. */
  void stepByStep(Store switched, MirrorPipeline work) throws IOException {
    Map<Integer, List<byte[]>> changes = new TreeMap<>(Comparator.reverseOrder());
    work.touched().forEach(one -> add(changes, one));
    for (String file : work.files()) {
      MirrorPipeline.ReadChanges.read(store, work, file, one -> add(changes, one));
    }
    List<MirrorPipeline.Result> results = new ArrayList<>();
    for (Map.Entry<Integer, List<byte[]>> bucket : changes.entrySet()) {
      results.add(
          MirrorPipeline.WriteBuckets.write(store, work, bucket.getKey(), bucket.getValue()));
    }
    MirrorPipeline.Switch.to(switched, work, results);
  }

  private static void add(Map<Integer, List<byte[]>> changes, KV<Integer, byte[]> one) {
    changes.computeIfAbsent(one.getKey(), bucket -> new ArrayList<>()).add(one.getValue());
  }

  /** On Beam's direct runner. */
  static void inProcess(MirrorPipeline work) {
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs("--targetParallelism=2").create());
    work.build(pipeline);
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new IllegalStateException("ended as " + state);
    }
  }

  Versions versions() {
    return new Versions(store, contract.table() + "_current");
  }

  MirrorVersion newest() throws IOException {
    return versions().newest().orElseThrow();
  }

  /** The rows of a version as DuckDB has them. */
  List<String> rows(MirrorVersion version, String columns) throws Exception {
    if (version.rowFiles().isEmpty()) {
      return List.of();
    }
    String files =
        version.rowFiles().stream()
            .map(name -> "'" + directory.resolve(contract.table() + "_current/" + name) + "'")
            .collect(Collectors.joining(",", "[", "]"));
    return DuckDb.query(
        "select " + columns + " from read_parquet(" + files + ", union_by_name=true) order by all");
  }

  @Override
  public void close() {
    store.close();
  }

  /** An envelope of PostgreSQL's connector. */
  static String envelope(
      String op, @Nullable String before, @Nullable String after, long lsn, long micros) {
    return "{\"before\":"
        + before
        + ",\"after\":"
        + after
        + ",\"source\":{\"connector\":\"postgresql\",\"ts_ms\":"
        + micros / 1000
        + ",\"ts_us\":"
        + micros
        + ",\"lsn\":"
        + lsn
        + "},\"op\":\""
        + op
        + "\",\"ts_ms\":"
        + (micros / 1000 + 5)
        + "}";
  }

  static <T> List<T> joined(List<T> one, List<T> other) {
    List<T> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }
}
