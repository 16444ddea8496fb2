package io.sluice.local.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.local.EmbeddedKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker of the end-to-end test, with the local overlay's own topic, user and password. */
class BrokerIT {
  private static final Path OVERLAY =
      Path.of("../flink/kubernetes/overlays/local").toAbsolutePath().normalize();
  private static final Path MANIFESTS = OVERLAY.resolve("kafka");
  private static final String PASSWORD = "sluice-local";

  @TempDir static Path directory;
  private static EmbeddedKafka broker;
  private static Broker.Topic topic;
  private static Map<String, Object> client;

  @BeforeAll
  static void start() throws Exception {
    int port = EmbeddedKafka.freePort();
    broker = Broker.start(directory, "127.0.0.1", "localhost", port, MANIFESTS, PASSWORD);
    topic = Broker.Topic.read(MANIFESTS);
    client = SendEvents.client(OVERLAY.resolve("client.properties"));
    client.put("bootstrap.servers", "localhost:" + port);
    client.put("max.block.ms", "20000");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void whatIsSaidToBeSentIsInTheTopic() throws Exception {
    long dead = 0;
    for (double rate : new double[] {0, 5_000}) {
      JsonNode said =
          new ObjectMapper().readTree(SendEvents.send(client, topic, 1_000, 2_000, rate));
      assertEquals(1_000, said.path("sent").asLong());
      dead += said.path("dead").asLong();
    }
    assertTrue(dead > 0, "no event is one that the contract rejects");
    try (Admin user = Admin.create(client)) {
      var each =
          IntStream.range(0, 4)
              .mapToObj(partition -> new TopicPartition("user-actions", partition))
              .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
      assertEquals(
          2_000,
          user.listOffsets(each).all().get().values().stream()
              .mapToLong(offset -> offset.offset())
              .sum());
    }
  }

  @Test
  void anotherTopicIsRefused() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
    }
    Broker.Topic other = new Broker.Topic("other", 1, Map.of());
    Exception refused =
        assertThrows(IllegalStateException.class, () -> SendEvents.send(client, other, 0, 1, 0));
    assertInstanceOf(TopicAuthorizationException.class, refused.getCause());
  }

  @Test
  void anotherPasswordIsRefused() {
    Map<String, Object> wrong =
        client.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e ->
                        e.getKey().equals("sasl.jaas.config")
                            ? e.getValue().toString().replace(PASSWORD, "wrong")
                            : e.getValue()));
    Exception refused =
        assertThrows(IllegalStateException.class, () -> SendEvents.send(wrong, topic, 0, 1, 0));
    assertInstanceOf(SaslAuthenticationException.class, refused.getCause());
  }

  /** A restarted container finds its data, and declares again what is there. */
  @Test
  void itStartsAgainOnWhatItHas(@TempDir Path own) throws Exception {
    try (EmbeddedKafka first = started(own)) {
      assertTrue(acls(first) > 0);
    }
    try (EmbeddedKafka again = started(own)) {
      assertEquals(acls(broker), acls(again));
    }
  }

  private static EmbeddedKafka started(Path directory) throws Exception {
    return Broker.start(
        directory, "127.0.0.1", "localhost", EmbeddedKafka.freePort(), MANIFESTS, PASSWORD);
  }

  private static int acls(EmbeddedKafka of) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", of.bootstrapServers()))) {
      return admin.describeAcls(AclBindingFilter.ANY).values().get().size();
    }
  }
}
