package io.sluice.follow;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a follower's target small: what it was goes when it is old. It never deletes a file of the
 * lake's, and what is current is the same before and after.
 *
 * <p>Safe beside jobs, beside another call and after one that was killed anywhere: what the target
 * has is read from it, and a change is made upon what was seen, or looked up and made anew.
 */
public interface Maintenance {
  /**
   * What is to be done.
   *
   * @param olderThan snapshots that are younger stay
   * @param keepLast so many of the newest stay, however old
   * @param orphans metadata that no snapshot names and that is at least so old goes; null for none
   * @param dryRun says what would be done, and changes nothing
   */
  record Request(Duration olderThan, int keepLast, @Nullable Duration orphans, boolean dryRun) {}

  /**
   * What was done, or would be.
   *
   * @param table what the target calls itself
   * @param expired snapshots that are there no more
   * @param left snapshots that are there
   * @param manifestsBefore lists of files of what is current
   * @param manifestsAfter the same afterwards; as before where that was not asked, or not known
   * @param deleted objects of metadata that only expired snapshots named
   * @param orphans objects of metadata that none named
   * @param notes what was left alone, and why
   */
  record Result(
      String table,
      int expired,
      int left,
      int manifestsBefore,
      int manifestsAfter,
      int deleted,
      int orphans,
      List<String> notes) {
    public Result {
      notes = List.copyOf(notes);
    }

    /** Whether there was nothing to do. */
    public boolean isNothing() {
      return expired == 0 && manifestsBefore == manifestsAfter && deleted == 0 && orphans == 0;
    }
  }

  /**
   * Does it.
   *
   * @throws IOException where the target does not answer, or does not take it; the next call goes
   *     on
   */
  Result run(Request request) throws IOException;
}
