package io.sluice.cli;

import io.sluice.FlagValues;
import io.sluice.UserException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of verbs that rewrite files beside a job. */
final class RewriteOptions {
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

  @Option(names = "--dry-run", description = "Says what would be done and changes nothing.")
  private boolean dryRun;

  /**
   * @throws UserException where it is no duration
   */
  Duration settle() {
    return FlagValues.duration("settle", settle);
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
