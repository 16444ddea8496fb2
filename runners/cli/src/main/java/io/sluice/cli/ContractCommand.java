package io.sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice contract}: drafts contracts, checks them, and compares them. */
@Command(
    name = "contract",
    description = "Drafts a contract from a topic's messages, checks one, compares two.",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    subcommands = {
      ContractInferCommand.class,
      ContractCheckCommand.class,
      ContractDiffCommand.class,
      ContractSchemaCommand.class
    },
    footer = {"", "What a contract says: docs/contract.md."})
final class ContractCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ContractCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "name what to do with a contract: " + String.join(", ", spec.subcommands().keySet()));
  }
}
