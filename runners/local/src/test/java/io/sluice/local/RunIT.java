package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sluice run} as the README has it, in a process of its own and at the log level that it has
 * by itself: what whoever starts it gets to see.
 */
class RunIT {
  private static final int EVENTS = 12_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  /** A broker that can be stopped, as a process. */
  private JavaProcess broker(int port) throws IOException {
    return new JavaProcess(
        "kafka",
        directory.resolve("logs"),
        List.of("-Xmx256m"),
        EmbeddedKafka.class.getName(),
        List.of(
            directory.resolve("kafka").toString(),
            String.valueOf(port),
            String.valueOf(EmbeddedKafka.freePort())));
  }

  /** Events of one window, of a kilobyte each that does not compress. */
  private static void produce(String servers) throws Exception {
    EventProducer.createTopic(servers, "user-actions", 2);
    Random random = new Random(16);
    try (KafkaProducer<byte[], String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new StringSerializer())) {
      for (int i = 0; i < EVENTS; i++) {
        byte[] bytes = new byte[500];
        random.nextBytes(bytes);
        producer.send(
            new ProducerRecord<>(
                "user-actions",
                i % 2,
                null,
                "{\"timestamp\":\"%s\",\"event_name\":\"x\",\"user_identifiers\":{\"id\":\"%s\"}}"
                    .formatted(Instant.now(), java.util.HexFormat.of().formatHex(bytes))));
      }
    }
  }

  /** The launcher, with all that it writes in one file. */
  private final class Launcher implements AutoCloseable {
    final Path output = directory.resolve("output.txt");
    final Process process;

    Launcher(String... flags) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--add-opens=java.base/java.util=ALL-UNNAMED",
              "--add-opens=java.base/java.lang=ALL-UNNAMED",
              "-Xmx512m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              // As the launcher has it, not as tests of others have it.
              "-Dlogback.configurationFile=logback.xml",
              "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp"))));
      command.addAll(List.of(Leash.class.getName(), String.valueOf(ProcessHandle.current().pid())));
      command.add("io.sluice.cli.Main");
      command.addAll(List.of(flags));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder
          .environment()
          .put(
              "CLASSPATH",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
      process = builder.start();
    }

    String said() throws IOException {
      return Files.readString(output);
    }

    void await(String what, Callable<Boolean> question) throws Exception {
      for (int i = 0; i < 3000; i++) {
        if (question.call()) {
          return;
        }
        assertTrue(process.isAlive(), () -> "it has ended before " + what + ":\n" + saidQuietly());
        TimeUnit.MILLISECONDS.sleep(100);
      }
      throw new AssertionError("no " + what + ":\n" + said());
    }

    private String saidQuietly() {
      try {
        return said();
      } catch (IOException e) {
        return e.toString();
      }
    }

    String awaitMatch(String pattern) throws Exception {
      Pattern wanted = Pattern.compile(pattern);
      await(pattern, () -> wanted.matcher(said()).find());
      Matcher matcher = wanted.matcher(said());
      assertTrue(matcher.find());
      return matcher.groupCount() == 0 ? matcher.group() : matcher.group(1);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static String get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static long restarts(String metrics) throws Exception {
    return get(metrics)
        .lines()
        .filter(line -> line.startsWith("sluice_restarts_total{"))
        .mapToLong(line -> (long) Double.parseDouble(line.replaceFirst(".* ", "")))
        .sum();
  }

  @Test
  void itKeepsMoreStateThanFlinkAllowsWithoutAFolderAndSaysWhatItDoesAndWhyItStartsAnew()
      throws Exception {
    int port = EmbeddedKafka.freePort();
    String servers = "127.0.0.1:" + port;
    try (JavaProcess kafka = broker(port)) {
      kafka.start();
      JavaProcess.awaitPort(port);
      produce(servers);
      try (Launcher run =
          new Launcher(
              "run",
              "--bootstrapServers=" + servers,
              "--lake=" + directory.resolve("lake"),
              "--deadLetters=" + directory.resolve("dead"),
              "--checkpointingInterval=1000",
              "--metricsAddress=127.0.0.1:0")) {
        String start = run.awaitMatch("(?m)^.* reads topic .*$");
        assertTrue(
            start.contains(
                "reads topic user-actions, partition@offset 0@0 1@0 (--startFrom=lake), writes to "
                    + directory.resolve("lake")
                    + "/user_actions, dead letters to "
                    + directory.resolve("dead")
                    + "/user_actions_dead_letters, windows of 5m; checkpoints in "
                    + directory.resolve("tmp/sluice-checkpoints-")),
            start);
        String rest = run.awaitMatch("its REST at (\\S+?);");
        String metrics = run.awaitMatch("metrics at (http\\S+/metrics)");
        String job = JSON.readTree(get(rest + "/jobs")).at("/jobs/0/id").asText();
        run.await(
            "a checkpoint of more than 5 MiB",
            () -> {
              JsonNode checkpoints = JSON.readTree(get(rest + "/jobs/" + job + "/checkpoints"));
              return checkpoints.at("/latest/completed/state_size").asLong() > 6 << 20;
            });
        assertFalse(run.said().contains("JobWatch"), run.said());
        assertEquals(0, restarts(metrics));

        kafka.kill();
        String restart = run.awaitMatch("(?m)^.*starts anew, restart 1: .*$");
        assertTrue(restart.matches(".*no Kafka broker (answers )?at " + servers + ".*"), restart);
        run.awaitMatch("(?m)^.*starts anew, restart 2: .*$");
        assertTrue(restarts(metrics) >= 2);
        assertFalse(run.said().contains("\tat "), "stack traces:\n" + run.said());

        run.process.destroy();
        assertTrue(run.process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(
            1,
            run.said()
                .lines()
                .filter(
                    line ->
                        line.equals(
                            "sluice: stopped: what is in no file yet is read again by the next start, and nothing is lost or duplicated"))
                .count(),
            run.said());
      }
    }
    try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
      assertEquals(
          List.of(),
          left.filter(path -> path.getFileName().toString().startsWith("sluice-")).toList());
    }
  }

  @Test
  void aPortForMetricsThatIsTakenEndsItBeforeAnythingIsStarted() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Launcher run =
            new Launcher(
                "run",
                "--bootstrapServers=127.0.0.1:1",
                "--lake=" + directory.resolve("lake"),
                "--deadLetters=" + directory.resolve("dead"),
                "--metricsAddress=127.0.0.1:" + taken.getLocalPort(),
                "--logFormat=json")) {
      assertTrue(run.process.waitFor(1, TimeUnit.MINUTES));
      assertEquals(2, run.process.exitValue(), run.said());
      List<String> lines = run.said().lines().toList();
      assertEquals(1, lines.size(), run.said());
      JsonNode line = JSON.readTree(lines.get(0).getBytes(StandardCharsets.UTF_8));
      assertEquals("ERROR", line.path("level").asText());
      assertTrue(
          line.path("message")
              .asText()
              .startsWith(
                  "sluice: --metricsAddress=127.0.0.1:"
                      + taken.getLocalPort()
                      + ": no port is free there"),
          line.toString());
      assertFalse(Files.exists(directory.resolve("lake")));
    }
  }
}
