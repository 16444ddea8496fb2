package io.sluice.cli;

import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractException;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetters;
import io.sluice.deadletter.Reason;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.DecoderCheck;
import io.sluice.kafka.KafkaSettings;
import io.sluice.kafka.TopicTarget;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.StoreException;
import io.sluice.lake.Stores;
import io.sluice.replay.FixParser;
import io.sluice.replay.Fixes;
import io.sluice.replay.LakeTarget;
import io.sluice.replay.Replay;
import io.sluice.replay.ReplayMark;
import io.sluice.replay.ReplayReport;
import io.sluice.replay.ReplayTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice replay}: decodes dead letters again and puts those that are good now in place. */
@Command(
    name = "replay",
    description =
        "Decodes dead letters again, after declared fixes, and appends those that the contract accepts now to the lake, each once.",
    customSynopsis = "sluice replay" + TableFlags.NEEDED,
    footer = {
      "",
      "Kafka is asked with --toTopic alone. The format of --fix: docs/operations.md, Replay.",
      "%nExample:",
      "  sluice replay --fix=fix.yaml --dry-run" + TableFlags.EXAMPLE
    })
public final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--reason",
      paramLabel = "REASON[,REASON]",
      description = "Only letters of these reasons.")
  private @Nullable String reason;

  @Option(
      names = "--date",
      paramLabel = "DATE",
      description = "Only letters of this dead_letter_date, as 2026-01-31.")
  private @Nullable LocalDate date;

  @Option(names = "--from", paramLabel = "DATE", description = "Only from this date on.")
  private @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "DATE", description = "Only up to this date, included.")
  private @Nullable LocalDate to;

  @Option(
      names = "--fix",
      paramLabel = "FILE",
      description = "Repairs to try before decoding, a YAML file.")
  private @Nullable Path fix;

  @Option(names = "--dry-run", description = "Says what would come back, and writes nothing.")
  private boolean dryRun;

  @Option(
      names = "--maxAttempts",
      defaultValue = "5",
      paramLabel = "N",
      description =
          "Letters that replays have tried in vain so often are parked. [${DEFAULT-VALUE}]")
  private int maxAttempts;

  @Option(names = "--parked", description = "Tries parked letters, too.")
  private boolean parked;

  @Option(
      names = "--takeOver",
      description = "Goes on though another replay, by other rules, has not ended: it was killed.")
  private boolean takeOver;

  @Option(
      names = "--toTopic",
      paramLabel = "TOPIC",
      description = "Sends them to this Kafka topic, in transactions, instead of the lake.")
  private @Nullable String toTopic;

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private KafkaFlags kafka = KafkaFlags.ofBrokers();

  @Mixin private SchemaFlags schemas = new SchemaFlags();

  @Mixin private RowFlags rows = new RowFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ReplayCommand() {}

  @Override
  public Integer call() throws Exception {
    json.check();
    ReplayReport report = run(PipelineFlags.read(spec));
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      report.print(System.out);
      out.println(report.line());
      out.flush();
    }
    json.write(report::toJson);
    return 0;
  }

  private ReplayReport run(SluiceOptions options) throws IOException {
    Rules rules =
        new Rules(
            SluiceConfig.located(options),
            fix == null ? Fixes.NONE : FixParser.read(fix),
            SluiceConfig.decoding(options),
            choice());
    // The contract is recorded when the lake is opened: what can be refused has to be before.
    DecoderCheck.require(rules.located(), rules.decoding());
    Replay.requireFixable(rules.contract(), rules.fixes());
    Stores letters = LakeStores.deadLetters(options);
    try (Store deadLetters = (dryRun ? letters : letters.probed(options)).open(options)) {
      LakeTable.open(
          deadLetters, letters, DeadLetters.table(rules.contract()), LakeTable.Access.READ);
      ReplayMark mark = mark(deadLetters, rules);
      try {
        ReplayReport report = replay(options, rules, deadLetters);
        end(mark);
        return report;
      } catch (StoreException e) {
        // Something may have been written of which nobody knows yet: the mark stays.
        throw e;
      } catch (UserException e) {
        end(mark);
        throw e;
      }
    }
  }

  /** What decides which letters come back, and as what. */
  private record Rules(
      ContractParser.Located located, Fixes fixes, DecodeSettings decoding, Replay.Choice choice) {
    Contract contract() {
      return located.contract();
    }
  }

  private ReplayReport replay(SluiceOptions options, Rules rules, Store deadLetters)
      throws IOException {
    try (ReplayTarget target = target(options, rules.located(), deadLetters);
        Replay replay =
            new Replay(
                rules.contract(),
                rules.fixes(),
                rules.decoding(),
                deadLetters,
                target,
                rules.choice());
        Progress bar = progress.start("replaying letters", replay.letters())) {
      return replay.run(bar::to);
    }
  }

  private static void end(@Nullable ReplayMark mark) throws IOException {
    if (mark != null) {
      mark.end();
    }
  }

  /** None where nothing is written, or Kafka sees to it that one replay writes at a time. */
  private @Nullable ReplayMark mark(Store deadLetters, Rules rules) throws IOException {
    return dryRun || toTopic != null
        ? null
        : ReplayMark.begin(deadLetters, rules.contract(), rules.fixes(), takeOver);
  }

  private ReplayTarget target(
      SluiceOptions options, ContractParser.Located located, Store deadLetters) throws IOException {
    if (toTopic != null) {
      return new TopicTarget(KafkaSettings.of(options), toTopic, deadLetters.root(), dryRun);
    }
    Stores stores = LakeStores.lake(options);
    // A dry run does not even write the probe's object.
    Stores probed = dryRun ? stores : stores.probed(options);
    Store store = probed.open(options);
    try {
      LakeTable lake =
          LakeTable.open(
              store,
              probed,
              located.contract(),
              dryRun ? LakeTable.Access.DRY_RUN : LakeTable.Access.WRITE);
      return new LakeTarget(lake, store, SluiceConfig.write(options));
    } catch (ContractException e) {
      store.close();
      throw located.refusal(e);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private Replay.Choice choice() {
    if (date != null && (from != null || to != null)) {
      throw new UserException("--date names one date: drop it, or --from and --to");
    }
    if (maxAttempts < 1) {
      throw new UserException("--maxAttempts=" + maxAttempts + ": a whole number from 1 on");
    }
    LocalDate first = date != null ? date : from;
    LocalDate last = date != null ? date : to;
    if (first != null && last != null && last.isBefore(first)) {
      throw new UserException("--to=" + last + " is before --from=" + first);
    }
    return new Replay.Choice(reasons(reason), first, last, dryRun, maxAttempts, parked);
  }

  private static Set<Reason> reasons(@Nullable String text) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    if (text != null) {
      for (String name : text.split(",", -1)) {
        try {
          reasons.add(Reason.valueOf(name.strip()));
        } catch (IllegalArgumentException e) {
          throw new UserException(
              "--reason="
                  + text
                  + ": '"
                  + name
                  + "' is no reason; one of "
                  + Arrays.stream(Reason.values())
                      .map(Enum::name)
                      .collect(Collectors.joining(", ")),
              e);
        }
      }
    }
    return reasons;
  }
}
