package io.sluice.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.chaos.Rest;
import io.sluice.cli.Main;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EmbeddedS3;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Many topics with few events each, in one job: what that costs in state, threads, connections,
 * files and requests. Broker, S3 server and job are each a JVM of its own. See docs/benchmark.md.
 */
final class ManyTopics {
  private static final int START_SECONDS = 900;
  private static final int FILES_SECONDS = 600;

  /** For a checkpoint after the last file. */
  private static final int CHECKPOINT_SECONDS = 15;

  private static final int TOPICS_AT_ONCE = 20;

  /**
   * What is measured.
   *
   * @param seconds how long events are sent
   * @param everySeconds how far apart the events of a topic are
   */
  record Settings(int topics, int partitions, int seconds, int everySeconds) {}

  /**
   * What was seen at the end, and from the start of the job on.
   *
   * @param startSeconds from the start of the process until all tasks ran
   * @param heapBytes of live objects
   * @param requestsToStart to S3 until all tasks ran, by kind
   * @param requests to S3 while events were sent, by kind
   * @param topThreads the most frequent names
   */
  record Figures(
      Settings settings,
      double startSeconds,
      long heapBytes,
      long checkpointBytes,
      long checkpointMillis,
      int threads,
      int kafkaConnections,
      int storeConnections,
      long events,
      long rows,
      long dataFiles,
      double auditSeconds,
      Map<String, Long> requestsToStart,
      Map<String, Long> requests,
      Map<String, Integer> topThreads) {

    /** For the manual: a row of each figure. */
    List<String> lines() {
      double minutes = settings.seconds() / 60.0;
      List<String> lines = new ArrayList<>();
      lines.add("topics x partitions: " + settings.topics() + " x " + settings.partitions());
      lines.add(text("start, s: %.1f", startSeconds));
      lines.add(text("live heap, MiB: %.1f", heapBytes / 1048576.0));
      lines.add(text("checkpoint, KiB: %.1f in %d ms", checkpointBytes / 1024.0, checkpointMillis));
      lines.add("threads: " + threads);
      lines.add("connections to Kafka: " + kafkaConnections);
      lines.add("connections to S3: " + storeConnections);
      lines.add("events: " + events + ", rows in files: " + rows + ", files: " + dataFiles);
      lines.add(text("audit of all tables, s: %.1f", auditSeconds));
      lines.add("requests to start: " + requestsToStart);
      lines.add("requests then: " + requests);
      lines.add(
          text(
              "requests a minute and table then: %.1f",
              requests.values().stream().mapToLong(Long::longValue).sum()
                  / minutes
                  / settings.topics()));
      lines.add("threads by name: " + topThreads);
      return lines;
    }

    private static String text(String format, Object... values) {
      return String.format(Locale.ROOT, format, values);
    }
  }

  private final Settings settings;
  private final Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final int metricsPort = EmbeddedKafka.freePort();
  private final int restPort = EmbeddedKafka.freePort();

  private ManyTopics(Settings settings, Path directory) throws IOException {
    this.settings = settings;
    this.directory = directory;
  }

  /** {@code TOPICS PARTITIONS SECONDS EVERY_SECONDS}: prints the figures. */
  public static void main(String[] arguments) throws Exception {
    int[] n = Stream.of(arguments).mapToInt(Integer::parseInt).toArray();
    Path directory = Files.createTempDirectory("sluice-many-topics");
    measure(new Settings(n[0], n[1], n[2], n[3]), directory).lines().forEach(System.out::println);
    System.out.println("logs and files are kept in " + directory);
    System.exit(0);
  }

  /** Starts it all, sends events, looks, and stops it all. */
  static Figures measure(Settings settings, Path directory) throws Exception {
    try (Broker broker = Broker.start(directory);
        S3Server s3 = S3Server.start(directory)) {
      return new ManyTopics(settings, directory).measure(broker, s3);
    }
  }

  private String topic(int i) {
    return "topic-" + i;
  }

  private Figures measure(Broker broker, S3Server s3) throws Exception {
    createTopics(broker.bootstrapServers());
    Path contracts = Files.createDirectories(directory.resolve("contracts"));
    for (int i = 0; i < settings.topics(); i++) {
      Files.writeString(
          contracts.resolve("table_" + i + ".yaml"),
          """
          table: table_%d
          topic: %s
          event_time: at
          columns:
            - {name: at, path: timestamp, type: timestamp, required: true}
            - {name: n, type: int64}
          """
              .formatted(i, topic(i)));
    }
    Output lake = s3.output("lake");
    List<String> places = new ArrayList<>(lake.flags());
    places.add("--bootstrapServers=" + broker.bootstrapServers());
    places.add("--contract=" + contracts);
    places.add("--lake=" + lake.root());
    places.add("--deadLetters=" + lake.root());
    long begun = System.nanoTime();
    try (JavaProcess job = job(places)) {
      job.start();
      Rest flink = new Rest(URI.create("http://127.0.0.1:" + restPort));
      String id = awaitRunning(flink, job);
      double startSeconds = (System.nanoTime() - begun) / 1e9;
      Map<String, Long> toStart = requests();
      long events = send(broker.bootstrapServers());
      awaitFiles(events);
      Map<String, Long> then = requests();
      toStart.forEach((kind, n) -> then.merge(kind, -n, Long::sum));
      JsonNode checkpoint =
          flink.get("/jobs/" + id + "/checkpoints").path("latest").path("completed");
      int kafkaPort = URI.create("kafka://" + broker.bootstrapServers()).getPort();
      return new Figures(
          settings,
          startSeconds,
          liveHeap(job.pid()),
          checkpoint.path("state_size").asLong(),
          checkpoint.path("end_to_end_duration").asLong(),
          threads(job.pid()).values().stream().mapToInt(Integer::intValue).sum(),
          connections(job.pid(), kafkaPort),
          connections(job.pid(), Objects.requireNonNull(lake.s3()).getPort()),
          events,
          (long) metrics().sum("sluice_file_rows_total", Map.of()).orElse(0),
          files(lake.files()),
          audit(places),
          toStart,
          then,
          top(threads(job.pid())));
    }
  }

  private JavaProcess job(List<String> places) throws IOException {
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        conf.resolve("config.yaml"),
        "rest.address: 127.0.0.1\nrest.bind-address: 127.0.0.1\nrest.port: %1$d\nrest.bind-port: %1$d\n"
            .formatted(restPort));
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(places);
    arguments.addAll(
        List.of(
            "--startFrom=earliest",
            "--windowSize=1m",
            "--fileInterval=30s",
            "--watermarkDelay=10s",
            "--flinkMaster=[local]",
            "--parallelism=2",
            "--checkpointingInterval=10000",
            "--flinkConfDir=" + conf,
            "--metricsAddress=127.0.0.1:" + metricsPort));
    List<String> options = new ArrayList<>(List.of("-Xmx1g"));
    EmbeddedS3.CREDENTIALS.forEach((name, value) -> options.add("-D" + name + "=" + value));
    return new JavaProcess("sluice", directory, options, Main.class.getName(), arguments);
  }

  private void createTopics(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      for (int from = 0; from < settings.topics(); from += TOPICS_AT_ONCE) {
        int to = Math.min(settings.topics(), from + TOPICS_AT_ONCE);
        admin
            .createTopics(
                IntStream.range(from, to)
                    .mapToObj(i -> new NewTopic(topic(i), settings.partitions(), (short) 1))
                    .toList())
            .all()
            .get(3, TimeUnit.MINUTES);
      }
    }
  }

  private String awaitRunning(Rest flink, JavaProcess job) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < end && job.isAlive()) {
      try {
        for (JsonNode one : flink.get("/jobs/overview").path("jobs")) {
          String id = one.path("jid").asText();
          JsonNode vertices = flink.get("/jobs/" + id).path("vertices");
          boolean isRunning = !vertices.isEmpty();
          for (JsonNode vertex : vertices) {
            isRunning &= vertex.path("status").asText().equals("RUNNING");
          }
          if (isRunning) {
            return id;
          }
        }
      } catch (IOException e) {
        // Starting: asked again.
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    throw new IllegalStateException("the job does not run: see " + job.log());
  }

  /** An event for each topic now and then, of one partition after the other. */
  private long send(String bootstrapServers) throws InterruptedException {
    long events = 0;
    try (KafkaProducer<byte[], String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new StringSerializer())) {
      int turns = settings.seconds() / settings.everySeconds();
      for (int turn = 0; turn < turns; turn++) {
        for (int i = 0; i < settings.topics(); i++) {
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      topic(i),
                      (turn + i) % settings.partitions(),
                      null,
                      "{\"timestamp\":\"" + Instant.now() + "\",\"n\":" + turn + "}"));
          events++;
        }
        producer.flush();
        TimeUnit.SECONDS.sleep(settings.everySeconds());
      }
    }
    return events;
  }

  private Exposition metrics() throws IOException, InterruptedException {
    return Exposition.parse(
        http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  /** Waits until the last windows have ended and all is in files. */
  private void awaitFiles(long events) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FILES_SECONDS);
    while (metrics().sum("sluice_file_rows_total", Map.of()).orElse(0) < events) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not all is in files: see " + directory);
      }
      TimeUnit.SECONDS.sleep(1);
    }
    TimeUnit.SECONDS.sleep(CHECKPOINT_SECONDS);
  }

  private Map<String, Long> requests() throws IOException, InterruptedException {
    Map<String, Long> requests = new TreeMap<>();
    for (Exposition.Line line : metrics().lines()) {
      if (line.name().equals("sluice_store_requests_total")) {
        requests.put(line.labels().getOrDefault("request", ""), (long) line.value());
      }
    }
    return requests;
  }

  private double audit(List<String> places) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("audit"));
    arguments.addAll(places);
    List<String> options = new ArrayList<>(List.of("-Xmx512m"));
    EmbeddedS3.CREDENTIALS.forEach((name, value) -> options.add("-D" + name + "=" + value));
    long begun = System.nanoTime();
    try (JavaProcess audit =
        new JavaProcess("audit", directory, options, Main.class.getName(), arguments)) {
      audit.start();
      int status = audit.await(java.time.Duration.ofMinutes(20));
      if (status != 0) {
        throw new IllegalStateException("the audit ended with " + status + ": see " + audit.log());
      }
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  private static long files(Path lake) throws IOException {
    try (Stream<Path> files = Files.walk(lake)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  /** Bytes of live objects, after a collection. */
  private static long liveHeap(long pid) throws IOException {
    String text = command(jcmd(), String.valueOf(pid), "GC.class_histogram");
    Matcher total = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)").matcher(text);
    if (!total.find()) {
      throw new IOException("no histogram: " + text);
    }
    return Long.parseLong(total.group(1));
  }

  /** How many threads there are of each name, without its numbers. */
  private static Map<String, Integer> threads(long pid) throws IOException {
    Map<String, Integer> threads = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
      for (Path task : tasks.toList()) {
        try {
          String name = Files.readString(task.resolve("comm")).strip();
          threads.merge(name.replaceAll("[0-9]+", "*"), 1, Integer::sum);
        } catch (IOException e) {
          // Ended meanwhile.
        }
      }
    }
    return threads;
  }

  private static Map<String, Integer> top(Map<String, Integer> threads) {
    Map<String, Integer> top = new TreeMap<>();
    threads.forEach(
        (name, n) -> {
          if (n > 3) {
            top.put(name, n);
          }
        });
    return top;
  }

  /** Its connections to a port of this machine. */
  private static int connections(long pid, int port) throws IOException {
    Path proc = Path.of("/proc", String.valueOf(pid));
    Set<String> own = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          own.add(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
          // Closed meanwhile.
        }
      }
    }
    String remote = String.format(Locale.ROOT, ":%04X", port);
    int connections = 0;
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(proc.resolve("net").resolve(table))) {
        String[] fields = line.strip().split("\\s+");
        // 01 is an established one.
        if (fields.length > 9
            && fields[2].endsWith(remote)
            && fields[3].equals("01")
            && own.contains("socket:[" + fields[9] + "]")) {
          connections++;
        }
      }
    }
    return connections;
  }

  private static String jcmd() {
    return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
  }

  private static String command(String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
