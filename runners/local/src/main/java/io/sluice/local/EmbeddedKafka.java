package io.sluice.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real Kafka broker (KRaft, one node) in this process, on free loopback ports. Its data stays in
 * a directory.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts a broker on what a directory holds; an empty one is formatted. */
  public static EmbeddedKafka start(Path directory) throws IOException {
    return start(directory, freePort(), freePort(), Map.of(), Map.of());
  }

  /**
   * Starts a broker that listens in other ways, too.
   *
   * @param listeners ports by the names of further listeners
   * @param settings of the broker, the protocols of these listeners among them: {@code
   *     listener.security.protocol.map} is completed, all others take the place of ours
   */
  public static EmbeddedKafka start(
      Path directory,
      int port,
      int controllerPort,
      Map<String, Integer> listeners,
      Map<String, String> settings)
      throws IOException {
    Files.createDirectories(directory);
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    properties.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    properties.put("log.dirs", directory.toString());
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("auto.create.topics.enable", "false");
    // Index files are preallocated: small ones keep the directory small.
    properties.put("log.index.size.max.bytes", String.valueOf(1 << 20));
    settings.forEach(
        (name, value) ->
            properties.merge(
                name,
                value,
                (own, more) ->
                    name.equals("listener.security.protocol.map") ? own + "," + more : more));
    listeners.forEach(
        (name, at) -> {
          properties.merge(
              "listeners", name + "://127.0.0.1:" + at, (own, more) -> own + "," + more);
          properties.merge(
              "advertised.listeners", name + "://localhost:" + at, (own, more) -> own + "," + more);
        });
    if (!Files.exists(directory.resolve("meta.properties"))) {
      format(directory);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    return new EmbeddedKafka(server, "127.0.0.1:" + port);
  }

  private static void format(Path directory) throws IOException {
    try {
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(directory.toString())
          .addDirectory(directory.toString())
          .setPrintStream(
              new java.io.PrintStream(
                  java.io.OutputStream.nullOutputStream(),
                  true,
                  java.nio.charset.StandardCharsets.UTF_8))
          .run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("formatting " + directory, e);
    }
  }

  /**
   * A broker as a process of its own, until it is killed: {@code DIRECTORY PORT CONTROLLER_PORT}.
   */
  public static void main(String[] args) throws IOException {
    start(
            Path.of(args[0]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Map.of(),
            Map.of())
        .awaitShutdown();
  }

  /** Returns once the broker has ended. */
  public void awaitShutdown() {
    server.awaitShutdown();
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    server.shutdown();
    awaitShutdown();
  }
}
