package io.sluice.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.Wording;
import io.sluice.follow.DateChange;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.Footers;
import io.sluice.follow.PublishedDate;
import io.sluice.follow.TargetVersion;
import io.sluice.lake.Store;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table of Delta in the folder of the lake's table, whose last version has exactly the live
 * files. The log is the state, and it is read anew each time. A commit takes the number behind the
 * version that was looked at, by a write that succeeds only where nobody has it: where somebody
 * has, the log is looked at again.
 */
final class DeltaFollower implements Follower {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaFollower.class);

  /** Where so many commits of others came first, the caller looks again, too. */
  private static final int MOST_TRIES = 10;

  /** So many files of commits are held in memory by whoever reads the log: then it is time. */
  private static final int MOST_FILES = 5_000;

  /** So many commits of others are named. */
  private static final int MOST_SAID = 5;

  private final Store store;
  private final TableSchema schema;
  private final Footers footers;
  private final DeltaLog log;
  private final String what;
  private @Nullable TargetVersion lastSeen;

  /**
   * @param store the lake's, to be closed with this
   * @param footers of the lake, to be closed with this
   */
  DeltaFollower(Store store, TableSchema schema, Footers footers) {
    this.store = store;
    this.schema = schema;
    this.footers = footers;
    this.log = new DeltaLog(store, schema.name());
    this.what = "table " + footers.place() + schema.name();
  }

  private LogState look() throws IOException {
    LogState state = log.read();
    TableTarget.require(state.metadata(), state.protocol(), schema, log.place());
    lastSeen =
        state.version() < 0
            ? null
            : new TargetVersion(String.valueOf(state.version()), state.committed());
    return state;
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    return TableFiles.dates(look(), schema);
  }

  @Override
  public FollowerState state(LocalDate date) throws IOException {
    return files(look(), List.of(date), false).state(date);
  }

  @Override
  public Map<LocalDate, FollowerState> states(Collection<LocalDate> dates) throws IOException {
    TableFiles files = files(look(), dates, false);
    Map<LocalDate, FollowerState> states = new TreeMap<>();
    dates.forEach(date -> states.put(date, files.state(date)));
    return states;
  }

  private TableFiles files(LogState state, Collection<LocalDate> dates, boolean withStats)
      throws IOException {
    return TableFiles.read(state, schema, footers.place() + schema.name() + "/", dates, withStats);
  }

  @Override
  public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
    reconcile(List.of(new Change(seen, live)));
  }

  @Override
  public void reconcile(List<Change> changes) throws IOException {
    List<LocalDate> dates = changes.stream().map(change -> change.live().date()).toList();
    boolean removes =
        changes.stream()
            .anyMatch(change -> !change.live().names().containsAll(change.seen().files()));
    DateCommits commits = new DateCommits(schema, footers, what);
    for (int i = 0; i < MOST_TRIES; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while following into " + what);
      }
      LogState state = look();
      List<DateChange<AddFile>> left = left(changes, files(state, dates, removes));
      if (left.isEmpty()) {
        return;
      }
      List<ObjectNode> actions = commits.actions(state, left, System.currentTimeMillis());
      if (log.commit(state.version() + 1, actions)) {
        sayForeign(state.foreign());
        checkpoint(state, actions.size());
        return;
      }
      SluiceMetrics.FOLLOWER_CONFLICTS.labelValues(DeltaKind.NAME, schema.name()).inc();
    }
    throw new IOException(
        what
            + ": others were faster with each of "
            + MOST_TRIES
            + " commits; see who writes to it");
  }

  /** Of dates that are as they were seen, what is to change. */
  private static List<DateChange<AddFile>> left(List<Change> changes, TableFiles files) {
    List<DateChange<AddFile>> left = new ArrayList<>();
    for (Change change : changes) {
      LocalDate date = change.live().date();
      DateChange<AddFile> one = DateChange.of(change.live(), files.files(date), AddFile::path);
      if (files.state(date).equals(change.seen()) && !one.isNothing()) {
        left.add(one);
      }
    }
    return left;
  }

  /** Once: from now on this commit stands before them. */
  private void sayForeign(List<String> commits) {
    if (commits.isEmpty()) {
      return;
    }
    SluiceMetrics.FOLLOWER_FOREIGN_CHANGES
        .labelValues(DeltaKind.NAME, schema.name())
        .inc(commits.size());
    int shown = Math.min(MOST_SAID, commits.size());
    LOG.warn(
        "{} was changed by others: {}{}; it is the lake's alone, and is made equal to it again. To"
            + " erase or change rows, do so in the lake",
        what,
        String.join("; ", commits.subList(0, shown)),
        commits.size() > shown
            ? " and " + Wording.count(commits.size() - shown, "more", "more")
            : "");
  }

  /** Without one readers are slower, and nothing else: the next commit tries again. */
  private void checkpoint(LogState before, int actions) {
    Metadata metadata = before.metadata();
    long interval = metadata == null ? Long.MAX_VALUE : TableTarget.checkpointInterval(metadata);
    if (before.sinceCheckpoint() + 1 < interval
        && before.filesSinceCheckpoint() + actions < MOST_FILES) {
      return;
    }
    try {
      log.checkpoint();
    } catch (IOException e) {
      LOG.warn(
          "{}: no checkpoint was written: {}; the next commit tries again", what, e.getMessage());
    }
  }

  @Override
  public Optional<TargetVersion> lastSeen() {
    return Optional.ofNullable(lastSeen);
  }

  @Override
  public void close() {
    footers.close();
    store.close();
  }
}
