package io.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.UserException;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EventProducer;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.source.RecordBatch;
import io.sluice.source.SourceId;
import io.sluice.source.SourceReader;
import io.sluice.source.StartFrom;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a job's consumer does when the topic, the broker or a password changes under it. */
class RecordConsumerIT {
  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static int port;
  private static int controllerPort;
  private static int saslPort;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    port = EmbeddedKafka.freePort();
    controllerPort = EmbeddedKafka.freePort();
    saslPort = EmbeddedKafka.freePort();
    startBroker();
  }

  private static void startBroker() throws Exception {
    kafka =
        EmbeddedKafka.start(
            directory.resolve("kafka"),
            port,
            controllerPort,
            Map.of("PASSWORD", saslPort),
            Map.of(
                "listener.security.protocol.map",
                "PASSWORD:SASL_PLAINTEXT",
                "sasl.enabled.mechanisms",
                "SCRAM-SHA-512",
                "listener.name.password.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                // The broker closes a connection that does not come with its password again.
                "connections.max.reauth.ms",
                "1500"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    kafka.close();
  }

  private static void send(String topic, int count) {
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(topic, "{}".getBytes(UTF_8)));
      }
    }
  }

  private static SourceSpec spec(KafkaSettings settings, String topic, long from) {
    try (Topic asked = new Topic(settings, topic)) {
      return new SourceSpec(
          settings,
          topic,
          asked.id(null),
          true,
          new TreeMap<>(Map.of(0, from)),
          Duration.ZERO,
          new TreeMap<>());
    }
  }

  private static KafkaSettings plain() {
    return new KafkaSettings(kafka.bootstrapServers(), null);
  }

  private static Topics topics(SourceSpec... specs) {
    return new Topics(List.of(specs));
  }

  private static Consumer<byte[], byte[]> open(SourceSpec spec) {
    Consumer<byte[], byte[]> consumer =
        new ReadRecords.ConsumerFactory(topics(spec))
            .apply(new HashMap<>(Map.of("isolation.level", "read_committed")));
    consumer.assign(List.of(new TopicPartition(spec.topic(), 0)));
    return consumer;
  }

  /** Polls until there is something behind the first, empty batches. */
  private static ConsumerRecords<byte[], byte[]> poll(Consumer<byte[], byte[]> consumer) {
    for (int i = 0; i < 600; i++) {
      ConsumerRecords<byte[], byte[]> read = consumer.poll(Duration.ofMillis(100));
      for (var record : read) {
        if (!new RecordBatch("s", 0, record.value()).isEmpty()) {
          return read;
        }
      }
    }
    throw new AssertionError("nothing was read");
  }

  private static UserException failure(Consumer<byte[], byte[]> consumer) {
    UserException e =
        assertThrows(
            UserException.class,
            () -> {
              for (int i = 0; i < 600; i++) {
                consumer.poll(Duration.ofMillis(100));
              }
            });
    // It is the root cause: whoever looks for that finds this line.
    assertNull(e.getCause());
    return e;
  }

  @Test
  void aTopicThatIsDeletedAndCreatedAgainFailsTheJobWithItsOwnLine() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "again", 1);
    send("again", 50);
    SourceSpec spec = spec(plain(), "again", 0);
    try (Consumer<byte[], byte[]> consumer = open(spec)) {
      poll(consumer);
      admin.deleteTopics(List.of("again")).all().get();
      EventProducer.createTopic(kafka.bootstrapServers(), "again", 1);
      send("again", 5);
      String message = failure(consumer).getMessage();
      assertTrue(
          message.startsWith("topic again was deleted and created again: it was " + spec.source()),
          message);
      assertTrue(message.contains("with --startFrom=lake"), message);
    }
    // Nor does a new reader of the old state begin.
    assertTrue(
        assertThrows(UserException.class, () -> open(spec))
            .getMessage()
            .startsWith("topic again was deleted and created again"));
  }

  @Test
  void aTopicThatIsDeletedFailsTheJobWithItsOwnLine() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "deleted", 1);
    send("deleted", 50);
    try (Consumer<byte[], byte[]> consumer = open(spec(plain(), "deleted", 0))) {
      poll(consumer);
      admin.deleteTopics(List.of("deleted")).all().get();
      String message = failure(consumer).getMessage();
      assertTrue(message.contains(", was deleted: create it"), message);
    }
  }

  @Test
  void offsetsThatRetentionTookUnreadFailTheJobWithTheRangeAndTheWayOut() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "retention", 1);
    send("retention", 30);
    SourceSpec spec = spec(plain(), "retention", 10);
    admin
        .deleteRecords(Map.of(new TopicPartition("retention", 0), RecordsToDelete.beforeOffset(20)))
        .all()
        .get();
    try (Consumer<byte[], byte[]> consumer = open(spec)) {
      String message = failure(consumer).getMessage();
      assertTrue(
          message.startsWith(
              "topic retention, partition 0: the offsets 10 to 19 were deleted by retention before"
                  + " they were read; start the job anew without its state, with --startFrom=lake"),
          message);
    }
  }

  /** Removes a partition's records, as a leader does that never had them. */
  private static void cutOff(String topic) throws Exception {
    admin.close();
    kafka.close();
    try (Stream<Path> files = Files.list(directory.resolve("kafka").resolve(topic + "-0"))) {
      for (Path file : files.toList()) {
        if (!file.getFileName().toString().equals("partition.metadata")) {
          Files.delete(file);
        }
      }
    }
    startBroker();
  }

  @Test
  void anEndThatWasCutOffIsNamedByTheStartAndTheRunWithTheWayOut() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "cut", 1);
    send("cut", 30);
    SourceSpec spec = spec(plain(), "cut", 25);
    cutOff("cut");
    send("cut", 5);
    String why =
        "its end was cut off, as by an unclean leader election, or the topic was created anew under"
            + " the same --sourceId; Kafka gives its next records offsets that the lake has"
            + " already: start the job anew without its state, with another --sourceId";
    try (SourceReader topic = new KafkaSource(plain(), "cut", null).open()) {
      for (StartFrom start : List.of(new StartFrom.Lake(), new StartFrom.LakeOrLatest())) {
        String message =
            assertThrows(
                    UserException.class,
                    () -> start.resolve(topic, (partition, from) -> 30, Map.of(0, 0L)))
                .getMessage();
        assertTrue(
            message.startsWith(
                "topic cut, partition 0: the lake has all offsets before 30, and Kafka ends at 5: "
                    + why),
            message);
      }
      assertEquals(
          Map.of(0, 5L), new StartFrom.Lake().resolve(topic, (partition, from) -> 5, Map.of()));
    }
    try (Consumer<byte[], byte[]> consumer = open(spec)) {
      String message = failure(consumer).getMessage();
      assertTrue(
          message.startsWith("topic cut, partition 0: it has no offset 25 any more: " + why),
          message);
    }
  }

  @Test
  void partitionsThatAreAddedAreWarnedOfOnce() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "grows", 1);
    Logger logger = (Logger) LoggerFactory.getLogger(TopicWatch.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(said);
    SourceSpec spec = spec(plain(), "grows", 0);
    try (TopicWatch watch = TopicWatch.join(spec)) {
      admin.createPartitions(Map.of("grows", NewPartitions.increaseTo(3))).all().get();
      for (int i = 0; i < 100 && said.list.isEmpty(); i++) {
        watch.look();
        TimeUnit.MILLISECONDS.sleep(50);
      }
      watch.look();
      watch.look();
      watch.require();
    } finally {
      logger.detachAppender(said);
      logger.setLevel(null);
    }
    assertEquals(1, said.list.size(), said.list.toString());
    assertTrue(
        said.list.get(0).getFormattedMessage().startsWith("topic grows has 3 partitions, this job"),
        said.list.toString());
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .count();
  }

  private static int consumers() throws Exception {
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(new ObjectName("kafka.consumer:type=app-info,*"), null)
        .size();
  }

  @Test
  void readersShareOneAdminConnectionAndAnOpenThatFailsLeavesNothing() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "shared", 1);
    SourceSpec spec = spec(plain(), "shared", 0);
    long adminsBefore = threads("kafka-admin-client-thread");
    int consumersBefore = consumers();
    Consumer<byte[], byte[]> one = open(spec);
    Consumer<byte[], byte[]> other = open(spec);
    assertEquals(adminsBefore + 1, threads("kafka-admin-client-thread"));
    assertTrue(threads("sluice-topic-watch") <= 4, "as few for any number of topics");
    one.close();
    assertEquals(adminsBefore + 1, threads("kafka-admin-client-thread"));
    other.close();

    SourceSpec replaced =
        new SourceSpec(
            plain(),
            "shared",
            new SourceId("another"),
            true,
            spec.startOffsets(),
            Duration.ZERO,
            new TreeMap<>());
    SourceSpec wrong =
        spec(new KafkaSettings(kafka.bootstrapServers(), file("client.id=fine")), "shared", 0);
    file("receive.buffer.bytes=many");
    for (int i = 0; i < 5; i++) {
      assertThrows(UserException.class, () -> open(replaced));
      assertThrows(UserException.class, () -> open(wrong));
    }
    for (int i = 0; i < 1_200 && threads("sluice-topic-watch") > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertEquals(adminsBefore, threads("kafka-admin-client-thread"));
    assertEquals(0, threads("sluice-topic-watch"));
    assertEquals(consumersBefore, consumers());
  }

  private static String file(String... lines) throws Exception {
    Path file = directory.resolve("client.properties");
    Files.writeString(file, String.join("\n", lines));
    return file.toString();
  }

  private static void password(String password) throws Exception {
    UserScramCredentialAlteration change =
        new UserScramCredentialUpsertion(
            "reader", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password);
    admin.alterUserScramCredentials(List.of(change)).all().get();
  }

  private static void secret(Path file, String password) throws Exception {
    Files.writeString(
        file,
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config="
            + "org.apache.kafka.common.security.scram.ScramLoginModule required username=reader"
            + " password=\""
            + password
            + "\";\n");
  }

  @Test
  void aConsumerComesWithTheNewPasswordWhenTheBrokerAsksAgain() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "secret", 1);
    send("secret", 10);
    password("old");
    Path file = directory.resolve("secret.properties");
    secret(file, "old");
    KafkaSettings settings = new KafkaSettings("localhost:" + saslPort, file.toString());
    try (Consumer<byte[], byte[]> consumer = open(spec(settings, "secret", 0))) {
      poll(consumer);
      secret(file, "new");
      password("new");
      // Two times as long as the broker lets a connection live without its password.
      long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
      while (System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(100));
      }
      send("secret", 5);
      poll(consumer);
    }
  }

  @Test
  void aReaderFromAStateTakesTheServersAndTheDelayOfThisRun() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "moved", 1);
    send("moved", 10);
    SourceSpec now = spec(plain(), "moved", 0);
    SourceSpec before =
        new SourceSpec(
            new KafkaSettings("127.0.0.1:" + EmbeddedKafka.freePort(), null),
            "moved",
            now.source(),
            true,
            now.startOffsets(),
            Duration.ofHours(1),
            new TreeMap<>());
    // As Flink keeps them.
    var reader = SerializableUtils.clone(new ReadRecords.ConsumerFactory(topics(before)));
    var times =
        SerializableUtils.clone(new RecordTimePolicy.Factory(before.watermarkDelay(), before));
    new ReadRecords.ToBatchFn(topics(now)).setup();
    try (Consumer<byte[], byte[]> consumer =
        reader.apply(new HashMap<>(Map.of("isolation.level", "read_committed")))) {
      consumer.assign(List.of(new TopicPartition("moved", 0)));
      poll(consumer);
    }
    TopicPartition partition = new TopicPartition("moved", 0);
    RecordTimePolicy policy =
        (RecordTimePolicy) times.createTimestampPolicy(partition, Optional.empty());
    assertEquals(org.joda.time.Duration.ZERO, policy.delay());
  }

  @Test
  void aBrokerThatIsSilentForAWhileIsBorneAndOneThatStaysSilentIsFound() throws Exception {
    EventProducer.createTopic(kafka.bootstrapServers(), "silent", 1);
    send("silent", 10);
    String file = file("default.api.timeout.ms=1000", "request.timeout.ms=500");
    SourceSpec spec = spec(new KafkaSettings(kafka.bootstrapServers(), file), "silent", 0);
    double before = SluiceMetrics.total(SluiceMetrics.TOPIC_CHECK_FAILURES);
    TopicWatch.Pace pace = new TopicWatch.Pace(Duration.ofMillis(200), Duration.ofSeconds(20));
    try (TopicWatch watch = TopicWatch.join(spec, pace)) {
      watch.require();
      admin.close();
      kafka.close();
      for (int i = 0;
          i < 600 && SluiceMetrics.total(SluiceMetrics.TOPIC_CHECK_FAILURES) == before;
          i++) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertTrue(SluiceMetrics.total(SluiceMetrics.TOPIC_CHECK_FAILURES) > before);
      watch.require();
      assertThrows(
          org.apache.kafka.common.errors.TimeoutException.class,
          () -> {
            for (int i = 0; i < 600; i++) {
              watch.require();
              TimeUnit.MILLISECONDS.sleep(100);
            }
          });
    } finally {
      startBroker();
    }
  }
}
