package io.sluice.local;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.audit.AuditReport;
import io.sluice.audit.AuditText;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.HelpOption;
import io.sluice.cli.JsonOption;
import io.sluice.cli.Main;
import io.sluice.cli.Progress;
import io.sluice.cli.ProgressOption;
import io.sluice.cli.ReportCommand;
import io.sluice.cli.Verb;
import io.sluice.flink.FlinkJob;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice demo}: the whole thing on embedded parts, with the audit at its end. */
@Command(
    name = "demo",
    description =
        "Runs Kafka, S3, the pipeline and the audit here, on made-up events. Nothing to configure.",
    customSynopsis = "sluice demo [FLAGS]")
public final class DemoCommand implements Verb {
  @Option(
      names = "--events",
      paramLabel = "N",
      description = "How many events. [1000000; of debezium 100000]")
  private @Nullable Long events;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Events a second while the pipeline runs; 0: all before it. [${DEFAULT-VALUE}]")
  private double rate;

  @Option(
      names = "--bad",
      paramLabel = "N",
      defaultValue = "2",
      description = "Percent of broken events. [${DEFAULT-VALUE}]")
  private double bad;

  @Option(
      names = "--dates",
      paramLabel = "N",
      defaultValue = "3",
      description = "Over how many dates. [${DEFAULT-VALUE}]")
  private int dates;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "json",
      description =
          "How events are written: json; avro or protobuf, with a schema registry; debezium: the changes that are made to a table of a PostgreSQL, as Debezium reads them. [${DEFAULT-VALUE}]")
  private String format;

  @Option(
      names = "--publish",
      paramLabel = "NAME",
      description =
          "What follows the lake: iceberg, whose own reader then counts the rows of the table, which are to be as many as the audit's.")
  private @Nullable String publish;

  @Option(names = "--keep", paramLabel = "DIR", description = "Keeps everything in this directory.")
  private @Nullable Path keep;

  @Option(
      names = "--resume",
      description = "Goes on with what --keep holds, without any state but the lake.")
  private boolean resume;

  @Option(
      names = "--serve",
      description =
          "Keeps Kafka and S3 running after the audit, until Ctrl-C, and the registry or PostgreSQL of --format, too; prints the lines by which other verbs reach them.")
  private boolean serve;

  @Spec private CommandSpec command;

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  private final StopSignal stop = new StopSignal();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    check();
    try (DemoDirectory directory = DemoDirectory.open(keep, resume)) {
      return run(directory);
    } finally {
      stop.cleared();
    }
  }

  private void check() {
    json.check();
    require(
        events == null || events >= 1 && events <= 1_000_000_000L,
        "--events: from 1 to 1000000000");
    require(rate >= 0, "--rate: 0 or more");
    require(bad >= 0 && bad <= 100, "--bad: a percentage from 0 to 100");
    require(dates >= 1 && dates <= 1000, "--dates: from 1 to 1000");
    require(
        DemoSource.of(format).isPresent(), "--format: " + DemoSource.formats() + ", not " + format);
    require(publish == null || publish.equals("iceberg"), "--publish: iceberg, not " + publish);
    require(!resume || keep != null, "--resume needs the --keep DIR of the run to go on with");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new UserException(message);
    }
  }

  private int run(DemoDirectory directory) throws Exception {
    long begin = System.nanoTime();
    DemoScenario scenario = resume ? resume(directory) : begin(directory);
    DemoSource source = scenario.source();
    say("starting " + servers(source));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        EmbeddedS3 s3 =
            EmbeddedS3.start(directory.resolve("s3"), "lake", "dead-letters", DemoIceberg.BUCKET)) {
      if (!resume) {
        EventProducer.createTopic(
            kafka.bootstrapServers(), source.topic(), DemoScenario.PARTITIONS);
      }
      try (DemoEvents made = source.start(scenario, directory.path(), kafka.bootstrapServers())) {
        return run(directory, scenario, kafka, s3, made, begin);
      }
    }
  }

  private DemoScenario resume(DemoDirectory directory) throws IOException {
    DemoScenario begun = DemoScenario.resume(directory.path());
    requireAsBegun("--events", events, begun.events());
    requireAsBegun("--bad", bad, begun.bad());
    requireAsBegun("--dates", dates, begun.dates());
    requireAsBegun("--format", format, begun.source().format());
    return begun;
  }

  /** It goes on with what it was begun with, so that nothing else may be asked for. */
  private void requireAsBegun(String flag, @Nullable Object said, Object begun) {
    require(
        !command.commandLine().getParseResult().hasMatchedOption(flag) || begun.equals(said),
        flag
            + "="
            + said
            + ": the demo in "
            + keep
            + " was begun with "
            + begun
            + ", and --resume goes on with that; leave the flag out, or begin another demo with"
            + " another --keep");
  }

  private DemoScenario begin(DemoDirectory directory) throws IOException {
    DemoSource source = DemoSource.of(format).orElseThrow();
    return DemoScenario.begin(
        directory.path(), events == null ? source.events() : events, dates, bad, source);
  }

  private static String servers(DemoSource source) {
    return source.server().map(more -> "Kafka, S3 and " + more).orElse("Kafka and S3");
  }

  private int run(
      DemoDirectory directory,
      DemoScenario scenario,
      EmbeddedKafka kafka,
      EmbeddedS3 s3,
      DemoEvents made,
      long begin)
      throws Exception {
    List<String> places = flags(kafka, s3, made.flags());
    DemoIceberg tables = publish == null ? null : DemoIceberg.in(directory.path(), s3);
    List<String> follow = tables == null ? List.of() : tables.flags();
    CompletableFuture<Long> producing = produce(kafka, scenario, made);
    SluiceOptions options = FlinkJob.options(flags(places, follow, directory));
    WrittenEvents written = new WrittenEvents(options, scenario.events(), progress);
    long started = System.nanoTime();
    say("starting the pipeline on Flink");
    silence();
    PipelineResult job = FlinkJob.start(options);
    try {
      written.await(producing, job);
    } finally {
      job.cancel();
    }
    long ended = System.nanoTime();
    say("auditing");
    AuditReport report = AuditCommand.run(options, true);
    Path page =
        directory.isKept()
            ? directory.resolve("report.html")
            : Files.createTempFile("sluice-report-", ".html");
    DemoIceberg.Count count = null;
    if (tables != null) {
      say("counting by Iceberg's reader");
      count = tables.count(options);
    }
    say("writing a page");
    ReportCommand.write(options, page, progress);
    summary(
        report,
        directory,
        SluiceConfig.from(options).contract().table(),
        seconds(started, written.decodedAt(ended)),
        seconds(started, ended),
        seconds(begin, System.nanoTime()));
    boolean isSame = made.compare(report, json.text());
    json.text().printf("  A page to look at: %s%n", page);
    if (!json.isInstead()) {
      DemoHints.of(report.dead(), scenario, directory.isKept(), serve, publish != null)
          .forEach(System.out::println);
    }
    json.text().println();
    if (count != null) {
      json.text().println(count.line());
      isSame &= count.isSame(report);
    }
    json.text().println(report.line());
    json.text().flush();
    json.write(report::toJson);
    if (serve) {
      serve(scenario, made, places, follow);
    }
    return report.complete() && isSame ? 0 : Main.NOT_PROVED;
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  /** Of the job's log, what warns: how it begins and goes on, the demo says itself. */
  private static void silence() {
    boolean isSet = System.getProperty("SLUICE_LOG", System.getenv("SLUICE_LOG")) != null;
    if (!isSet
        && LoggerFactory.getLogger(FlinkJob.class.getPackageName()) instanceof Logger logger) {
      logger.setLevel(Level.WARN);
    }
  }

  /** What every verb needs to find the demo's servers and lake; the contract names the topic. */
  private static List<String> flags(EmbeddedKafka kafka, EmbeddedS3 s3, List<String> ofFormat) {
    List<String> flags = new ArrayList<>();
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.addAll(ofFormat);
    flags.add("--lake=s3://lake");
    flags.add("--deadLetters=s3://dead-letters");
    flags.addAll(s3.flags());
    return flags;
  }

  /** Says how to reach the servers, and waits until Ctrl-C or whatever else ends this process. */
  private void serve(
      DemoScenario scenario, DemoEvents made, List<String> places, List<String> follow)
      throws InterruptedException {
    stop.listen();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  " + servers(scenario.source()) + " run until Ctrl-C. In another shell:");
    lines.add("");
    EmbeddedS3.ENVIRONMENT.forEach((name, value) -> lines.add("    export " + name + "=" + value));
    ShellLines.of(places, follow, scenario).forEach(line -> lines.add("    " + line));
    made.served().forEach(line -> lines.add("    " + line));
    lines.forEach(System.err::println);
    System.err.flush();
    stop.await();
  }

  private static List<String> flags(
      List<String> places, List<String> follow, DemoDirectory directory) {
    List<String> flags = new ArrayList<>(places);
    flags.addAll(follow);
    flags.add("--flinkMaster=[local]");
    flags.add("--parallelism=2");
    flags.add("--attachedMode=false");
    flags.add("--checkpointingInterval=5000");
    flags.add("--stateBackend=filesystem");
    flags.add("--stateBackendStoragePath=" + directory.resolve("checkpoints").toUri());
    // Three dates in seconds: a file per date and shard, not one for every few minutes of the past.
    flags.add("--windowSize=" + DemoScenario.WINDOW.toHours() + "h");
    flags.add("--fileInterval=5s");
    flags.add("--watermarkDelay=1s");
    return flags;
  }

  /** What makes the events, and then says how many the topic has. */
  private CompletableFuture<Long> produce(
      EmbeddedKafka kafka, DemoScenario scenario, DemoEvents made) throws Exception {
    if (rate > 0) {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              made.make(rate, sofar -> {});
              return scenario.sent(kafka.bootstrapServers());
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new CompletionException(e);
            } catch (Exception e) {
              throw new CompletionException(e);
            }
          });
    }
    say(String.format("making %,d events", scenario.events()));
    try (Progress bar = progress.start("events made", scenario.events())) {
      made.make(rate, bar::to);
    }
    return CompletableFuture.completedFuture(scenario.sent(kafka.bootstrapServers()));
  }

  private void summary(
      AuditReport report,
      DemoDirectory directory,
      String table,
      double decodedSeconds,
      double seconds,
      double all) {
    PrintStream out = json.text();
    AuditText.print(report, out);
    out.printf(
        "  %,d events decoded %.1f s after the start of Flink, all in files after %.1f s; %.1f s in all%n",
        report.offsets(), decodedSeconds, seconds, all);
    out.printf(
        "  %s of Parquet, %.1f bytes a row%n",
        Wording.bytes(report.files().lakeBytes()),
        report.lakeRows() == 0 ? 0.0 : (double) report.files().lakeBytes() / report.lakeRows());
    if (directory.isKept()) {
      Path files = directory.resolve("s3/lake").resolve(table);
      out.printf("%n  The files are under %s%n", files);
      out.printf(
          "  duckdb -c \"select event_date, count(*) from read_parquet('%s/*/*.parquet', hive_partitioning=true) group by 1\"%n",
          files);
    }
    out.println();
  }

  private static void say(String text) {
    System.err.println("  " + text + " …");
  }
}
