package io.sluice.cli;

import picocli.CommandLine.Option;

/** {@code --help} of a verb. */
public final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;
}
