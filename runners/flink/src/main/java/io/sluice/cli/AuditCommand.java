package io.sluice.cli;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.audit.Audit;
import io.sluice.audit.AuditReport;
import io.sluice.flink.FlinkJob;
import io.sluice.lake.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code sluice audit}: proves that the lake and the dead letters have every offset of the topic
 * once.
 */
@Command(
    name = "audit",
    description =
        "Proves that lake and dead letters have every offset of the topic, each once; or names those that are not.",
    footer = {
      "",
      "Takes the flags of run that say where things are: --bootstrapServers, --lake, --deadLetters, --contract, --topic,",
      "--sourceId, --kafkaConfigFile, and Beam's AWS flags. Exit status 3 where something is lost, double or damaged."
    })
public final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Prints the whole report as JSON, in one line, instead of tables.")
  private boolean json;

  @Option(
      names = "--deep",
      description = "Reads every file whole: digests against manifests, rows against footers.")
  private boolean deep;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Unmatched private List<String> flags;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  AuditCommand() {}

  @Override
  public Integer call() throws Exception {
    AuditReport report =
        run(FlinkJob.options(flags == null ? List.of() : new ArrayList<>(flags)), deep);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.toJson());
    } else {
      report.print(System.out);
      out.println(report.line());
    }
    out.flush();
    return report.passed() ? 0 : Main.NOT_PROVED;
  }

  /**
   * Audits what the flags of a run name.
   *
   * @throws UserException where there is no lake
   */
  public static AuditReport run(SluiceOptions options, boolean deep) throws IOException {
    SluiceConfig config = SluiceConfig.from(options);
    try (Store lake = config.lake().open(options);
        Store deadLetters = config.deadLetters().open(options)) {
      if (lake.read("_sluice/" + config.contract().table() + ".json").isEmpty()) {
        throw new UserException(
            lake.root()
                + " has no table "
                + config.contract().table()
                + ": check --lake and --contract");
      }
      return new Audit(
              lake,
              deadLetters,
              config.contract(),
              config.kafka(),
              config.topic(),
              config.sourceId())
          .run(deep);
    }
  }
}
