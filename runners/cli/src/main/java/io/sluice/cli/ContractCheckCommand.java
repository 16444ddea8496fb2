package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.Contracts;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.ContractFaults;
import io.sluice.contract.ContractLint;
import io.sluice.contract.ContractParser;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.DecoderCheck;
import io.sluice.schema.SchemaSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice contract check}: are they valid, and what of them will be regretted. */
@Command(
    name = "check",
    description =
        "Says whether contracts are valid, each and together, and warns of what is likely to be regretted.",
    customSynopsis = "sluice contract check FILE|FOLDER… [FLAGS]",
    footer = {
      "",
      "Several are checked as contracts of one run, in their order. A key of a mask that is not to be had here is a note"
          + " and no warning: it has to be wherever Sluice runs.",
      "Exit status: 0 valid, 2 one is not valid, 3 warnings where --strict is given."
    })
final class ContractCheckCommand implements Callable<Integer> {
  private static final DecodeSettings SETTINGS =
      new DecodeSettings(null, null, SchemaSettings.NONE);

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description = "Contracts, and folders of which each *.yaml and *.yml is one.")
  private List<String> places;

  @Option(names = "--strict", description = "Exit status 3 where there is a warning.")
  private boolean strict;

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ContractCheckCommand() {}

  /**
   * What was found of a file: a contract, or why it is not valid.
   *
   * @param located as it is beside the others
   */
  private record Checked(
      Path file, ContractParser.@Nullable Located located, @Nullable UserException fault) {
    List<ContractLint.Warning> warnings() {
      return located == null ? List.of() : ContractLint.of(located);
    }

    List<ContractException> notes() {
      return located == null ? List.of() : DecoderCheck.missingKeys(located.contract());
    }
  }

  @Override
  public Integer call() throws IOException {
    json.check();
    List<Checked> all = check(Contracts.files("contract check ", places));
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      all.forEach(one -> print(one, out));
      out.flush();
    }
    json.write(() -> report(all));
    List<UserException> faults = new ArrayList<>();
    for (Checked one : all) {
      if (one.fault() != null) {
        faults.add(one.fault());
      }
    }
    faults.stream()
        .flatMap(fault -> ContractFaults.of(fault).stream())
        .forEach(
            fault -> LogFormat.err().println("sluice: " + fault.lines().findFirst().orElse("")));
    if (all.size() > 1 && !json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%d contracts: %d valid, %d wrong%n",
          all.size(), all.size() - faults.size(), faults.size());
      out.flush();
    }
    return !faults.isEmpty()
        ? Main.USER_ERROR
        : strict && all.stream().anyMatch(one -> !one.warnings().isEmpty()) ? Main.NOT_PROVED : 0;
  }

  /** Each by itself, then beside those before it: whoever is not valid is left out for the rest. */
  private static List<Checked> check(List<Path> files) {
    List<Checked> all = new ArrayList<>();
    List<ContractParser.Located> valid = new ArrayList<>();
    for (Path file : files) {
      UserException fault = null;
      try {
        ContractParser.Located located = ContractParser.readLocated(file);
        DecoderCheck.require(located.with(located.contract().withoutMaskKeys()), SETTINGS);
        List<ContractParser.Located> more = new ArrayList<>(valid);
        more.add(located);
        Contracts.together(more);
        valid = more;
      } catch (UserException e) {
        fault = e;
      }
      all.add(new Checked(file, null, fault));
    }
    List<ContractParser.Located> beside = new ArrayList<>(Contracts.together(valid));
    return all.stream()
        .map(one -> one.fault() != null ? one : new Checked(one.file(), beside.remove(0), null))
        .toList();
  }

  private static String report(List<Checked> all) {
    if (all.size() == 1) {
      return report(all.get(0)).toString();
    }
    ObjectNode byFile = new ObjectMapper().createObjectNode();
    all.forEach(one -> byFile.set(one.file().toString(), report(one)));
    return byFile.toString();
  }

  private static ObjectNode report(Checked one) {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("file", one.file().toString()).put("valid", one.located() != null);
    if (one.located() == null) {
      List<String> faults = one.fault() == null ? List.of("") : ContractFaults.of(one.fault());
      report.put("error", faults.get(0));
      faults.forEach(report.putArray("errors")::add);
      return report;
    }
    report.put("version", one.located().contract().version());
    ArrayNode warnings = report.putArray("warnings");
    for (ContractLint.Warning warning : one.warnings()) {
      warnings
          .addObject()
          .put("line", warning.line())
          .put("rule", warning.rule())
          .put("where", warning.where())
          .put("message", warning.message())
          .put("fix", warning.fix());
    }
    if (!one.notes().isEmpty()) {
      ArrayNode notes = report.putArray("notes");
      for (ContractException note : one.notes()) {
        notes
            .addObject()
            .put("line", one.located().line(note.key()))
            .put("message", note.getMessage());
      }
    }
    return report;
  }

  private static void print(Checked one, PrintWriter out) {
    if (one.located() == null) {
      return;
    }
    Contract contract = one.located().contract();
    for (ContractLint.Warning warning : one.warnings()) {
      out.printf(
          "%s:%d: %s: %s%n    [%s] %s%n",
          one.file(),
          warning.line(),
          warning.where(),
          warning.message(),
          warning.rule(),
          warning.fix());
    }
    for (ContractException note : one.notes()) {
      out.printf(
          "%s:%d: note: %s%n", one.file(), one.located().line(note.key()), note.getMessage());
    }
    out.printf(
        "%s: valid: version %s of table %s, %s; %s%n",
        one.file(),
        contract.version(),
        contract.table(),
        Wording.count(contract.columns().size(), "column"),
        one.warnings().isEmpty() ? "no warnings" : Wording.count(one.warnings().size(), "warning"));
  }
}
