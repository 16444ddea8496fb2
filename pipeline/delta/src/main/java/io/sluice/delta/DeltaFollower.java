package io.sluice.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.follow.FilesChange;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.Footers;
import io.sluice.follow.PublishedDate;
import io.sluice.follow.TargetVersion;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A table of Delta in the folder of the lake's table, whose last version has exactly the live
 * files. The log is the state, and it is read anew each time. A commit takes the number behind the
 * version that was looked at, by a write that succeeds only where nobody has it: where somebody
 * has, the log is looked at again.
 */
final class DeltaFollower implements Follower {
  private final Store store;
  private final TableSchema schema;
  private final Footers footers;
  private final CommitUponLook commits;
  private final String what;

  /**
   * @param store the lake's, to be closed with this
   * @param footers of the lake, to be closed with this
   */
  DeltaFollower(Store store, TableSchema schema, Footers footers) {
    this.store = store;
    this.schema = schema;
    this.footers = footers;
    this.what = "table " + footers.place() + schema.name();
    this.commits = new CommitUponLook(new DeltaLog(store, schema.name()), schema, what);
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    return TableFiles.dates(commits.look(), schema);
  }

  @Override
  public FollowerState state(LocalDate date) throws IOException {
    return files(commits.look(), List.of(date), false).state(date);
  }

  @Override
  public Map<LocalDate, FollowerState> states(Collection<LocalDate> dates) throws IOException {
    TableFiles files = files(commits.look(), dates, false);
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
    CommitActions actions = new CommitActions(schema, footers, what);
    commits.run(
        state -> {
          List<FilesChange<AddFile>> left = left(changes, files(state, dates, removes));
          return left.isEmpty()
              ? List.<ObjectNode>of()
              : actions.actions(
                  state,
                  left,
                  Map.of("manifests", FilesChange.labels(left)),
                  System.currentTimeMillis());
        });
  }

  /** Of dates that are as they were seen, what is to change. */
  private static List<FilesChange<AddFile>> left(List<Change> changes, TableFiles files) {
    List<FilesChange<AddFile>> left = new ArrayList<>();
    for (Change change : changes) {
      LocalDate date = change.live().date();
      FilesChange<AddFile> one = FilesChange.of(change.live(), files.files(date), AddFile::path);
      if (files.state(date).equals(change.seen()) && !one.isNothing()) {
        left.add(one);
      }
    }
    return left;
  }

  @Override
  public Optional<TargetVersion> lastSeen() {
    return commits.lastSeen();
  }

  @Override
  public void close() {
    footers.close();
    store.close();
  }
}
