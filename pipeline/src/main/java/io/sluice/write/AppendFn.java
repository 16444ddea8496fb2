package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.BlockCoder;
import io.sluice.block.LogKey;
import io.sluice.lake.LakeTable;
import io.sluice.metrics.DroppedElements;
import io.sluice.metrics.MetricsServer;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.metrics.WaitingRows;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
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
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the blocks of each log from their arrival until they are in a file. A checkpoint waits for
 * no append: what it holds of one that is under way is appended again after a restore, and found to
 * be there.
 */
final class AppendFn extends DoFn<KV<LogKey, Block>, LogChange> {
  private static final long serialVersionUID = 1L;

  /** How often it is asked whether an append is done. */
  private static final Duration POLL = Duration.millis(25);

  @StateId("blocks")
  private final StateSpec<BagState<Block>> blocksSpec = StateSpecs.bag(BlockCoder.of());

  @StateId("otherBlocks")
  private final StateSpec<BagState<Block>> otherBlocksSpec = StateSpecs.bag(BlockCoder.of());

  @StateId("progress")
  private final StateSpec<ValueState<LogState.Progress>> progressSpec =
      StateSpecs.value(new ProgressCoder());

  @TimerId("windowEnd")
  private final TimerSpec windowEndSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId("ripe")
  private final TimerSpec fileDueSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerId("appended")
  private final TimerSpec appendedSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final List<LakeTable> tables;
  private final FilePolicy policy;
  private final int zstdLevel;
  private final boolean overlap;
  private final MetricsServer.@Nullable Address metrics;
  private transient @Nullable Appender appender;
  private transient @Nullable Map<LogKey, Append> appends;
  private transient @Nullable WaitingRows waiting;
  private transient boolean isServing;

  /**
   * The watermark is at least here, as far as this instance has seen: tells late blocks, and
   * decides nothing but when.
   */
  private transient long watermark;

  /**
   * An append that this instance began.
   *
   * @param id as the state has it: where that has another, the runner has moved the key, or taken
   *     back what this instance did
   */
  private record Append(long id, Future<List<LogChange>> changes) {}

  /**
   * @param overlap whether an append goes on beside the worker's thread; else it is waited for
   */
  AppendFn(
      List<LakeTable> tables,
      WriteSettings settings,
      boolean overlap,
      MetricsServer.@Nullable Address metrics) {
    this.tables = List.copyOf(tables);
    this.policy = settings.policy();
    this.zstdLevel = settings.zstdLevel();
    this.overlap = overlap;
    this.metrics = metrics;
  }

  @Setup
  public void setup(PipelineOptions options) throws IOException {
    appender = new Appender(tables, zstdLevel, options);
    appends = new HashMap<>();
    waiting = new WaitingRows();
    tables.forEach(table -> SluiceMetrics.begin(table.table().name()));
    watermark = Long.MIN_VALUE;
    if (metrics != null) {
      MetricsServer.openOnWorker(metrics);
      isServing = true;
    }
  }

  @StartBundle
  public void startBundle() {
    DroppedElements.watch("AppendFiles");
  }

  @Teardown
  public void teardown() {
    if (waiting != null) {
      waiting.close();
    }
    if (isServing) {
      isServing = false;
      MetricsServer.close();
    }
    if (appender != null) {
      appender.close();
    }
  }

  @ProcessElement
  public void process(
      @Element KV<LogKey, Block> element,
      @StateId("blocks") BagState<Block> blocks,
      @StateId("otherBlocks") BagState<Block> otherBlocks,
      @StateId("progress") ValueState<LogState.Progress> progress,
      @TimerId("windowEnd") Timer windowEnd,
      @TimerId("ripe") Timer fileDue,
      @TimerId("appended") Timer appended,
      OutputReceiver<LogChange> out)
      throws IOException {
    LogState state = new LogState(blocks, otherBlocks, progress);
    Block block = element.getValue();
    waiting().arrived(element.getKey().table(), element.getKey());
    long now = now(fileDue);
    FilePolicy.Decision decision =
        policy.blockArrived(state.waiting(), block.size(), block.windowEnd(), now, watermark);
    state.add(block, decision.waiting());
    switch (decision.action()) {
      case CLOSE -> begin(element.getKey(), state, appended, out);
      case AWAIT_WINDOW_END -> windowEnd.set(Instant.ofEpochMilli(decision.at()));
      case AWAIT_DUE_TIME -> awaitFileDue(state, decision.at() - now, fileDue);
      case KEEP_WAITING -> {}
    }
  }

  @OnTimer("windowEnd")
  public void onWindowEnd(
      OnTimerContext context,
      @Key LogKey key,
      @StateId("blocks") BagState<Block> blocks,
      @StateId("otherBlocks") BagState<Block> otherBlocks,
      @StateId("progress") ValueState<LogState.Progress> progress,
      @TimerId("ripe") Timer fileDue,
      @TimerId("appended") Timer appended,
      OutputReceiver<LogChange> out)
      throws IOException {
    long time = context.fireTimestamp().getMillis();
    watermark = Math.max(watermark, time);
    LogState state = new LogState(blocks, otherBlocks, progress);
    long now = now(fileDue);
    // It may be for blocks that are gone: a timer that is cleared fires on Flink all the same.
    FilePolicy.Decision decision = policy.windowEnded(state.waiting(), time, now);
    if (decision.action() == FilePolicy.Action.AWAIT_DUE_TIME) {
      // The date must not be called complete meanwhile: the timer holds the watermark.
      Long before = state.progress().hold();
      state.hold(decision.waiting(), before == null ? time : Math.min(before, time));
    }
    closeOrAwait(decision, now, key, state, fileDue, appended, out);
  }

  @OnTimer("ripe")
  public void onFileDue(
      @Key LogKey key,
      @StateId("blocks") BagState<Block> blocks,
      @StateId("otherBlocks") BagState<Block> otherBlocks,
      @StateId("progress") ValueState<LogState.Progress> progress,
      @TimerId("ripe") Timer fileDue,
      @TimerId("appended") Timer appended,
      OutputReceiver<LogChange> out)
      throws IOException {
    LogState state = new LogState(blocks, otherBlocks, progress);
    long now = now(fileDue);
    FilePolicy.Decision decision = policy.fileDue(state.waiting(), now);
    closeOrAwait(decision, now, key, state, fileDue, appended, out);
  }

  private static long now(Timer fileDue) {
    return fileDue.getCurrentRelativeTime().getMillis();
  }

  /** What a timer comes to; that a window ends is awaited from the arrival of its block on. */
  private void closeOrAwait(
      FilePolicy.Decision decision,
      long now,
      LogKey key,
      LogState state,
      Timer fileDue,
      Timer appended,
      OutputReceiver<LogChange> out)
      throws IOException {
    if (decision.action() == FilePolicy.Action.CLOSE) {
      begin(key, state, appended, out);
    } else if (decision.action() == FilePolicy.Action.AWAIT_DUE_TIME) {
      awaitFileDue(state, decision.at() - now, fileDue);
    }
  }

  private static void awaitFileDue(LogState state, long millis, Timer fileDue) {
    setRelative(fileDue.offset(Duration.millis(millis)), state.progress().hold());
  }

  private static void setRelative(Timer timer, @Nullable Long hold) {
    (hold == null
            ? timer.withNoOutputTimestamp()
            : timer.withOutputTimestamp(Instant.ofEpochMilli(hold)))
        .setRelative();
  }

  @OnTimer("appended")
  public void onAppended(
      @Key LogKey key,
      @StateId("blocks") BagState<Block> blocks,
      @StateId("otherBlocks") BagState<Block> otherBlocks,
      @StateId("progress") ValueState<LogState.Progress> progress,
      @TimerId("appended") Timer appended,
      OutputReceiver<LogChange> out)
      throws IOException {
    LogState state = new LogState(blocks, otherBlocks, progress);
    if (state.progress().append() == null) {
      return;
    }
    if (running(key, state).isDone()) {
      end(key, state, out);
    } else {
      poll(state, appended);
    }
  }

  /**
   * At the end of a bounded run, or when a job is drained: processing-time timers do not fire any
   * more.
   */
  @OnWindowExpiration
  public void onExpiration(
      @Key LogKey key,
      @StateId("blocks") BagState<Block> blocks,
      @StateId("otherBlocks") BagState<Block> otherBlocks,
      @StateId("progress") ValueState<LogState.Progress> progress,
      OutputReceiver<LogChange> out)
      throws IOException {
    LogState state = new LogState(blocks, otherBlocks, progress);
    end(key, state, out);
    if (!state.isEmpty()) {
      begin(key, state);
      end(key, state, out);
    }
  }

  @SuppressWarnings(
      "deprecation") // Beam has no other way to say that output may be older than its cause.
  @Override
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  /** Begins to append what has gathered, after the append before. */
  private void begin(LogKey key, LogState state, Timer appended, OutputReceiver<LogChange> out)
      throws IOException {
    end(key, state, out);
    begin(key, state);
    if (overlap) {
      poll(state, appended);
    } else {
      end(key, state, out);
    }
  }

  private void begin(LogKey key, LogState state) throws IOException {
    long id = ThreadLocalRandom.current().nextLong();
    // Whatever window of these has not ended, or waited for them, is to wait on.
    Long hold = state.progress().hold();
    submit(key, id, state.begin(id, hold != null ? hold : state.progress().windowEnd()));
  }

  private Future<List<LogChange>> submit(LogKey key, long id, List<Block> blocks)
      throws IOException {
    Future<List<LogChange>> changes = Objects.requireNonNull(appender).begin(key, blocks);
    Objects.requireNonNull(appends).put(key, new Append(id, changes));
    waiting().begun(key.table(), key);
    return changes;
  }

  /** The append that the state tells of; after a restore it is begun again. */
  private Future<List<LogChange>> running(LogKey key, LogState state) throws IOException {
    long id = Objects.requireNonNull(state.progress().append());
    Append known = Objects.requireNonNull(appends).get(key);
    return known != null && known.id() == id ? known.changes() : submit(key, id, state.appending());
  }

  private static void poll(LogState state, Timer appended) {
    setRelative(appended.offset(POLL), state.progress().appendHold());
  }

  /** Waits for the append that is under way, if there is one. */
  private void end(LogKey key, LogState state, OutputReceiver<LogChange> out) throws IOException {
    if (state.progress().append() == null) {
      return;
    }
    for (LogChange change : Appender.await(running(key, state))) {
      // A timer that holds no watermark has no timestamp to pass on, and a change needs none.
      out.outputWithTimestamp(change, BoundedWindow.TIMESTAMP_MIN_VALUE);
    }
    Objects.requireNonNull(appends).remove(key);
    waiting().appended(key.table(), key);
    state.end();
  }

  private WaitingRows waiting() {
    return Objects.requireNonNull(waiting);
  }
}
