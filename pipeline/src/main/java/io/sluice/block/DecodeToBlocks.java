package io.sluice.block;

import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.source.BySource;
import io.sluice.source.RecordBatch;
import io.sluice.window.WindowTime;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
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

  /** What was not accepted, with {@link DeadLetters#SCHEMA}. */
  public static final TupleTag<Row> DEAD_LETTERS = new TupleTag<>() {};

  private final DecodeToBlocksFn decode;

  /**
   * What becomes of the records of a source.
   *
   * @param shards how many logs each date of the contract's table has
   */
  public record Route(Contract contract, int shards) implements Serializable {}

  /**
   * @param maxFuture how far an event time may be ahead of the record's Kafka timestamp, null for
   *     any
   * @param maxAge how far it may be behind, null for any
   * @param mostFailures as of {@link RecordDecoder#RecordDecoder(Contract, Duration, Duration,
   *     int)}
   */
  public DecodeToBlocks(
      BySource<Route> routes,
      @Nullable Duration maxFuture,
      @Nullable Duration maxAge,
      int mostFailures,
      KeySpread spread,
      WindowTime windows) {
    decode = new DecodeToBlocksFn(routes, maxFuture, maxAge, mostFailures, spread, windows);
  }

  @Override
  public PCollectionTuple expand(PCollection<RecordBatch> batches) {
    PCollectionTuple decoded =
        batches.apply(
            "DecodeRecords",
            ParDo.of(decode).withOutputTags(BLOCKS, TupleTagList.of(DEAD_LETTERS)));
    decoded.get(BLOCKS).setCoder(KvCoder.of(new LogKey.KeyCoder(), BlockCoder.of()));
    decoded.get(DEAD_LETTERS).setRowSchema(DeadLetters.SCHEMA);
    return decoded;
  }

  static final class DecodeToBlocksFn extends DoFn<RecordBatch, KV<LogKey, Block>> {
    private static final long serialVersionUID = 1L;

    private final BySource<Route> routes;
    private final @Nullable Duration maxFuture;
    private final @Nullable Duration maxAge;
    private final int mostFailures;
    private final KeySpread spread;
    private final WindowTime windows;
    private transient @Nullable BySource<Decoding> decodings;
    private transient Gatherer.@Nullable Held held;

    DecodeToBlocksFn(
        BySource<Route> routes,
        @Nullable Duration maxFuture,
        @Nullable Duration maxAge,
        int mostFailures,
        KeySpread spread,
        WindowTime windows) {
      this.routes = routes;
      this.maxFuture = maxFuture;
      this.maxAge = maxAge;
      this.mostFailures = mostFailures;
      this.spread = spread;
      this.windows = windows;
    }

    /** What decodes the records of a source, and the blocks of this bundle that they go into. */
    private static final class Decoding {
      private final Table table;
      private final int shards;
      private final RecordDecoder decoder;
      private @Nullable Gatherer gatherer;

      Decoding(Route route, RecordDecoder decoder) {
        this.table = route.contract().lakeTable();
        this.shards = route.shards();
        this.decoder = decoder;
      }
    }

    @Setup
    public void setup() {
      decodings =
          routes.map(
              route ->
                  new Decoding(
                      route, new RecordDecoder(route.contract(), maxFuture, maxAge, mostFailures)));
    }

    private BySource<Decoding> decodings() {
      return Objects.requireNonNull(decodings);
    }

    @StartBundle
    public void startBundle() {
      Gatherer.Held held = new Gatherer.Held();
      decodings()
          .all()
          .forEach(
              one -> one.gatherer = new Gatherer(one.table, one.shards, spread, windows, held));
      this.held = held;
    }

    @ProcessElement
    public void process(
        @Element RecordBatch batch, @Timestamp Instant timestamp, MultiOutputReceiver out) {
      Decoding decoding = decodings().of(batch.source());
      RecordDecoder decoder = decoding.decoder;
      Gatherer gatherer = Objects.requireNonNull(decoding.gatherer);
      Consumer<KV<LogKey, Block>> full = out.get(BLOCKS)::output;
      long now = System.currentTimeMillis();
      RecordBatch.Cursor record = batch.records();
      while (record.next()) {
        long time = record.time(timestamp.getMillis(), now);
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
          out.get(DEAD_LETTERS)
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
      for (Decoding one : decodings().all()) {
        one.gatherer = null;
        one.decoder.publishCounts();
      }
    }
  }
}
