package io.sluice.cli;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.FollowerLook;
import io.sluice.follow.Published;
import io.sluice.follow.TargetVersion;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.report.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How far the followers of {@code --publish} are, for the report. */
final class FollowersRead {
  private FollowersRead() {}

  /**
   * Asks each follower of a table; one that does not answer keeps nothing from the report.
   *
   * @param store where the table is
   */
  static List<Report.Following> of(SluiceOptions options, Store store, LakeTable table) {
    List<Report.Following> read = new ArrayList<>();
    String name = table.table().name();
    for (String kind : SluiceConfig.followers(options)) {
      try (Follower follower = FollowerKind.named("publish", kind).open(table, options)) {
        FollowerLook look = FollowerLook.at(Published.in(store, table.table()), follower);
        TargetVersion version = look.version();
        read.add(
            new Report.Following(
                kind,
                name,
                version == null ? null : version.id(),
                version == null ? null : version.at(),
                look.files(),
                look.missing(),
                look.extra(),
                look.dates(),
                null));
      } catch (IOException | UserException e) {
        read.add(Report.Following.unknown(kind, name, Mistakes.firstLine(e)));
      }
    }
    return read;
  }
}
