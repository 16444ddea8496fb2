package io.sluice.cli;

import picocli.CommandLine.Command;

/** Which table, and where it is. */
@Command
final class TableFlags extends PipelineFlags {
  TableFlags() {
    super(
        "The table",
        Flag.of("contract", "FILE|FOLDER").repeatable(),
        Flag.of("lake", "PLACE"),
        Flag.of("deadLetters", "PLACE"));
  }
}
