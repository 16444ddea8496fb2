package io.sluice.cli;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.compact.BeforeDeletion;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.follow.Reconciled;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** What follows the tables. */
@Command
public final class FollowFlags extends PipelineFlags {
  public FollowFlags() {
    super("Followers", flags());
  }

  /** The names, and what each follower that is plugged in takes. */
  private static Flag[] flags() {
    List<Flag> flags = new ArrayList<>();
    flags.add(Flag.of("publish", "NAMES"));
    flags.addAll(FollowerFlags.ofKinds());
    return flags.toArray(new Flag[0]);
  }

  /**
   * Makes the followers that are named equal to a date that was rewritten, while what was replaced
   * is still there: no reader is ever led to a file that is gone.
   */
  static BeforeDeletion beforeDeletion(SluiceOptions options, Store lake, LakeTable table) {
    List<String> names = SluiceConfig.followers(options);
    return date -> {
      boolean led = false;
      for (String name : names) {
        led |= follow(name, options, lake, table, date);
      }
      return led;
    };
  }

  /**
   * @return whether it led to files that are live no more
   */
  private static boolean follow(
      String name, SluiceOptions options, Store lake, LakeTable table, LocalDate date) {
    try (Follower follower = FollowerKind.named("publish", name).open(table, options)) {
      Reconciled done = new Reconcile(Published.in(lake, table.table()), follower, name).date(date);
      return !done.removed().isEmpty();
    } catch (IOException | UserException e) {
      throw new UserException(
          "follower "
              + name
              + " of "
              + table.table().name()
              + " is not equal to "
              + date
              + ", which is rewritten, and the files that were replaced stay: "
              + Mistakes.firstLine(e)
              + "; then run this again, or without --publish",
          e);
    }
  }
}
