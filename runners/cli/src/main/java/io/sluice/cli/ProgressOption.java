package io.sluice.cli;

import picocli.CommandLine.Option;

/** Whether a verb shows how far it has come, and how. */
public final class ProgressOption {
  @Option(
      names = "--noProgress",
      description = "Shows no bar; without this flag there is one where stdout is a terminal.")
  private boolean off;

  /** Whether there is somebody who is to see a bar. */
  boolean isShown() {
    return isShown(System.console() != null);
  }

  boolean isShown(boolean terminal) {
    return terminal && !off;
  }

  /**
   * Shows a bar, if it is to be seen, until this is closed.
   *
   * @param task what is done, as {@code reading footers}
   * @param total of what {@link Progress#to} counts, or {@link Progress#UNKNOWN}
   */
  public Progress start(String task, long total) {
    return Progress.start(task, total, isShown(), System.err);
  }
}
