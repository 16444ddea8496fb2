package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractDiff;
import io.sluice.contract.ContractParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice contract diff}: whether readers can take the files of two contracts together. */
@Command(
    name = "diff",
    description =
        "Compares two contracts: whether readers of the Parquet can take old and new files together.",
    customSynopsis = "sluice contract diff OLD NEW [FLAGS]",
    footer = {
      "",
      "What a lake was written with is in it, as _sluice/TABLE/contracts/VERSION.json: a contract too.",
      "Exit status: 0 compatible, 2 one is not valid, 3 not compatible."
    })
final class ContractDiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "OLD", description = "The contract of before.")
  private Path older;

  @Parameters(index = "1", paramLabel = "NEW", description = "The contract that is to follow.")
  private Path newer;

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ContractDiffCommand() {}

  @Override
  public Integer call() throws IOException {
    json.check();
    ContractDiff diff = ContractDiff.of(ContractParser.read(older), ContractParser.read(newer));
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      print(diff, out);
      out.flush();
    }
    json.write(() -> report(diff).toString());
    return diff.isCompatible() ? 0 : Main.NOT_PROVED;
  }

  private static ObjectNode report(ContractDiff diff) {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("table", diff.newer().table());
    report.put("old", diff.older().version());
    report.put("new", diff.newer().version());
    report.put("compatible", diff.isCompatible());
    ArrayNode changes = report.putArray("changes");
    for (ContractDiff.Change change : diff.changes()) {
      changes
          .addObject()
          .put("what", change.what())
          .put("change", change.change())
          .put("verdict", change.verdict().name().toLowerCase(Locale.ROOT))
          .put("why", change.why());
    }
    return report;
  }

  private static void print(ContractDiff diff, PrintWriter out) {
    Contract older = diff.older();
    Contract newer = diff.newer();
    for (ContractDiff.Change change : diff.changes()) {
      String verdict =
          switch (change.verdict()) {
            case COMPATIBLE -> "ok";
            case NOTE -> "note";
            case INCOMPATIBLE -> "INCOMPATIBLE";
          };
      out.printf(
          "%-12s  %s: %s%n              %s%n",
          verdict, change.what(), change.change(), change.why());
    }
    out.printf(
        "%s: version %s -> %s: %s%n",
        newer.table(),
        older.version(),
        newer.version(),
        diff.changes().isEmpty()
            ? "no difference"
            : diff.isCompatible() ? "compatible" : "not compatible");
  }
}
