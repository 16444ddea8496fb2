package io.sluice.benchmark;

import io.sluice.SluiceConfig;
import io.sluice.UserException;
import io.sluice.cli.HelpOption;
import io.sluice.cli.JsonOption;
import io.sluice.cli.Main;
import io.sluice.cli.OutFolder;
import io.sluice.cli.Progress;
import io.sluice.cli.ProgressOption;
import io.sluice.cli.Verb;
import io.sluice.flink.FlinkJob;
import io.sluice.local.EventProducer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice soak}: a steady load for a long time; latency, and whether anything grows. */
@Command(
    name = "soak",
    description =
        "Sends events at a steady rate through broker and pipeline; says how late they can be read, and what grows.",
    customSynopsis = "sluice soak [FLAGS]",
    footer = {
      "",
      "Broker and pipeline are each a JVM of its own. Latency is from a record's Kafka",
      "timestamp to the moment at which its file can be read, and with --publish to that at which",
      "a snapshot names it. Kafka keeps ten minutes.",
      "Exit status 3 where an event is lost or duplicate: then no figure counts."
    })
public final class SoakCommand implements Verb {
  private static final String TOPIC = "user-actions";
  private static final int PARTITIONS = 4;
  private static final int PARALLELISM = 2;
  private static final Duration SAMPLE = Duration.ofSeconds(5);
  private static final Duration STALLED = Duration.ofMinutes(2);
  private static final int MOST_TRIES = 3;

  /** An hour at full rate would else be 20 GB: the lake is judged by what was acknowledged. */
  private static final Map<String, String> TOPIC_SETTINGS =
      Map.of("retention.ms", "600000", "segment.bytes", String.valueOf(64 << 20));

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long events are sent. [${DEFAULT-VALUE}]")
  private double minutes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "30000",
      description = "Events a second. [${DEFAULT-VALUE}]")
  private double rate;

  @Option(
      names = "--windowSize",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description = "The pipeline's windows. [${DEFAULT-VALUE}]")
  private String windowSize = "1m";

  @Option(
      names = "--fileInterval",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How far apart its files are at least. [${DEFAULT-VALUE}]")
  private String fileInterval = "30s";

  @Option(
      names = "--watermarkDelay",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "How long it waits for stragglers. [${DEFAULT-VALUE}]")
  private String watermarkDelay = "10s";

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "Heap of the pipeline. [${DEFAULT-VALUE}]")
  private String heap = "1g";

  @Option(
      names = "--publish",
      paramLabel = "iceberg",
      description = "A table of Iceberg follows, and it is measured how late its snapshots are.")
  private @Nullable String publish;

  @Option(
      names = "--manifestInterval",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description = "How often the table follows a date that grows. [${DEFAULT-VALUE}]")
  private String manifestInterval = "1m";

  @Mixin private JsonOption json = new JsonOption();

  @Option(names = "--chart", paramLabel = "FILE", description = "Draws the samples as SVG.")
  private @Nullable Path chart;

  @Mixin private HelpOption help = new HelpOption();

  @Mixin private ProgressOption bars = new ProgressOption();

  private final PrintStream progress = System.err;

  /** For picocli and the service loader. */
  public SoakCommand() {}

  @Override
  public Integer call() throws Exception {
    SluiceConfig config = check();
    Path directory = Files.createTempDirectory("sluice-soak");
    boolean passed = false;
    try {
      SoakReport report = run(directory, config);
      report.print(json.text());
      if (!report.count().isPerfect()) {
        progress.println("sluice: events are lost or duplicate, so none of these figures counts");
        return Main.NOT_PROVED;
      }
      json.write(() -> report.json().toString());
      if (chart != null) {
        Files.writeString(chart, report.svg());
      }
      passed = true;
      return 0;
    } finally {
      if (passed) {
        PathUtils.deleteDirectory(directory);
      } else {
        progress.println("  logs and files are kept in " + directory);
      }
    }
  }

  private SluiceConfig check() {
    require(minutes > 0 && minutes <= 1440, "--minutes: more than 0, at most 1440");
    require(rate >= 1 && rate <= 1_000_000, "--rate: from 1 to 1000000");
    require(heap.matches("\\d+[mg]"), "--heap=" + heap + ": a size as 512m or 2g");
    if (publish != null) {
      require(publish.equals("iceberg"), "--publish=" + publish + ": iceberg is what is measured");
    }
    json.check();
    if (chart != null) {
      OutFolder.requireWritable("--chart", chart);
    }
    List<String> flags = new ArrayList<>(pipelineFlags());
    flags.addAll(List.of("--bootstrapServers=127.0.0.1:9", "--lake=lake", "--deadLetters=lake"));
    return SluiceConfig.from(FlinkJob.options(flags));
  }

  private List<String> pipelineFlags() {
    return List.of(
        "--windowSize=" + windowSize,
        "--fileInterval=" + fileInterval,
        "--watermarkDelay=" + watermarkDelay,
        "--manifestInterval=" + manifestInterval);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new UserException(message);
    }
  }

  private SoakReport run(Path directory, SluiceConfig config) throws Exception {
    progress.println("  starting a broker and the pipeline …");
    long records = Math.max(1, (long) (rate * minutes * 60));
    try (Broker broker = Broker.start(directory)) {
      EventProducer.createTopic(broker.bootstrapServers(), TOPIC, PARTITIONS, TOPIC_SETTINGS);
      SluiceCatalog catalog = publish == null ? null : new SluiceCatalog(directory);
      try (TableWatch table = catalog == null ? null : catalog.watch();
          SoakJob job = job(broker, directory, catalog);
          Hook hook = new Hook(broker, job, directory);
          SteadyLoad load =
              new SteadyLoad(broker.bootstrapServers(), TOPIC, PARTITIONS, rate, records);
          Lake lake = new Lake(job.table(), directory)) {
        job.start();
        SoakJob.Health atFirst = ask(job::health);
        Sample begin = new Sample(0, ask(job::look));
        load.start();
        if (table != null) {
          table.start();
        }
        List<Sample> samples = watch(job, load, lake, records);
        SteadyLoad.Sent sent = load.sent();
        drain(job, lake, sent, config);
        Map<Path, Long> snapshots =
            table == null
                ? Map.of()
                : table.await(lake.files(), STALLED.plus(config.manifestInterval()));
        Sample end = new Sample(sent.seconds(), ask(job::look));
        SoakJob.Health health = ask(job::health).since(atFirst);
        hook.close();
        job.close();
        broker.close();
        requireAllSeen(samples, end);
        say("counting rows and latencies");
        return new SoakReport(
            new SoakReport.Plan(
                minutes,
                rate,
                windowSize,
                fileInterval,
                watermarkDelay,
                heap,
                PARALLELISM,
                PARTITIONS),
            sent,
            lake.count(sent.acknowledged()),
            begin,
            samples,
            end,
            health,
            lake.latencies(sent.beginMillis(), sent.seconds()),
            table == null
                ? null
                : new SoakReport.Followed(
                    table.snapshots(),
                    lake.latencies(sent.beginMillis(), sent.seconds(), snapshots)),
            lake.rowsOfFiles());
      }
    }
  }

  private SoakJob job(Broker broker, Path directory, @Nullable SluiceCatalog catalog)
      throws IOException {
    List<String> flags = new ArrayList<>(pipelineFlags());
    if (catalog != null) {
      flags.addAll(catalog.flags());
    }
    SoakJob.Settings settings = new SoakJob.Settings(heap, PARALLELISM, flags);
    return new SoakJob(broker.bootstrapServers(), TOPIC, settings, directory);
  }

  /** A question to the job over the network. */
  private interface Question<T> {
    T ask() throws IOException;
  }

  /** One answer that does not come is no reason to throw away an hour. */
  private static <T> T ask(Question<T> question) throws IOException, InterruptedException {
    for (int failed = 1; ; failed++) {
      try {
        return question.ask();
      } catch (IOException e) {
        if (failed == MOST_TRIES) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  /** Looks every few seconds, until all is sent. */
  private List<Sample> watch(SoakJob job, SteadyLoad load, Lake lake, long records)
      throws InterruptedException, IOException, SQLException {
    List<Sample> samples = new ArrayList<>();
    say(String.format(Locale.ROOT, "sending %,d events for %.0f s", records, minutes * 60));
    long begin = System.nanoTime();
    try (Progress bar = bars.start("events sent", records)) {
      for (int i = 1; ; i++) {
        long left = begin + i * SAMPLE.toNanos() - System.nanoTime();
        boolean done = load.await(Duration.ofNanos(left));
        Map<Gauge, Double> seen = new EnumMap<>(ask(job::look));
        seen.put(Gauge.SENT_RECORDS, (double) load.acknowledged());
        double seconds = (System.nanoTime() - begin) / 1e9;
        samples.add(new Sample(seconds, seen));
        bar.to(load.acknowledged());
        bar.note(String.format(Locale.ROOT, "%,d rows in files", lake.rows()));
        if (done) {
          return samples;
        }
      }
    }
  }

  private void say(String text) {
    progress.println("  " + text + " …");
  }

  /**
   * Waits until all rows are in files.
   *
   * @throws IllegalStateException where nothing moves any more
   */
  private void drain(SoakJob job, Lake lake, SteadyLoad.Sent sent, SluiceConfig config)
      throws InterruptedException, IOException, SQLException {
    say("waiting for the last window");
    Duration patience =
        config
            .windows()
            .size()
            .plus(config.write().fileInterval())
            .plus(config.watermarkDelay())
            .plus(STALLED);
    long lastChange = System.nanoTime();
    long before = -1;
    while (true) {
      long rows = lake.rows();
      if (rows >= sent.records()) {
        return;
      }
      job.requireAlive();
      if (rows != before) {
        before = rows;
        lastChange = System.nanoTime();
      } else if (System.nanoTime() - lastChange > patience.toNanos()) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%,d of %,d rows are in files, and none has come for %d s",
                rows,
                sent.records(),
                patience.toSeconds()));
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  /** What was never seen cannot be called flat. */
  private static void requireAllSeen(List<Sample> samples, Sample end) {
    for (Gauge gauge : Gauge.values()) {
      if (end.get(gauge).isEmpty() && samples.stream().noneMatch(s -> s.get(gauge).isPresent())) {
        throw new IllegalStateException("never seen: " + gauge.title());
      }
    }
  }

  /** Ends the processes when this one is ended, and says what it leaves. */
  private static final class Hook implements AutoCloseable {
    private final Thread thread;

    Hook(Broker broker, SoakJob job, Path directory) {
      thread =
          new Thread(
              () -> {
                job.close();
                broker.close();
                System.err.println("  logs and files are kept in " + directory);
              });
      Runtime.getRuntime().addShutdownHook(thread);
    }

    @Override
    public void close() {
      try {
        Runtime.getRuntime().removeShutdownHook(thread);
      } catch (IllegalStateException e) {
        // It runs already.
        return;
      }
    }
  }
}
