package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.compact.Compact;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice compact}: rewrites the small files of closed dates as large ones. */
@Command(
    name = "compact",
    description =
        "Rewrites the small files of closed dates as large ones, with exactly their rows and positions.",
    customSynopsis = "sluice compact --lake=PLACE (--all | --date=DATE [--to=DATE]) [FLAGS]",
    footer = {
      "",
      "With --deadLetters that table is compacted, too; --table takes one alone, the contract's or that of its dead letters. A date is closed when it has ended, is complete, and its manifest names its files."
          + " Safe beside a running job: files younger than --settle stay. Killed at any point it has lost and duplicated"
          + " nothing; run it again. What --publish names is made equal to each date before what was replaced is deleted.",
      "%nExample:",
      "  sluice compact --all --dry-run" + TableFlags.EXAMPLE
    })
public final class CompactCommand implements Callable<Integer> {
  private static final int LARGEST_TARGET = 16 << 10;

  @Spec private CommandSpec spec;

  @Option(names = "--date", paramLabel = "DATE", description = "The date to compact.")
  private @Nullable LocalDate date;

  @Option(
      names = "--to",
      paramLabel = "DATE",
      description = "The last date, where --date is the first of several.")
  private @Nullable LocalDate to;

  @Option(names = "--all", description = "All closed dates.")
  private boolean all;

  @Option(
      names = "--targetMebibytes",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "How large files are to become; those of three quarters of it stay. [${DEFAULT-VALUE}]")
  private int targetMebibytes;

  @Option(
      names = "--compressionLevel",
      paramLabel = "N",
      defaultValue = "9",
      description = "Zstandard's level, 1 to 22. [${DEFAULT-VALUE}]")
  private int compressionLevel;

  @Mixin private RewriteOptions rewrite = new RewriteOptions();

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  CompactCommand() {}

  @Override
  public Integer call() throws Exception {
    if ((date == null) == !all || (all && to != null)) {
      throw new UserException("name --date, or --date and --to, or --all");
    }
    if (date != null && to != null && to.isBefore(date)) {
      throw new UserException("--to=" + to + " is before --date=" + date);
    }
    Compact.Settings settings =
        new Compact.Settings(
            (long) within("targetMebibytes", targetMebibytes, LARGEST_TARGET) << 20,
            rewrite.settle(),
            within("compressionLevel", compressionLevel, 22),
            rewrite.takeOver());
    json.check();
    SluiceOptions options = PipelineFlags.read(spec);
    String only = options.getTable();
    Contract contract = only == null ? SluiceConfig.contract(options) : contract(options, only);
    Table lakeTable = contract.lakeTable();
    Table deadTable = DeadLetters.table(contract);
    List<Compact.Result> results = new ArrayList<>();
    if (only == null || only.equals(lakeTable.name())) {
      Stores stores = LakeStores.lake(options);
      try (Store lake = stores.open(options)) {
        compact(options, lake, stores, lakeTable, settings, results);
      }
    }
    if (only == null ? options.getDeadLetters() != null : only.equals(deadTable.name())) {
      Stores stores = LakeStores.deadLetters(options);
      try (Store deadLetters = stores.open(options)) {
        compact(options, deadLetters, stores, deadTable, settings, results);
      }
    }
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      print(out, results);
      out.flush();
    }
    json.write(() -> toJson(results, rewrite.dryRun()));
    List<Compact.Result> damaged = results.stream().filter(Compact.Result::damaged).toList();
    if (!damaged.isEmpty()) {
      throw new UserException(
          damaged.get(0).skipped()
              + (damaged.size() == 1
                  ? ""
                  : "; and " + Wording.count(damaged.size() - 1, "more date") + ", above")
              + "; the other dates are done");
    }
    return 0;
  }

  /** The contract that a table, or one of dead letters, is of. */
  private static Contract contract(SluiceOptions options, String table) {
    options.setTable(null);
    List<Contract> contracts = SluiceConfig.contracts(options);
    options.setTable(table);
    return contracts.stream()
        .filter(one -> tables(one).contains(table))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "--table="
                        + table
                        + ": the contract has "
                        + contracts.stream()
                            .flatMap(one -> tables(one).stream())
                            .collect(Collectors.joining(" and "))));
  }

  private static List<String> tables(Contract contract) {
    return List.of(contract.table(), DeadLetters.table(contract).name());
  }

  private static int within(String flag, int value, int greatest) {
    if (value < 1 || value > greatest) {
      throw new UserException("--" + flag + "=" + value + ": a whole number from 1 to " + greatest);
    }
    return value;
  }

  private void compact(
      SluiceOptions options,
      Store store,
      Stores stores,
      Table asked,
      Compact.Settings settings,
      List<Compact.Result> results)
      throws IOException {
    LakeTable opened = LakeTable.open(store, stores, asked, LakeTable.Access.READ);
    Table table = opened.table();
    AtomicLong bytes = new AtomicLong();
    try (Progress bar = progress.start("rewriting bytes", Progress.UNKNOWN)) {
      Compact compact =
          new Compact(
              store,
              table,
              settings,
              more -> bar.to(bytes.addAndGet(more)),
              FollowFlags.beforeDeletion(options, store, opened).with(rewrite.grace(options)));
      if (date != null
          && to == null
          && (options.getTable() != null || table.dateColumn().equals("event_date"))) {
        results.add(compact.run(date, rewrite.dryRun()));
        return;
      }
      for (LocalDate one : LakeFiles.dates(store, table)) {
        if (date != null && (one.isBefore(date) || one.isAfter(to == null ? date : to))) {
          continue;
        }
        results.add(compact.runIfPossible(one, rewrite.dryRun()));
      }
    }
  }

  private void print(PrintWriter out, List<Compact.Result> results) {
    out.printf(
        "%n  %-12s %-28s %14s %14s %14s %11s %11s %9s%n",
        "date",
        "table",
        "rows rewritten",
        "files before",
        "files after",
        "size before",
        "size after",
        "seconds");
    int unsettled = 0;
    int removed = 0;
    long written = 0;
    for (Compact.Result result : results) {
      if (result.skipped() != null) {
        continue;
      }
      unsettled += result.unsettled();
      removed += result.removed();
      written += result.written();
      out.printf(
          "  %-12s %-28s %,14d %,14d %,14d %11s %11s %,9.1f%n",
          result.date(),
          result.table(),
          result.rows(),
          result.filesBefore(),
          result.filesAfter(),
          Wording.bytes(result.bytesBefore()),
          rewrite.dryRun() ? "not known" : Wording.bytes(result.bytesAfter()),
          result.seconds());
    }
    out.println();
    for (Compact.Result result : results) {
      if (result.skipped() != null) {
        out.printf("  left out: %s%n", result.skipped());
      }
    }
    if (removed > 0) {
      out.printf(
          "  %s removed, left by an interrupted rewrite%n",
          Wording.count(removed, "file was", "files were"));
    }
    if (unsettled > 0) {
      out.printf(
          "  %s than %s: kept for now%n",
          Wording.count(unsettled, "small file is younger", "small files are younger"),
          rewrite.settleFlag());
    }
    if (written == 0) {
      out.println("  Nothing to do: no log has two small files that may become one now.");
    } else if (rewrite.dryRun()) {
      out.println(
          "  Nothing was changed: a dry run, which does not know how large the new files become.");
    }
    out.println();
  }

  private static String toJson(List<Compact.Result> results, boolean dryRun)
      throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("dry_run", dryRun);
    ArrayNode dates = root.putArray("dates");
    for (Compact.Result result : results) {
      ObjectNode node = dates.addObject();
      node.put("table", result.table()).put("date", result.date().toString());
      if (result.skipped() != null) {
        node.put("skipped", result.skipped());
        continue;
      }
      node.put("files_before", result.filesBefore()).put("bytes_before", result.bytesBefore());
      node.put("rows", result.rows()).put("rewritten", result.rewritten());
      node.put("written", result.written()).put("unsettled", result.unsettled());
      node.put("files_after", result.filesAfter());
      if (!dryRun) {
        node.put("bytes_after", result.bytesAfter());
      }
      node.put("removed", result.removed()).put("seconds", result.seconds());
    }
    return mapper.writeValueAsString(root);
  }
}
