package io.sluice.cli;

import io.sluice.contract.ContractParser;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice contract schema}: the JSON Schema of contracts. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of contracts (draft 2020-12), with which editors help.",
    footer = {
      "",
      "sluice contract schema > contract.schema.json, and as the first line of a contract:",
      "# yaml-language-server: $schema=contract.schema.json"
    })
final class ContractSchemaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ContractSchemaCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(ContractParser.jsonSchema());
    out.flush();
    return 0;
  }
}
