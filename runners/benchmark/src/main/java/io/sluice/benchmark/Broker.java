package io.sluice.benchmark;

import io.sluice.local.EmbeddedKafka;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A broker in a JVM of its own, so that what it uses is not counted for a contestant. */
final class Broker implements AutoCloseable {
  private final JavaProcess process;
  private final int port;

  private Broker(JavaProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  static Broker start(Path directory) throws IOException, InterruptedException {
    int port = EmbeddedKafka.freePort();
    JavaProcess process =
        new JavaProcess(
            "broker",
            directory,
            List.of("-Xmx1g"),
            EmbeddedKafka.class.getName(),
            List.of(
                directory.resolve("kafka").toString(),
                String.valueOf(port),
                String.valueOf(EmbeddedKafka.freePort())));
    process.start();
    try {
      JavaProcess.awaitPort(port);
    } catch (InterruptedException | RuntimeException e) {
      process.close();
      throw e;
    }
    return new Broker(process, port);
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.close();
  }
}
