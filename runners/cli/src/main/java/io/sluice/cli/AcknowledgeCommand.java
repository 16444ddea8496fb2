package io.sluice.cli;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Version;
import io.sluice.audit.Acknowledge;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice acknowledge}: takes note of offsets that nobody can bring back any more. */
@Command(
    name = "acknowledge",
    description =
        "Takes note of offsets that Kafka deleted before they were read: audits name them no more, reports show them for ever.",
    customSynopsis =
        "sluice acknowledge --partition=N --from=OFFSET --to=OFFSET --by=NAME%n             "
            + " --why=TEXT"
            + TableFlags.NEEDED_WITH_KAFKA,
    footer = {
      "",
      "Of the offsets --from to --to it takes note of those that no file has. Refused where Kafka still has one of them. It"
          + " cannot be taken back."
    })
public final class AcknowledgeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--partition", paramLabel = "N", required = true, description = "The partition.")
  private int partition;

  @Option(
      names = "--from",
      paramLabel = "OFFSET",
      required = true,
      description = "The first of the offsets.")
  private long from;

  @Option(
      names = "--to",
      paramLabel = "OFFSET",
      required = true,
      description = "The last of the offsets.")
  private long to;

  @Option(names = "--by", paramLabel = "NAME", required = true, description = "Who you are.")
  private String by;

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      required = true,
      description = "What is known of it.")
  private String why;

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private KafkaFlags kafka = new KafkaFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  AcknowledgeCommand() {}

  @Override
  public Integer call() throws Exception {
    if (from < 0 || to < from) {
      throw new UserException("--from=" + from + " --to=" + to + ": the first and the last offset");
    }
    if (by.isBlank() || why.isBlank()) {
      throw new UserException("--by and --why: say who and why; reports show it for ever");
    }
    SluiceOptions options = PipelineFlags.read(spec);
    SluiceConfig config = SluiceConfig.ofTables(options);
    try (Store lake = config.lake().open(options);
        Store deadLetters = config.deadLetters().open(options)) {
      Acknowledgement done =
          new Acknowledge(lake, deadLetters, config.contract(), config.source())
              .record(
                  partition, new Positions.Range(from, to), by, why, Instant.now(), Version.text());
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "acknowledged: partition=%d from=%d to=%d offsets=%d%n",
          done.partition(), from, to, done.count());
      out.flush();
    }
    return 0;
  }
}
