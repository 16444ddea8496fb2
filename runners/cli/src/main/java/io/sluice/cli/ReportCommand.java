package io.sluice.cli;

import io.sluice.FileFaults;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Version;
import io.sluice.Wording;
import io.sluice.audit.Audit;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.report.Page;
import io.sluice.report.Report;
import io.sluice.report.ReportReader;
import io.sluice.report.Steps;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
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
      "Exit status 3 where something is lost, gone, there twice or damaged; the page is written all the same.",
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
          "The page: a file, or s3://bucket/page.html; what is there is replaced. With several contracts each table has a"
              + " page beside it, as report-TABLE.html. [${DEFAULT-VALUE}]")
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
    Map<String, Written> pages = new LinkedHashMap<>();
    if (!json.isInstead()) {
      for (Contract contract : contracts) {
        pages.put(
            contract.table(),
            page(contracts.size() == 1 ? out : beside(out, contract.table()), options));
      }
    }
    Map<String, Report> reports = new LinkedHashMap<>();
    PrintWriter print = spec.commandLine().getOut();
    for (Contract contract : contracts) {
      Report report = read(options, contract, limits, expiry.expiry(), progress);
      reports.put(contract.table(), report);
      Written page = pages.get(contract.table());
      if (page != null) {
        String name = page.write(report);
        print.println(
            (contracts.size() == 1 ? "" : "  " + contract.table() + ":") + summary(report));
        print.println("report: " + name);
        print.flush();
      }
    }
    json.writeByTable(reports, Report::toJson);
    return reports.values().stream().allMatch(report -> report.verdict().passed())
        ? 0
        : Main.NOT_PROVED;
  }

  /** Where a page is to be written, which was looked at before anything is read. */
  private interface Written {
    /** Returns where it is. */
    String write(Report report) throws IOException;
  }

  private static Written page(String name, SluiceOptions options) {
    if (S3Page.isNamed(name)) {
      S3Page object = S3Page.of(name, options);
      return report -> {
        object.write(options, Page.of(report));
        return name;
      };
    }
    Path file = writable(name);
    return report -> {
      write(report, file);
      return file.toAbsolutePath().toString();
    };
  }

  /** {@code report-TABLE.html} for {@code report.html}. */
  static String beside(String out, String table) {
    int dot = out.lastIndexOf('.');
    boolean hasSuffix = dot > out.lastIndexOf('/') + 1;
    return hasSuffix ? out.substring(0, dot) + "-" + table + out.substring(dot) : out + "-" + table;
  }

  private ReportReader.Limits limits() {
    Duration length = SluiceConfig.duration("hours", hours);
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
    Stores lakes = SluiceConfig.lake(options);
    Stores letters = SluiceConfig.deadLetters(options);
    try (Store lake = lakes.open(options);
        Store deadLetters = letters.open(options)) {
      LakeTable.open(lake, lakes, contract, LakeTable.Access.READ);
      LakeTable.open(deadLetters, letters, DeadLetters.table(contract), LakeTable.Access.READ);
      ReportReader.Asker audit = null;
      if (options.getBootstrapServers() != null) {
        SluiceConfig config =
            SluiceConfig.from(options).each().stream()
                .filter(one -> one.contract().table().equals(contract.table()))
                .findFirst()
                .orElseThrow();
        audit =
            visitor ->
                AuditCommand.audit(lake, deadLetters, config)
                    .run(
                        AuditCommand.request(config, false, false, AuditCommand.MARGIN, expiry),
                        visitor);
      }
      return new ReportReader(lake, deadLetters, contract, audit, expiry, limits, steps(progress))
          .read(Instant.now(), Version.text());
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
    write(report, file);
    return report;
  }

  private static Path writable(String name) {
    Path file;
    try {
      file = Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new UserException("--out=" + name + ": not a path", e);
    }
    if (Files.isDirectory(file)) {
      throw new UserException(
          "--out=" + name + " is a directory: name a file, as " + file.resolve("report.html"));
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserException("--out=" + name + " is no file; for a pipe there is --json");
    }
    Path folder = Objects.requireNonNull(file.getParent());
    if (!Files.isDirectory(folder)) {
      throw new UserException("--out=" + name + ": " + folder + " is no directory: create it");
    }
    if (!Files.isWritable(folder)) {
      throw new UserException(
          "--out="
              + name
              + ": "
              + folder
              + " cannot be written: name another, or change its owner");
    }
    return file;
  }

  /** Whole or not at all: a page that is served while it is replaced is never half there. */
  private static void write(Report report, Path file) throws IOException {
    String page = Page.of(report);
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.writeString(temporary, page);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw new UserException(
          "--out=" + file + ": cannot be written: " + FileFaults.why(e) + "; name another", e);
    }
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
