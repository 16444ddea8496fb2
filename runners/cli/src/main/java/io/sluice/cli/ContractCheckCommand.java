package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice contract check}: is it valid, and what of it will be regretted. */
@Command(
    name = "check",
    description = "Says whether a contract is valid, and warns of what is likely to be regretted.",
    customSynopsis = "sluice contract check FILE [FLAGS]",
    footer = {"", "Exit status: 0 valid, 2 not valid, 3 warnings where --strict is given."})
final class ContractCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The contract.")
  private Path file;

  @Option(names = "--strict", description = "Exit status 3 where there is a warning.")
  private boolean strict;

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ContractCheckCommand() {}

  @Override
  public Integer call() throws IOException {
    json.check();
    ContractParser.Located contract;
    try {
      contract = ContractParser.readLocated(file);
    } catch (UserException e) {
      json.write(() -> report(false).put("error", e.getMessage()).toString());
      throw e;
    }
    List<ContractLint.Warning> warnings = ContractLint.of(contract);
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      print(contract.contract(), warnings, out);
      out.flush();
    }
    json.write(() -> report(contract.contract(), warnings).toString());
    return strict && !warnings.isEmpty() ? Main.NOT_PROVED : 0;
  }

  private ObjectNode report(Contract contract, List<ContractLint.Warning> warnings) {
    ObjectNode report = report(true);
    report.put("version", contract.version());
    ArrayNode all = report.putArray("warnings");
    for (ContractLint.Warning warning : warnings) {
      all.addObject()
          .put("line", warning.line())
          .put("rule", warning.rule())
          .put("where", warning.where())
          .put("message", warning.message())
          .put("fix", warning.fix());
    }
    return report;
  }

  private ObjectNode report(boolean valid) {
    return new ObjectMapper().createObjectNode().put("file", file.toString()).put("valid", valid);
  }

  private void print(Contract contract, List<ContractLint.Warning> warnings, PrintWriter out) {
    for (ContractLint.Warning warning : warnings) {
      out.printf(
          "%s:%d: %s: %s%n    [%s] %s%n",
          file, warning.line(), warning.where(), warning.message(), warning.rule(), warning.fix());
    }
    out.printf(
        "%s: valid: version %s of table %s, %s; %s%n",
        file,
        contract.version(),
        contract.table(),
        Wording.count(contract.columns().size(), "column"),
        warnings.isEmpty() ? "no warnings" : Wording.count(warnings.size(), "warning"));
  }
}
