package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.Main;
import io.sluice.flink.FlinkJob;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The CronJobs that are shipped, as they are, beside a job under a steady load: what is on its way
 * waits, so that no alert fires.
 */
class LiveAuditIT {
  private static final int PARTITIONS = 3;
  private static final String TOPIC = "live";
  private static final Path CRON_JOBS = Path.of("../flink/kubernetes/base");

  @TempDir static Path directory;
  private static EmbeddedKafka kafka;

  private record Answer(int status, JsonNode json) {}

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
  }

  private static List<String> places() {
    return List.of(
        "--bootstrapServers=" + kafka.bootstrapServers(),
        "--topic=" + TOPIC,
        "--lake=" + directory.resolve("lake"),
        "--deadLetters=" + directory.resolve("dead"));
  }

  private static PipelineResult run() throws Exception {
    List<String> flags = new ArrayList<>(places());
    flags.add("--windowSize=4s");
    flags.add("--fileInterval=1s");
    flags.add("--watermarkDelay=1s");
    flags.add("--flinkMaster=[local]");
    flags.add("--parallelism=2");
    flags.add("--attachedMode=false");
    flags.add("--checkpointingInterval=1000");
    return FlinkJob.start(FlinkJob.options(flags));
  }

  /** The arguments of a CronJob's container, without the files that are mounted there. */
  @SuppressWarnings("unchecked") // YAML
  private static List<String> arguments(String manifest) throws Exception {
    Object at =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(CRON_JOBS.resolve(manifest)));
    for (String key : List.of("spec", "jobTemplate", "spec", "template", "spec")) {
      at = ((Map<String, Object>) at).get(key);
    }
    Object container = ((List<Object>) ((Map<String, Object>) at).get("containers")).get(0);
    List<String> arguments =
        new ArrayList<>((List<String>) ((Map<String, Object>) container).get("args"));
    arguments.removeIf(argument -> argument.contains("/etc/sluice/"));
    return arguments;
  }

  private static Answer verb(List<String> arguments, String... more) throws Exception {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    all.addAll(places());
    PrintStream stdout = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status;
    try {
      System.setOut(new PrintStream(out, true, UTF_8));
      status = Main.execute(all.toArray(String[]::new));
    } finally {
      System.setOut(stdout);
    }
    return new Answer(status, new ObjectMapper().readTree(out.toString(UTF_8)));
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, long n) {
    String time = Instant.now().toString();
    String value =
        n % 50 == 0
            ? "no JSON"
            : "{\"timestamp\":\"" + time + "\",\"event_name\":\"view\",\"user_id\":\"u\"}";
    producer.send(new ProducerRecord<>(TOPIC, (int) (n % PARTITIONS), null, value.getBytes(UTF_8)));
  }

  @Test
  void theNightlyAuditAndReportPassBesideARunningJobAndAStoppedOne() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), TOPIC, PARTITIONS);
    List<String> audit = arguments("audit.yaml");
    List<String> report = arguments("report.yaml");
    assertEquals("audit", audit.get(0));
    assertEquals("report", report.get(0));
    AtomicBoolean going = new AtomicBoolean(true);
    AtomicLong sent = new AtomicLong();
    PipelineResult job = run();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      Thread load =
          new Thread(
              () -> {
                try {
                  while (going.get()) {
                    for (int i = 0; i < 10; i++) {
                      send(producer, sent.getAndIncrement());
                    }
                    TimeUnit.MILLISECONDS.sleep(20);
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      load.start();
      long mostWaiting = 0;
      long lake = 0;
      try {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (System.nanoTime() < end) {
          // A margin that is no margin: what decides is what the lake shows of the job.
          Answer answer = verb(audit, "--margin=2s");
          assertEquals(0, answer.status(), answer.json().toString());
          assertEquals(0, answer.json().path("lost").asLong());
          mostWaiting = Math.max(mostWaiting, answer.json().path("waiting").asLong());
          lake = answer.json().path("lake").asLong();
          Answer page = verb(report, "--json");
          assertEquals(0, page.status(), page.json().path("verdict").toString());
        }
      } finally {
        going.set(false);
        load.join();
      }
      producer.flush();
      assertTrue(lake > 1_000, "the job wrote nothing meanwhile: " + lake);
      assertTrue(mostWaiting > 0, "nothing was ever on its way");

      Answer all = verb(audit, "--wait=2m");
      assertEquals(0, all.status(), all.json().toString());
      assertEquals(0, all.json().path("waiting").asLong());
      assertEquals(sent.get(), all.json().path("offsets").asLong());
      Answer later = verb(audit);
      assertTrue(later.json().path("partitions").get(0).path("from").asLong() > 0, "not proved");

      cancel(job);
      for (int i = 0; i < 100; i++) {
        send(producer, sent.getAndIncrement());
      }
      producer.flush();
      Answer stopped = verb(audit);
      assertEquals(0, stopped.status(), stopped.json().toString());
      assertEquals(100, stopped.json().path("waiting").asLong());
      assertEquals(3, verb(audit, "--wait=0s").status());
    } finally {
      cancel(job);
    }
  }

  private static void cancel(PipelineResult job) throws Exception {
    try {
      job.cancel();
    } catch (IllegalStateException e) {
      assertTrue(String.valueOf(e.getMessage()).startsWith("MiniCluster is not"), e.toString());
    }
  }
}
