package io.sluice.cli;

import io.sluice.FlagValues;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.TopicsWithoutTable;
import io.sluice.UserException;
import io.sluice.Version;
import io.sluice.Wording;
import io.sluice.audit.Audit;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.report.LakePage;
import io.sluice.report.Page;
import io.sluice.report.Report;
import io.sluice.report.ReportReader;
import io.sluice.report.Steps;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice report}: what a lake holds, as one page that needs no network. */
@Command(
    name = "report",
    description =
        "Writes one self-contained page: rows, files, freshness, late events, dead letters, and the proof.",
    customSynopsis = "sluice report" + TableFlags.NEEDED,
    footer = {
      "",
      "With --bootstrapServers the proof is that of the audit; without it the footers alone are asked, which know what is"
          + " duplicate, and what is not there, but not whether it ever held a record. Where --json prints the data, no page is"
          + " written.",
      "With --publish it says of each follower which snapshot readers find, and how many files it is behind.",
      "Of a mirror that was begun it says its version, up to which offsets it is true, and how many files it is behind.",
      "Exit status 3 where something is lost, gone, there twice or damaged; the page is written all the same. Of several"
          + " tables one that cannot be read has its row with the reason, and the exit status is then 2, or 3.",
      "%nExample:",
      "  sluice report --out=report.html" + TableFlags.EXAMPLE_WITH_KAFKA
    })
public final class ReportCommand implements Callable<Integer> {
  private static final Duration MOST_HOURS = Duration.ofDays(31);
  private static final int MOST_SAMPLES = 100;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "report.html",
      description =
          "The page: a file, or s3://bucket/page.html; what is there is replaced. With several contracts it is"
              + " that of the lake, with a row for each table, and that of each table is beside it, as report-TABLE.html."
              + " [${DEFAULT-VALUE}]")
  private String out;

  @Option(
      names = "--hours",
      paramLabel = "DURATION",
      defaultValue = "7d",
      description =
          "How much, in whole days of the newest dates, is counted by hour, too: reads their event times. [${DEFAULT-VALUE}]")
  private String hours;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "3",
      description = "Dead letters of each reason that are shown. [${DEFAULT-VALUE}]")
  private int samples;

  @Option(
      names = "--noValues",
      description = "Leaves out the values and messages of dead letters, which may be private.")
  private boolean noValues;

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private KafkaFlags kafka = new KafkaFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private ExpiryFlags expiry = new ExpiryFlags();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ReportCommand() {}

  @Override
  public Integer call() throws Exception {
    ReportReader.Limits limits = limits();
    SluiceOptions options = PipelineFlags.read(spec);
    json.check();
    List<Contract> contracts = SluiceConfig.contracts(options);
    return contracts.size() == 1
        ? ofTable(options, contracts.get(0), limits)
        : ofLake(options, contracts, limits);
  }

  private int ofTable(SluiceOptions options, Contract contract, ReportReader.Limits limits)
      throws IOException {
    WrittenPage page = json.isInstead() ? null : WrittenPage.of(out, options);
    Report report = read(options, contract, limits, expiry.expiry(), progress);
    Optional<TopicsWithoutTable> without = withoutTable(options, List.of(contract));
    Optional<String> note = without.flatMap(TopicsWithoutTable::note);
    if (page != null) {
      print(summary(report), page.write(Page.of(report, null, note.orElse(null))), note);
    }
    json.writeByTable(Map.of(contract.table(), report), 1, Report::toJson, without);
    return report.verdict().passed() ? 0 : Main.NOT_PROVED;
  }

  /** A page for each table, and that of all of them, which is written last. */
  private int ofLake(SluiceOptions options, List<Contract> contracts, ReportReader.Limits limits)
      throws IOException {
    WrittenPage all = json.isInstead() ? null : WrittenPage.ofAll(out, options);
    Map<String, WrittenPage> pages = new LinkedHashMap<>();
    if (all != null) {
      for (Contract contract : contracts) {
        String name = WrittenPage.beside(out, contract.table());
        pages.put(contract.table(), WrittenPage.of(name, options));
      }
    }
    LakePage lakePage =
        new LakePage(Instant.now(), Version.text(), LakeStores.lake(options).root());
    Map<String, Report> reports = new LinkedHashMap<>();
    boolean isProved = true;
    UserException unread = null;
    try (Store lake = LakeStores.lake(options).open(options);
        Store deadLetters = LakeStores.deadLetters(options).open(options)) {
      TableReader reader =
          new TableReader(options, lake, deadLetters, limits, expiry.expiry(), progress);
      for (Contract contract : contracts) {
        String table = contract.table();
        Report report;
        try {
          report = reader.read(contract);
        } catch (UserException e) {
          // The others' reports are worth as much.
          unread = e;
          String why = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
          LogFormat.err().println("sluice: " + table + ": " + why);
          lakePage.addUnread(table, why);
          continue;
        }
        isProved &= report.verdict().passed();
        if (json.isAsked()) {
          // Otherwise they are not held: of hundreds of tables, they are large.
          reports.put(table, report);
        }
        WrittenPage page = pages.get(table);
        if (page != null) {
          lakePage.add(report, WrittenPage.link(WrittenPage.beside(out, table)));
          print(
              "  " + table + ":" + summary(report),
              page.write(Page.of(report, WrittenPage.link(out))),
              Optional.empty());
        }
      }
    }
    Optional<TopicsWithoutTable> without = withoutTable(options, contracts);
    Optional<String> note = without.flatMap(TopicsWithoutTable::note);
    note.ifPresent(lakePage::noteWithoutTable);
    if (all != null) {
      print(
          "  " + Wording.count(contracts.size(), "table") + ": " + lakePage.verdict(),
          all.write(lakePage.html())
              + " is the page of the lake; that of each table is beside it: "
              + WrittenPage.name(WrittenPage.beside(out, "TABLE")),
          note);
    }
    json.writeByTable(reports, contracts.size(), Report::toJson, without);
    return !isProved ? Main.NOT_PROVED : unread == null ? 0 : Main.USER_ERROR;
  }

  /** Asked for where Kafka is. */
  private static Optional<TopicsWithoutTable> withoutTable(
      SluiceOptions options, List<Contract> contracts) {
    return options.getBootstrapServers() == null
        ? Optional.empty()
        : TopicsWithoutTable.look(options, contracts);
  }

  private void print(String summary, String page, Optional<String> note) {
    PrintWriter print = spec.commandLine().getOut();
    print.println(summary);
    print.println("report: " + page);
    note.ifPresent(text -> print.println("note: " + text));
    print.flush();
  }

  private ReportReader.Limits limits() {
    Duration length = FlagValues.duration("hours", hours);
    if (length.compareTo(MOST_HOURS) > 0) {
      throw new UserException(
          "--hours=" + hours + ": at most " + MOST_HOURS.toDays() + "d, for each file is read");
    }
    if (samples < 0 || samples > MOST_SAMPLES) {
      throw new UserException(
          "--samples=" + samples + ": a whole number from 0 to " + MOST_SAMPLES);
    }
    return new ReportReader.Limits(
        Duration.ofDays((length.toSeconds() + 86_399) / 86_400), samples, !noValues);
  }

  /**
   * Reads what the flags of a run name; asks Kafka where they say how.
   *
   * @throws UserException where there is no lake
   */
  private static Report read(
      SluiceOptions options,
      Contract contract,
      ReportReader.Limits limits,
      Audit.Expiry expiry,
      ProgressOption progress)
      throws IOException {
    try (Store lake = LakeStores.lake(options).open(options);
        Store deadLetters = LakeStores.deadLetters(options).open(options)) {
      return new TableReader(options, lake, deadLetters, limits, expiry, progress).read(contract);
    }
  }

  /** Reads one table after the other. */
  private static final class TableReader {
    private final SluiceOptions options;
    private final Store lake;
    private final Store deadLetters;
    private final ReportReader.Limits limits;
    private final Audit.Expiry expiry;
    private final ProgressOption progress;

    /** By table; null until Kafka is to be asked. To make one of them, all contracts are read. */
    private @Nullable Map<String, SluiceConfig> configs;

    TableReader(
        SluiceOptions options,
        Store lake,
        Store deadLetters,
        ReportReader.Limits limits,
        Audit.Expiry expiry,
        ProgressOption progress) {
      this.options = options;
      this.lake = lake;
      this.deadLetters = deadLetters;
      this.limits = limits;
      this.expiry = expiry;
      this.progress = progress;
    }

    Report read(Contract contract) throws IOException {
      LakeTable rows =
          LakeTable.open(lake, LakeStores.lake(options), contract, LakeTable.Access.READ);
      LakeTable letters =
          LakeTable.open(
              deadLetters,
              LakeStores.deadLetters(options),
              DeadLetters.table(contract),
              LakeTable.Access.READ);
      ReportReader.Asker audit = null;
      if (options.getBootstrapServers() != null) {
        SluiceConfig config = config(contract.table());
        audit =
            visitor ->
                AuditCommand.audit(lake, deadLetters, config)
                    .run(
                        AuditCommand.request(config, false, false, AuditCommand.MARGIN, expiry),
                        visitor);
      }
      List<Report.Following> followers = new ArrayList<>(FollowersRead.of(options, lake, rows));
      followers.addAll(FollowersRead.of(options, deadLetters, letters));
      return new ReportReader(lake, deadLetters, contract, audit, expiry, limits, steps(progress))
          .read(Instant.now(), Version.text())
          .with(followers);
    }

    private SluiceConfig config(String table) {
      if (configs == null) {
        configs = new HashMap<>();
        for (SluiceConfig one : SluiceConfig.ofTables(options).each()) {
          configs.put(one.contract().table(), one);
        }
      }
      return Objects.requireNonNull(configs.get(table), table);
    }
  }

  /** Writes the page of what {@code flags} name, as the verb does by default. */
  public static Report write(SluiceOptions options, Path file, ProgressOption progress)
      throws IOException {
    Report report =
        read(
            options,
            SluiceConfig.contract(options),
            new ReportReader.Limits(Duration.ofDays(7), 3, true),
            Audit.Expiry.NEVER,
            progress);
    WrittenPage.write(Page.of(report), file);
    return report;
  }

  private static String summary(Report report) {
    return String.format(
        Locale.ROOT,
        "  %s of %s in %s, %s; %s",
        Wording.count(report.totals().rows(), "row"),
        Wording.count(report.totals().dates(), "date"),
        Wording.count(report.totals().files(), "file"),
        Wording.count(report.totals().deadLetters(), "dead letter"),
        Page.verdict(report));
  }

  private static Steps steps(ProgressOption progress) {
    return (what, total) -> {
      Progress bar = progress.start("reading " + what, total);
      return new Steps.Step() {
        @Override
        public void to(long done) {
          bar.to(done);
        }

        @Override
        public void close() {
          bar.close();
        }
      };
    };
  }
}
