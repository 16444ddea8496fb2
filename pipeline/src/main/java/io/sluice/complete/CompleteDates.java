package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.metrics.DroppedElements;
import io.sluice.metrics.IncompleteDates;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.write.CommittedFile;
import io.sluice.write.LogChange;
import io.sluice.write.LogChangeCoder;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Completes dates: publishes a date's {@link Manifest} once the watermark has passed the date and
 * its last window, and again after a late file. A date that no job will see the end of, more than a
 * year ahead, has it after each file instead. Dates that an earlier run left without one are taken
 * up at the start.
 */
public final class CompleteDates extends PTransform<PCollection<LogChange>, PCollection<String>> {
  private static final long serialVersionUID = 1L;

  private final List<LakeTable> tables;
  private final Duration windowSize;
  private final Duration fileInterval;

  /**
   * @param fileInterval how long a date that is reopened waits for further files
   */
  public CompleteDates(List<LakeTable> tables, Duration windowSize, Duration fileInterval) {
    this.tables = List.copyOf(tables);
    this.windowSize = windowSize;
    this.fileInterval = fileInterval;
  }

  /** The folders of the dates that got a new manifest. */
  @Override
  public PCollection<String> expand(PCollection<LogChange> changes) {
    PCollection<LogChange> open =
        changes
            .getPipeline()
            // Not Impulse: Beam's Flink runner gives it no name of its own in savepoints, and with
            // another parallelism none would be restored.
            .apply("Start", Create.of(tables.stream().map(table -> table.table().name()).toList()))
            .apply("FindOpenDates", ParDo.of(new FindOpenDatesFn(tables)))
            .setCoder(LogChangeCoder.of());
    return PCollectionList.of(changes)
        .and(open)
        .apply("Changes", Flatten.pCollections())
        .apply(
            "ByDate",
            WithKeys.<String, LogChange>of(change -> change.table() + "/" + change.date())
                .withKeyType(TypeDescriptors.strings()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), LogChangeCoder.of()))
        .apply("PublishManifests", ParDo.of(new PublishFn(tables, windowSize, fileInterval)))
        .setCoder(StringUtf8Coder.of());
  }

  /** Opens the stores of tables on a worker. */
  private abstract static class TablesFn<InputT, OutputT> extends DoFn<InputT, OutputT> {
    private static final long serialVersionUID = 1L;

    private final List<LakeTable> tables;
    private transient @Nullable Map<String, Store> stores;

    TablesFn(List<LakeTable> tables) {
      this.tables = tables;
    }

    @Setup
    public void setup(PipelineOptions options) {
      stores = new HashMap<>();
      for (LakeTable table : tables) {
        stores.put(table.table().name(), table.stores().open(options));
      }
    }

    @Teardown
    public void teardown() {
      if (stores != null) {
        stores.values().forEach(Store::close);
      }
    }

    LakeTable table(String name) {
      return tables.stream().filter(t -> t.table().name().equals(name)).findFirst().orElseThrow();
    }

    Store store(String name) {
      return Objects.requireNonNull(Objects.requireNonNull(stores).get(name));
    }
  }

  static final class FindOpenDatesFn extends TablesFn<String, LogChange> {
    private static final long serialVersionUID = 1L;

    FindOpenDatesFn(List<LakeTable> tables) {
      super(tables);
    }

    @ProcessElement
    public void process(@Element String name, OutputReceiver<LogChange> out) throws IOException {
      Table table = table(name).table();
      for (LocalDate date : LakeFiles.dates(store(name), table)) {
        if (!new Publication(store(name), table, date).isCurrent()) {
          out.output(new LogChange(name, date.toEpochDay(), null));
        }
      }
    }
  }

  static final class PublishFn extends TablesFn<KV<String, LogChange>, String> {
    private static final long serialVersionUID = 1L;

    @StateId("changes")
    private final StateSpec<BagState<LogChange>> changesSpec = StateSpecs.bag(LogChangeCoder.of());

    /** Whether {@code again} is set: were it put off by each late file, it might never come. */
    @StateId("isReopened")
    private final StateSpec<ValueState<Boolean>> isReopenedSpec =
        StateSpecs.value(BooleanCoder.of());

    /** Whether the date waits for the watermark, and {@code incomplete} is set. */
    @StateId("isIncomplete")
    private final StateSpec<ValueState<Boolean>> isIncompleteSpec =
        StateSpecs.value(BooleanCoder.of());

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

    private static final org.joda.time.Duration REPORT_EVERY =
        org.joda.time.Duration.standardSeconds(10);

    private final Duration windowSize;
    private final Duration fileInterval;

    /** The watermark is at least here, as far as this instance has seen. */
    private transient long watermark;

    private transient @Nullable IncompleteDates incompleteDates;

    PublishFn(List<LakeTable> tables, Duration windowSize, Duration fileInterval) {
      super(tables);
      this.windowSize = windowSize;
      this.fileInterval = fileInterval;
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
        @TimerId("dateEnd") Timer dateEnd,
        @TimerId("again") Timer reopened,
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
      } else if (isReopened.read() == null) {
        isReopened.write(true);
        reopened
            .offset(org.joda.time.Duration.millis(fileInterval.toMillis()))
            .withNoOutputTimestamp()
            .setRelative();
      }
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
      incomplete.offset(REPORT_EVERY).withNoOutputTimestamp().setRelative();
    }

    @OnTimer("incomplete")
    public void onIncomplete(
        @Key String key,
        @StateId("changes") BagState<LogChange> changes,
        @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
        @TimerId("incomplete") Timer incomplete,
        OutputReceiver<String> out)
        throws IOException {
      if (isIncomplete.read() == null) {
        return;
      }
      int slash = key.lastIndexOf('/');
      LogChange date =
          new LogChange(key.substring(0, slash), Long.parseLong(key.substring(slash + 1)), null);
      if (isNever(end(date))) {
        // An earlier version waits for it.
        publish(changes, out);
        isIncomplete.clear();
      } else {
        reportIncomplete(date.table(), date.date(), incomplete);
      }
    }

    @OnTimer("dateEnd")
    public void onDateEnd(
        OnTimerContext context,
        @StateId("changes") BagState<LogChange> changes,
        @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
        OutputReceiver<String> out)
        throws IOException {
      watermark = Math.max(watermark, context.fireTimestamp().getMillis());
      publish(changes, out);
      isIncomplete.clear();
    }

    @OnTimer("again")
    public void onReopened(
        @StateId("changes") BagState<LogChange> changes,
        @StateId("isReopened") ValueState<Boolean> isReopened,
        OutputReceiver<String> out)
        throws IOException {
      isReopened.clear();
      publish(changes, out);
    }

    /**
     * At the end of a bounded run, or when a job is drained: processing-time timers do not fire any
     * more.
     */
    @OnWindowExpiration
    public void onExpiration(
        @StateId("changes") BagState<LogChange> changes,
        @StateId("isIncomplete") ValueState<Boolean> isIncomplete,
        OutputReceiver<String> out)
        throws IOException {
      publish(changes, out);
      isIncomplete.clear();
    }

    @SuppressWarnings(
        "deprecation") // Beam has no other way to say that output may be older than its cause.
    @Override
    public org.joda.time.Duration getAllowedTimestampSkew() {
      return org.joda.time.Duration.millis(Long.MAX_VALUE);
    }

    private void publish(BagState<LogChange> changes, OutputReceiver<String> out)
        throws IOException {
      Map<String, String> sha256 = new HashMap<>();
      LogChange any = null;
      for (LogChange change : changes.read()) {
        any = change;
        CommittedFile file = change.file();
        if (file != null) {
          sha256.put(file.name(), file.sha256());
        }
      }
      if (any != null) {
        LocalDate date = Table.inRange(any.date());
        if (new Publication(store(any.table()), table(any.table()).table(), date)
            .complete(sha256)) {
          out.outputWithTimestamp(any.table() + "/" + date, BoundedWindow.TIMESTAMP_MIN_VALUE);
        }
        Objects.requireNonNull(incompleteDates).completed(any.table(), date);
      }
      changes.clear();
    }
  }
}
