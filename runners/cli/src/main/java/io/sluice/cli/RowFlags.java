package io.sluice.cli;

import picocli.CommandLine.Command;

/** Which records become rows, and how these are written. */
@Command
final class RowFlags extends PipelineFlags {
  RowFlags() {
    super(
        "Rows and files",
        Flag.of("maxFuture", "DURATION"),
        Flag.of("maxAge", "DURATION"),
        Flag.of("unrouted", "WHAT"),
        Flag.of("fileMebibytes", "N"),
        Flag.of("zstdLevel", "N"));
  }
}
