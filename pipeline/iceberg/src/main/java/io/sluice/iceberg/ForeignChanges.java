package io.sluice.iceberg;

import io.sluice.Wording;
import io.sluice.metrics.SluiceMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.EnvironmentContext;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What others have done to a table since the lake's last commit. The table is the lake's alone, so
 * it is undone, and that is said.
 */
final class ForeignChanges {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignChanges.class);
  private static final int MOST = 5;

  /** What a snapshot has changed, as its summary says; one that has none of it changes no row. */
  private static final List<String> CHANGES =
      List.of(
          SnapshotSummary.ADDED_FILES_PROP,
          SnapshotSummary.DELETED_FILES_PROP,
          SnapshotSummary.ADDED_DELETE_FILES_PROP,
          SnapshotSummary.REMOVED_DELETE_FILES_PROP,
          SnapshotSummary.ADDED_POS_DELETES_PROP,
          SnapshotSummary.ADDED_EQ_DELETES_PROP,
          SnapshotSummary.ADDED_DVS_PROP);

  private final List<Snapshot> snapshots = new ArrayList<>();
  private final String what;
  private final String lakeTable;

  /**
   * @param table as it was looked at
   * @param what it is called in messages
   */
  ForeignChanges(Table table, String what, String lakeTable) {
    this.what = what;
    this.lakeTable = lakeTable;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      Map<String, String> summary = snapshot.summary();
      if (SnapshotCommit.isOurs(summary)) {
        break;
      }
      if (CHANGES.stream().anyMatch(summary::containsKey)) {
        snapshots.add(snapshot);
      }
    }
  }

  /**
   * Says what they were.
   *
   * @param spoilt files that somebody else has put there or deleted rows of, and that are put right
   */
  void say(List<String> spoilt) {
    if (snapshots.isEmpty() && spoilt.isEmpty()) {
      return;
    }
    SluiceMetrics.FOLLOWER_FOREIGN_CHANGES
        .labelValues(IcebergKind.NAME, lakeTable)
        .inc(Math.max(1, snapshots.size()));
    LOG.warn(
        "{} was changed by others{}; it is the lake's alone, and is made equal to it again{}. To"
            + " erase or change rows, do so in the lake",
        what,
        some(": ", snapshots.stream().map(ForeignChanges::words).toList()),
        some(", which puts right: ", spoilt));
  }

  private static String some(String before, List<String> all) {
    return all.isEmpty()
        ? ""
        : before
            + String.join("; ", all.subList(0, Math.min(MOST, all.size())))
            + (all.size() > MOST ? " and " + Wording.count(all.size() - MOST, "more", "more") : "");
  }

  private static String words(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    String engine = summary.get(EnvironmentContext.ENGINE_NAME);
    return "snapshot "
        + snapshot.snapshotId()
        + " of "
        + Instant.ofEpochMilli(snapshot.timestampMillis())
        + ", "
        + snapshot.operation()
        + (engine == null ? "" : " by " + engine)
        + " ("
        + CHANGES.stream()
            .filter(summary::containsKey)
            .map(change -> change + "=" + summary.get(change))
            .collect(Collectors.joining(", "))
        + ")";
  }
}
