package io.sluice.derive;

import io.sluice.lake.LakeTable;
import io.sluice.metrics.DroppedElements;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.options.PipelineOptions;
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
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PDone;
import org.jspecify.annotations.Nullable;

/**
 * Looks each minute at what is made of tables, and has the worker's metrics say how it is: whoever
 * makes it runs now and then, and says nothing while it does not. One worker looks at a table.
 */
public final class WatchDerived extends PTransform<PCollection<String>, PDone> {
  private static final long serialVersionUID = 1L;
  private static final String START = "";

  private final List<LakeTable> tables;
  private final boolean isServed;

  /**
   * @param tables of which something may be made
   * @param isServed whether workers serve metrics; where they do not, nothing is looked at
   */
  public WatchDerived(List<LakeTable> tables, boolean isServed) {
    this.tables = List.copyOf(tables);
    this.isServed = isServed;
  }

  /**
   * @param published the dates that have a new manifest, as {@code TABLE/2026-01-31}
   */
  @Override
  public PDone expand(PCollection<String> published) {
    PCollection<String> all =
        published
            .getPipeline()
            // Not Impulse, see CompleteDates.
            .apply(
                "Start",
                Create.of(tables.stream().map(table -> table.table().name() + "/" + START).toList())
                    .withCoder(StringUtf8Coder.of()));
    Set<String> names =
        tables.stream().map(table -> table.table().name()).collect(Collectors.toSet());
    PCollectionList.of(published)
        .and(all)
        .apply("Dates", Flatten.pCollections())
        .apply("ByTable", ParDo.of(new ByTableFn(Set.copyOf(names))))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
        .apply("Look", ParDo.of(new LookFn(tables, isServed)))
        .setCoder(VoidCoder.of());
    return PDone.in(published.getPipeline());
  }

  /** The dates of some tables under the table's name. */
  private static final class ByTableFn extends DoFn<String, KV<String, String>> {
    private static final long serialVersionUID = 1L;

    private final Set<String> names;

    ByTableFn(Set<String> names) {
      this.names = names;
    }

    @ProcessElement
    public void process(@Element String published, OutputReceiver<KV<String, String>> out) {
      int slash = published.lastIndexOf('/');
      String table = published.substring(0, slash);
      if (names.contains(table)) {
        out.output(KV.of(table, published.substring(slash + 1)));
      }
    }
  }

  static final class LookFn extends DoFn<KV<String, String>, Void> {
    private static final long serialVersionUID = 1L;
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** Whether the timer is set: were it put off by each date, it might never come. */
    @StateId("isWatched")
    private final StateSpec<ValueState<Boolean>> isWatchedSpec =
        StateSpecs.value(BooleanCoder.of());

    @TimerId("tick")
    private final TimerSpec tickSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    private final List<LakeTable> tables;
    private final boolean isServed;
    private transient @Nullable PipelineOptions options;
    private transient @Nullable Map<String, DerivedWork> works;

    LookFn(List<LakeTable> tables, boolean isServed) {
      this.tables = tables;
      this.isServed = isServed;
    }

    @Setup
    public void setup(PipelineOptions options) {
      this.options = options;
      works = new HashMap<>();
    }

    @StartBundle
    public void startBundle() {
      DroppedElements.watch("Look");
    }

    @Teardown
    public void teardown() {
      if (works != null) {
        works.values().forEach(DerivedWork::close);
      }
    }

    @ProcessElement
    public void process(
        @Element KV<String, String> element,
        @StateId("isWatched") ValueState<Boolean> isWatched,
        @TimerId("tick") Timer tick) {
      if (isServed && !element.getValue().equals(START)) {
        work(element.getKey()).published(LocalDate.parse(element.getValue()));
      }
      if (isWatched.read() == null) {
        isWatched.write(true);
        setIn(Duration.ofSeconds(1), tick);
      }
    }

    @OnTimer("tick")
    public void onTick(
        @Key String table,
        @StateId("isWatched") ValueState<Boolean> isWatched,
        @TimerId("tick") Timer tick) {
      if (tables.stream().noneMatch(one -> one.table().name().equals(table))) {
        // The state is of a run with another contract.
        isWatched.clear();
        return;
      }
      if (isServed) {
        work(table).begin();
      }
      setIn(PAUSE, tick);
    }

    private static void setIn(Duration time, Timer timer) {
      timer
          .offset(org.joda.time.Duration.millis(time.toMillis()))
          .withNoOutputTimestamp()
          .setRelative();
    }

    DerivedWork work(String name) {
      return Objects.requireNonNull(works)
          .computeIfAbsent(
              name,
              of -> new DerivedWork(LakeTable.named(tables, of), Objects.requireNonNull(options)));
    }
  }
}
