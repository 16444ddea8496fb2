package io.sluice.cli;

import io.sluice.UnknownFlagException;
import io.sluice.UserException;
import io.sluice.Version;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The launcher: {@code sluice VERB}. Exit status 0 for success, 1 for a bug, 2 for what the user
 * can mend, 3 for what a verb looked for and found: a failed audit, an incompatible contract.
 */
@Command(
    name = "sluice",
    description =
        "Kafka to Parquet per event_date on S3: each event exactly once, and the proof of it.",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    versionProvider = Main.Versions.class,
    subcommands = {
      RunCommand.class,
      PlanCommand.class,
      AuditCommand.class,
      AcknowledgeCommand.class,
      CompactCommand.class,
      EraseCommand.class,
      FollowCommand.class,
      MaintainCommand.class,
      RebuildCommand.class,
      ReplayCommand.class,
      ReportCommand.class,
      CompletionCommand.class,
      ContractCommand.class,
      SizeCommand.class,
      HelpCommand.class
    },
    footer = {
      "",
      "sluice help VERB says more of one. Verbs with --lake take every flag of run, so that a job's arguments can be given to"
          + " them; they look at those that their own help names.",
      "Exit status: 0 done; 1 a bug, with a stack trace; 2 something you can mend, in one line; 3 what the verb looked for"
          + " was found, such as lost or duplicate events: its help says what 3 is."
    })
public final class Main implements Runnable {
  public static final int BUG = 1;
  public static final int USER_ERROR = 2;
  public static final int NOT_PROVED = 3;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  Main() {}

  @Option(
      names = "--logFormat",
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      description =
          "What is written to stderr: text, or json for one object a line. Default: SLUICE_LOG_FORMAT, else text.")
  private void logFormat(LogFormat format) {
    format.use();
  }

  @Mixin private HelpOption help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Prints the version.")
  private boolean version;

  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sluice " + Version.text()};
    }
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a verb: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** Runs a verb and returns its exit status. */
  public static int execute(String... args) {
    CommandLine line = new CommandLine(new Main());
    ServiceLoader.load(Verb.class).forEach(line::addSubcommand);
    return execute(line, args);
  }

  static int execute(CommandLine line, String... args) {
    line.registerConverter(LocalDate.class, Main::date);
    line.setParameterExceptionHandler(
        (e, words) -> {
          LogFormat.err().println("sluice: " + Mistakes.of(e, List.of(words)));
          return USER_ERROR;
        });
    line.setExecutionExceptionHandler(
        (e, command, ignored) -> {
          UserException user = userException(e);
          if (user != null) {
            LogFormat.err()
                .println(
                    "sluice: "
                        + (user instanceof UnknownFlagException unknown
                            ? Mistakes.of(unknown, command)
                            : Mistakes.firstLine(user)));
            return USER_ERROR;
          }
          return bug(e);
        });
    try {
      return line.execute(args);
    } catch (Error e) {
      // Picocli hands on exceptions alone, and a process with a server in it would not end.
      return bug(e);
    }
  }

  private static int bug(Throwable e) {
    if (LogFormat.current() == LogFormat.json) {
      LoggerFactory.getLogger(Main.class).error("sluice: a bug, or a fault of the machine", e);
    } else {
      e.printStackTrace(LogFormat.err());
    }
    return BUG;
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("not a date; write it as 2026-01-31");
    }
  }

  private static @org.jspecify.annotations.Nullable UserException userException(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof UserException user) {
        return user;
      }
    }
    return null;
  }

  public static void main(String[] args) {
    // Before anything makes a logger: picocli would be too late.
    if (String.join(" ", args).contains("--logFormat=json")) {
      LogFormat.json.use();
    }
    // Kafka and Flink leave threads behind that are no daemons.
    System.exit(execute(args));
  }
}
