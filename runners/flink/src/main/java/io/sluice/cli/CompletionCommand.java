package io.sluice.cli;

import io.sluice.SluiceOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
    launcher.getSubcommands().values().forEach(CompletionCommand::nameFlagsOfRun);
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(launcher.getCommandName(), launcher));
    out.flush();
    return 0;
  }

  /** A verb that passes flags on to the pipeline takes those of run. */
  private static void nameFlagsOfRun(CommandLine verb) {
    CommandSpec flags = verb.getCommandSpec();
    if (flags.unmatchedArgsBindings().isEmpty()) {
      return;
    }
    RunFlags.of(SluiceOptions.class)
        .map(flag -> "--" + flag.name())
        .filter(name -> !flags.optionsMap().containsKey(name))
        .forEach(name -> flags.addOption(OptionSpec.builder(name).type(String.class).build()));
  }
}
