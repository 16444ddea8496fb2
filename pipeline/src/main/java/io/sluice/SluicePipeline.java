package io.sluice;

import io.sluice.RunTables.Branch;
import io.sluice.block.Block;
import io.sluice.block.DecodeToBlocks;
import io.sluice.block.GatherBlocks;
import io.sluice.block.GatherSkipped;
import io.sluice.block.KeySpread;
import io.sluice.block.LogKey;
import io.sluice.block.TableShards;
import io.sluice.complete.CompleteDates;
import io.sluice.contract.Contract;
import io.sluice.decode.Decode;
import io.sluice.derive.DerivedKind;
import io.sluice.derive.WatchDerived;
import io.sluice.follow.FollowTables;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Parallel;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.source.Batches;
import io.sluice.source.BySource;
import io.sluice.source.RecordBatch;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import io.sluice.write.WriteFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole flow: sources → records → rows and dead letters → blocks → files → complete dates →
 * followers; beside it a look at what is made of the tables. The steps are the same for any number
 * of contracts; a record's source says which one it is of.
 *
 * <p>The names of the steps are the operators' identities in savepoints: a changed one needs a note
 * for whoever upgrades.
 */
public final class SluicePipeline {
  private static final Logger LOG = LoggerFactory.getLogger(SluicePipeline.class);

  /** What a transform that may skip rows keeps, with {@link Contract#rowSchema()}. */
  public static final TupleTag<Row> ROWS = new TupleTag<>() {};

  /** Which rows it wants none of: as they came. Their positions are kept, without rows. */
  public static final TupleTag<Row> SKIPPED = new TupleTag<>() {};

  private final SluiceConfig config;
  private final RunTables tables;
  private final KeySpread spread;
  private final boolean overlap;

  /** Nothing before the tables were begun. */
  private List<Branch> branches = List.of();

  private @Nullable List<Source.Reading> readings;

  private SluicePipeline(SluiceConfig config, RunTables tables, KeySpread spread, boolean overlap) {
    this.config = config;
    this.tables = tables;
    this.spread = spread;
    this.overlap = overlap;
  }

  /**
   * Opens the lake and the dead letters: probes the stores, and finds out whether there is a
   * decoder of each contract, and whether it goes with those that its table was written with.
   * Nothing of a table is written before the pipeline is built.
   *
   * @throws UserException where they cannot be used
   */
  public static SluicePipeline open(SluiceConfig config, PipelineOptions options)
      throws IOException {
    config.checkDeadLetterTopic();
    // A mistake in its flags is said here, and not by each worker.
    config.decoding().schemas().open().close();
    // What a format or a mask refuses is to be said before a job starts, not by its workers.
    config.requireDecoders();
    return new SluicePipeline(config, RunTables.look(config, options), KeySpread.NONE, false);
  }

  /** A store that fails for a while is an IOException, which a start on a cluster waits for. */
  private void begin(PipelineOptions options) throws IOException {
    if (branches.isEmpty()) {
      branches = tables.begin(options);
    }
  }

  /** The same for whoever builds from records, and finds no store to wait for. */
  private void beginFor(PCollection<?> records) {
    try {
      begin(records.getPipeline().getOptions());
    } catch (IOException e) {
      throw new UncheckedIOException("beginning tables", e);
    }
  }

  /**
   * The same, for a runner with workers of its own: files are appended beside their threads.
   *
   * @param spread takes the logs to the workers
   */
  public SluicePipeline forWorkers(KeySpread spread) {
    return new SluicePipeline(config, tables, spread, true);
  }

  /** Builds the pipeline from the sources on, from where {@code --startFrom} says. */
  public void build(Pipeline pipeline) throws IOException {
    decode(read(pipeline));
  }

  /**
   * Builds the pipeline of one contract from records on, wherever they come from.
   *
   * @throws UserException where there are several contracts
   */
  public void build(PCollection<SourceRecord> records) {
    config.contract();
    beginFor(records);
    decode(Batches.of(records));
  }

  /**
   * Builds the pipeline of one contract from the source on, with your own transform on the rows.
   *
   * @throws UserException where there are several contracts
   */
  public void build(Pipeline pipeline, PTransform<PCollection<Row>, PCollection<Row>> transform)
      throws IOException {
    requireRowsOneByOne();
    build(Batches.records(read(pipeline)), transform);
  }

  /**
   * The same with a transform that may skip rows, see {@link #buildWithSkips(PCollection,
   * PTransform)}.
   */
  public void buildWithSkips(
      Pipeline pipeline, PTransform<PCollection<Row>, PCollectionTuple> transform)
      throws IOException {
    requireRowsOneByOne();
    buildWithSkips(Batches.records(read(pipeline)), transform);
  }

  private PCollection<RecordBatch> read(Pipeline pipeline) throws IOException {
    PTransform<PBegin, PCollection<RecordBatch>> read;
    try (Store lake = tables.lakes().open(pipeline.getOptions());
        Store deadLetters = tables.letters().open(pipeline.getOptions())) {
      List<Source.Reading> all =
          Parallel.map(
              config.each(),
              Parallel.THREADS,
              "finding where to start",
              one -> reading(one, lake, deadLetters));
      List<Source.Reading> each =
          Readings.together(
              all, config.inputs().stream().map(input -> input.contract().source()).toList());
      Source.Reading first = each.get(0);
      read = first.source().read(first.from(), each.subList(1, each.size()));
      // Only now: what is recorded is of a run that will be, and what cannot be read throws.
      begin(pipeline.getOptions());
      Parallel.forEach(
          IntStream.range(0, branches.size()).boxed().toList(),
          Parallel.THREADS,
          "recording where the run starts",
          i -> {
            Source.From from = all.get(i).from();
            RunStarts.record(
                lake,
                branches.get(i).lake().table().name(),
                from.id().text(),
                from.offsets(),
                config.startFrom().asksTheLake(),
                config.timing());
          });
      readings = all;
    }
    return pipeline.apply("Read", read);
  }

  private static Source.Reading reading(SluiceConfig config, Store lake, Store deadLetters)
      throws IOException {
    try (SourceReader reader = config.source().open()) {
      reader.requireReadable();
      Starts starts = Starts.find(config, reader, lake, deadLetters);
      starts.warning(config.source().name()).ifPresent(LOG::warn);
      return new Source.Reading(
          config.source(),
          new Source.From(
              starts.source(), starts.offsets(), starts.goneOffsets(), config.watermarkDelay()));
    }
  }

  /**
   * What is read for each contract, in their order, of which some may share a source; nothing
   * before the pipeline was built from the sources on.
   */
  public List<Source.Reading> readings() {
    return readings == null ? List.of() : readings;
  }

  private void decode(PCollection<RecordBatch> batches) {
    PCollectionTuple decoded =
        batches.apply(
            "Decode",
            new DecodeToBlocks(
                bySource(
                    all ->
                        all.stream()
                            .map(
                                branch ->
                                    new DecodeToBlocks.Route(
                                        branch.contract(),
                                        branch.lake().descriptor().shards(),
                                        all.size() == 1 ? new TreeMap<>() : startOf(branch)))
                            .toList()),
                config.decoding().waiting(),
                spread,
                config.windows()));
    PCollectionList<Row> letters = PCollectionList.empty(batches.getPipeline());
    for (int route = 0; route < mostOfOneSource(); route++) {
      letters = letters.and(decoded.get(DecodeToBlocks.deadLetters(route)));
    }
    write(PCollectionList.of(decoded.get(DecodeToBlocks.BLOCKS)), letters);
  }

  /**
   * Builds the pipeline of one contract from records on, with your own transform on the rows.
   *
   * @param transform keeps the schema and what {@link io.sluice.contract.Positioned} names, gives
   *     one row for each, and is a function of the row alone
   * @throws UserException where there are several contracts
   */
  public void build(
      PCollection<SourceRecord> records, PTransform<PCollection<Row>, PCollection<Row>> transform) {
    PCollectionTuple decoded = decodeToRows(records);
    writeRows(decoded, decoded.get(Decode.ROWS).apply("Transform", transform), null);
  }

  /**
   * Builds the pipeline from records on, with your own transform on the rows, which says of each
   * that there is one, under {@link #ROWS}, or that there is to be none, under {@link #SKIPPED}. A
   * row that is under neither is one that was lost, as the audit will say.
   *
   * @param transform as of {@link #build(PCollection, PTransform)}; what it skips is the row as it
   *     came
   */
  public void buildWithSkips(
      PCollection<SourceRecord> records, PTransform<PCollection<Row>, PCollectionTuple> transform) {
    PCollectionTuple decoded = decodeToRows(records);
    PCollectionTuple transformed = decoded.get(Decode.ROWS).apply("Transform", transform);
    writeRows(decoded, transformed.get(ROWS), transformed.get(SKIPPED));
  }

  private void requireRowsOneByOne() {
    if (!config.contract().intake().explode().isEmpty()) {
      throw new UserException(
          "a transform of one's own takes rows one by one, and those of a record that the contract explodes have to stay together: use the contract's transform");
    }
  }

  private PCollectionTuple decodeToRows(PCollection<SourceRecord> records) {
    requireRowsOneByOne();
    beginFor(records);
    return records.apply("Decode", new Decode(only().contract(), config.decoding().waiting()));
  }

  private void writeRows(
      PCollectionTuple decoded, PCollection<Row> rows, @Nullable PCollection<Row> skipped) {
    Branch branch = only();
    Contract contract = branch.contract();
    LakeTable lake = branch.lake();
    PCollectionList<KV<LogKey, Block>> blocks =
        PCollectionList.of(
            blocks("Gather", rows.setRowSchema(contract.rowSchema()), BySource.any(shards(lake))));
    blocks = blocks.and(skips("GatherSkippedByContract", decoded.get(Decode.SKIPPED), lake, 0));
    if (skipped != null) {
      skipped.setRowSchema(contract.rowSchema());
      blocks = blocks.and(skips("GatherSkipped", skipped, lake, lake.table().timeColumn()));
    }
    write(blocks, PCollectionList.of(decoded.get(Decode.DEAD_LETTERS)));
  }

  private PCollection<KV<LogKey, Block>> skips(
      String name, PCollection<Row> skipped, LakeTable lake, int timeField) {
    return skipped.apply(
        name,
        new GatherSkipped(
            lake.table(), lake.descriptor().shards(), spread, config.windows(), timeField));
  }

  /**
   * @param letters of the first contract of each source, of the second, and so on
   */
  private void write(PCollectionList<KV<LogKey, Block>> blocks, PCollectionList<Row> letters) {
    for (int i = 0; i < letters.size(); i++) {
      int route = i;
      blocks =
          blocks.and(
              blocks(
                  numbered("GatherDeadLetters", i),
                  letters.get(i),
                  bySource(
                      all -> route < all.size() ? shards(all.get(route).deadLetters()) : null)));
    }
    PCollection<String> published =
        blocks
            .apply("Blocks", Flatten.pCollections())
            .apply("Write", new WriteFiles(lakeTables(), config.write(), overlap, config.metrics()))
            .apply(
                "Complete",
                new CompleteDates(
                    lakeTables(),
                    config.windows().size(),
                    config.write().fileInterval(),
                    config.manifestInterval()));
    if (!config.followers().isEmpty()) {
      published.apply("Publish", new FollowTables(lakeTables(), config.followers()));
    }
    List<LakeTable> origins = origins();
    if (!origins.isEmpty()) {
      published.apply("Derived", new WatchDerived(origins, config.metrics() != null));
    }
    if (config.deadLetterTopic() != null) {
      for (int i = 0; i < letters.size(); i++) {
        letters.get(i).apply(numbered("SendDeadLetters", i), config.deadLetterTopic().send());
      }
    }
  }

  /** The name of a step; of the first of several the name that it has where there is one. */
  private static String numbered(String step, int index) {
    return index == 0 ? step : step + (index + 1);
  }

  private PCollection<KV<LogKey, Block>> blocks(
      String name, PCollection<Row> rows, BySource<TableShards> tables) {
    return rows.apply(name, new GatherBlocks(tables, spread, config.windows()));
  }

  private static TableShards shards(LakeTable table) {
    return new TableShards(table.table(), table.descriptor().shards());
  }

  private List<LakeTable> lakeTables() {
    return branches.stream()
        .flatMap(branch -> Stream.of(branch.lake(), branch.deadLetters()))
        .toList();
  }

  /** The tables of which others may be made. */
  private List<LakeTable> origins() {
    return branches.stream()
        .filter(branch -> !DerivedKind.of(branch.contract()).isEmpty())
        .map(Branch::lake)
        .toList();
  }

  private Branch only() {
    config.contract();
    return branches.get(0);
  }

  /**
   * Where a table begins that shares its source, whatever the others need: what is before is in its
   * lake, or was never to be. Only the lake says so: a job that goes on from a savepoint has still
   * to read what {@code latest} of today would leave out.
   */
  private TreeMap<Integer, Long> startOf(Branch branch) {
    return config.startFrom().asksTheLake()
        ? readings().get(branches.indexOf(branch)).from().offsets()
        : new TreeMap<>();
  }

  private int mostOfOneSource() {
    return ofSources().values().stream().mapToInt(List::size).max().orElseThrow();
  }

  /** The branches of each source, in the order of the contracts. */
  private Map<String, List<Branch>> ofSources() {
    if (branches.size() == 1) {
      return Map.of("", branches);
    }
    Map<String, List<Branch>> all = new LinkedHashMap<>();
    for (int i = 0; i < branches.size(); i++) {
      all.computeIfAbsent(readings().get(i).from().id().text(), id -> new ArrayList<>())
          .add(branches.get(i));
    }
    return all;
  }

  /**
   * What the branches of each source have, where it is something; whatever source it is, where
   * there is one branch.
   */
  private <T> BySource<T> bySource(Function<List<Branch>, @Nullable T> function) {
    if (branches.size() == 1) {
      return BySource.any(Objects.requireNonNull(function.apply(branches)));
    }
    Map<String, T> all = new LinkedHashMap<>();
    ofSources()
        .forEach(
            (source, some) -> {
              T one = function.apply(some);
              if (one != null) {
                all.put(source, one);
              }
            });
    return BySource.of(all);
  }
}
