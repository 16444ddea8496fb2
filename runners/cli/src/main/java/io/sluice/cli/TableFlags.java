package io.sluice.cli;

import picocli.CommandLine.Command;

/** Which table, and where it is. */
@Command
public final class TableFlags extends PipelineFlags {
  /** What verbs need, as the synopsis of their help has it. */
  static final String NEEDED = " --lake=PLACE --deadLetters=PLACE [FLAGS]";

  /** The same of verbs that read Kafka, too. */
  static final String NEEDED_WITH_KAFKA =
      " --bootstrapServers=HOST:PORT --lake=PLACE%n              --deadLetters=PLACE [FLAGS]";

  /** The end of an example of such a verb: without Kafka, and with it. */
  static final String EXAMPLE = " \\%n    --lake=s3://bucket/prefix --deadLetters=s3://bucket/dead";

  static final String EXAMPLE_WITH_KAFKA = " --bootstrapServers=host:9092" + EXAMPLE;

  public TableFlags() {
    super(
        "The table",
        Flag.of("contract", "FILE|FOLDER").repeatable(),
        Flag.of("table", "NAME"),
        Flag.of("lake", "PLACE"),
        Flag.of("deadLetters", "PLACE"));
  }
}
