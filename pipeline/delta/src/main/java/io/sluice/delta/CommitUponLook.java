package io.sluice.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.Wording;
import io.sluice.follow.TargetVersion;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a log, and commits behind the version that was looked at, by a write that succeeds only
 * where nobody has its number: where somebody has, the log is looked at again.
 */
final class CommitUponLook {
  private static final Logger LOG = LoggerFactory.getLogger(CommitUponLook.class);

  /** Where so many commits of others came first, the caller looks again, too. */
  private static final int MOST_TRIES = 10;

  /** So many files of commits are held in memory by whoever reads the log: then it is time. */
  private static final int MOST_FILES = 5_000;

  /** So many commits of others are named. */
  private static final int MOST_SAID = 5;

  private final DeltaLog log;
  private final TableSchema schema;
  private final String what;
  private @Nullable TargetVersion lastSeen;

  /**
   * @param what the table is called in messages
   */
  CommitUponLook(DeltaLog log, TableSchema schema, String what) {
    this.log = log;
    this.schema = schema;
    this.what = what;
  }

  /** Says what is to be committed behind what the log says; nothing where that is empty. */
  interface Content {
    List<ObjectNode> upon(LogState state) throws IOException;
  }

  /** Reads the log, which is to be that of the table. */
  LogState look() throws IOException {
    LogState state = log.read();
    TableTarget.require(state.metadata(), state.protocol(), schema, log.place());
    lastSeen =
        state.version() < 0
            ? null
            : new TargetVersion(String.valueOf(state.version()), state.committed());
    return state;
  }

  /** What the last look has found; empty where there was none, or no table. */
  Optional<TargetVersion> lastSeen() {
    return Optional.ofNullable(lastSeen);
  }

  /**
   * Looks, and commits.
   *
   * @throws IOException where it could not be committed, or it is not known whether it was
   */
  void run(Content content) throws IOException {
    for (int i = 0; i < MOST_TRIES; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while following into " + what);
      }
      LogState state = look();
      List<ObjectNode> actions = content.upon(state);
      if (actions.isEmpty()) {
        return;
      }
      List<String> foreign = log.foreign(state);
      if (log.commit(state.version() + 1, actions)) {
        sayForeign(foreign);
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
}
