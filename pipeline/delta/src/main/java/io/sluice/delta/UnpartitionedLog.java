package io.sluice.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.Checkpoint.Transaction;
import io.sluice.follow.FilesChange;
import io.sluice.follow.Footers;
import io.sluice.follow.PublishedVersion;
import io.sluice.follow.TargetVersion;
import io.sluice.follow.UnpartitionedFollower;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of Delta without partitions, in the folder of the lake's, whose last version has exactly
 * the files of one of the lake's versions. Which one that is stands in the log as a transaction of
 * an application, so that checkpoints keep it. Read and committed as {@link DeltaFollower} does.
 */
final class UnpartitionedLog implements UnpartitionedFollower {
  private final Store store;
  private final TableSchema schema;
  private final Footers footers;
  private final DeltaLog log;
  private final CommitUponLook commits;
  private final String what;

  /**
   * @param store the lake's, to be closed with this
   * @param schema of a table without dates
   * @param footers of the lake, to be closed with this
   */
  UnpartitionedLog(Store store, TableSchema schema, Footers footers) {
    this.store = store;
    this.schema = schema;
    this.footers = footers;
    this.what = "table " + footers.place() + schema.name();
    this.log = new DeltaLog(store, schema.name());
    this.commits = new CommitUponLook(log, schema, what);
  }

  @Override
  public State state() throws IOException {
    LogState state = commits.look();
    return state(state, files(state));
  }

  private TableFiles files(LogState state) throws IOException {
    return TableFiles.read(state, schema, footers.place() + schema.name() + "/");
  }

  private static State state(LogState state, TableFiles files) {
    return new State(files.files().keySet(), number(state));
  }

  private static @Nullable Long number(LogState state) {
    for (Transaction transaction : state.transactions()) {
      if (transaction.application().equals(CommitActions.APPLICATION)) {
        return transaction.version();
      }
    }
    return null;
  }

  @Override
  public void reconcile(State seen, PublishedVersion live) throws IOException {
    CommitActions actions = new CommitActions(schema, footers, what);
    commits.run(
        state -> {
          TableFiles files = files(state);
          FilesChange<AddFile> change = FilesChange.of(live, files.files(), AddFile::path);
          State now = state(state, files);
          Long number = now.number();
          boolean isSaid = number != null && number == live.number();
          if (!now.equals(seen) || change.isNothing() && isSaid) {
            return List.of();
          }
          long millis = System.currentTimeMillis();
          List<ObjectNode> all =
              new ArrayList<>(
                  actions.actions(
                      state,
                      List.of(change),
                      Map.of("version", String.valueOf(live.number())),
                      millis));
          all.add(ActionJson.of(new Transaction(CommitActions.APPLICATION, live.number(), millis)));
          return all;
        });
  }

  @Override
  public Set<Long> ledTo(Instant since) throws IOException {
    return log.transactions(CommitActions.APPLICATION, since);
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
