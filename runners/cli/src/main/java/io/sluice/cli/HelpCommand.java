package io.sluice.cli;

import io.sluice.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice help}: of a verb, the same as its {@code --help}; of none, all verbs. */
@Command(name = "help", description = "Shows the flags of a verb, or all verbs.")
final class HelpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "VERB",
      description = "A verb, such as run or contract infer.")
  private List<String> verb = List.of();

  @Mixin private HelpOption help;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  HelpCommand() {}

  @Override
  public Integer call() {
    CommandLine at = spec.commandLine().getParent();
    for (String name : verb) {
      // Told apart here: picocli shows the launcher's help in place of an unknown verb's.
      at = at.getSubcommands().get(name);
      if (at == null) {
        throw new UserException("no such verb: " + name + " (see sluice help)");
      }
    }
    List<String> asked = new ArrayList<>(verb);
    asked.add("--help");
    return Main.execute(asked.toArray(String[]::new));
  }
}
