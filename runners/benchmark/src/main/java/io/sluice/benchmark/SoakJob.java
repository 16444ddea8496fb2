package io.sluice.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.chaos.Rest;
import io.sluice.cli.Main;
import io.sluice.contract.ContractParser;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * {@code sluice run} in a JVM of its own, watched from outside: by /proc, by its garbage
 * collector's log, by Flink's REST interface and by its metrics.
 */
final class SoakJob implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Path lake;
  private final Path gcLog;
  private final int metricsPort = EmbeddedKafka.freePort();
  private final JavaProcess process;
  private final Rest flink;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private String job = "";
  private int pausesSeen;
  private double appendSeconds;
  private double appends;

  /**
   * What the job is given.
   *
   * @param more flags
   */
  record Settings(String heap, int parallelism, List<String> more) {}

  SoakJob(String bootstrapServers, String topic, Settings settings, Path directory)
      throws IOException {
    this.lake = directory.resolve("lake");
    this.gcLog = directory.resolve("gc.log");
    int restPort = EmbeddedKafka.freePort();
    this.flink = new Rest(URI.create("http://127.0.0.1:" + restPort));
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        conf.resolve("config.yaml"),
        "rest.address: 127.0.0.1\nrest.bind-address: 127.0.0.1\nrest.port: %1$d\nrest.bind-port: %1$d\n"
            .formatted(restPort));
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(flags(bootstrapServers, topic, settings, directory));
    arguments.add("--flinkConfDir=" + conf);
    arguments.add("--metricsAddress=127.0.0.1:" + metricsPort);
    // Chaos wants its many JVMs small; this one is to be as its users have it.
    List<String> options = new ArrayList<>(List.of("-Xmx" + settings.heap(), "-XX:-UseSerialGC"));
    options.addAll(GcLog.options(gcLog));
    this.process = new JavaProcess("sluice", directory, options, Main.class.getName(), arguments);
  }

  /** The flags of the run but those of this machine's ports; writes the contract that they name. */
  static List<String> flags(
      String bootstrapServers, String topic, Settings settings, Path directory) throws IOException {
    Path contract = directory.resolve("contract.yaml");
    try (InputStream standard =
        Objects.requireNonNull(ContractParser.class.getResourceAsStream("user-actions.yaml"))) {
      Files.writeString(
          contract,
          new String(standard.readAllBytes(), StandardCharsets.UTF_8) + "position_columns: true\n");
    }
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--bootstrapServers=" + bootstrapServers,
                "--topic=" + topic,
                "--contract=" + contract,
                "--lake=" + Files.createDirectories(directory.resolve("lake")),
                "--deadLetters=" + Files.createDirectories(directory.resolve("dead-letters")),
                "--startFrom=earliest",
                "--flinkMaster=[local]",
                "--parallelism=" + settings.parallelism(),
                "--checkpointingInterval=10000",
                "--stateBackend=filesystem",
                "--stateBackendStoragePath=" + directory.resolve("checkpoints").toUri()));
    flags.addAll(settings.more());
    return flags;
  }

  /** Where its rows go. */
  Path table() {
    return lake.resolve(ContractParser.userActions().table());
  }

  /** Starts it and waits until all its tasks run. */
  void start() throws InterruptedException {
    process.start();
    long end = System.nanoTime() + START.toNanos();
    while (true) {
      requireAlive();
      try {
        if (isRunning()) {
          return;
        }
      } catch (IOException e) {
        // Starting: asked again.
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the job does not run: see " + process.log());
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
  }

  private boolean isRunning() throws IOException {
    for (JsonNode one : flink.get("/jobs/overview").path("jobs")) {
      job = one.path("jid").asText();
    }
    if (job.isEmpty()) {
      return false;
    }
    JsonNode state = flink.get("/jobs/" + job);
    for (JsonNode vertex : state.path("vertices")) {
      if (!vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    // While it is initialized it has no vertices.
    return state.path("state").asText().equals("RUNNING") && !state.path("vertices").isEmpty();
  }

  /**
   * Checks that it has not ended.
   *
   * @throws IllegalStateException where it has, with its log's name
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Sluice has ended: see " + process.log());
    }
  }

  /** What there is to be seen now. */
  Map<Gauge, Double> look() throws IOException {
    requireAlive();
    Map<Gauge, Double> seen = new EnumMap<>(Gauge.class);
    Proc proc = Proc.read(process.pid());
    seen.put(Gauge.RESIDENT_BYTES, (double) proc.resident());
    seen.put(Gauge.CPU_SECONDS, proc.cpuSeconds());
    heap().ifPresent(bytes -> seen.put(Gauge.HEAP_BYTES, bytes));
    JsonNode checkpoint =
        flink.get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
    if (checkpoint.isObject()) {
      seen.put(Gauge.CHECKPOINT_MILLIS, checkpoint.path("end_to_end_duration").asDouble());
      seen.put(Gauge.CHECKPOINT_BYTES, checkpoint.path("state_size").asDouble());
    }
    metrics(seen);
    return seen;
  }

  /**
   * Bytes after the collection since the last look that left the least; else after the last one.
   */
  private OptionalDouble heap() throws IOException {
    List<Long> after =
        GcLog.read(gcLog).stream().filter(GcLog.Pause::frees).map(GcLog.Pause::after).toList();
    if (after.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Long> since = after.subList(Math.min(pausesSeen, after.size() - 1), after.size());
    pausesSeen = after.size();
    return since.stream().mapToDouble(Long::doubleValue).min();
  }

  /** Names appear with their first value: that of files with the first file. */
  private void metrics(Map<Gauge, Double> seen) throws IOException {
    Exposition page = Exposition.parse(scrape());
    Map<String, String> table = Map.of("table", ContractParser.userActions().table());
    page.sum("sluice_lag_records", Map.of()).ifPresent(n -> seen.put(Gauge.LAG_RECORDS, n));
    page.sum("sluice_records_total", Map.of()).ifPresent(n -> seen.put(Gauge.READ_RECORDS, n));
    page.sum("sluice_file_rows_total", table).ifPresent(n -> seen.put(Gauge.FILE_ROWS, n));
    page.sum("sluice_freshness_seconds", table)
        .ifPresent(seconds -> seen.put(Gauge.FRESHNESS_SECONDS, seconds));
    double count = page.sum("sluice_append_seconds_count", Map.of()).orElse(0);
    double sum = page.sum("sluice_append_seconds_sum", Map.of()).orElse(0);
    if (count > appends) {
      seen.put(Gauge.APPEND_MILLIS, (sum - appendSeconds) / (count - appends) * 1000);
    }
    appends = count;
    appendSeconds = sum;
  }

  private String scrape() throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"))
            .timeout(TIMEOUT)
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(request.uri() + " answers " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * What Flink says of the job so far.
   *
   * @param restarts how often it was started again
   */
  record Health(long checkpoints, long failedCheckpoints, long restarts) {
    /** What has come since. */
    Health since(Health before) {
      return new Health(
          checkpoints - before.checkpoints,
          failedCheckpoints - before.failedCheckpoints,
          restarts - before.restarts);
    }
  }

  Health health() throws IOException {
    JsonNode counts = flink.get("/jobs/" + job + "/checkpoints").path("counts");
    long restarts = 0;
    for (JsonNode metric : flink.get("/jobs/" + job + "/metrics?get=numRestarts")) {
      restarts = metric.path("value").asLong();
    }
    return new Health(counts.path("completed").asLong(), counts.path("failed").asLong(), restarts);
  }

  @Override
  public void close() {
    process.close();
  }
}
