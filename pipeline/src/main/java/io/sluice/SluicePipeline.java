package io.sluice;

import io.sluice.block.Block;
import io.sluice.block.DecodeToBlocks;
import io.sluice.block.GatherBlocks;
import io.sluice.block.GatherSkipped;
import io.sluice.block.KeySpread;
import io.sluice.block.LogKey;
import io.sluice.complete.CompleteDates;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.Decode;
import io.sluice.follow.FollowTables;
import io.sluice.lake.LakeTable;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.Batches;
import io.sluice.source.RecordBatch;
import io.sluice.source.Source;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import io.sluice.write.WriteFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole flow: source → records → rows and dead letters → blocks → files → complete dates →
 * followers.
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
  private final Contract contract;
  private final LakeTable lake;
  private final LakeTable deadLetters;
  private final KeySpread spread;
  private final boolean overlap;
  private Source.@Nullable From start;

  private SluicePipeline(
      SluiceConfig config,
      LakeTable lake,
      LakeTable deadLetters,
      KeySpread spread,
      boolean overlap) {
    this.config = config;
    this.contract = lake.resolve(config.contract());
    this.lake = lake;
    this.deadLetters = deadLetters;
    this.spread = spread;
    this.overlap = overlap;
  }

  /**
   * Opens the lake and the dead letters: probes the stores, writes the descriptors where there are
   * none, and records the contract.
   *
   * @throws UserException where they cannot be used, or the contract does not go with an earlier
   *     one
   */
  public static SluicePipeline open(SluiceConfig config, PipelineOptions options)
      throws IOException {
    config.checkDeadLetterTopic();
    Contract contract = config.contract();
    Table letters = DeadLetters.table(contract);
    return new SluicePipeline(
        config,
        open(
            config.lake(),
            options,
            (store, stores) ->
                LakeTable.begin(store, stores, contract, config.shards(), config.reshard())),
        open(
            config.deadLetters(),
            options,
            (store, stores) ->
                LakeTable.begin(store, stores, letters, config.shards(), config.reshard())),
        KeySpread.NONE,
        false);
  }

  /**
   * The same, for a runner with workers of its own: files are appended beside their threads.
   *
   * @param spread takes the logs to the workers
   */
  public SluicePipeline forWorkers(KeySpread spread) {
    return new SluicePipeline(config, lake, deadLetters, spread, true);
  }

  /** How a table is begun. */
  private interface Begin {
    LakeTable in(Store store, Stores stores) throws IOException;
  }

  private static LakeTable open(Stores stores, PipelineOptions options, Begin begin)
      throws IOException {
    Stores probed = stores.probed(options);
    try (Store store = probed.open(options)) {
      return begin.in(store, probed);
    }
  }

  /** Builds the pipeline from the source on, from where {@code --startFrom} says. */
  public void build(Pipeline pipeline) throws IOException {
    decode(read(pipeline));
  }

  /** Builds the pipeline from records on, wherever they come from. */
  public void build(PCollection<SourceRecord> records) {
    decode(Batches.of(records));
  }

  /** Builds the pipeline from the source on, with your own transform on the rows. */
  public void build(Pipeline pipeline, PTransform<PCollection<Row>, PCollection<Row>> transform)
      throws IOException {
    build(Batches.records(read(pipeline)), transform);
  }

  /**
   * The same with a transform that may skip rows, see {@link #buildWithSkips(PCollection,
   * PTransform)}.
   */
  public void buildWithSkips(
      Pipeline pipeline, PTransform<PCollection<Row>, PCollectionTuple> transform)
      throws IOException {
    buildWithSkips(Batches.records(read(pipeline)), transform);
  }

  private PCollection<RecordBatch> read(Pipeline pipeline) throws IOException {
    start = start(pipeline.getOptions());
    return pipeline.apply("Read", config.source().read(start));
  }

  /** From where on is read; nothing before the pipeline was built from the source on. */
  public Optional<Source.From> start() {
    return Optional.ofNullable(start);
  }

  private void decode(PCollection<RecordBatch> batches) {
    PCollectionTuple decoded =
        batches.apply(
            "Decode",
            new DecodeToBlocks(
                contract,
                config.maxFuture(),
                config.maxAge(),
                config.maxDecoderFailures(),
                lake.descriptor().shards(),
                spread,
                config.windows()));
    write(
        PCollectionList.of(decoded.get(DecodeToBlocks.BLOCKS)),
        decoded.get(DecodeToBlocks.DEAD_LETTERS));
  }

  /**
   * Builds the pipeline from records on, with your own transform on the rows.
   *
   * @param transform keeps the schema and what {@link io.sluice.contract.Positioned} names, gives
   *     one row for each, and is a function of the row alone
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

  private PCollectionTuple decodeToRows(PCollection<SourceRecord> records) {
    return records.apply(
        "Decode",
        new Decode(contract, config.maxFuture(), config.maxAge(), config.maxDecoderFailures()));
  }

  private void writeRows(
      PCollectionTuple decoded, PCollection<Row> rows, @Nullable PCollection<Row> skipped) {
    PCollectionList<KV<LogKey, Block>> blocks =
        PCollectionList.of(blocks("Gather", rows.setRowSchema(contract.rowSchema()), lake));
    if (!contract.transform().isNone()) {
      blocks = blocks.and(skips("GatherSkippedByContract", decoded.get(Decode.SKIPPED), 0));
    }
    if (skipped != null) {
      skipped.setRowSchema(contract.rowSchema());
      blocks = blocks.and(skips("GatherSkipped", skipped, lake.table().timeColumn()));
    }
    write(blocks, decoded.get(Decode.DEAD_LETTERS));
  }

  private PCollection<KV<LogKey, Block>> skips(
      String name, PCollection<Row> skipped, int timeField) {
    return skipped.apply(
        name,
        new GatherSkipped(
            lake.table(), lake.descriptor().shards(), spread, config.windows(), timeField));
  }

  private void write(PCollectionList<KV<LogKey, Block>> blocks, PCollection<Row> letters) {
    PCollection<String> published =
        blocks
            .and(blocks("GatherDeadLetters", letters, deadLetters))
            .apply("Blocks", Flatten.pCollections())
            .apply("Write", new WriteFiles(tables(), config.write(), overlap, config.metrics()))
            .apply(
                "Complete",
                new CompleteDates(
                    tables(),
                    config.windows().size(),
                    config.write().fileInterval(),
                    config.manifestInterval()));
    if (!config.followers().isEmpty()) {
      published.apply("Publish", new FollowTables(tables(), config.followers()));
    }
    if (config.deadLetterTopic() != null) {
      letters.apply("SendDeadLetters", config.deadLetterTopic().send());
    }
  }

  private PCollection<KV<LogKey, Block>> blocks(
      String name, PCollection<Row> rows, LakeTable table) {
    return rows.apply(
        name,
        new GatherBlocks(table.table(), table.descriptor().shards(), spread, config.windows()));
  }

  private List<LakeTable> tables() {
    return List.of(lake, deadLetters);
  }

  private Source.From start(PipelineOptions options) throws IOException {
    try (SourceReader reader = config.source().open();
        Store lakeStore = lake.stores().open(options);
        Store deadLetterStore = deadLetters.stores().open(options)) {
      reader.requireReadable();
      Starts starts = Starts.find(config, reader, lakeStore, deadLetterStore);
      starts.warning(config.source().name()).ifPresent(LOG::warn);
      RunStarts.record(
          lakeStore,
          lake.table().name(),
          starts.source().text(),
          starts.offsets(),
          config.startFrom().asksTheLake(),
          config.timing());
      return new Source.From(
          starts.source(), starts.offsets(), starts.goneOffsets(), config.watermarkDelay());
    }
  }
}
