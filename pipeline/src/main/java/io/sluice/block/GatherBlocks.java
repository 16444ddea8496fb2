package io.sluice.block;

import io.sluice.contract.Positioned;
import io.sluice.contract.Table;
import io.sluice.lake.LakeDescriptor;
import io.sluice.window.WindowTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
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
import org.jspecify.annotations.Nullable;

/**
 * Gathers the rows of a bundle into blocks by date and shard, so that Beam's cost per element is
 * paid per block. The runner's bundles decide how large blocks become; what is buffered is bounded
 * whatever they are.
 */
public final class GatherBlocks
    extends PTransform<PCollection<Row>, PCollection<KV<LogKey, Block>>> {
  private static final long serialVersionUID = 1L;

  private final Table table;
  private final int shards;
  private final WindowTime windows;

  public GatherBlocks(Table table, int shards, WindowTime windows) {
    this.table = table;
    this.shards = shards;
    this.windows = windows;
  }

  @Override
  public PCollection<KV<LogKey, Block>> expand(PCollection<Row> rows) {
    return rows.apply("GatherRows", ParDo.of(new GatherFn(table, shards, windows)))
        .setCoder(KvCoder.of(new LogKey.KeyCoder(), BlockCoder.of()));
  }

  static final class GatherFn extends DoFn<Row, KV<LogKey, Block>> {
    private static final long serialVersionUID = 1L;

    private static final long LARGEST_BLOCK = 1 << 20;
    private static final long MOST_BUFFERED = 32 << 20;

    private final Table table;
    private final int shards;
    private final WindowTime windows;
    private transient @Nullable Map<BlockKey, BlockBuilder> builders;
    private transient long buffered;

    GatherFn(Table table, int shards, WindowTime windows) {
      this.table = table;
      this.shards = shards;
      this.windows = windows;
    }

    /**
     * Rows of windows that close at different times are apart, or the early ones would hurry the
     * others.
     */
    private record BlockKey(LogKey log, String source, long windowEnd) {}

    @StartBundle
    public void startBundle() {
      builders = new HashMap<>();
      buffered = 0;
    }

    @ProcessElement
    public void process(
        @Element Row row,
        @Timestamp org.joda.time.Instant timestamp,
        OutputReceiver<KV<LogKey, Block>> out) {
      Map<BlockKey, BlockBuilder> builders = Objects.requireNonNull(this.builders);
      int at = table.columns().size();
      String source = value(row, at, Positioned.SOURCE);
      int partition = value(row, at + 1, Positioned.PARTITION);
      long offset = value(row, at + 2, Positioned.OFFSET);
      long recordTime = value(row, at + 3, Positioned.RECORD_TIME);
      Instant time = value(row, table.timeColumn(), table.columns().get(table.timeColumn()).name());
      long micros = BlockBuilder.micros(time);
      BlockKey key =
          new BlockKey(
              new LogKey(
                  table.name(),
                  table.dateOf(micros).toEpochDay(),
                  LakeDescriptor.shardOf(source, partition, shards)),
              source,
              windows.windowEnd(Math.floorDiv(micros, 1000L), timestamp.getMillis()));
      BlockBuilder builder = builders.computeIfAbsent(key, k -> new BlockBuilder(table, source));
      long before = builder.size();
      builder.add(row, partition, offset, recordTime, micros, key.windowEnd());
      buffered += builder.size() - before;
      if (builder.size() >= LARGEST_BLOCK) {
        buffered -= builder.size();
        builders.remove(key);
        out.output(KV.of(key.log(), builder.build()));
      } else if (buffered >= MOST_BUFFERED) {
        builders.forEach((k, b) -> out.output(KV.of(k.log(), b.build())));
        builders.clear();
        buffered = 0;
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      Objects.requireNonNull(builders)
          .forEach(
              (key, builder) ->
                  context.output(
                      KV.of(key.log(), builder.build()),
                      BoundedWindow.TIMESTAMP_MIN_VALUE,
                      GlobalWindow.INSTANCE));
      builders = null;
    }

    private static <T> T value(Row row, int index, String name) {
      T value = row.getValue(index);
      if (value == null) {
        throw new IllegalStateException(
            "a transform set the field " + name + " to null, which every row needs");
      }
      return value;
    }
  }
}
