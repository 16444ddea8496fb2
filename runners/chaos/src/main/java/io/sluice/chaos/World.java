package io.sluice.chaos;

import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EmbeddedRegistry;
import io.sluice.local.EmbeddedS3;
import io.sluice.local.EventProducer;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a deployment, each its own process: broker, schema registry, S3 server behind a
 * fault proxy, Flink.
 */
final class World implements AutoCloseable {
  private static final long CHECKPOINT_DISK_BYTES = 512L << 20;

  private final Path directory;
  private final long seed;
  private final JavaProcess broker;
  private final JavaProcess registry;
  private final JavaProcess s3;
  private final S3FaultProxy proxy;
  private final FlinkCluster flink;
  private final String bootstrapServers;
  private final int brokerPort;
  private final int registryPort;
  private final int s3Port;
  private final int metricsPort;
  private final boolean smallDisk;
  private final Path nothing;
  private @Nullable TableCatalog catalog;
  private final Thread atExit = new Thread(this::stop);

  private World(Path directory, long seed) throws IOException {
    this.directory = directory;
    this.seed = seed;
    Path logs = directory.resolve("logs");
    brokerPort = EmbeddedKafka.freePort();
    registryPort = EmbeddedKafka.freePort();
    s3Port = EmbeddedKafka.freePort();
    metricsPort = EmbeddedKafka.freePort();
    bootstrapServers = "127.0.0.1:" + brokerPort;
    broker =
        new JavaProcess(
            "broker",
            logs,
            List.of("-Xmx512m"),
            EmbeddedKafka.class.getName(),
            List.of(
                directory.resolve("kafka").toString(),
                String.valueOf(brokerPort),
                String.valueOf(EmbeddedKafka.freePort())));
    registry =
        new JavaProcess(
            "registry",
            logs,
            List.of("-Xmx64m"),
            EmbeddedRegistry.class.getName(),
            List.of(directory.resolve("schemas").toString(), String.valueOf(registryPort)));
    for (String bucket : List.of("lake", "dead", TableCatalog.BUCKET)) {
      Files.createDirectories(directory.resolve("s3").resolve(bucket));
    }
    s3 =
        new JavaProcess(
            "s3",
            logs,
            List.of("-Xmx512m"),
            EmbeddedS3.class.getName(),
            List.of(directory.resolve("s3").toString(), String.valueOf(s3Port)));
    proxy = new S3FaultProxy(s3Port, seed);
    flink = new FlinkCluster(directory, FlinkCluster.Setup.session(Failpoint.option(directory)));
    smallDisk = mount();
    nothing = directory.resolve("nothing.jar");
    new JarOutputStream(Files.newOutputStream(nothing), new Manifest()).close();
  }

  /** Starts all of it in a folder. */
  static World start(Path directory, long seed) throws IOException, InterruptedException {
    World world = new World(directory, seed);
    Runtime.getRuntime().addShutdownHook(world.atExit);
    try {
      world.broker.start();
      world.registry.start();
      world.s3.start();
      world.flink.patches(List.of(Failpoint.patch(directory.resolve("failpoint-classes"))));
      world.flink.start();
      JavaProcess.awaitPort(world.brokerPort);
      JavaProcess.awaitPort(world.registryPort);
      JavaProcess.awaitPort(world.s3Port);
      return world;
    } catch (IOException | InterruptedException | RuntimeException e) {
      world.close();
      throw e;
    }
  }

  /**
   * A file system that can be full, for the checkpoints; where that is not allowed there is none.
   */
  private boolean mount() {
    try {
      return new ProcessBuilder(
                  "mount",
                  "-t",
                  "tmpfs",
                  "-o",
                  "size=" + CHECKPOINT_DISK_BYTES,
                  "sluice-chaos",
                  flink.checkpointDisk().toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the checkpoints have a disk of their own, which can be filled. */
  boolean hasSmallDisk() {
    return smallDisk;
  }

  Path directory() {
    return directory;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  S3FaultProxy s3Proxy() {
    return proxy;
  }

  FlinkCluster flink() {
    return flink;
  }

  JavaProcess broker() {
    return broker;
  }

  JavaProcess registry() {
    return registry;
  }

  String registryAddress() {
    return "http://127.0.0.1:" + registryPort;
  }

  /** Starts a registry that was killed, with all that it has answered for. */
  void restartRegistry() throws InterruptedException {
    registry.start();
    JavaProcess.awaitPort(registryPort);
  }

  /** Starts the TaskManagers anew, with classes in these folders that win over the real ones. */
  void patch(List<Path> folders) throws IOException, InterruptedException {
    List<Path> patches = new ArrayList<>(folders);
    patches.add(directory.resolve("failpoint-classes"));
    flink.patches(patches);
    flink.restartTaskManagers();
  }

  /** Starts a broker that was killed, on its old data. */
  void restartBroker() throws InterruptedException {
    broker.start();
    JavaProcess.awaitPort(brokerPort);
  }

  Admin admin() {
    return Admin.create(
        Map.of("bootstrap.servers", bootstrapServers, "default.api.timeout.ms", 120_000));
  }

  void createTopic(String topic, int partitions, boolean compacted)
      throws InterruptedException, ExecutionException {
    java.util.HashMap<String, String> config = new java.util.HashMap<>();
    config.put("retention.ms", "-1");
    config.put("max.message.bytes", String.valueOf(Load.LARGEST_RECORD));
    if (compacted) {
      config.put("cleanup.policy", "compact");
      config.put("min.cleanable.dirty.ratio", "0.01");
      config.put("segment.ms", "3000");
    }
    EventProducer.createTopic(bootstrapServers, topic, partitions, config);
  }

  /** The flags by which a job reaches these parts. */
  List<String> flags() {
    List<String> flags = new ArrayList<>(EmbeddedS3.flags(proxy.endpoint()));
    flags.add("--bootstrapServers=" + bootstrapServers);
    flags.add("--flinkMaster=" + flink.master());
    // Of the TaskManagers here, which share an address, one has it.
    flags.add("--metricsAddress=127.0.0.1:" + metricsPort);
    // The cluster has our classes already: something must be named, or Beam uploads them all.
    flags.add("--filesToStage=" + nothing);
    return flags;
  }

  /** Where the one TaskManager that could take the port serves its metrics. */
  int metricsPort() {
    return metricsPort;
  }

  /** A verb of the launcher's, in a process of its own, with the rights of the jobs. */
  JavaProcess verb(String name, List<Path> patches, List<String> arguments) {
    List<String> options = new ArrayList<>(List.of("-Xmx512m"));
    EmbeddedS3.CREDENTIALS.forEach((key, value) -> options.add("-D" + key + "=" + value));
    JavaProcess process =
        new JavaProcess(
            name,
            directory.resolve("logs"),
            options,
            io.sluice.cli.Main.class.getName(),
            arguments);
    process.classPathPrefix(patches);
    return process;
  }

  /**
   * The catalog of the tables, which runs from the first call on: few scenarios have tables.
   *
   * @throws IllegalStateException where it does not start
   */
  synchronized TableCatalog catalog() {
    if (catalog == null) {
      try {
        catalog = TableCatalog.start(directory, proxy.endpoint(), seed);
      } catch (IOException e) {
        throw new IllegalStateException("the catalog does not start", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the catalog does not start", e);
      }
    }
    return catalog;
  }

  /** A reader of the tables of a namespace, whom no fault of the store befalls. */
  TableReader reader(String namespace) {
    return new TableReader(
        catalog(),
        namespace,
        URI.create("http://127.0.0.1:" + s3Port),
        directory.resolve("s3"),
        ChaosEvents.IS_ERASED);
  }

  Path bucket(String name) {
    return directory.resolve("s3").resolve(name);
  }

  private synchronized void stopCatalog() {
    if (catalog != null) {
      catalog.close();
    }
  }

  private void stop() {
    flink.close();
    stopCatalog();
    broker.close();
    registry.close();
    s3.close();
    proxy.close();
    if (smallDisk) {
      try {
        new ProcessBuilder("umount", "-l", flink.checkpointDisk().toString()).start().waitFor();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    stop();
  }
}
