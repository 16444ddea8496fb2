package io.sluice.benchmark;

import io.sluice.local.EmbeddedKafka;
import io.sluice.local.EmbeddedS3;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** An S3 server in a JVM of its own, as the broker is, with one bucket: objects are plain files. */
final class S3Server implements AutoCloseable {
  private static final String BUCKET = "lake";

  private final JavaProcess process;
  private final Path directory;
  private final int port;

  private S3Server(JavaProcess process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  static S3Server start(Path logs) throws IOException, InterruptedException {
    Path directory = logs.resolve("s3");
    int port = EmbeddedKafka.freePort();
    JavaProcess process =
        new JavaProcess(
            "s3-server",
            logs,
            List.of("-Xmx512m"),
            EmbeddedS3.class.getName(),
            List.of(directory.toString(), String.valueOf(port), BUCKET));
    process.start();
    try {
      JavaProcess.awaitPort(port);
    } catch (InterruptedException | RuntimeException e) {
      process.close();
      throw e;
    }
    return new S3Server(process, directory, port);
  }

  /** A prefix of its bucket. */
  Output output(String prefix) {
    return new Output(
        "s3://" + BUCKET + "/" + prefix,
        directory.resolve(BUCKET).resolve(prefix),
        URI.create("http://127.0.0.1:" + port));
  }

  @Override
  public void close() {
    process.close();
  }
}
