package io.sluice.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice help}: of a verb, the same as its {@code --help}; of none, all verbs. */
@Command(name = "help", description = "Shows the flags of a verb, or all verbs.")
final class HelpCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "VERB",
      description = "A verb, such as run or contract infer.")
  private List<String> verb = List.of();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Override
  public Integer call() {
    List<String> asked = new ArrayList<>(verb);
    asked.add("--help");
    return Main.execute(asked.toArray(String[]::new));
  }
}
