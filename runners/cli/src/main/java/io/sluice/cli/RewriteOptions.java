package io.sluice.cli;

import io.sluice.FlagValues;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.follow.FollowerKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of verbs that rewrite files beside a job. */
final class RewriteOptions {
  /** A query of a day, and an old snapshot of yesterday, are read to their end. */
  private static final Duration GRACE = Duration.ofDays(1);

  @Option(
      names = "--settle",
      paramLabel = "DURATION",
      defaultValue = "90m",
      description =
          "Files younger than this stay: a running job may not have seen them. 0s only while no job runs. [${DEFAULT-VALUE}]")
  private String settle = "";

  @Option(
      names = "--takeOver",
      description =
          "Removes what an interrupted compaction or rebuild has left, however young it is.")
  private boolean takeOver;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      description =
          "Files that were replaced stay so long, for readers of old snapshots; the next call after it removes them. Default: 1d where --publish names a follower with snapshots, such as iceberg and delta, else 0s.")
  private @Nullable String grace;

  @Option(names = "--dry-run", description = "Says what would be done and changes nothing.")
  private boolean dryRun;

  /**
   * @throws UserException where it is no duration
   */
  Duration settle() {
    return FlagValues.duration("settle", settle);
  }

  /**
   * How long files that were replaced stay.
   *
   * @throws UserException where it is no duration
   */
  Duration grace(SluiceOptions options) {
    if (grace != null) {
      return FlagValues.duration("grace", grace);
    }
    return SluiceConfig.followers(options).stream()
            .anyMatch(name -> FollowerKind.named("publish", name).hasSnapshots())
        ? GRACE
        : Duration.ZERO;
  }

  /** As it would be given. */
  String settleFlag() {
    return "--settle=" + settle;
  }

  boolean takeOver() {
    return takeOver;
  }

  boolean dryRun() {
    return dryRun;
  }
}
