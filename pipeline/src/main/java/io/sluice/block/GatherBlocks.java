package io.sluice.block;

import io.sluice.source.BySource;
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
 * Gathers the rows of a bundle into blocks by date and shard, so that Beam's cost per element is
 * paid per block. The runner's bundles decide how large blocks become; what is buffered is bounded
 * whatever they are. All tables have the same columns.
 */
public final class GatherBlocks
    extends PTransform<PCollection<Row>, PCollection<KV<LogKey, Block>>> {
  private static final long serialVersionUID = 1L;

  private final BySource<TableShards> tables;
  private final KeySpread spread;
  private final WindowTime windows;

  /**
   * @param tables where the rows of each source go
   */
  public GatherBlocks(BySource<TableShards> tables, KeySpread spread, WindowTime windows) {
    this.tables = tables;
    this.spread = spread;
    this.windows = windows;
  }

  @Override
  public PCollection<KV<LogKey, Block>> expand(PCollection<Row> rows) {
    return rows.apply("GatherRows", ParDo.of(new GatherFn(tables, spread, windows)))
        .setCoder(KvCoder.of(new LogKey.KeyCoder(), BlockCoder.of()));
  }

  static final class GatherFn extends DoFn<Row, KV<LogKey, Block>> {
    private static final long serialVersionUID = 1L;

    private final BySource<TableShards> tables;
    private final KeySpread spread;
    private final WindowTime windows;
    private transient @Nullable BySource<Gatherer> gatherers;
    private transient Gatherer.@Nullable Held held;

    GatherFn(BySource<TableShards> tables, KeySpread spread, WindowTime windows) {
      this.tables = tables;
      this.spread = spread;
      this.windows = windows;
    }

    @StartBundle
    public void startBundle() {
      Gatherer.Held held = new Gatherer.Held();
      gatherers = tables.map(one -> new Gatherer(one.table(), one.shards(), spread, windows, held));
      this.held = held;
    }

    @ProcessElement
    public void process(
        @Element Row row, @Timestamp Instant timestamp, OutputReceiver<KV<LogKey, Block>> out) {
      Objects.requireNonNull(gatherers)
          .of(Gatherer.source(row))
          .add(row, timestamp.getMillis(), out::output);
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      Objects.requireNonNull(held)
          .flush(
              block ->
                  context.output(block, BoundedWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE));
      gatherers = null;
      held = null;
    }
  }
}
