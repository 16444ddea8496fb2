package io.sluice.follow;

import io.sluice.lake.LakeTable;
import io.sluice.metrics.DroppedElements;
import io.sluice.metrics.FollowerDelays;
import io.sluice.metrics.SluiceMetrics;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.MapCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes followers equal to the dates that were published, while a job goes on. A follower that
 * fails, or does not answer, is late, and holds up nothing: its dates are owed to it until it takes
 * them. All dates of the lake are looked at when a job first hears of a follower, and then each
 * hour, for others publish, too: a compaction, another job.
 *
 * <p>One worker has a follower of a table, so no two of a job meet at one target.
 */
public final class FollowTables extends PTransform<PCollection<String>, PDone> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(FollowTables.class);

  private final List<LakeTable> tables;
  private final List<String> followers;

  /**
   * @param followers the names of {@link FollowerKind}s
   */
  public FollowTables(List<LakeTable> tables, List<String> followers) {
    this.tables = List.copyOf(tables);
    this.followers = List.copyOf(followers);
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
                Create.of(
                        tables.stream()
                            .map(table -> table.table().name() + "/" + FollowerWork.ALL)
                            .toList())
                    .withCoder(StringUtf8Coder.of()));
    PCollectionList.of(published)
        .and(all)
        .apply("Dates", Flatten.pCollections())
        .apply("ByFollower", ParDo.of(new ByFollowerFn(followers)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
        .apply("Follow", ParDo.of(new FollowFn(tables, followers)))
        .setCoder(VoidCoder.of());
    return PDone.in(published.getPipeline());
  }

  /** {@code TABLE/DATE} under {@code FOLLOWER/TABLE} for each follower. */
  private static final class ByFollowerFn extends DoFn<String, KV<String, String>> {
    private static final long serialVersionUID = 1L;

    private final List<String> followers;

    ByFollowerFn(List<String> followers) {
      this.followers = followers;
    }

    @ProcessElement
    public void process(@Element String published, OutputReceiver<KV<String, String>> out) {
      int slash = published.lastIndexOf('/');
      for (String follower : followers) {
        out.output(
            KV.of(follower + "/" + published.substring(0, slash), published.substring(slash + 1)));
      }
    }
  }

  static final class FollowFn extends DoFn<KV<String, String>, Void> {
    private static final long serialVersionUID = 1L;

    /** Beyond so many dates it is all of them that are owed: the state stays small. */
    static final int MOST_DATES = 1000;

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofHours(1);

    /** How long a run that ends waits for a target. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What is owed, and since when in milliseconds since the epoch. */
    @StateId("owed")
    private final StateSpec<ValueState<Map<String, Long>>> owedSpec =
        StateSpecs.value(MapCoder.of(StringUtf8Coder.of(), VarLongCoder.of()));

    /** Whether the follower was owed all dates once, as each is that the job did not have. */
    @StateId("isKnown")
    private final StateSpec<ValueState<Boolean>> isKnownSpec = StateSpecs.value(BooleanCoder.of());

    /** Always set: soon while something is owed, else for the next look at all dates. */
    @TimerId("tick")
    private final TimerSpec tickSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    private final List<LakeTable> tables;
    private final List<String> followers;
    private final Duration patience;
    private transient @Nullable PipelineOptions options;
    private transient @Nullable Map<String, FollowerWork> works;
    private transient @Nullable FollowerDelays delays;

    FollowFn(List<LakeTable> tables, List<String> followers) {
      this(tables, followers, PATIENCE);
    }

    FollowFn(List<LakeTable> tables, List<String> followers, Duration patience) {
      this.tables = tables;
      this.followers = followers;
      this.patience = patience;
    }

    @Setup
    public void setup(PipelineOptions options) {
      this.options = options;
      works = new HashMap<>();
      delays = new FollowerDelays();
      for (String follower : followers) {
        // From the beginning, so that an increase is seen.
        for (LakeTable table : tables) {
          String name = table.table().name();
          SluiceMetrics.FOLLOWER_FAILURES.labelValues(follower, name);
          SluiceMetrics.FOLLOWER_COMMITS.labelValues(follower, name);
          SluiceMetrics.FOLLOWER_CONFLICTS.labelValues(follower, name);
          SluiceMetrics.FOLLOWER_FOREIGN_CHANGES.labelValues(follower, name);
        }
      }
    }

    @StartBundle
    public void startBundle() {
      DroppedElements.watch("Follow");
    }

    @Teardown
    public void teardown() {
      if (works != null) {
        works.values().forEach(FollowerWork::close);
      }
      if (delays != null) {
        delays.close();
      }
    }

    @ProcessElement
    public void process(
        @Element KV<String, String> element,
        @StateId("owed") ValueState<Map<String, Long>> owed,
        @StateId("isKnown") ValueState<Boolean> isKnown,
        @TimerId("tick") Timer tick) {
      Owed now = Owed.of(owed);
      boolean isFirst = now.isNothing();
      long millis = System.currentTimeMillis();
      now.add(element.getValue(), millis);
      if (isKnown.read() == null) {
        isKnown.write(true);
        now.add(FollowerWork.ALL, millis);
      }
      work(element.getKey()).arrived(element.getValue(), millis);
      write(element.getKey(), now, owed);
      if (isFirst) {
        setIn(SOON, tick);
      }
    }

    @OnTimer("tick")
    public void onTick(
        @Key String key,
        @StateId("owed") ValueState<Map<String, Long>> owed,
        @StateId("isKnown") ValueState<Boolean> isKnown,
        @TimerId("tick") Timer tick) {
      if (!isAsked(key)) {
        // It was taken out of --publish. Where it comes back, much may have happened.
        owed.clear();
        isKnown.clear();
        return;
      }
      FollowerWork work = work(key);
      Owed now = Owed.of(owed);
      Optional<FollowerWork.Done> done = work.poll();
      done.ifPresent(one -> now.settle(one, work.arrived()));
      if (now.isNothing() && done.isEmpty() && !work.isUnderWay()) {
        now.add(FollowerWork.ALL, System.currentTimeMillis());
      }
      Duration pause = done.isPresent() ? work.pause() : Duration.ZERO;
      if (!now.isNothing() && !work.isUnderWay() && pause.isZero()) {
        work.begin(now.dates());
      }
      write(key, now, owed);
      setIn(now.isNothing() ? LOOK_AGAIN : pause.compareTo(SOON) > 0 ? pause : SOON, tick);
    }

    /** At the end of a bounded run, or when a job is drained: no timer fires any more. */
    @OnWindowExpiration
    public void onExpiration(@Key String key, @StateId("owed") ValueState<Map<String, Long>> owed) {
      if (!isAsked(key)) {
        return;
      }
      FollowerWork work = work(key);
      Owed now = Owed.of(owed);
      work.await(patience).ifPresent(done -> now.settle(done, work.arrived()));
      if (!now.isNothing() && !work.isUnderWay()) {
        work.begin(now.dates());
        work.await(patience).ifPresent(done -> now.settle(done, work.arrived()));
      }
      write(key, now, owed);
      if (!now.isNothing()) {
        LOG.warn(
            "the run ends, and {} has not followed: {}; `sluice follow --once` makes it equal",
            key,
            now.words());
      }
    }

    /** Whether the run names the follower: the state may be of one that named more. */
    private boolean isAsked(String key) {
      return followers.contains(key.substring(0, key.indexOf('/')));
    }

    private static void setIn(Duration time, Timer timer) {
      timer
          .offset(org.joda.time.Duration.millis(time.toMillis()))
          .withNoOutputTimestamp()
          .setRelative();
    }

    private FollowerWork work(String key) {
      int slash = key.indexOf('/');
      return Objects.requireNonNull(works)
          .computeIfAbsent(
              key,
              of ->
                  new FollowerWork(
                      FollowerKind.named("publish", of.substring(0, slash)),
                      table(of.substring(slash + 1)),
                      Objects.requireNonNull(options)));
    }

    private LakeTable table(String name) {
      return LakeTable.named(tables, name);
    }

    private void write(String key, Owed now, ValueState<Map<String, Long>> owed) {
      int slash = key.indexOf('/');
      String follower = key.substring(0, slash);
      String table = key.substring(slash + 1);
      if (now.isNothing()) {
        owed.clear();
        Objects.requireNonNull(delays).owesNothing(follower, table);
      } else {
        owed.write(now.since);
        Objects.requireNonNull(delays).owes(follower, table, now.oldest());
      }
    }
  }

  /** What is owed to a follower: dates, or all of them. */
  private static final class Owed {
    private final TreeMap<String, Long> since;

    private Owed(Map<String, Long> since) {
      this.since = new TreeMap<>(since);
    }

    static Owed of(ValueState<Map<String, Long>> state) {
      Map<String, Long> owed = state.read();
      return new Owed(owed == null ? Map.of() : owed);
    }

    void add(String date, long millis) {
      since.putIfAbsent(date, millis);
      if (since.size() > FollowFn.MOST_DATES) {
        long oldest = oldest();
        since.clear();
        since.put(FollowerWork.ALL, oldest);
      }
    }

    /** Strikes off what a round has done; what was published while it went on stays. */
    void settle(FollowerWork.Done done, Map<String, Long> arrived) {
      long all = since.getOrDefault(FollowerWork.ALL, Long.MAX_VALUE);
      since.keySet().removeAll(done.settled());
      done.failed().forEach(date -> add(date, Math.min(all, System.currentTimeMillis())));
      arrived.forEach(this::add);
    }

    boolean isNothing() {
      return since.isEmpty();
    }

    long oldest() {
      return Collections.min(since.values());
    }

    Set<String> dates() {
      return since.keySet();
    }

    String words() {
      return since.containsKey(FollowerWork.ALL)
          ? "any of its dates"
          : String.join(", ", since.keySet());
    }
  }
}
