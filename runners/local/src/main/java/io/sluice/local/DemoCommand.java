package io.sluice.local;

import io.sluice.SluiceOptions;
import io.sluice.UserException;
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
import io.sluice.contract.ContractParser;
import io.sluice.flink.FlinkJob;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
      defaultValue = "1000000",
      description = "How many events. [${DEFAULT-VALUE}]")
  private long events;

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
          "How events are written: json, or avro or protobuf with a schema registry. [${DEFAULT-VALUE}]")
  private String format;

  @Option(names = "--keep", paramLabel = "DIR", description = "Keeps everything in this directory.")
  private @Nullable Path keep;

  @Option(
      names = "--resume",
      description = "Goes on with what --keep holds, without any state but the lake.")
  private boolean resume;

  @Option(
      names = "--serve",
      description =
          "Keeps Kafka and S3 running after the audit, until Ctrl-C, and prints the flags by which other verbs reach them.")
  private boolean serve;

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
    require(events >= 1 && events <= 1_000_000_000L, "--events: from 1 to 1000000000");
    require(rate >= 0, "--rate: 0 or more");
    require(bad >= 0 && bad <= 100, "--bad: a percentage from 0 to 100");
    require(dates >= 1 && dates <= 1000, "--dates: from 1 to 1000");
    require(format().isPresent(), "--format: json, avro or protobuf, not " + format);
    require(!resume || keep != null, "--resume needs the --keep DIR of the run to go on with");
  }

  private Optional<DemoFormat> format() {
    return Arrays.stream(DemoFormat.values()).filter(one -> one.text().equals(format)).findFirst();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new UserException(message);
    }
  }

  private int run(DemoDirectory directory) throws Exception {
    long begin = System.nanoTime();
    DemoScenario scenario =
        resume
            ? DemoScenario.resume(directory.path())
            : DemoScenario.begin(
                directory.path(), events, dates, bad, format().orElse(DemoFormat.JSON));
    say(
        scenario.format() == DemoFormat.JSON
            ? "starting Kafka and S3"
            : "starting Kafka, S3 and a schema registry");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"), "lake", "dead-letters");
        EmbeddedRegistry registry = scenario.format().startRegistry()) {
      List<String> places = flags(kafka, s3, scenario.format().flags(registry, directory.path()));
      long sent = scenario.sent(kafka);
      if (!resume) {
        EventProducer.createTopic(
            kafka.bootstrapServers(), DemoScenario.TOPIC, DemoScenario.PARTITIONS);
      }
      CompletableFuture<Void> producing =
          produce(
              kafka, scenario, scenario.format().events(scenario.userActions(), registry), sent);
      SluiceOptions options = FlinkJob.options(flags(places, directory));
      WrittenEvents written = new WrittenEvents(options, scenario.events(), progress);
      long started = System.nanoTime();
      say("starting the pipeline on Flink");
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
      say("writing a page");
      ReportCommand.write(options, page, progress);
      summary(
          report,
          directory,
          seconds(started, written.decodedAt(ended)),
          seconds(started, ended),
          seconds(begin, System.nanoTime()));
      json.text().printf("  A page to look at: %s%n%n", page);
      json.text().println(report.line());
      json.text().flush();
      json.write(report::toJson);
      if (serve) {
        serve(kafka, registry, places, scenario.firstDate());
      }
      return report.complete() && report.offsets() == scenario.events() ? 0 : Main.NOT_PROVED;
    }
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  /** What every verb needs to find the demo's topic and lake. */
  private static List<String> flags(EmbeddedKafka kafka, EmbeddedS3 s3, List<String> ofFormat) {
    List<String> flags = new ArrayList<>();
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + DemoScenario.TOPIC);
    flags.addAll(ofFormat);
    flags.add("--lake=s3://lake");
    flags.add("--deadLetters=s3://dead-letters");
    flags.addAll(s3.flags());
    return flags;
  }

  /** Says how to reach Kafka and S3, and waits until Ctrl-C or whatever else ends this process. */
  private void serve(
      EmbeddedKafka kafka, @Nullable EmbeddedRegistry registry, List<String> places, LocalDate date)
      throws InterruptedException {
    stop.listen();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  Kafka and S3 run until Ctrl-C. In another shell:");
    lines.add("");
    EmbeddedS3.ENVIRONMENT.forEach((name, value) -> lines.add("    export " + name + "=" + value));
    lines.add("    FLAGS=\"" + String.join(" ", places) + "\"");
    lines.add(
        "    ./sluice contract infer --bootstrapServers="
            + kafka.bootstrapServers()
            + " --topic="
            + DemoScenario.TOPIC
            + (registry == null ? "" : " --schemaRegistry=" + registry.address())
            + " --out=drafted.yaml");
    for (String verb :
        List.of("plan", "audit", "report", "rebuild --dry-run --date=" + date, "run")) {
      lines.add("    ./sluice " + verb + " $FLAGS");
    }
    lines.forEach(System.err::println);
    System.err.flush();
    stop.await();
  }

  private static List<String> flags(List<String> places, DemoDirectory directory) {
    List<String> flags = new ArrayList<>(places);
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

  private CompletableFuture<Void> produce(
      EmbeddedKafka kafka,
      DemoScenario scenario,
      LongFunction<UserActions.Event> actions,
      long from)
      throws InterruptedException {
    if (rate > 0) {
      return CompletableFuture.runAsync(
          () -> {
            try {
              send(kafka, scenario, actions, from, sent -> {});
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    say(String.format("making %,d events", scenario.events()));
    try (Progress bar = progress.start("events made", scenario.events())) {
      send(kafka, scenario, actions, from, bar::to);
    }
    return CompletableFuture.completedFuture(null);
  }

  private void send(
      EmbeddedKafka kafka,
      DemoScenario scenario,
      LongFunction<UserActions.Event> actions,
      long from,
      LongConsumer sent)
      throws InterruptedException {
    EventProducer.send(
        Map.of("bootstrap.servers", kafka.bootstrapServers()),
        DemoScenario.TOPIC,
        DemoScenario.PARTITIONS,
        actions,
        from,
        scenario.events(),
        rate,
        sent);
  }

  private void summary(
      AuditReport report,
      DemoDirectory directory,
      double decodedSeconds,
      double seconds,
      double all) {
    PrintStream out = json.text();
    AuditText.print(report, out);
    out.printf(
        "  %,d events decoded %.1f s after the start of Flink, all in files after %.1f s; %.1f s in all%n",
        report.offsets(), decodedSeconds, seconds, all);
    out.printf(
        "  %,.1f MB of Parquet, %.1f bytes a row%n",
        report.files().lakeBytes() / 1e6,
        report.lakeRows() == 0 ? 0.0 : (double) report.files().lakeBytes() / report.lakeRows());
    if (directory.isKept()) {
      String table =
          directory.resolve("s3/lake").resolve(ContractParser.userActions().table()).toString();
      out.printf("%n  The files are under %s%n", table);
      out.printf(
          "  duckdb -c \"select event_date, count(*) from read_parquet('%s/*/*.parquet', hive_partitioning=true) group by 1\"%n",
          table);
    }
    out.println();
  }

  private static void say(String text) {
    System.err.println("  " + text + " …");
  }
}
