package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.LakeTable;
import io.sluice.metrics.DroppedElements;
import io.sluice.metrics.IncompleteDates;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.write.CommittedFile;
import io.sluice.write.LogChange;
import io.sluice.write.LogChangeCoder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the manifests of one date after the other, by keyed state and timers: {@link
 * CompleteDates} says when.
 */
final class PublishFn extends TablesFn<KV<String, LogChange>, String> {
  private static final long serialVersionUID = 1L;

  @StateId("changes")
  private final StateSpec<BagState<LogChange>> changesSpec = StateSpecs.bag(LogChangeCoder.of());

  /** Whether {@code again} is set: were it put off by each late file, it might never come. */
  @StateId("isReopened")
  private final StateSpec<ValueState<Boolean>> isReopenedSpec = StateSpecs.value(BooleanCoder.of());

  /** Whether the date waits for the watermark, and {@code incomplete} is set. */
  @StateId("isIncomplete")
  private final StateSpec<ValueState<Boolean>> isIncompleteSpec =
      StateSpecs.value(BooleanCoder.of());

  /** Whether {@code grow} is set. */
  @StateId("isGrowing")
  private final StateSpec<ValueState<Boolean>> isGrowingSpec = StateSpecs.value(BooleanCoder.of());

  /** The date's newest manifest that this step has seen, while the date waits. */
  @StateId("version")
  private final StateSpec<ValueState<Integer>> versionSpec = StateSpecs.value(VarIntCoder.of());

  @TimerId("grow")
  private final TimerSpec growSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  /**
   * Comes again and again while the date waits, to tell the metrics: state cannot be listed, so a
   * restored instance knows a date only once something of it happens.
   */
  @TimerId("incomplete")
  private final TimerSpec incompleteSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerId("dateEnd")
  private final TimerSpec dateEndSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId("again")
  private final TimerSpec reopenedSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  /**
   * No job waits so long for a date to end. Letters whose time is no time, such as microseconds
   * taken for milliseconds, are of such dates, and would keep timers for ever.
   */
  private static final Duration NEVER = Duration.ofDays(366);

  private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

  private final Duration windowSize;
  private final Duration fileInterval;
  private final @Nullable Duration manifestInterval;

  /** The watermark is at least here, as far as this instance has seen. */
  private transient long watermark;

  private transient @Nullable IncompleteDates incompleteDates;

  PublishFn(
      List<LakeTable> tables,
      Duration windowSize,
      Duration fileInterval,
      @Nullable Duration manifestInterval) {
    super(tables);
    this.windowSize = windowSize;
    this.fileInterval = fileInterval;
    this.manifestInterval = manifestInterval;
  }

  @Override
  @Setup
  public void setup(PipelineOptions options) {
    super.setup(options);
    watermark = Long.MIN_VALUE;
    incompleteDates = new IncompleteDates();
    SluiceMetrics.plannedDelay(windowSize.plus(fileInterval));
  }

  @StartBundle
  public void startBundle() {
    DroppedElements.watch("PublishManifests");
  }

  @Override
  @Teardown
  public void teardown() {
    super.teardown();
    if (incompleteDates != null) {
      incompleteDates.close();
    }
  }

  @ProcessElement
  public void process(
      @Element KV<String, LogChange> element,
      @StateId("changes") BagState<LogChange> changes,
      @StateId("isReopened") ValueState<Boolean> isReopened,
      @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
      @StateId("isGrowing") ValueState<Boolean> isGrowing,
      @TimerId("dateEnd") Timer dateEnd,
      @TimerId("again") Timer reopened,
      @TimerId("grow") Timer grow,
      @TimerId("incomplete") Timer incomplete) {
    LogChange change = element.getValue();
    changes.add(change);
    long end = end(change);
    if (end > watermark && !isNever(end)) {
      dateEnd.withNoOutputTimestamp().set(Instant.ofEpochMilli(end));
      if (isIncomplete.read() == null) {
        isIncomplete.write(true);
        reportIncomplete(change.table(), change.date(), incomplete);
      }
      if (manifestInterval != null && isGrowing.read() == null) {
        isGrowing.write(true);
        setIn(manifestInterval, grow);
      }
    } else if (isReopened.read() == null) {
      isReopened.write(true);
      setIn(fileInterval, reopened);
    }
  }

  private static void setIn(Duration time, Timer timer) {
    timer
        .offset(org.joda.time.Duration.millis(time.toMillis()))
        .withNoOutputTimestamp()
        .setRelative();
  }

  /** When a date and its last window have ended. */
  private long end(LogChange change) {
    return Table.inRange(change.date())
            .plusDays(1)
            .atStartOfDay(table(change.table()).table().zone())
            .toInstant()
            .toEpochMilli()
        + windowSize.toMillis();
  }

  private static boolean isNever(long end) {
    return end > System.currentTimeMillis() + NEVER.toMillis();
  }

  private void reportIncomplete(String name, long date, Timer incomplete) {
    Objects.requireNonNull(incompleteDates)
        .opened(name, Table.inRange(date), table(name).table().zone());
    setIn(REPORT_EVERY, incomplete);
  }

  @OnTimer("incomplete")
  public void onIncomplete(
      @Key String key,
      @StateId("changes") BagState<LogChange> changes,
      @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
      @StateId("version") ValueState<Integer> version,
      @TimerId("incomplete") Timer incomplete,
      OutputReceiver<String> out)
      throws IOException {
    if (isIncomplete.read() == null) {
      return;
    }
    LogChange date = change(key);
    if (isNever(end(date))) {
      // An earlier version waits for it.
      complete(key, changes, isIncomplete, version, out);
    } else {
      reportIncomplete(date.table(), date.date(), incomplete);
    }
  }

  @OnTimer("grow")
  public void onGrow(
      @Key String key,
      @StateId("changes") BagState<LogChange> changes,
      @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
      @StateId("isGrowing") ValueState<Boolean> isGrowing,
      @StateId("version") ValueState<Integer> version,
      OutputReceiver<String> out)
      throws IOException {
    isGrowing.clear();
    // Once the date is complete, what comes is late, and has another timer.
    if (isIncomplete.read() == null) {
      return;
    }
    int known = known(version);
    Changed changed = Changed.of(changes);
    Publication.Published published =
        publication(key)
            .grow(known, changed.isAll() ? Optional.of(changed.files()) : Optional.empty());
    version.write(published.version());
    changes.clear();
    output(key, known, published, out);
  }

  @OnTimer("dateEnd")
  public void onDateEnd(
      OnTimerContext context,
      @Key String key,
      @StateId("changes") BagState<LogChange> changes,
      @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
      @StateId("version") ValueState<Integer> version,
      OutputReceiver<String> out)
      throws IOException {
    watermark = Math.max(watermark, context.fireTimestamp().getMillis());
    complete(key, changes, isIncomplete, version, out);
  }

  @OnTimer("again")
  public void onReopened(
      @Key String key,
      @StateId("changes") BagState<LogChange> changes,
      @StateId("isReopened") ValueState<Boolean> isReopened,
      @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
      @StateId("version") ValueState<Integer> version,
      OutputReceiver<String> out)
      throws IOException {
    isReopened.clear();
    complete(key, changes, isIncomplete, version, out);
  }

  /**
   * At the end of a bounded run, or when a job is drained: processing-time timers do not fire any
   * more.
   */
  @OnWindowExpiration
  public void onExpiration(
      @Key String key,
      @StateId("changes") BagState<LogChange> changes,
      @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
      @StateId("version") ValueState<Integer> version,
      OutputReceiver<String> out)
      throws IOException {
    complete(key, changes, isIncomplete, version, out);
  }

  @SuppressWarnings(
      "deprecation") // Beam has no other way to say that output may be older than its cause.
  @Override
  public org.joda.time.Duration getAllowedTimestampSkew() {
    return org.joda.time.Duration.millis(Long.MAX_VALUE);
  }

  /**
   * What happened to a date since it was last published.
   *
   * @param isAll whether these are all the files: no other can be there
   */
  private record Changed(List<CommittedFile> files, boolean isAll) {
    static Changed of(BagState<LogChange> changes) {
      List<CommittedFile> files = new ArrayList<>();
      boolean isAll = true;
      for (LogChange change : changes.read()) {
        CommittedFile file = change.file();
        if (file == null) {
          isAll = false;
        } else {
          files.add(file);
        }
      }
      return new Changed(files, isAll);
    }

    boolean isNone() {
      return files.isEmpty() && isAll;
    }
  }

  private void complete(
      String key,
      BagState<LogChange> changes,
      ValueState<Boolean> isIncomplete,
      ValueState<Integer> version,
      OutputReceiver<String> out)
      throws IOException {
    Changed changed = Changed.of(changes);
    if (changed.isNone() && isIncomplete.read() == null) {
      return;
    }
    Map<String, String> sha256 = new HashMap<>();
    changed.files().forEach(file -> sha256.put(file.name(), file.sha256()));
    output(key, known(version), publication(key).complete(sha256), out);
    LogChange date = change(key);
    Objects.requireNonNull(incompleteDates).completed(date.table(), Table.inRange(date.date()));
    changes.clear();
    isIncomplete.clear();
    version.clear();
  }

  private Publication publication(String key) {
    LogChange date = change(key);
    return new Publication(
        store(date.table()), table(date.table()).table(), Table.inRange(date.date()));
  }

  private static int known(ValueState<Integer> version) {
    Integer seen = version.read();
    return seen == null ? 0 : seen;
  }

  /**
   * Tells of each version that this step did not know of. It may be another's, or its own: killed
   * after it had written that, and before the state was kept.
   */
  private static void output(
      String key, int known, Publication.Published published, OutputReceiver<String> out) {
    if (published.outcome() == Publication.Outcome.PUBLISHED || published.version() != known) {
      LogChange date = change(key);
      out.outputWithTimestamp(
          date.table() + "/" + Table.inRange(date.date()), BoundedWindow.TIMESTAMP_MIN_VALUE);
    }
  }

  /** The table and the date of a key. */
  private static LogChange change(String key) {
    int slash = key.lastIndexOf('/');
    return new LogChange(key.substring(0, slash), Long.parseLong(key.substring(slash + 1)), null);
  }
}
