package io.sluice.follow;

import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.metrics.FollowerTarget;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work on one follower of one table, beside the thread of the step that asks for it: a target
 * that does not answer holds up no bundle and no checkpoint. One round at a time; target and store
 * are opened for each, so that a round does not suffer from what the one before has left.
 */
final class FollowerWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FollowerWork.class);

  /** Stands for all dates, where dates are named. */
  static final String ALL = "";

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /**
   * What a round has come to.
   *
   * @param settled what was asked for and needs no further try
   * @param failed dates that do, among them such as were found only when asked for all
   */
  record Done(Set<String> settled, Set<String> failed) {}

  private final FollowerKind kind;
  private final LakeTable table;
  private final PipelineOptions options;
  private final FollowerTarget target;
  private final Map<String, Long> arrived = new HashMap<>();
  private @Nullable FutureTask<Done> round;
  private @Nullable Thread thread;
  private Set<String> asked = Set.of();
  private int failures;
  private String lastSaid = "";

  /** Beside the interrupt, which a target's client may swallow. */
  private volatile boolean isClosed;

  FollowerWork(FollowerKind kind, LakeTable table, PipelineOptions options) {
    this.kind = kind;
    this.table = table;
    this.options = options;
    this.target = new FollowerTarget(kind.name(), table.table().name());
  }

  /** A date was published: a round under way may have looked before. */
  void arrived(String date, long millis) {
    arrived.putIfAbsent(date, millis);
  }

  /** What was published since the last round began, and when. */
  Map<String, Long> arrived() {
    return Map.copyOf(arrived);
  }

  boolean isUnderWay() {
    return round != null;
  }

  /** How long to wait before the next round. */
  Duration pause() {
    if (failures == 0) {
      return Duration.ZERO;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /**
   * Begins a round.
   *
   * @param dates as the table has them, or {@link #ALL}
   */
  void begin(Collection<String> dates) {
    if (round != null) {
      throw new IllegalStateException("a round is under way");
    }
    arrived.clear();
    Set<String> now = new TreeSet<>(dates);
    asked = now;
    FutureTask<Done> task = new FutureTask<>(() -> follow(now));
    Thread worker = new Thread(task, "sluice-follow-" + kind.name());
    worker.setDaemon(true);
    round = task;
    thread = worker;
    worker.start();
  }

  /** What the round has come to, once; empty while it goes on, and where no round was begun. */
  Optional<Done> poll() {
    return round != null && round.isDone() ? await(Duration.ZERO) : Optional.empty();
  }

  /** The same, after waiting for the round for some time. */
  Optional<Done> await(Duration patience) {
    FutureTask<Done> task = round;
    if (task == null) {
      return Optional.empty();
    }
    Done done;
    try {
      done = task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      failed(asked.iterator().next(), 1, e.getCause() == null ? e : e.getCause());
      done = new Done(Set.of(), asked);
    }
    round = null;
    thread = null;
    failures = done.failed().isEmpty() ? 0 : failures + 1;
    return Optional.of(done);
  }

  private Done follow(Set<String> dates) throws IOException {
    Map<String, Exception> failed = new TreeMap<>();
    Set<String> settled = new HashSet<>();
    try (Store store = table.stores().open(options);
        Follower follower = kind.open(table, options)) {
      Reconcile reconcile =
          new Reconcile(Published.in(store, table.table()), follower, kind.name(), new Counted());
      Set<String> each = new TreeSet<>(dates);
      if (each.remove(ALL)) {
        reconcile.dates().forEach(date -> each.add(date.toString()));
        settled.add(ALL);
      }
      Map<LocalDate, Reconcile.Outcome> outcomes =
          reconcile.dates(each.stream().map(LocalDate::parse).toList(), this::requireWanted);
      requireWanted();
      follower.lastSeen().map(TargetVersion::at).ifPresent(target::snapshot);
      outcomes.forEach(
          (date, outcome) -> {
            if (outcome.failed() == null) {
              settled.add(date.toString());
            } else {
              failed.put(date.toString(), outcome.failed());
            }
          });
    }
    if (failed.isEmpty()) {
      isEqual();
    } else {
      Map.Entry<String, Exception> first = failed.entrySet().iterator().next();
      failed(first.getKey(), failed.size(), first.getValue());
    }
    return new Done(settled, new TreeSet<>(failed.keySet()));
  }

  /** What a round sees and does, as metrics have it. */
  private final class Counted implements Reconcile.Watcher {
    @Override
    public void compared(LocalDate date, int files) {
      target.compared(date, files);
    }

    @Override
    public void changed() {
      SluiceMetrics.FOLLOWER_COMMITS.labelValues(kind.name(), table.table().name()).inc();
    }

    @Override
    public void conflicted() {
      SluiceMetrics.FOLLOWER_CONFLICTS.labelValues(kind.name(), table.table().name()).inc();
    }
  }

  private void requireWanted() throws InterruptedIOException {
    if (isClosed) {
      throw new InterruptedIOException("the round was given up");
    }
  }

  /** Says so once, until something else is the matter: a target may be away for days. */
  private void failed(String date, int dates, Throwable why) {
    SluiceMetrics.FOLLOWER_FAILURES.labelValues(kind.name(), table.table().name()).inc(dates);
    String text = String.valueOf(why.getMessage());
    if (text.equals(lastSaid)) {
      return;
    }
    lastSaid = text;
    boolean isNamed = why instanceof IOException || why instanceof UserException;
    LOG.warn(
        "follower {} of {} is late{}{}: {}; it is tried again, and files are appended meanwhile",
        kind.name(),
        table.table().name(),
        date.equals(ALL) ? "" : " with " + date,
        dates > 1 ? " and " + Wording.count(dates - 1L, "more date") : "",
        isNamed ? text : why.toString(),
        isNamed ? null : why);
  }

  private void isEqual() {
    if (!lastSaid.isEmpty()) {
      LOG.info("follower {} of {} is equal again", kind.name(), table.table().name());
      lastSaid = "";
    }
  }

  /**
   * Gives a round up: it begins with no further date, and what it has not done is left to the next
   * process.
   */
  @Override
  public void close() {
    isClosed = true;
    if (thread != null) {
      thread.interrupt();
    }
    target.close();
  }
}
