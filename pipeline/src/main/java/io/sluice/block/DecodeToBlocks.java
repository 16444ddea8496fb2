package io.sluice.block;

import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.schema.Schemas;
import io.sluice.source.BySource;
import io.sluice.source.RecordBatch;
import io.sluice.window.WindowTime;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@link io.sluice.decode.Decode} and {@link GatherBlocks} in one step, for pipelines without a
 * transform between them: most records never become a {@link Row}. The blocks are the same. The
 * records of each source are decoded as the contract says that is for it.
 */
public final class DecodeToBlocks extends PTransform<PCollection<RecordBatch>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** Blocks of accepted rows. */
  public static final TupleTag<KV<LogKey, Block>> BLOCKS = new TupleTag<>() {};

  private static final TupleTag<Row> DEAD_LETTERS = new TupleTag<>() {};

  private final DecodeToBlocksFn decode;
  private final int most;

  /**
   * What becomes of the records of a source.
   *
   * @param shards how many logs each date of the contract's table has
   * @param from the first offset of each partition that is the table's to read, where the source is
   *     read from earlier on for another table; none of a partition that is the table's from where
   *     it is read
   */
  public record Route(Contract contract, int shards, TreeMap<Integer, Long> from)
      implements Serializable {}

  /**
   * @param routes of each source: what becomes of its records, one at least. Each takes those that
   *     are its table's, and keeps the positions of the others
   */
  public DecodeToBlocks(
      BySource<List<Route>> routes, DecodeSettings settings, KeySpread spread, WindowTime windows) {
    decode = new DecodeToBlocksFn(routes, settings, spread, windows);
    most = routes.all().stream().mapToInt(List::size).max().orElseThrow();
  }

  /**
   * What was not accepted, with {@link DeadLetters#SCHEMA}.
   *
   * @param route which one of each source's routes, from 0 on
   */
  public static TupleTag<Row> deadLetters(int route) {
    return route == 0 ? DEAD_LETTERS : new TupleTag<>("deadLetters" + route) {};
  }

  @Override
  public PCollectionTuple expand(PCollection<RecordBatch> batches) {
    TupleTagList letters = TupleTagList.of(DEAD_LETTERS);
    for (int route = 1; route < most; route++) {
      letters = letters.and(deadLetters(route));
    }
    PCollectionTuple decoded =
        batches.apply("DecodeRecords", ParDo.of(decode).withOutputTags(BLOCKS, letters));
    decoded.get(BLOCKS).setCoder(KvCoder.of(new LogKey.KeyCoder(), BlockCoder.of()));
    for (int route = 0; route < most; route++) {
      decoded.get(deadLetters(route)).setRowSchema(DeadLetters.SCHEMA);
    }
    return decoded;
  }

  static final class DecodeToBlocksFn extends DoFn<RecordBatch, KV<LogKey, Block>> {
    private static final long serialVersionUID = 1L;

    private final BySource<List<Route>> routes;
    private final DecodeSettings settings;
    private final KeySpread spread;
    private final WindowTime windows;
    private transient @Nullable Schemas schemas;
    private transient @Nullable BySource<List<Decoding>> decodings;
    private transient Gatherer.@Nullable Held held;

    DecodeToBlocksFn(
        BySource<List<Route>> routes,
        DecodeSettings settings,
        KeySpread spread,
        WindowTime windows) {
      this.routes = routes;
      this.settings = settings;
      this.spread = spread;
      this.windows = windows;
    }

    /** What decodes the records of a source, and the blocks of this bundle that they go into. */
    private static final class Decoding {
      private final Table table;
      private final int shards;
      private final RecordDecoder decoder;
      private final TupleTag<Row> letters;
      private final Map<Integer, Long> from;
      private @Nullable Gatherer gatherer;

      Decoding(Route route, RecordDecoder decoder, TupleTag<Row> letters) {
        this.letters = letters;
        this.from = route.from();
        this.table = route.contract().lakeTable();
        this.shards = route.shards();
        this.decoder = decoder;
      }
    }

    @Setup
    public void setup() {
      Schemas opened = settings.schemas().open();
      schemas = opened;
      decodings =
          routes.map(
              all ->
                  IntStream.range(0, all.size())
                      .mapToObj(i -> decoding(all.get(i), i, opened))
                      .toList());
    }

    private Decoding decoding(Route route, int index, Schemas opened) {
      return new Decoding(
          route, new RecordDecoder(route.contract(), settings, opened), deadLetters(index));
    }

    @Teardown
    public void teardown() {
      if (schemas != null) {
        schemas.close();
      }
    }

    private BySource<List<Decoding>> decodings() {
      return Objects.requireNonNull(decodings);
    }

    private Stream<Decoding> all() {
      return decodings().all().stream().flatMap(List::stream);
    }

    @StartBundle
    public void startBundle() {
      Gatherer.Held held = new Gatherer.Held();
      all()
          .forEach(
              one -> one.gatherer = new Gatherer(one.table, one.shards, spread, windows, held));
      this.held = held;
    }

    @ProcessElement
    public void process(
        @Element RecordBatch batch, @Timestamp Instant timestamp, MultiOutputReceiver out) {
      for (Decoding decoding : decodings().of(batch.source())) {
        process(decoding, batch, timestamp.getMillis(), out);
      }
    }

    private static void process(
        Decoding decoding, RecordBatch batch, long timestamp, MultiOutputReceiver out) {
      RecordDecoder decoder = decoding.decoder;
      Gatherer gatherer = Objects.requireNonNull(decoding.gatherer);
      Consumer<KV<LogKey, Block>> full = out.get(BLOCKS)::output;
      long now = System.currentTimeMillis();
      long from = decoding.from.getOrDefault(batch.partition(), Long.MIN_VALUE);
      RecordBatch.Cursor record = batch.records();
      while (record.next()) {
        if (record.offset() < from) {
          continue;
        }
        long time = record.time(timestamp, now);
        Outcome outcome = decoder.decode(record);
        if (outcome instanceof Outcome.Accepted accepted) {
          gatherer.add(
              accepted.values(),
              record.source(),
              record.partition(),
              record.offset(),
              record.recordTime(),
              time,
              full);
        } else if (outcome instanceof Outcome.Skipped skipped) {
          gatherer.skip(
              record.source(),
              record.partition(),
              record.offset(),
              record.recordTime(),
              skipped.eventTimeMicros(),
              time,
              full);
        } else {
          out.get(decoding.letters)
              .outputWithTimestamp(
                  decoder.letter(record.record(), (Outcome.Rejected) outcome),
                  Instant.ofEpochMilli(time));
        }
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      Objects.requireNonNull(held)
          .flush(
              block ->
                  context.output(
                      BLOCKS, block, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
      held = null;
      all()
          .forEach(
              one -> {
                one.gatherer = null;
                one.decoder.publishCounts();
              });
    }
  }
}
