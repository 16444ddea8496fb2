package io.sluice.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice completion}: completes verbs and flags in bash and zsh. */
@Command(
    name = "completion",
    description = "Prints a script that completes verbs and flags in bash and zsh.",
    footer = {"", "For this shell: source <(./sluice completion). For all: add that to ~/.bashrc."})
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  CompletionCommand() {}

  @Override
  public Integer call() {
    CommandLine launcher = spec.commandLine().getParent();
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(launcher.getCommandName(), launcher));
    out.flush();
    return 0;
  }
}
