package io.sluice.local;

import io.sluice.FileFaults;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.audit.AuditReport;
import io.sluice.audit.AuditText;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.HelpOption;
import io.sluice.cli.JsonOption;
import io.sluice.cli.Main;
import io.sluice.cli.Progress;
import io.sluice.cli.ReportCommand;
import io.sluice.cli.Verb;
import io.sluice.complete.Publication;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import io.sluice.flink.FlinkJob;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.source.KafkaSettings;
import io.sluice.source.Topic;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice demo}: the whole thing on embedded parts, with the audit at its end. */
@Command(
    name = "demo",
    description =
        "Runs Kafka, S3, the pipeline and the audit here, on made-up events. Nothing to configure.")
public final class DemoCommand implements Verb {
  private static final String TOPIC = "user-actions";
  private static final int PARTITIONS = 4;

  /** Long enough for the slowest machine that still moves. */
  private static final Duration STALLED = Duration.ofMinutes(5);

  private static final Duration WINDOW = Duration.ofHours(1);

  /** How long Kafka and S3 may take to end. */
  private static final Duration LONGEST_END = Duration.ofSeconds(20);

  @Option(
      names = "--events",
      defaultValue = "1000000",
      description = "How many events. [${DEFAULT-VALUE}]")
  private long events;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Events a second while the pipeline runs; 0: all before it. [${DEFAULT-VALUE}]")
  private double rate;

  @Option(
      names = "--bad",
      defaultValue = "2",
      description = "Percent of broken events. [${DEFAULT-VALUE}]")
  private double bad;

  @Option(
      names = "--dates",
      defaultValue = "3",
      description = "Over how many dates. [${DEFAULT-VALUE}]")
  private int dates;

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

  @Mixin private HelpOption help = new HelpOption();

  /** Open until nothing of the demo runs any more. */
  private final CountDownLatch cleared = new CountDownLatch(1);

  /** When the last event was decoded, by the JVM's clock; 0 where it was not. */
  private long decodedAll;

  @Override
  public Integer call() throws Exception {
    check();
    Path directory = keep != null ? made(keep) : Files.createTempDirectory("sluice-demo");
    if (keep != null && !resume && isFilled(directory)) {
      throw new UserException(
          "--keep " + keep + " is not empty: add --resume to go on with it, or name another");
    }
    if (resume && !Files.exists(directory.resolve("demo.properties"))) {
      throw new UserException(
          "--resume: " + keep + " holds no demo; run it without --resume first");
    }
    if (keep != null) {
      requireWritable(directory);
    }
    try {
      return run(directory);
    } finally {
      if (keep == null) {
        PathUtils.deleteDirectory(directory);
      }
      cleared.countDown();
    }
  }

  private static Path made(Path directory) {
    try {
      return Files.createDirectories(directory).toAbsolutePath();
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  /**
   * Kafka and S3 would end this process, and not say in one line what is missing.
   *
   * @throws UserException where something of the directory is another user's
   */
  private static void requireWritable(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        if (!Files.isReadable(path) || !Files.isWritable(path)) {
          throw unwritable(path, new AccessDeniedException(path.toString()));
        }
      }
      Files.delete(Files.createTempFile(directory, "probe", ""));
    } catch (UncheckedIOException e) {
      throw unwritable(directory, Objects.requireNonNull(e.getCause()));
    } catch (FileSystemException e) {
      throw unwritable(directory, e);
    }
  }

  private static UserException unwritable(Path path, IOException e) {
    return new UserException(
        "--keep: cannot write "
            + path
            + ": "
            + FileFaults.why(e)
            + "; name a directory that is yours, or change its owner",
        e);
  }

  private void check() {
    json.check();
    require(events >= 1 && events <= 1_000_000_000L, "--events: from 1 to 1000000000");
    require(rate >= 0, "--rate: 0 or more");
    require(bad >= 0 && bad <= 100, "--bad: a percentage from 0 to 100");
    require(dates >= 1 && dates <= 1000, "--dates: from 1 to 1000");
    require(!resume || keep != null, "--resume needs the --keep DIR of the run to go on with");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new UserException(message);
    }
  }

  private static boolean isFilled(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.findAny().isPresent();
    }
  }

  private int run(Path directory) throws Exception {
    long begin = System.nanoTime();
    Scenario scenario = scenario(directory);
    UserActions actions =
        new UserActions(scenario.events, scenario.firstDate, scenario.dates, scenario.bad);
    say("starting Kafka and S3");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        EmbeddedS3 s3 = EmbeddedS3.start(directory.resolve("s3"), "lake", "dead-letters")) {
      long sent = scenario.sent(kafka);
      if (!resume) {
        EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, PARTITIONS);
      }
      CompletableFuture<Void> producing = produce(kafka, actions, scenario, sent);
      SluiceOptions options = FlinkJob.options(flags(kafka, s3, directory));
      long started = System.nanoTime();
      say("starting the pipeline on Flink");
      PipelineResult job = FlinkJob.start(options);
      try {
        await(options, scenario.events, producing, job);
      } finally {
        job.cancel();
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      say("auditing");
      AuditReport report = AuditCommand.run(options, true);
      double decodedSeconds = decodedAll == 0 ? seconds : (decodedAll - started) / 1e9;
      Path page =
          keep != null
              ? directory.resolve("report.html")
              : Files.createTempFile("sluice-report-", ".html");
      say("writing a page");
      ReportCommand.write(options, page);
      summary(report, directory, decodedSeconds, seconds, (System.nanoTime() - begin) / 1e9);
      json.text().printf("  A page to look at: %s%n%n", page);
      json.text().println(report.line());
      json.text().flush();
      json.write(report.toJson());
      if (serve) {
        serve(kafka, s3, scenario.firstDate);
      }
      return report.complete() && report.offsets() == scenario.events ? 0 : Main.NOT_PROVED;
    }
  }

  /** What the demo was begun with: a resumed one makes the same events. */
  private record Scenario(long events, LocalDate firstDate, int dates, double bad) {
    long sent(EmbeddedKafka kafka) {
      try (Topic topic = new Topic(new KafkaSettings(kafka.bootstrapServers(), null), TOPIC)) {
        return topic.ends().values().stream().mapToLong(Long::longValue).sum();
      } catch (UserException e) {
        return 0;
      }
    }
  }

  private Scenario scenario(Path directory) throws IOException {
    Path file = directory.resolve("demo.properties");
    Properties properties = new Properties();
    if (resume) {
      try (var in = Files.newBufferedReader(file)) {
        properties.load(in);
      }
    } else {
      properties.setProperty("events", String.valueOf(events));
      properties.setProperty("dates", String.valueOf(dates));
      properties.setProperty("bad", String.valueOf(bad));
      properties.setProperty("firstDate", lastEnded(Instant.now()).minusDays(dates - 1).toString());
      try (var out = Files.newBufferedWriter(file)) {
        properties.store(out, null);
      }
    }
    return new Scenario(
        Long.parseLong(properties.getProperty("events")),
        LocalDate.parse(properties.getProperty("firstDate")),
        Integer.parseInt(properties.getProperty("dates")),
        Double.parseDouble(properties.getProperty("bad")));
  }

  /** The last date whose last window has ended: one of just after midnight would be waited for. */
  static LocalDate lastEnded(Instant now) {
    return LocalDate.ofInstant(now.minus(WINDOW).minusSeconds(60), ZoneOffset.UTC).minusDays(1);
  }

  /** What every verb needs to find the demo's topic and lake. */
  private static List<String> flags(EmbeddedKafka kafka, EmbeddedS3 s3) {
    List<String> flags = new ArrayList<>();
    flags.add("--bootstrapServers=" + kafka.bootstrapServers());
    flags.add("--topic=" + TOPIC);
    flags.add("--lake=s3://lake");
    flags.add("--deadLetters=s3://dead-letters");
    flags.addAll(s3.flags());
    return flags;
  }

  /** Says how to reach Kafka and S3, and waits until Ctrl-C or whatever else ends this process. */
  private void serve(EmbeddedKafka kafka, EmbeddedS3 s3, LocalDate date)
      throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopped.countDown();
                  awaitCleared();
                }));
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  Kafka and S3 run until Ctrl-C. In another shell:");
    lines.add("");
    EmbeddedS3.ENVIRONMENT.forEach((name, value) -> lines.add("    export " + name + "=" + value));
    lines.add("    FLAGS=\"" + String.join(" ", flags(kafka, s3)) + "\"");
    lines.add(
        "    ./sluice contract infer --bootstrapServers="
            + kafka.bootstrapServers()
            + " --topic="
            + TOPIC
            + " --out=drafted.yaml");
    for (String verb :
        List.of("plan", "audit", "report", "rebuild --dry-run --date=" + date, "run")) {
      lines.add("    ./sluice " + verb + " $FLAGS");
    }
    lines.forEach(System.err::println);
    System.err.flush();
    stopped.await();
  }

  /** A shutdown waits until Kafka and S3 have ended and the directory is gone, if it may go. */
  private void awaitCleared() {
    try {
      var unused = cleared.await(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> flags(EmbeddedKafka kafka, EmbeddedS3 s3, Path directory) {
    List<String> flags = new ArrayList<>(flags(kafka, s3));
    flags.add("--flinkMaster=[local]");
    flags.add("--parallelism=2");
    flags.add("--attachedMode=false");
    flags.add("--checkpointingInterval=5000");
    flags.add("--stateBackend=filesystem");
    flags.add("--stateBackendStoragePath=" + directory.resolve("checkpoints").toUri());
    // Three dates in seconds: a file per date and shard, not one for every few minutes of the past.
    flags.add("--windowSize=" + WINDOW.toHours() + "h");
    flags.add("--fileInterval=5s");
    flags.add("--watermarkDelay=1s");
    return flags;
  }

  private CompletableFuture<Void> produce(
      EmbeddedKafka kafka, UserActions actions, Scenario scenario, long from)
      throws InterruptedException {
    if (rate > 0) {
      return CompletableFuture.runAsync(
          () -> {
            try {
              send(kafka, actions, scenario, from, sent -> {});
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    say(String.format("making %,d events", scenario.events));
    try (Progress progress = Progress.start("events made", scenario.events)) {
      send(kafka, actions, scenario, from, progress::to);
    }
    return CompletableFuture.completedFuture(null);
  }

  private void send(
      EmbeddedKafka kafka, UserActions actions, Scenario scenario, long from, LongConsumer sent)
      throws InterruptedException {
    EventProducer.send(
        kafka.bootstrapServers(), TOPIC, PARTITIONS, actions, from, scenario.events, rate, sent);
  }

  /** Waits until as many rows are in files as there are events, and every date has its manifest. */
  private void await(
      SluiceOptions options, long total, CompletableFuture<Void> producing, PipelineResult job)
      throws Exception {
    long before = -1;
    long lastChange = System.nanoTime();
    SluiceConfig config = SluiceConfig.from(options);
    Table lakeTable = config.contract().lakeTable();
    Table deadTable = DeadLetters.table(config.contract());
    try (Store lake = config.lake().open(options);
        Store deadLetters = config.deadLetters().open(options);
        Progress progress = Progress.start("events in files", total)) {
      long there = rows(lake, lakeTable) + rows(deadLetters, deadTable);
      while (true) {
        if (producing.isCompletedExceptionally()) {
          producing.get();
        }
        long written = there + SluiceMetrics.total(SluiceMetrics.FILE_ROWS);
        long decoded = SluiceMetrics.decoded();
        progress.to(written);
        progress.note(String.format("%,d decoded", there + decoded));
        if (decodedAll == 0 && there + decoded >= total) {
          decodedAll = System.nanoTime();
        }
        if (written >= total && isComplete(lake, lakeTable) && isComplete(deadLetters, deadTable)) {
          return;
        }
        long now = written + decoded;
        if (now != before) {
          before = now;
          lastChange = System.nanoTime();
        } else if (System.nanoTime() - lastChange > STALLED.toNanos()) {
          throw new IllegalStateException(
              "the pipeline has not moved for "
                  + STALLED.toMinutes()
                  + " minutes; its state: "
                  + job.getState());
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }

  private static long rows(Store store, Table table) throws IOException {
    long rows = 0;
    for (LakeFiles.DataFile file : LakeFiles.read(store, table.name() + "/")) {
      rows += file.footer().rows();
    }
    return rows;
  }

  private static boolean isComplete(Store store, Table table) throws IOException {
    for (LocalDate date : LakeFiles.dates(store, table)) {
      if (!new Publication(store, table, date).isCurrent()) {
        return false;
      }
    }
    return true;
  }

  private void summary(
      AuditReport report, Path directory, double decodedSeconds, double seconds, double all) {
    PrintStream out = json.text();
    AuditText.print(report, out);
    out.printf(
        "  %,d events decoded %.1f s after the start of Flink, all in files after %.1f s; %.1f s in all%n",
        report.offsets(), decodedSeconds, seconds, all);
    out.printf(
        "  %,.1f MB of Parquet, %.1f bytes a row%n",
        report.files().lakeBytes() / 1e6,
        report.lakeRows() == 0 ? 0.0 : (double) report.files().lakeBytes() / report.lakeRows());
    if (keep != null) {
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
