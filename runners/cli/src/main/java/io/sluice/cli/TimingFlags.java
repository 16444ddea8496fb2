package io.sluice.cli;

import picocli.CommandLine.Command;

/** How long a row waits for its file. */
@Command
final class TimingFlags extends PipelineFlags {
  TimingFlags() {
    super(
        "How long rows wait for their file",
        Flag.of("windowSize", "DURATION"),
        Flag.of("fileInterval", "DURATION"),
        Flag.of("watermarkDelay", "DURATION"));
  }
}
