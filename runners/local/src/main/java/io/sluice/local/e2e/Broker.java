package io.sluice.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EventProducer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A broker that has what Strimzi would make of two manifests, {@code topic.yaml} (a KafkaTopic) and
 * {@code user.yaml} (a KafkaUser with SCRAM-SHA-512 and its ACLs). Whoever is not that user, or has
 * no ACL for what is asked, is refused; the broker's own process alone may do all, by a listener on
 * loopback.
 */
public final class Broker {
  private Broker() {}

  /** A topic as its manifest declares it. */
  record Topic(String name, int partitions, Map<String, String> settings) {
    static Topic read(Path manifests) throws IOException {
      JsonNode topic = manifest(manifests, "topic.yaml");
      Map<String, String> settings = new HashMap<>();
      topic
          .at("/spec/config")
          .properties()
          .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
      return new Topic(
          topic.at("/metadata/name").asText(), topic.at("/spec/partitions").asInt(), settings);
    }
  }

  /**
   * {@code DATA_DIRECTORY ADVERTISED_HOST MANIFESTS READY_FILE}, and the user's password as {@code
   * PASSWORD} in the environment: serves at 9092 of all addresses until it is killed. The ready
   * file is there once topic, user and ACLs are.
   */
  public static void main(String[] args) throws Exception {
    Path ready = Path.of(args[3]);
    Files.deleteIfExists(ready);
    EmbeddedKafka broker =
        start(
            Path.of(args[0]),
            "0.0.0.0",
            args[1],
            9092,
            Path.of(args[2]),
            Objects.requireNonNull(System.getenv("PASSWORD"), "PASSWORD is not set"));
    Files.createFile(ready);
    broker.awaitShutdown();
  }

  /** Starts the broker on what a directory holds, and makes what is declared and not there. */
  static EmbeddedKafka start(
      Path directory, String address, String host, int port, Path manifests, String password)
      throws IOException, InterruptedException, ExecutionException {
    int ownPort = EmbeddedKafka.freePort();
    int controllerPort = EmbeddedKafka.freePort();
    String own = "PLAINTEXT://127.0.0.1:" + ownPort;
    EmbeddedKafka broker =
        EmbeddedKafka.start(
            directory,
            ownPort,
            controllerPort,
            Map.of(),
            Map.of(
                "listeners",
                own
                    + (",CONTROLLER://127.0.0.1:" + controllerPort)
                    + (",USERS://" + address + ":" + port),
                "advertised.listeners",
                own + ",USERS://" + host + ":" + port,
                "listener.security.protocol.map",
                "USERS:SASL_PLAINTEXT",
                "sasl.enabled.mechanisms",
                "SCRAM-SHA-512",
                "listener.name.users.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:ANONYMOUS"));
    Topic topic = Topic.read(manifests);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      user(admin, manifest(manifests, "user.yaml"), password);
      if (admin.listTopics().names().get().contains(topic.name())) {
        return broker;
      }
    }
    EventProducer.createTopic(
        broker.bootstrapServers(), topic.name(), topic.partitions(), topic.settings());
    return broker;
  }

  private static void user(Admin admin, JsonNode user, String password)
      throws InterruptedException, ExecutionException {
    String name = user.at("/metadata/name").asText();
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
        .all()
        .get();
    List<AclBinding> acls = new ArrayList<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      ResourceType type = ResourceType.fromString(acl.at("/resource/type").asText());
      ResourcePattern resource =
          new ResourcePattern(
              type,
              type == ResourceType.CLUSTER
                  ? Resource.CLUSTER_NAME
                  : acl.at("/resource/name").asText(),
              PatternType.LITERAL);
      for (JsonNode operation : acl.path("operations")) {
        acls.add(
            new AclBinding(
                resource,
                new AccessControlEntry(
                    "User:" + name,
                    "*",
                    SecurityUtils.operation(operation.asText()),
                    AclPermissionType.ALLOW)));
      }
    }
    admin.createAcls(acls).all().get();
  }

  private static JsonNode manifest(Path folder, String file) throws IOException {
    Load yaml = new Load(LoadSettings.builder().build());
    return new ObjectMapper()
        .valueToTree(yaml.loadFromString(Files.readString(folder.resolve(file))));
  }
}
