package io.sluice.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.chaos.FlinkCluster;
import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EmbeddedS3;
import io.sluice.local.EventProducer;
import io.sluice.local.JavaProcess;
import io.sluice.local.UserActions;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the image carries, laid out as the Dockerfile lays it out, on a Flink cluster of processes
 * that have nothing else of ours: JobManager and TaskManagers in application mode, with the
 * arguments and settings of the manifest, addresses apart. Memory is this machine's, high
 * availability ZooKeeper's; Flink's own metrics stay off, for their reporter listens everywhere.
 */
class ImageIT {
  private static final int EVENTS = 20_000;
  private static final int PARTITIONS = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path directory;

  static EmbeddedKafka kafka;
  static EmbeddedS3 s3;
  static Path flinkHome;
  static Map<String, String> credentials;

  @BeforeAll
  static void start() throws Exception {
    flinkHome = Installation.lay(directory.resolve("flink"));
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    s3 = EmbeddedS3.start(directory.resolve("s3"), Manifest.job().buckets().toArray(String[]::new));
    credentials =
        Map.of(
            "AWS_ACCESS_KEY_ID", EmbeddedS3.CREDENTIALS.get("aws.accessKeyId"),
            "AWS_SECRET_ACCESS_KEY", EmbeddedS3.CREDENTIALS.get("aws.secretAccessKey"));
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
    s3.close();
  }

  /** The flags that say where things are, by what they are here. */
  private static Map<String, String> places() throws IOException {
    Path client = directory.resolve("client.properties");
    Files.writeString(client, "security.protocol=PLAINTEXT\n");
    Map<String, String> places = new LinkedHashMap<>();
    places.put("--bootstrapServers", kafka.bootstrapServers());
    places.put("--endpoint", s3.endpoint().toString());
    places.put("--contract", Manifest.KUBERNETES.resolve("base/contract.yaml").toString());
    places.put("--kafkaConfigFile", client.toString());
    return places;
  }

  private static FlinkCluster cluster(
      String name, Manifest manifest, int firstMetricsPort, Map<String, String> elsewhere)
      throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(manifest.settings());
    settings
        .keySet()
        .removeIf(
            setting ->
                setting.endsWith(".port")
                    || setting.startsWith("metrics.")
                    || setting.startsWith("kubernetes."));
    settings.put("state.backend.rocksdb.localdir", directory.resolve("rocksdb").toString());
    settings.put("s3.endpoint", s3.endpoint().toString());
    // Of which the id of the job is made, and of that the folder of its checkpoints.
    settings.put("high-availability.cluster-id", "/" + name);
    Map<String, String> places = new LinkedHashMap<>(places());
    places.put("--metricsAddress", "127.0.0.1:" + firstMetricsPort + "-" + (firstMetricsPort + 9));
    places.putAll(elsewhere);
    List<String> arguments = new ArrayList<>(List.of("--job-classname", manifest.entryClass()));
    arguments.addAll(Manifest.with(manifest.arguments(), places));
    Path log4j = directory.resolve("log4j-console.properties");
    Files.writeString(log4j, manifest.log4j());
    List<String> jvmOptions = new ArrayList<>(List.of("-Dlog4j.configurationFile=" + log4j));
    Stream.of(manifest.settings().get("env.java.opts.all").split(" "))
        .filter(option -> option.startsWith("-D"))
        .forEach(jvmOptions::add);
    return new FlinkCluster(
        directory.resolve(name),
        new FlinkCluster.Setup(
            "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
            arguments,
            512,
            settings,
            jvmOptions,
            new FlinkCluster.Installation(flinkHome, Installation.libraries(), credentials)));
  }

  @Test
  void theManifestsArgumentsStartTheJobAndTheManifestsAuditFindsEachEventOnce() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "user-actions", PARTITIONS);
    EventProducer.send(
        kafka.bootstrapServers(),
        "user-actions",
        PARTITIONS,
        new UserActions(EVENTS, LocalDate.of(2026, 5, 1), 2, 3),
        0,
        EVENTS,
        0,
        n -> {});
    int metricsPort = EmbeddedKafka.freePort();

    try (FlinkCluster flink = cluster("cluster", Manifest.job(), metricsPort, Map.of())) {
      flink.start();
      flink.await("the job", () -> flink.state(flink.job("sluice")).equals("RUNNING"));
      flink.await("files of both dates", () -> dates() >= 2);
      flink.await("a checkpoint on S3", () -> checkpointed());
      assertTrue(metrics(metricsPort).contains("sluice_rows_total"));

      Verb audit = audit();
      for (int i = 0; i < 20 && audit.status == 3; i++) {
        TimeUnit.SECONDS.sleep(1);
        audit = audit();
      }
      assertEquals(0, audit.status, audit.toString());
      JsonNode report = JSON.readTree(audit.out);
      assertEquals(EVENTS, report.path("offsets").asInt());
      assertEquals(EVENTS, report.path("lake").asInt() + report.path("dead").asInt());
      assertTrue(report.path("dead").asInt() > 0);
      assertEquals(0, report.path("lost").asInt(-1));
      assertEquals(0, report.path("duplicate").asInt(-1));
    }
    JsonNode line =
        JSON.readTree(Files.readAllLines(directory.resolve("cluster/logs/jobmanager.log")).get(0));
    assertTrue(line.path("logger").asText().startsWith("org.apache.flink."), line.toString());
  }

  /**
   * Kafka is away when the job is started, and away when its JobManager dies: the process waits,
   * and none ends with our exit status. At the failover nothing is asked of Kafka or of the lake.
   */
  @Test
  void aJobManagerOutlivesBrokersThatAreAwayAtItsStartAndAtItsFailover() throws Exception {
    int port = EmbeddedKafka.freePort();
    String servers = "127.0.0.1:" + port;
    try (JavaProcess broker =
        new JavaProcess(
            "broker",
            directory.resolve("logs"),
            List.of("-Xmx256m"),
            EmbeddedKafka.class.getName(),
            List.of(
                directory.resolve("broker").toString(),
                String.valueOf(port),
                String.valueOf(EmbeddedKafka.freePort())))) {
      broker.start();
      JavaProcess.awaitPort(port);
      EventProducer.createTopic(servers, "user-actions", PARTITIONS);
      broker.kill();
      Map<String, String> elsewhere = Map.of("--bootstrapServers", servers);
      try (FlinkCluster flink =
          cluster("failover", Manifest.job(), EmbeddedKafka.freePort(), elsewhere)) {
        flink.start();
        flink.await(
            "a start that waits",
            () ->
                messages(flink).anyMatch(text -> text.startsWith("the job cannot start yet, 2 ")));
        long pid = flink.jobManagerPid();
        broker.start();
        flink.await("the job", () -> flink.state(flink.job("sluice")).equals("RUNNING"));
        assertEquals(pid, flink.jobManagerPid(), "the JobManager was started anew");
        assertEquals(1, messages(flink).filter(text -> text.startsWith("reads topic ")).count());
        flink.await(
            "a checkpoint",
            () -> messages(flink).anyMatch(text -> text.startsWith("Completed checkpoint ")));

        broker.kill();
        flink.killJobManager();
        flink.await(
            "a failover",
            () ->
                messages(flink)
                    .anyMatch(text -> text.startsWith("this JobManager has recovered the job")));
        long after = flink.jobManagerPid();
        // Longer than a question to Kafka waits for its answer.
        TimeUnit.SECONDS.sleep(25);
        assertEquals(after, flink.jobManagerPid(), "the JobManager ended while Kafka was away");
        broker.start();
        flink.await("the job", () -> flink.state(flink.job("sluice")).equals("RUNNING"));
        assertEquals(after, flink.jobManagerPid());
        assertEquals(1, messages(flink).filter(text -> text.startsWith("reads topic ")).count());
        assertTrue(messages(flink).noneMatch(text -> text.startsWith("sluice: ")));
      }
    }
  }

  /**
   * The messages of the JobManager's log. What its loggers write is JSON; what Flink's S3 writes by
   * java.util.logging is not.
   */
  private static Stream<String> messages(FlinkCluster flink) throws IOException {
    List<String> messages = new ArrayList<>();
    for (String line : Files.readAllLines(flink.jobManagerLog())) {
      assertFalse(line.startsWith("sluice: "), line);
      try {
        messages.add(JSON.readTree(line).path("message").asText());
      } catch (JsonProcessingException e) {
        // Another's, or cut off where its process was killed.
      }
    }
    return messages.stream();
  }

  /** What decides whether a job runs at all is a line of the log like every other. */
  @Test
  void aVerbsErrorIsJsonWhereTheLogIs() throws Exception {
    Verb unknown =
        Verb.run(flinkHome, Map.of("SLUICE_LOG_FORMAT", "json"), List.of("audit", "--lake=s3://x"));
    assertEquals(2, unknown.status, unknown.toString());
    JsonNode line = JSON.readTree(unknown.err);
    assertEquals("ERROR", line.path("level").asText());
    assertTrue(line.path("message").asText().startsWith("sluice: "), unknown.err);
  }

  /**
   * As the CronJob of components/mirror does: Flink is in the pod's process, of the image's jars.
   */
  @Test
  void theManifestsMirrorRunsFlinkInItsProcess() throws Exception {
    Path contract = Files.writeString(directory.resolve("orders.yaml"), CHANGES);
    Path lake = directory.resolve("changes");
    append(List.of("--contract=" + contract, "--lake=" + lake), 1000, 300);
    Map<String, String> places = new LinkedHashMap<>(places());
    places.put("--contract", contract.toString());
    places.put("--lake", lake.toString());
    List<String> mirror = Manifest.with(Manifest.cronJob("mirror"), places);
    Verb first = Verb.run(flinkHome, credentials, mirror);
    assertEquals(0, first.status, first.toString());
    JsonNode said = JSON.readTree(first.out);
    assertEquals(1, said.path("version").asInt(), first.out);
    assertEquals(1000, said.path("changes_read").asInt(), first.out);
    assertEquals(300, said.path("rows").asInt(), first.out);
    Verb second = Verb.run(flinkHome, credentials, mirror);
    assertEquals(0, second.status, second.toString());
    assertFalse(JSON.readTree(second.out).path("new").asBoolean(true), second.out);
  }

  private static final String CHANGES =
      """
      table: order_changes
      topic: shop.public.orders
      format: {name: debezium, key: [id], truncates: row}
      event_time: changed_at
      columns:
        - {name: changed_at, path: _source_ts, type: timestamp, required: true}
        - {name: op, path: _op, type: string, required: true}
        - {name: lsn, path: _lsn, type: int64}
        - {name: unavailable, path: _unavailable, type: {list: string}}
        - {name: id, type: int64}
      """;

  /** Writes a lake of changes, so many of so many rows. */
  private static void append(List<String> flags, int changes, int rows) throws Exception {
    SluiceOptions options = SluiceFlags.read(flags);
    Contract contract = SluiceConfig.contract(options);
    Stores stores = LakeStores.lake(options);
    try (Store store = stores.open(options);
        RecordDecoder decoder =
            new RecordDecoder(contract, SluiceConfig.decoding(options).unlimited())) {
      LogWriter writer =
          new LogWriter(
              LakeTable.begin(store, stores, contract, 2, false),
              store,
              SluiceConfig.write(options),
              false,
              (date, file, positions) -> {});
      for (int i = 0; i < changes; i++) {
        String envelope =
            "{\"after\":{\"id\":%d},\"source\":{\"ts_us\":%d,\"lsn\":%d},\"op\":\"u\"}"
                .formatted(i % rows, 1_767_323_045_000_000L + i, i + 1);
        SourceRecord record =
            new SourceRecord(
                "cluster/orders",
                0,
                i,
                1_767_323_046_000L,
                null,
                envelope.getBytes(StandardCharsets.UTF_8),
                List.of());
        writer.add(
            decoder.rows(record, assertInstanceOf(Outcome.Accepted.class, decoder.decode(record))));
      }
      writer.flush();
    }
  }

  /** Verbs whose libraries are not in the image are not offered. */
  @Test
  void theImagesVerbsAreThoseThatADeploymentNeeds() throws Exception {
    Verb help = Verb.run(flinkHome, Map.of(), List.of("help"));
    assertEquals(0, help.status, help.toString());
    assertTrue(help.out.contains("audit"), help.out);
    assertTrue(help.out.contains("mirror"), help.out);
    assertFalse(help.out.contains("demo"), help.out);

    Verb unknown = Verb.run(flinkHome, Map.of(), List.of("demo"));
    assertEquals(2, unknown.status);
    assertEquals("sluice: no such verb: demo (see sluice help)", unknown.err.trim());
  }

  private static Verb audit() throws Exception {
    return Verb.run(flinkHome, credentials, Manifest.with(Manifest.cronJob("audit"), places()));
  }

  /** Of how many dates, of events or of dead letters, there are files. */
  private static long dates() throws IOException {
    return find(path -> path.toString().endsWith(".parquet")).stream()
        .map(path -> path.getParent().getFileName())
        .distinct()
        .count();
  }

  private static boolean checkpointed() throws IOException {
    return !find(path -> path.getFileName().toString().equals("_metadata")).isEmpty();
  }

  private static List<Path> find(Predicate<Path> wanted) throws IOException {
    try (Stream<Path> paths = Files.walk(directory.resolve("s3"))) {
      return paths.filter(wanted).toList();
    } catch (UncheckedIOException e) {
      // A file is gone that was there a moment ago.
      throw e.getCause();
    }
  }

  /** What the workers say to Prometheus: at the first ports of the range that were free. */
  private static String metrics(int firstPort) throws InterruptedException {
    StringBuilder all = new StringBuilder();
    HttpClient client = HttpClient.newHttpClient();
    for (int port = firstPort; port < firstPort + 10; port++) {
      try {
        all.append(
            client
                .send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
      } catch (IOException e) {
        // Nobody is there.
      }
    }
    return all.toString();
  }

  /** A run of the image's {@code sluice}. */
  private record Verb(int status, String out, String err) {
    static Verb run(Path flinkHome, Map<String, String> environment, List<String> arguments)
        throws Exception {
      List<String> command =
          new ArrayList<>(List.of(Installation.IMAGE.resolve("bin/sluice").toString()));
      command.addAll(arguments);
      File out = Files.createTempFile(directory, "verb", ".out").toFile();
      File err = Files.createTempFile(directory, "verb", ".err").toFile();
      ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
      builder.environment().putAll(environment);
      builder.environment().put("FLINK_HOME", flinkHome.toString());
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process = builder.start();
      try {
        assertTrue(process.waitFor(5, TimeUnit.MINUTES), "still runs: " + command);
      } finally {
        process.destroyForcibly();
      }
      return new Verb(
          process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
    }
  }
}
