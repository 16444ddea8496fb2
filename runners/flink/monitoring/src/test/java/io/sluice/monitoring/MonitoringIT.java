package io.sluice.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.SluiceOptions;
import io.sluice.flink.FlinkJob;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EventProducer;
import io.sluice.metrics.MetricsServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that runs, watched by the real Prometheus and Alertmanager with the shipped rules, routes
 * and dashboard, their durations cut to a 60th. The tests follow each other: what it is like when
 * all is well, and then a partition that stalls and goes on.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringIT {
  private static final String TOPIC = "watched";
  private static final String DEAD_LETTERS = "watched-dead-letters";
  private static final int PARTITIONS = 2;
  private static final int STALLED = 1;

  /** What these say is true of a machine that is so busy that seconds pass without an answer. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of("SluiceNoMetrics", "SluiceTargetDown", "SluiceCheckpointsFail");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static final List<AutoCloseable> STARTED = new ArrayList<>();
  private static EmbeddedKafka kafka;
  private static Inbox inbox;
  private static Server prometheus;
  private static Traffic traffic;
  private static PipelineResult job;
  private static int flinkPort;

  @BeforeAll
  static void start() throws Exception {
    Tool prometheusTool = Tool.named("prometheus");
    Tool alertmanagerTool = Tool.named("alertmanager", "prometheus-alertmanager");
    try {
      inbox = started(new Inbox());
      kafka = started(EmbeddedKafka.start(directory.resolve("kafka")));
      EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, PARTITIONS);
      EventProducer.createTopic(kafka.bootstrapServers(), DEAD_LETTERS, 1);
      traffic = started(new Traffic(kafka.bootstrapServers(), TOPIC, PARTITIONS));
      job = FlinkJob.start(options(""));
      started(() -> job.cancel());
      int metrics = await("the job's metrics", MonitoringIT::metricsPort);

      int alertmanagerPort = Server.freePort();
      started(
          Server.start(
              alertmanagerTool,
              alertmanagerPort,
              Files.createDirectories(directory.resolve("alertmanager")),
              List.of(
                  "--config.file=" + alertmanagerConfig(),
                  "--storage.path=" + directory.resolve("alertmanager/data"),
                  // No cluster of its own, which would listen on every address.
                  "--cluster.listen-address=")));
      prometheus =
          started(
              Server.start(
                  prometheusTool,
                  Server.freePort(),
                  Files.createDirectories(directory.resolve("prometheus")),
                  List.of(
                      "--config.file=" + prometheusConfig(metrics, alertmanagerPort),
                      "--storage.tsdb.path=" + directory.resolve("prometheus/data"))));
    } catch (Exception | Error e) {
      try {
        stop();
      } catch (Exception alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  @AfterAll
  static void stop() throws Exception {
    Exception failure = null;
    for (int i = STARTED.size() - 1; i >= 0; i--) {
      try {
        STARTED.get(i).close();
      } catch (Exception e) {
        failure = e;
      }
    }
    STARTED.clear();
    if (failure != null) {
      throw failure;
    }
  }

  private static <T extends AutoCloseable> T started(T part) {
    STARTED.add(part);
    return part;
  }

  /**
   * @param more settings of Flink's
   */
  private static SluiceOptions options(String more) throws IOException {
    flinkPort = Server.freePort();
    Path conf = Files.createDirectories(directory.resolve("conf"));
    // As the manifests have it, but for the address.
    Files.writeString(
        conf.resolve("flink-conf.yaml"),
        """
        metrics.reporters: prom
        metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
        metrics.reporter.prom.port: %d
        %s
        """
            .formatted(flinkPort, more));
    return FlinkJob.options(
        List.of(
            "--bootstrapServers=" + kafka.bootstrapServers(),
            "--topic=" + TOPIC,
            "--deadLetterTopic=" + DEAD_LETTERS,
            "--lake=" + directory.resolve("lake"),
            "--deadLetters=" + directory.resolve("dead"),
            "--windowSize=1s",
            "--fileInterval=1s",
            "--watermarkDelay=0s",
            "--metricsAddress=127.0.0.1:0",
            // Lists, which have no snapshots, and tables that have.
            "--publish=symlink,delta",
            "--manifestInterval=2s",
            // Nobody asks it, for records of JSON name no schema; but its metrics are there.
            "--schemaRegistry=http://127.0.0.1:1",
            "--flinkMaster=[local]",
            "--flinkConfDir=" + conf,
            "--parallelism=2",
            "--attachedMode=false",
            "--checkpointingInterval=1000",
            "--externalizedCheckpointsEnabled=true",
            "--retainExternalizedCheckpointsOnCancellation=true",
            "--stateBackend=filesystem",
            "--stateBackendStoragePath=" + directory.resolve("checkpoints").toUri()));
  }

  private static Integer metricsPort() {
    return MetricsServer.port() == 0 ? null : MetricsServer.port();
  }

  private static Path prometheusConfig(int metricsPort, int alertmanagerPort) throws IOException {
    Files.writeString(directory.resolve("prometheus/rules.yaml"), Scaled.rules());
    return Files.writeString(
        directory.resolve("prometheus/prometheus.yaml"),
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
        rule_files: [rules.yaml]
        alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:%d"]}]}]}
        scrape_configs:
          - job_name: sluice
            static_configs: [{targets: ["127.0.0.1:%d", "127.0.0.1:%d"]}]
        """
            .formatted(alertmanagerPort, metricsPort, flinkPort));
  }

  /**
   * The shipped routes and receivers, whose messages go to the inbox; and a webhook beside them.
   */
  private static Path alertmanagerConfig() throws IOException {
    ObjectNode config = Scaled.alertmanager();
    ObjectNode global = (ObjectNode) config.get("global");
    Path slack = Files.writeString(directory.resolve("slack-url"), inbox.url() + "/slack");
    global.put("slack_api_url_file", slack.toString());
    config.putArray("templates").add(Shipped.ALERTMANAGER.getParent() + "/templates/*.tmpl");
    for (JsonNode receiver : config.path("receivers")) {
      ObjectNode object = (ObjectNode) receiver;
      // There is no mail server here, and AlertmanagerTest reads the mail's text.
      object.remove("email_configs");
      if (receiver.path("slack_configs").get(0).isTextual()) {
        object.remove("slack_configs");
      }
      for (JsonNode telegram : receiver.path("telegram_configs")) {
        ((ObjectNode) telegram).remove("bot_token_file");
        ((ObjectNode) telegram).put("bot_token", "token").put("api_url", inbox.url());
      }
      object
          .putArray("webhook_configs")
          .addObject()
          .put("url", inbox.url() + "/webhook/" + receiver.path("name").asText());
    }
    return Files.writeString(
        directory.resolve("alertmanager/alertmanager.yaml"),
        Shipped.YAML.writeValueAsString(config));
  }

  /** Waits for what is not null. */
  private static <T> T await(String what, Callable<T> question) throws Exception {
    return await(what, question, () -> "");
  }

  private static <T> T await(String what, Callable<T> question, Supplier<String> instead)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (System.nanoTime() < end) {
      T answer = question.call();
      if (answer != null) {
        return answer;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("waited in vain for " + what + " " + instead.get());
  }

  private static String scrape(int port) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static Set<String> names(String page) {
    return page.lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static ArrayNode query(String expression) throws Exception {
    JsonNode answer =
        JSON.readTree(
            prometheus
                .get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .body());
    assertEquals("success", answer.path("status").asText(), expression + ": " + answer);
    return (ArrayNode) answer.path("data").path("result");
  }

  private static Set<String> firing() throws Exception {
    Set<String> alerts = new TreeSet<>();
    query("ALERTS{alertstate=\"firing\"}")
        .forEach(alert -> alerts.add(alert.path("metric").path("alertname").asText()));
    alerts.removeAll(OF_THE_MACHINE);
    return alerts;
  }

  /** Files of both tables are there, and Prometheus has seen it. */
  private static void awaitFiles() throws Exception {
    await(
        "files of both tables",
        () ->
            query("sum by (table) (sluice_file_rows_total) > 0").size() == 2
                    && query("changes(sluice_read_offset[10s]) > 0").size() == PARTITIONS
                ? true
                : null);
  }

  @Test
  @Order(1)
  void aScrapeHasWhatTheManualNamesAndNothingElse() throws Exception {
    awaitFiles();
    // What is behind the files hears of them a moment later.
    await(
        "a date that waits for its manifest",
        () -> line("sluice_oldest_incomplete_date_timestamp_seconds{"));
    await("a snapshot that follows", () -> line("sluice_follower_snapshot_timestamp_seconds{"));
    await("a look at what is made of it", () -> line("sluice_derived_behind_seconds{"));
    String page = scrape(MetricsServer.port());
    Set<String> scraped = names(page);
    Set<String> documented = Shipped.documented();
    Set<String> ours = new TreeSet<>(scraped);
    ours.removeIf(name -> !name.startsWith("sluice_"));
    Set<String> named = new TreeSet<>(documented);
    named.removeIf(name -> !name.startsWith("sluice_"));
    assertEquals(named, ours);

    Set<String> flink = names(scrape(flinkPort));
    for (String name : documented) {
      if (name.startsWith("jvm_") || name.startsWith("process_")) {
        assertTrue(scraped.contains(name), name);
      } else if (name.startsWith("flink_")) {
        assertTrue(flink.contains(name), name + " is not among " + flink);
      }
    }
    for (String line : page.lines().toList()) {
      assertFalse(line.startsWith("sluice_") && line.endsWith(" NaN"), line);
    }

    Path written = Files.writeString(directory.resolve("scrape"), page);
    Tool.Run lint = Tool.named("promtool").run(List.of("check", "metrics"), written);
    assertEquals(0, lint.status(), lint.output());
  }

  @Test
  @Order(2)
  void whereAllIsWellNothingFiresAndEachPanelShowsSomething() throws Exception {
    awaitFiles();
    // No alert has fired, which is what the annotation would show.
    Set<String> empty = new TreeSet<>();
    await(
        "something in each panel",
        () -> {
          empty.clear();
          for (Dashboard.Query query : Dashboard.read().queries("10s")) {
            if (query(query.expression()).isEmpty()) {
              empty.add(query.panel());
            }
          }
          empty.remove("annotation");
          return empty.isEmpty() ? true : null;
        },
        empty::toString);
    assertEquals(Set.of(), firing());
    assertEquals(Set.of(), told());
  }

  @Test
  @Order(3)
  void aPartitionThatStallsIsToldAndItsEndToo() throws Exception {
    awaitFiles();
    // A transaction that hangs: no reader of committed records gets past it, while the other
    // partition goes on and this one grows.
    try (KafkaProducer<byte[], byte[]> hanging =
        Traffic.producer(
            kafka.bootstrapServers(),
            Map.of("transactional.id", "hanging", "transaction.timeout.ms", 600_000))) {
      hanging.initTransactions();
      hanging.beginTransaction();
      hanging.send(new ProducerRecord<>(TOPIC, STALLED, null, Traffic.event(1))).get();
      hanging.flush();

      JsonNode told = await("the alert", () -> first("/webhook/page", "firing"));
      assertEquals("SluicePartitionStalled", told.at("/groupLabels/alertname").asText());
      assertEquals(1, told.path("alerts").size(), told.toString());
      JsonNode alert = told.path("alerts").get(0);
      assertEquals(TOPIC, alert.at("/labels/topic").asText());
      assertEquals(String.valueOf(STALLED), alert.at("/labels/partition").asText());
      assertEquals("page", alert.at("/labels/severity").asText());
      assertTrue(alert.at("/annotations/runbook_url").asText().endsWith("#sluicepartitionstalled"));
      String slack = await("Slack's message", () -> about("/slack")).toString();
      assertTrue(slack.contains("Partition 1 of watched is not read"), slack);
      String telegram = await("Telegram's message", () -> about("/bottoken/")).toString();
      assertTrue(telegram.contains("Partition 1 of watched is not read"), telegram);
      // The lag of a reader of committed records says that all is well.
      assertEquals(
          0,
          query("sluice_lag_records{partition=\"" + STALLED + "\"} > 0").size(),
          "the test is no test: the lag shows it");

      hanging.commitTransaction();
    }
    JsonNode over = await("its end", () -> first("/webhook/page", "resolved"));
    assertEquals("SluicePartitionStalled", over.at("/groupLabels/alertname").asText());
    assertEquals(Set.of(), firing());
    assertEquals(Set.of("SluicePartitionStalled"), told(), "others fired, too");
    awaitFiles();
  }

  /** Keyed state cannot be listed: a worker that takes it over knows of no date by itself. */
  @Test
  @Order(4)
  void aRestoredJobKnowsWhichDatesWaitForTheirManifest() throws Exception {
    String metric = "sluice_oldest_incomplete_date_timestamp_seconds{table=\"user_actions\"} ";
    traffic.close();
    await(
        "all rows in files",
        () ->
            scrape(MetricsServer.port())
                    .contains("sluice_oldest_waiting_seconds{table=\"user_actions\"} 0.0")
                ? true
                : null);
    String before = await("today", () -> line(metric));
    TimeUnit.SECONDS.sleep(3);
    job.cancel();
    await("the end of the job", () -> MetricsServer.port() == 0 ? true : null);
    job = FlinkJob.start(options("execution.savepoint.path: " + newestCheckpoint()));
    await("the restored job's metrics", MonitoringIT::metricsPort);
    assertEquals(before, await("today again", () -> line(metric)));
  }

  private static String line(String start) throws Exception {
    return scrape(MetricsServer.port())
        .lines()
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElse(null);
  }

  private static Path newestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("checkpoints"))) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .orElseThrow()
          .getParent();
    }
  }

  /** The alerts of which somebody was told so far. */
  private static Set<String> told() {
    Set<String> names = new TreeSet<>();
    inbox.at("/webhook").forEach(m -> names.add(m.at("/groupLabels/alertname").asText()));
    names.removeAll(OF_THE_MACHINE);
    return names;
  }

  private static JsonNode first(String path, String status) {
    return inbox.at(path).stream()
        .filter(message -> message.path("status").asText().equals(status))
        .filter(m -> !OF_THE_MACHINE.contains(m.at("/groupLabels/alertname").asText()))
        .findFirst()
        .orElse(null);
  }

  private static JsonNode about(String path) {
    return inbox.at(path).stream()
        .filter(message -> message.toString().contains("SluicePartitionStalled"))
        .findFirst()
        .orElse(null);
  }
}
