package io.sluice.block;

import io.sluice.contract.Table;
import io.sluice.window.WindowTime;
import java.util.Objects;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the positions of records that are skipped into blocks, as {@link GatherBlocks} does with
 * rows. Of their values it needs the event time alone.
 */
public final class GatherSkipped
    extends PTransform<PCollection<Row>, PCollection<KV<LogKey, Block>>> {
  private static final long serialVersionUID = 1L;

  private final GatherFn gather;

  /**
   * @param timeField the index of the event time in the rows, which have {@link
   *     io.sluice.contract.Positioned} at their end
   */
  public GatherSkipped(
      Table table, int shards, KeySpread spread, WindowTime windows, int timeField) {
    gather = new GatherFn(table, shards, spread, windows, timeField);
  }

  @Override
  public PCollection<KV<LogKey, Block>> expand(PCollection<Row> rows) {
    return rows.apply("GatherRows", ParDo.of(gather))
        .setCoder(KvCoder.of(new LogKey.KeyCoder(), BlockCoder.of()));
  }

  static final class GatherFn extends DoFn<Row, KV<LogKey, Block>> {
    private static final long serialVersionUID = 1L;

    private final Table table;
    private final int shards;
    private final KeySpread spread;
    private final WindowTime windows;
    private final int timeField;
    private transient @Nullable Gatherer gatherer;

    GatherFn(Table table, int shards, KeySpread spread, WindowTime windows, int timeField) {
      this.table = table;
      this.shards = shards;
      this.spread = spread;
      this.windows = windows;
      this.timeField = timeField;
    }

    @StartBundle
    public void startBundle() {
      gatherer = new Gatherer(table, shards, spread, windows);
    }

    @ProcessElement
    public void process(
        @Element Row row, @Timestamp Instant timestamp, OutputReceiver<KV<LogKey, Block>> out) {
      Objects.requireNonNull(gatherer).skip(row, timeField, timestamp.getMillis(), out::output);
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      Objects.requireNonNull(gatherer)
          .flush(
              block ->
                  context.output(block, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
      gatherer = null;
    }
  }
}
