package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.LakeStores;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.Main;
import io.sluice.contract.ContractParser;
import io.sluice.deadletter.DeadLetter;
import io.sluice.deadletter.Reason;
import io.sluice.flink.FlinkJob;
import io.sluice.kafka.KafkaSettings;
import io.sluice.kafka.TopicTarget;
import io.sluice.lake.Store;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.replay.DeadLetterFiles;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dead letters of a real job: they are in a topic, too; a replay brings back those that a fix makes
 * good, to the lake and to a topic, each once; and the audit calls them recovered.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplayIT {
  private static final Instant TIME = Instant.parse("2026-05-01T12:00:00Z");
  private static final LocalDate DATE = LocalDate.parse("2026-05-01");
  private static final int GOOD = 50;
  private static final int WRONG_TYPE = 30;

  /** A tombstone, a document that is cut off, and one that no topic but the first takes. */
  private static final int HOPELESS = 3;

  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static EmbeddedS3 s3;
  private static String fix;

  /** The job that fills the lake, and its dead letters. */
  @BeforeAll
  static void fill() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    s3 = EmbeddedS3.start(directory.resolve("s3"), "dead");
    EventProducer.createTopic(kafka.bootstrapServers(), "events", 2);
    EventProducer.createTopic(kafka.bootstrapServers(), "letters", 1, Map.of());
    EventProducer.createTopic(kafka.bootstrapServers(), "repaired", 2, Map.of());
    fix =
        Files.writeString(
                directory.resolve("fix.yaml"),
                "- reasons: [WRONG_TYPE]\n  cast: {path: event_name, to: string}\n")
            .toString();
    send();
    SluiceOptions options = options("--deadLetterTopic=letters");
    PipelineResult job = FlinkJob.start(options);
    try {
      AuditReport report = AuditCommand.run(options, false);
      for (int i = 0; i < 300 && !report.complete(); i++) {
        TimeUnit.MILLISECONDS.sleep(100);
        report = AuditCommand.run(options, false);
      }
      assertTrue(report.complete(), report.line());
      assertEquals(WRONG_TYPE + HOPELESS, report.dead());
    } finally {
      job.cancel();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
    s3.close();
  }

  private static void send() {
    Map<String, Object> config =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.request.size", 4 << 20);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < GOOD + WRONG_TYPE; i++) {
        String name = i < GOOD ? "\"view\"" : String.valueOf(i);
        send(producer, i, "{\"timestamp\":\"" + TIME + "\",\"event_name\":" + name + "}");
      }
      send(producer, 100, null);
      send(producer, 101, "{\"timestamp\":");
      send(producer, 102, "{\"blob\":\"" + "x".repeat(2 << 20) + "\"}");
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int n, String value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            "events",
            n % 2,
            TIME.toEpochMilli() + n,
            ("key" + n).getBytes(UTF_8),
            value == null ? null : value.getBytes(UTF_8));
    record.headers().add("trace", ("t" + n).getBytes(UTF_8));
    record.headers().add("empty", null);
    // Of a way that it went before.
    record.headers().add("sluice-offset", "4711".getBytes(UTF_8));
    var unused = producer.send(record);
  }

  private static List<String> places() {
    List<String> flags = new ArrayList<>(s3.flags());
    flags.add("--lake=" + directory.resolve("lake"));
    flags.add("--deadLetters=s3://dead/letters");
    return flags;
  }

  private static SluiceOptions options(String... more) {
    List<String> flags = new ArrayList<>(places());
    flags.addAll(
        List.of(
            "--bootstrapServers=" + kafka.bootstrapServers(),
            "--topic=events",
            "--windowSize=1h",
            "--fileInterval=0s",
            "--flinkMaster=[local]",
            "--parallelism=1",
            "--attachedMode=false"));
    flags.addAll(List.of(more));
    return FlinkJob.options(flags);
  }

  private static JsonNode replay(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("replay", "--json"));
    arguments.addAll(places());
    arguments.addAll(List.of(more));
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      assertEquals(0, Main.execute(arguments.toArray(new String[0])));
    } finally {
      System.setOut(before);
    }
    return new ObjectMapper().readTree(out.toString(UTF_8));
  }

  /** What a reader of committed records finds, up to what was written when it began. */
  private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int partitions) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            false);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(topic, partition));
      }
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(at -> consumer.position(at) < ends.get(at))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private static String text(Headers headers, String key) {
    return new String(headers.lastHeader(key).value(), UTF_8);
  }

  private static String position(Headers headers) {
    return text(headers, "sluice-partition") + "@" + text(headers, "sluice-offset");
  }

  @Test
  @Order(1)
  void deadLettersAreInTheirTopicAsTheyWere() {
    Map<String, ConsumerRecord<byte[], byte[]>> letters = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : read("letters", 1)) {
      letters.put(new String(letter.key(), UTF_8), letter);
    }
    // At least once: by key each is there; the one that is too large is in the table alone.
    assertEquals(WRONG_TYPE + HOPELESS - 1, letters.size());
    assertFalse(letters.containsKey("key102"));
    assertEquals(
        1,
        SluiceMetrics.DEAD_LETTER_TOPIC_SKIPPED.labelValues("letters", "too_large").get(),
        "skipped");
    ConsumerRecord<byte[], byte[]> tombstone = letters.get("key100");
    assertNull(tombstone.value());
    Headers headers = tombstone.headers();
    assertEquals("EMPTY", text(headers, "sluice-reason"));
    assertEquals("t100", text(headers, "trace"));
    assertNull(headers.lastHeader("empty").value());
    assertEquals("0@40", position(headers));
    assertEquals(
        1, Stream.of(headers.toArray()).filter(h -> h.key().equals("sluice-offset")).count());
    assertEquals(String.valueOf(TIME.toEpochMilli() + 100), text(headers, "sluice-record-time"));
    assertEquals("", text(headers, "sluice-path"));
    assertTrue(text(headers, "sluice-source").contains("/events/"));
    assertEquals("1", text(headers, "sluice-contract-version"));
    ConsumerRecord<byte[], byte[]> wrongType = letters.get("key60");
    assertEquals(
        "{\"timestamp\":\"" + TIME + "\",\"event_name\":60}", new String(wrongType.value(), UTF_8));
    assertEquals("event_name", text(wrongType.headers(), "sluice-path"));
    assertTrue(text(wrongType.headers(), "sluice-message").contains("found 60"));
  }

  @Test
  @Order(2)
  void aReplayToATopicSendsEachOnceThoughOneWasKilledInTheMiddle() throws Exception {
    List<DeadLetter> letters = letters();
    TopicTarget killed = target();
    letters.subList(0, 10).forEach(letter -> killed.add(letter, letter.record(), List.of(row())));
    assertEquals(10, killed.flush().size());
    letters.subList(10, 20).forEach(letter -> killed.add(letter, letter.record(), List.of(row())));
    // It hangs, and another begins: ten are there, and ten never will be by the first one.
    String servers = "--bootstrapServers=" + kafka.bootstrapServers();
    JsonNode dry = replay("--fix", fix, "--toTopic=repaired", servers, "--dry-run");
    assertEquals(WRONG_TYPE - 10, dry.path("recovered").asInt());
    JsonNode second = replay("--fix", fix, "--toTopic=repaired", servers);
    assertEquals("topic repaired", second.path("target").asText());
    assertEquals(10, second.path("already").asInt());
    assertEquals(WRONG_TYPE - 10, second.path("recovered").asInt());
    assertEquals(HOPELESS, second.path("dead").asInt());
    UserException fenced = assertThrows(UserException.class, killed::flush);
    assertTrue(fenced.getMessage().contains("another replay"), fenced.getMessage());
    killed.close();
    JsonNode third = replay("--fix", fix, "--toTopic=repaired", servers);
    assertEquals(WRONG_TYPE, third.path("already").asInt());
    assertEquals(0, third.path("recovered").asInt());

    Map<String, String> sent = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read("repaired", 2)) {
      assertNull(
          sent.put(position(record.headers()), new String(record.value(), UTF_8)),
          "twice: " + position(record.headers()));
      assertEquals("WRONG_TYPE", text(record.headers(), "sluice-reason"));
      assertTrue(text(record.headers(), "trace").startsWith("t"));
      assertTrue(new String(record.key(), UTF_8).startsWith("key"));
    }
    assertEquals(WRONG_TYPE, sent.size());
    // The killed one sent ten unrepaired.
    assertEquals(20, sent.values().stream().filter(value -> value.endsWith("\"}")).count());
  }

  private static List<DeadLetter> letters() throws Exception {
    SluiceOptions options = options();
    List<DeadLetter> letters = new ArrayList<>();
    try (Store store = LakeStores.deadLetters(options).open(options)) {
      new DeadLetterFiles(store, ContractParser.userActions())
          .read(DATE, Set.of(Reason.WRONG_TYPE), DeadLetterFiles.Columns.ALL, letters::add);
    }
    assertEquals(WRONG_TYPE, letters.size());
    return letters;
  }

  private static TopicTarget target() {
    return new TopicTarget(KafkaSettings.of(options()), "repaired", "s3://dead/letters", false);
  }

  private static Row row() {
    return Row.withSchema(Schema.builder().build()).build();
  }

  @Test
  @Order(3)
  void aReplayToTheLakeIsRecoveredForTheAuditAndNoDuplicate() throws Exception {
    JsonNode first = replay("--fix", fix);
    assertEquals(WRONG_TYPE, first.path("recovered").asInt());
    assertEquals(WRONG_TYPE, replay("--fix", fix).path("already").asInt());
    AuditReport report = AuditCommand.run(options(), true);
    assertTrue(report.complete(), report.line());
    assertEquals(GOOD + WRONG_TYPE, report.lake());
    assertEquals(WRONG_TYPE, report.recovered());
    assertEquals(HOPELESS, report.dead());
    assertTrue(report.line().endsWith(" recovered=" + WRONG_TYPE), report.line());

    // The same file again is a duplicate all the same.
    Path file;
    try (Stream<Path> files =
        Files.list(directory.resolve("lake/user_actions/event_date=" + DATE))) {
      file =
          files
              .filter(f -> f.getFileName().toString().matches("part-\\d+-0*1\\.parquet"))
              .findFirst()
              .orElseThrow();
    }
    Path copy = file.resolveSibling(file.getFileName().toString().replace("00001.", "00077."));
    Files.copy(file, copy);
    AuditReport twice = AuditCommand.run(options(), false);
    assertFalse(twice.passed());
    assertTrue(twice.duplicate() > 0 && twice.lost() == 0, twice.line());
    Files.delete(copy);
  }

  /** A job that reads it all again finds what the replay wrote. */
  @Test
  @Order(4)
  void aJobFromTheBeginningWritesNothingOfItAgain() throws Exception {
    SluiceOptions options = options("--startFrom=earliest");
    double before = SluiceMetrics.REPLAYED.labelValues("user_actions_dead_letters").get();
    PipelineResult job = FlinkJob.start(options);
    try {
      for (int i = 0;
          i < 300
              && SluiceMetrics.REPLAYED.labelValues("user_actions_dead_letters").get() - before
                  < WRONG_TYPE + HOPELESS;
          i++) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertEquals(
          WRONG_TYPE + HOPELESS,
          SluiceMetrics.REPLAYED.labelValues("user_actions_dead_letters").get() - before);
    } finally {
      job.cancel();
    }
    AuditReport report = AuditCommand.run(options, false);
    assertTrue(report.complete(), report.line());
    assertEquals(WRONG_TYPE, report.recovered());
  }

  @Test
  @Order(5)
  void topicsThatCannotBeUsedAreRefusedInOneLine() {
    String servers = "--bootstrapServers=" + kafka.bootstrapServers();
    assertRefused(
        "topic nowhere does not exist at "
            + kafka.bootstrapServers()
            + ": create it, or name another with --toTopic",
        "--toTopic=nowhere",
        servers);
    assertRefused("--bootstrapServers is missing", "--toTopic=repaired");
    UserException itself =
        assertThrows(
            UserException.class, () -> FlinkJob.start(options("--deadLetterTopic=events")));
    assertEquals(
        "--deadLetterTopic=events is the topic that is read, so each dead letter would be read again: name another",
        itself.getMessage());
    UserException nowhere =
        assertThrows(
            UserException.class, () -> FlinkJob.start(options("--deadLetterTopic=nowhere")));
    assertNotNull(nowhere.getMessage());
    assertTrue(
        nowhere.getMessage().endsWith("create it, or name another with --deadLetterTopic"),
        nowhere.getMessage());
  }

  private static void assertRefused(String message, String... more) {
    List<String> arguments = new ArrayList<>(List.of("replay"));
    arguments.addAll(places());
    arguments.addAll(List.of(more));
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      assertEquals(Main.USER_ERROR, Main.execute(arguments.toArray(new String[0])));
    } finally {
      System.setErr(before);
    }
    assertTrue(err.toString(UTF_8).contains("sluice: " + message), err.toString(UTF_8));
  }
}
