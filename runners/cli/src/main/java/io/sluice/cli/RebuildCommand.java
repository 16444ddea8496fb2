package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Rebuild;
import io.sluice.contract.ContractException;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.source.SourceReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice rebuild}: derives a date again from Kafka and swaps it in. */
@Command(
    name = "rebuild",
    description =
        "Derives a date again from Kafka, with the contract of today, and swaps it in; rows that"
            + " were missing are appended.",
    customSynopsis = "sluice rebuild --date=DATE" + TableFlags.NEEDED_WITH_KAFKA,
    footer = {
      "",
      "Kafka is read twice, and nothing is changed where it does not have all that the date's files have. Safe beside a"
          + " running job: files younger than --settle stay. Killed at any point it has lost and duplicated nothing; run it"
          + " again.",
      "%nExample:",
      "  sluice rebuild --date=2026-01-31" + TableFlags.EXAMPLE_WITH_KAFKA
    })
public final class RebuildCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--date", paramLabel = "DATE", required = true, description = "The date.")
  private LocalDate date;

  @Option(
      names = "--from",
      paramLabel = "SOURCE",
      defaultValue = "kafka",
      description = "Where from: kafka, and nothing else yet.")
  private String from;

  @Mixin private RewriteOptions rewrite = new RewriteOptions();

  @Option(
      names = "--replaceDamaged",
      description = "Replaces files whose footer cannot be read by what Kafka has.")
  private boolean replaceDamaged;

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private KafkaFlags kafka = new KafkaFlags();

  @Mixin private SchemaFlags schemas = new SchemaFlags();

  @Mixin private RowFlags rows = new RowFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  RebuildCommand() {}

  @Override
  public Integer call() throws Exception {
    if (!from.equals("kafka")) {
      throw new UserException("--from=" + from + ": a date is rebuilt from kafka");
    }
    json.check();
    Rebuild.Result result = run(PipelineFlags.read(spec));
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      print(out, result);
      out.flush();
    }
    json.write(() -> toJson(result));
    return 0;
  }

  private Rebuild.Result run(SluiceOptions options) throws IOException {
    SluiceConfig config = SluiceConfig.ofTables(options);
    config.contract();
    config.requireDecoders();
    Table deadTable = DeadLetters.table(config.contract());
    Stores lakeStores = rewrite.dryRun() ? config.lake() : config.lake().probed(options);
    Stores deadStores =
        rewrite.dryRun() ? config.deadLetters() : config.deadLetters().probed(options);
    try (Store lake = lakeStores.open(options);
        Store deadLetters = deadStores.open(options);
        SourceReader source = config.source().open();
        Progress bar = progress.start("reading Kafka", Progress.UNKNOWN)) {
      LakeTable rebuilt = open(config, lake, lakeStores, LakeTable.Access.DRY_RUN);
      BeforeDeletion followers =
          FollowFlags.beforeDeletion(options, lake, rebuilt).with(rewrite.grace(options));
      Rebuild rebuild =
          new Rebuild(
              rebuilt.resolve(config.contract()),
              rebuilt,
              () -> open(config, lake, lakeStores, LakeTable.Access.WRITE),
              lake,
              LakeTable.open(deadLetters, deadStores, deadTable, LakeTable.Access.READ),
              deadLetters,
              source,
              new Rebuild.Settings(
                  config.write(),
                  rewrite.settle(),
                  rewrite.takeOver(),
                  replaceDamaged,
                  config.decoding()),
              bar::to,
              followers);
      Rebuild.Result result = rebuild.run(date, rewrite.dryRun());
      if (!rewrite.dryRun()) {
        // Rows that no file had are in a manifest after the one of the switch.
        followers.of(date);
      }
      return result;
    }
  }

  private static LakeTable open(
      SluiceConfig config, Store lake, Stores lakeStores, LakeTable.Access access)
      throws IOException {
    try {
      return LakeTable.open(lake, lakeStores, config.contract(), access);
    } catch (ContractException e) {
      throw config.located().refusal(e);
    }
  }

  private void print(PrintWriter out, Rebuild.Result result) {
    out.printf(
        "%n  %s of %s, from %s of Kafka in %.1f s%s%n%n",
        result.date(),
        result.table(),
        Wording.count(result.read(), "record"),
        result.seconds(),
        rewrite.dryRun() ? ", a dry run: nothing was changed" : "");
    out.printf(
        "  %,12d rows derived again, in place of %s%n",
        result.derived(), Wording.count(result.replaced(), "file"));
    out.printf("  %,12d rows that no file had%n", result.missing());
    if (result.skipped() > 0) {
      out.printf(
          "  %,12d of both are skipped, since the contract wants no row of them: positions without rows%n",
          result.skipped());
    }
    if (result.recovered() > 0) {
      out.printf("  %,12d of them dead letters until now%n", result.recovered());
    }
    out.printf(
        "  %,12d rows that the contract does not accept any more: dead letters%n",
        result.rejected());
    if (result.kept() > 0) {
      out.printf(
          "  %,12d files stay as they are: %s recovered dead letters, or rows of them were erased of which they do not say the positions%n",
          result.kept(),
          rewrite.settle().isZero() ? "of" : "younger than " + rewrite.settleFlag() + ", or of");
    }
    if (result.damaged() > 0) {
      out.printf("  %,12d damaged files among those replaced%n", result.damaged());
      if (result.unknown() > 0) {
        out.printf(
            "  %,12d of them of which nothing says which rows they had: what Kafka has of the date"
                + " is appended; rows that it has no more cannot be named%n",
            result.unknown());
      }
      if (result.deadAgain() > 0) {
        out.printf(
            "  %,12d rows of them that a replay had made of dead letters: these are dead letters"
                + " again, sluice replay brings them back%n",
            result.deadAgain());
      }
    }
    if (result.removed() > 0) {
      out.printf("  %,12d files removed that an interrupted rewrite had left%n", result.removed());
    }
    if (result.filesBefore() == 0 && result.missing() == 0) {
      out.printf("%n  Nothing to do: no file has a row of %s, nor has Kafka%n", result.date());
    }
    // Rows that were missing are appended, in as many files as their logs need.
    String after = rewrite.dryRun() && result.missing() > 0 ? "at least " : "";
    out.printf(
        "%n  files before %,d, after %s%,d%n%n", result.filesBefore(), after, result.filesAfter());
  }

  private String toJson(Rebuild.Result result) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode();
    node.put("table", result.table()).put("date", result.date().toString());
    node.put("dry_run", rewrite.dryRun()).put("read", result.read());
    node.put("derived", result.derived()).put("missing", result.missing());
    if (result.skipped() > 0) {
      node.put("skipped", result.skipped());
    }
    node.put("recovered", result.recovered()).put("rejected", result.rejected());
    node.put("files_before", result.filesBefore()).put("files_after", result.filesAfter());
    node.put("replaced", result.replaced()).put("kept", result.kept());
    node.put("damaged", result.damaged())
        .put("unknown", result.unknown())
        .put("dead_again", result.deadAgain())
        .put("removed", result.removed());
    node.put("seconds", result.seconds());
    return mapper.writeValueAsString(node);
  }
}
