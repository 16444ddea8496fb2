package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.BlockCoder;
import io.sluice.block.LogKey;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks as files: gathers them by log until the watermark passes the end of their window,
 * or there are enough for a file, and appends them.
 *
 * <p>The state is in the global window and the window's end is data, so that Beam has nothing it
 * could drop as late: see docs/adr/0001-panes-in-keyed-state.md. A block that comes late waits for
 * company for {@link WriteSettings#fileInterval}.
 */
public final class WriteFiles
    extends PTransform<PCollection<KV<LogKey, Block>>, PCollection<LogChange>> {
  private static final long serialVersionUID = 1L;

  private final List<LakeTable> tables;
  private final WriteSettings settings;

  public WriteFiles(List<LakeTable> tables, WriteSettings settings) {
    this.tables = List.copyOf(tables);
    this.settings = settings;
  }

  @Override
  public PCollection<LogChange> expand(PCollection<KV<LogKey, Block>> blocks) {
    return blocks
        .apply("AppendFiles", ParDo.of(new AppendFn(tables, settings)))
        .setCoder(SerializableCoder.of(LogChange.class));
  }

  static final class AppendFn extends DoFn<KV<LogKey, Block>, LogChange> {
    private static final long serialVersionUID = 1L;

    private static final int MOST_LOGS = 512;

    @StateId("blocks")
    private final StateSpec<BagState<Block>> blocksSpec = StateSpecs.bag(BlockCoder.of());

    @StateId("bytes")
    private final StateSpec<ValueState<Long>> bytesSpec = StateSpecs.value(VarLongCoder.of());

    /** When the first window of the blocks ends, in event time; absent where there are none. */
    @StateId("closesAt")
    private final StateSpec<ValueState<Long>> closesAtSpec = StateSpecs.value(VarLongCoder.of());

    /** From when on a file may be written, in processing time. */
    @StateId("ripeAt")
    private final StateSpec<ValueState<Long>> ripeAtSpec = StateSpecs.value(VarLongCoder.of());

    @TimerId("windowEnd")
    private final TimerSpec windowEndSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @TimerId("ripe")
    private final TimerSpec ripeSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    private final List<LakeTable> tables;
    private final WriteSettings settings;
    private transient @Nullable Map<String, LakeTable> tablesByName;
    private transient @Nullable Map<String, Store> stores;
    private transient @Nullable Map<LogKey, AppendLog> logs;

    /**
     * The watermark is at least here, as far as this instance has seen: tells late blocks, and
     * decides nothing but when.
     */
    private transient long watermark;

    AppendFn(List<LakeTable> tables, WriteSettings settings) {
      this.tables = tables;
      this.settings = settings;
    }

    @Setup
    public void setup(PipelineOptions options) {
      tablesByName = new HashMap<>();
      stores = new HashMap<>();
      logs =
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<LogKey, AppendLog> eldest) {
              return size() > MOST_LOGS;
            }
          };
      watermark = Long.MIN_VALUE;
      for (LakeTable table : tables) {
        tablesByName.put(table.table().name(), table);
        stores.put(table.table().name(), table.stores().open(options));
      }
    }

    @Teardown
    public void teardown() {
      if (stores != null) {
        stores.values().forEach(Store::close);
      }
    }

    @ProcessElement
    public void process(
        @Element KV<LogKey, Block> element,
        @StateId("blocks") BagState<Block> blocks,
        @StateId("bytes") ValueState<Long> bytes,
        @StateId("closesAt") ValueState<Long> closesAt,
        @StateId("ripeAt") ValueState<Long> ripeAt,
        @TimerId("windowEnd") Timer windowEnd,
        @TimerId("ripe") Timer ripe,
        OutputReceiver<LogChange> out)
        throws IOException {
      Block block = element.getValue();
      blocks.add(block);
      Long before = bytes.read();
      long now = (before == null ? 0 : before) + block.size();
      bytes.write(now);
      if (now >= settings.fileBytes()) {
        append(element.getKey(), blocks, bytes, closesAt, ripeAt, out);
        windowEnd.clear();
        ripe.clear();
        return;
      }
      if (ripeAt.read() == null) {
        ripeAt.write(
            ripe.getCurrentRelativeTime().getMillis() + settings.fileInterval().toMillis());
      }
      Long closes = closesAt.read();
      if (closes == null || block.windowEnd() < closes) {
        closesAt.write(block.windowEnd());
        if (block.windowEnd() > watermark) {
          windowEnd.set(Instant.ofEpochMilli(block.windowEnd()));
        } else {
          ripe.offset(Duration.millis(settings.fileInterval().toMillis()))
              .withNoOutputTimestamp()
              .setRelative();
        }
      }
    }

    @OnTimer("windowEnd")
    public void onWindowEnd(
        OnTimerContext context,
        @Key LogKey key,
        @StateId("blocks") BagState<Block> blocks,
        @StateId("bytes") ValueState<Long> bytes,
        @StateId("closesAt") ValueState<Long> closesAt,
        @StateId("ripeAt") ValueState<Long> ripeAt,
        @TimerId("ripe") Timer ripe,
        OutputReceiver<LogChange> out)
        throws IOException {
      watermark = Math.max(watermark, context.fireTimestamp().getMillis());
      Long ripeTime = ripeAt.read();
      if (ripeTime == null) {
        return;
      }
      long left = ripeTime - ripe.getCurrentRelativeTime().getMillis();
      if (left <= 0) {
        append(key, blocks, bytes, closesAt, ripeAt, out);
        ripe.clear();
      } else {
        // The date must not be called complete meanwhile: the timer holds the watermark.
        ripe.offset(Duration.millis(left))
            .withOutputTimestamp(context.fireTimestamp())
            .setRelative();
      }
    }

    @OnTimer("ripe")
    public void onRipe(
        @Key LogKey key,
        @StateId("blocks") BagState<Block> blocks,
        @StateId("bytes") ValueState<Long> bytes,
        @StateId("closesAt") ValueState<Long> closesAt,
        @StateId("ripeAt") ValueState<Long> ripeAt,
        @TimerId("windowEnd") Timer windowEnd,
        OutputReceiver<LogChange> out)
        throws IOException {
      append(key, blocks, bytes, closesAt, ripeAt, out);
      windowEnd.clear();
    }

    /**
     * At the end of a bounded run, or when a job is drained: processing-time timers do not fire any
     * more.
     */
    @OnWindowExpiration
    public void onExpiration(
        @Key LogKey key,
        @StateId("blocks") BagState<Block> blocks,
        @StateId("bytes") ValueState<Long> bytes,
        @StateId("closesAt") ValueState<Long> closesAt,
        @StateId("ripeAt") ValueState<Long> ripeAt,
        OutputReceiver<LogChange> out)
        throws IOException {
      append(key, blocks, bytes, closesAt, ripeAt, out);
    }

    @SuppressWarnings(
        "deprecation") // Beam has no other way to say that output may be older than its cause.
    @Override
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(Long.MAX_VALUE);
    }

    private void append(
        LogKey key,
        BagState<Block> blocks,
        ValueState<Long> bytes,
        ValueState<Long> closesAt,
        ValueState<Long> ripeAt,
        OutputReceiver<LogChange> out)
        throws IOException {
      List<Block> read = new ArrayList<>();
      blocks.read().forEach(read::add);
      if (!read.isEmpty()) {
        append(key, read, out);
      }
      blocks.clear();
      bytes.clear();
      closesAt.clear();
      ripeAt.clear();
    }

    private void append(LogKey key, List<Block> blocks, OutputReceiver<LogChange> out)
        throws IOException {
      LakeTable table =
          Objects.requireNonNull(Objects.requireNonNull(tablesByName).get(key.table()));
      Store store = Objects.requireNonNull(Objects.requireNonNull(stores).get(key.table()));
      LocalDate date = LocalDate.ofEpochDay(key.date());
      AppendLog log =
          Objects.requireNonNull(logs)
              .computeIfAbsent(
                  key,
                  k ->
                      new AppendLog(
                          store, table.table(), date, k.shard(), table.descriptor().resharded()));
      Pane pane = new Pane(table.table(), blocks, settings.zstdLevel());
      List<AppendLog.Appended> appended = log.append(pane);
      long written = 0;
      for (AppendLog.Appended one : appended) {
        Pane.File file = (Pane.File) one.rows();
        written += file.rows();
        SluiceMetrics.FILES.labelValues(key.table()).inc();
        SluiceMetrics.FILE_ROWS.labelValues(key.table()).inc(file.rows());
        SluiceMetrics.FILE_BYTES.labelValues(key.table()).inc(file.written().size());
        output(
            out,
            new LogChange(
                key.table(),
                key.date(),
                new CommittedFile(
                    one.file().name(), file.written().size(), file.written().sha256())));
      }
      SluiceMetrics.REPLAYED.labelValues(key.table()).inc(pane.rows() - written);
      if (appended.isEmpty()) {
        output(out, new LogChange(key.table(), key.date(), null));
      }
    }

    /**
     * A timer that holds no watermark has no timestamp to pass on, and the changes of a date need
     * none.
     */
    private static void output(OutputReceiver<LogChange> out, LogChange change) {
      out.outputWithTimestamp(change, BoundedWindow.TIMESTAMP_MIN_VALUE);
    }
  }
}
