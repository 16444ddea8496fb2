package io.sluice.cli;

import picocli.CommandLine.Command;

/** What is a run's alone. */
@Command
final class RunFlags extends PipelineFlags {
  RunFlags() {
    super(
        "The run",
        Flag.of("startFrom", "WHERE"),
        Flag.of("shards", "N"),
        Flag.of("reshard", ""),
        Flag.of("lateness", "DURATION"),
        Flag.of("manifestInterval", "DURATION"),
        Flag.of("maxDecoderFailures", "PERCENT"),
        Flag.of("deadLetterTopic", "TOPIC"),
        Flag.of("metricsAddress", "HOST:PORT"));
  }
}
