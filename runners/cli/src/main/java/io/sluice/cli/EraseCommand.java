package io.sluice.cli;

import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.compact.BeforeDeletion;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.erase.DerivedRows;
import io.sluice.erase.DerivedTable;
import io.sluice.erase.Erase;
import io.sluice.erase.EraseLetters;
import io.sluice.erase.EraseRecord;
import io.sluice.erase.FoundKeys;
import io.sluice.erase.Where;
import io.sluice.lake.ContractHistory;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice erase}: takes rows and dead letters of some keys out of a table for good. */
@Command(
    name = "erase",
    description =
        "Erases the rows and dead letters of some keys, such as a person's, from a table for good."
            + " Their positions stay, as erased, so that nothing writes them again.",
    customSynopsis = "sluice erase --where=CONDITION" + TableFlags.NEEDED,
    footer = {
      "",
      "Only files that may have a key, by their statistics, dictionaries and Bloom filters, are read, and those that do are"
          + " written again without its rows. With --deadLetters its dead letters go, too: all of these are read. Keys are"
          + " in no output, log, file or record of this verb. Safe beside running jobs: files younger than --settle stay,"
          + " and what comes later is not erased, so run it again. Killed at any point, run it again. What was done is kept"
          + " in the lake under _sluice/TABLE/erasures/.",
      "What is derived from the table and holds its rows, such as a mirror (NAME_current), loses them, too; earlier versions of it that have them stay for --grace.",
      "What --publish names is told before what was replaced is deleted. What else still holds the rows is said at the end:"
          + " see docs/operations.md.",
      "Exit status 3 where something that is to go is still there: the output says what, and when to run this again.",
      "%nExample:",
      "  sluice erase --where=\"user_id in keys.txt\" --dry-run" + TableFlags.EXAMPLE
    })
public final class EraseCommand implements Callable<Integer> {
  private static final int MOST_NAMED = 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      required = true,
      description =
          "\"COLUMN in FILE\", with a key in each line of the file, or \"COLUMN = VALUE\", which others on this host can"
              + " see. The column may be a field of a struct, as who.id.")
  private String where;

  @Option(
      names = "--deadLettersByBytes",
      description =
          "Erases dead letters too that have a key anywhere in their bytes, where the place of the column in them says"
              + " nothing. Without it these stay, and are named.")
  private boolean byBytes;

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
  EraseCommand() {}

  @Override
  public Integer call() throws Exception {
    if (compressionLevel < 1 || compressionLevel > 22) {
      throw new UserException(
          "--compressionLevel=" + compressionLevel + ": a whole number from 1 to 22");
    }
    json.check();
    SluiceOptions options = PipelineFlags.read(spec);
    Contract contract = SluiceConfig.contract(options);
    Stores lakes = LakeStores.lake(options);
    EraseRecord record;
    try (Store lake = lakes.open(options)) {
      LakeTable opened = LakeTable.open(lake, lakes, contract.lakeTable(), LakeTable.Access.READ);
      List<Contract> contracts = new ArrayList<>(List.of(contract));
      contracts.addAll(ContractHistory.read(lake, contract.table()));
      Where condition = Where.parse(where, contracts);
      record = new EraseRecord(opened.table(), condition, rewrite.dryRun());
      record.begin(lake);
      FoundKeys found = lake(options, lake, opened, condition, record);
      derived(options, lake, opened, condition, record, found);
      if (options.getDeadLetters() != null) {
        letters(options, contract, condition, lake, opened.table(), record);
      }
      new Holders(options, contract, record).addLake(lake);
      record.finish(found.size());
    }
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      print(out, record, options, contract);
      out.flush();
    }
    json.write(record::toJson);
    return status(record);
  }

  private Erase erase(SluiceOptions options, Store store, LakeTable opened, Progress bar) {
    AtomicLong files = new AtomicLong();
    BeforeDeletion followers =
        FollowFlags.beforeDeletion(options, store, opened).with(rewrite.grace(options));
    return new Erase(
        store,
        opened.table(),
        new Erase.Settings(
            rewrite.settle(), compressionLevel, rewrite.takeOver(), rewrite.dryRun()),
        followers,
        more -> bar.to(files.addAndGet(more)));
  }

  /** Returns which of the keys a row had. */
  private FoundKeys lake(
      SluiceOptions options, Store lake, LakeTable opened, Where condition, EraseRecord record)
      throws IOException {
    try (Progress bar = progress.start("looking at files", Progress.UNKNOWN)) {
      Erase erase = erase(options, lake, opened, bar);
      for (LocalDate date : LakeFiles.dates(lake, opened.table())) {
        record.add(erase.run(date, condition));
      }
      return erase.found();
    }
  }

  /** After the lake: whatever derives rows from it does not find them any more. */
  private void derived(
      SluiceOptions options,
      Store lake,
      LakeTable opened,
      Where condition,
      EraseRecord record,
      FoundKeys found)
      throws IOException {
    try (Progress bar = progress.start("looking at derived tables", Progress.UNKNOWN)) {
      AtomicLong files = new AtomicLong();
      DerivedTable.Settings settings =
          new DerivedTable.Settings(
              rewrite.grace(options),
              compressionLevel,
              rewrite.dryRun(),
              found,
              more -> bar.to(files.addAndGet(more)));
      for (DerivedRows kind : DerivedRows.all().values()) {
        for (DerivedTable table : kind.of(lake, opened, options)) {
          record.add(table.erase(condition, settings));
        }
      }
    }
  }

  private void letters(
      SluiceOptions options,
      Contract contract,
      Where condition,
      Store lake,
      Table lakeTable,
      EraseRecord record)
      throws IOException {
    Stores deads = LakeStores.deadLetters(options);
    try (Store dead = deads.open(options);
        Progress bar = progress.start("looking at dead letters", Progress.UNKNOWN)) {
      LakeTable opened =
          LakeTable.open(dead, deads, DeadLetters.table(contract), LakeTable.Access.READ);
      EraseLetters letters =
          new EraseLetters(dead, contract, erase(options, dead, opened, bar), condition, byBytes);
      Positions erasedInLake = EraseLetters.erased(lake, lakeTable);
      for (LocalDate date : LakeFiles.dates(dead, opened.table())) {
        record.add(letters.run(date, erasedInLake));
      }
      record.undecided(letters.undecided());
      // Where both are in one bucket, it is said once.
      if (!dead.root().equals(lake.root())) {
        new Holders(options, contract, record).versions(dead);
      }
    }
  }

  private int status(EraseRecord record) {
    List<String> damaged = new ArrayList<>();
    record.results().stream()
        .filter(Erase.Result::damaged)
        .forEach(result -> damaged.add(String.valueOf(result.why())));
    record.derived().stream()
        .filter(DerivedTable.Result::damaged)
        .forEach(result -> damaged.add(String.valueOf(result.why())));
    if (!damaged.isEmpty()) {
      throw new UserException(
          damaged.get(0)
              + (damaged.size() == 1 ? "" : "; and " + (damaged.size() - 1) + " more, above")
              + "; the rest is done");
    }
    return record.isDone() ? 0 : Main.NOT_PROVED;
  }

  private void print(
      PrintWriter out, EraseRecord record, SluiceOptions options, Contract contract) {
    out.printf(
        "%n  %-12s %-28s %12s %12s %12s %12s %12s%n",
        "date", "table", "files", "rewritten", "rows", "records", "left");
    long rows = 0;
    int files = 0;
    for (Erase.Result result : record.results()) {
      rows += result.rows();
      files += result.files();
      if (result.rows() + result.left() > 0) {
        out.printf(
            "  %-12s %-28s %,12d %,12d %,12d %,12d %,12d%n",
            result.date(),
            result.table(),
            result.files(),
            result.rewritten(),
            result.rows(),
            result.records(),
            result.left());
      }
    }
    for (DerivedTable.Result result : record.derived()) {
      out.printf(
          "  %-12s %-28s %,12d %,12d %,12d %12s %,12d%n",
          "derived",
          result.table(),
          result.files(),
          result.rewritten(),
          result.rows(),
          "",
          result.left());
    }
    out.printf(
        "%n  erase: keys=%d found=%d rows=%d left=%d undecided=%d files=%d rewritten=%d derived=%d%s%n",
        record.keys(),
        record.found(),
        rows,
        record.left(),
        record.undecided(),
        files,
        record.results().stream().mapToLong(Erase.Result::rewritten).sum(),
        record.derived().stream().mapToLong(DerivedTable.Result::rows).sum(),
        rewrite.dryRun() ? " (a dry run: nothing was changed)" : "");
    out.println();
    left(out, record);
    undecided(out, record, options, contract);
    if (!rewrite.dryRun()) {
      out.printf("  written down, without the keys, in %s%n", record.key());
    }
    out.println("  What still holds what is erased:");
    record.holders().forEach(holder -> out.printf("  - %s%n", holder));
    out.println();
  }

  private void left(PrintWriter out, EraseRecord record) {
    for (Erase.Result result : record.results()) {
      if (result.why() != null) {
        out.printf("  left out: %s%n", result.why());
      }
    }
    for (DerivedTable.Result result : record.derived()) {
      if (result.why() != null) {
        out.printf("  left out: %s%n", result.why());
      }
    }
    long unsettled = record.results().stream().mapToLong(Erase.Result::unsettled).sum();
    if (unsettled > 0) {
      out.printf(
          "  %s than %s with rows that are to go: run this again when they are older%n",
          Wording.count(unsettled, "file is younger", "files are younger"), rewrite.settleFlag());
    }
  }

  private static void undecided(
      PrintWriter out, EraseRecord record, SluiceOptions options, Contract contract) {
    if (record.undecided() == 0) {
      return;
    }
    out.printf(
        "  %s of one of the keys, which nothing decides: the record is no JSON object with a value at the column's place."
            + " Look at them, then --deadLettersByBytes erases those that have a key in their bytes:%n",
        Wording.count(record.undecided(), "dead letter may be", "dead letters may be"));
    int named = 0;
    Table letters = DeadLetters.table(contract);
    for (var date : record.undecidedLetters().entrySet()) {
      for (Positions.Partition partition : date.getValue().partitions()) {
        for (Positions.Range range : date.getValue().ranges(partition)) {
          if (named++ < MOST_NAMED) {
            out.printf(
                "    select * from read_parquet('%s/%s/%s=%s/*.parquet') where \"partition\" = %d and \"offset\" between %d and %d;%n",
                options.getDeadLetters(),
                letters.name(),
                letters.dateColumn(),
                date.getKey(),
                partition.number(),
                range.from(),
                range.to());
          }
        }
      }
    }
    if (named > MOST_NAMED) {
      out.printf(
          "    and %s; --json names all%n",
          Wording.count(named - MOST_NAMED, "more range of offsets", "more ranges of offsets"));
    }
  }
}
