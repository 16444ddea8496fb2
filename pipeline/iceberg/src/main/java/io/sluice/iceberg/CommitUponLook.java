package io.sluice.iceberg;

import io.sluice.follow.Footers;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Commits upon the snapshot that was looked at and upon no other: where the table has moved
 * meanwhile, it is looked at again, and so it is where a commit was not answered. No commit is ever
 * repeated.
 */
final class CommitUponLook {
  /** Where so many commits of others came first, the caller looks again, too. */
  private static final int MOST_TRIES = 10;

  private final LakeTarget target;
  private final Footers footers;
  private final String what;

  /**
   * @param what the table is called in messages
   */
  CommitUponLook(LakeTarget target, Footers footers, String what) {
    this.target = target;
    this.footers = footers;
    this.what = what;
  }

  /** Looks at the table. */
  interface Look {
    /**
     * What is to be committed upon a table.
     *
     * @param table empty where it is not there yet: then it is made, and looked at again
     * @return empty where nothing is
     */
    Optional<SnapshotCommit.Content> at(Optional<Table> table) throws IOException;
  }

  /**
   * Looks, and commits.
   *
   * @throws IOException where it could not be committed, or nobody knows whether it was
   */
  void run(Look look) throws IOException {
    String why = "";
    for (int i = 0; i < MOST_TRIES; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while following into " + what);
      }
      try {
        Optional<Table> table = target.find();
        Optional<SnapshotCommit.Content> content = look.at(table);
        if (content.isEmpty()) {
          return;
        }
        if (table.isEmpty()) {
          // Looked at again: whoever was faster may have filled it by now.
          target.create();
          continue;
        }
        // The look above was at this very object: what is committed is committed upon it.
        new SnapshotCommit(table.get(), target, footers, what).commit(content.get());
        return;
      } catch (CommitStateUnknownException e) {
        throw new IOException(what + ": " + outcome(e), e);
      } catch (CommitFailedException | ValidationException e) {
        why = Failures.why(e);
        SluiceMetrics.FOLLOWER_CONFLICTS.labelValues(IcebergKind.NAME, target.lakeTable()).inc();
      } catch (UncheckedIOException e) {
        throw new IOException(what + ": " + Failures.why(e), e);
      } catch (RuntimeException e) {
        if (!Failures.isOfOthers(e)) {
          throw e;
        }
        throw new IOException(what + ": " + Failures.why(e), e);
      }
    }
    throw new IOException(
        what + ": " + MOST_TRIES + " commits were refused, the last one with: " + why);
  }

  private static String outcome(CommitStateUnknownException e) {
    Throwable cause = e.getCause();
    return cause instanceof CleanableFailure
        ? "the commit was refused (" + Failures.why(cause) + ")"
        : "it is not known whether the commit came through ("
            + Failures.why(e)
            + "): it is looked up before anything else is done";
  }
}
