package io.sluice.local.e2e;

import io.sluice.local.EmbeddedS3;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The S3 server, with the keys that the overlay has for MinIO. */
public final class ObjectStore {
  private ObjectStore() {}

  /** {@code DATA_DIRECTORY PORT BUCKET…}: serves at all addresses until it is killed. */
  public static void main(String[] args) throws IOException {
    EmbeddedS3 unused =
        EmbeddedS3.start(
            Path.of(args[0]),
            URI.create("http://0.0.0.0:" + args[1]),
            variable("MINIO_ROOT_USER"),
            variable("MINIO_ROOT_PASSWORD"),
            Arrays.copyOfRange(args, 2, args.length));
  }

  private static String variable(String name) {
    return Objects.requireNonNull(System.getenv(name), name + " is not set");
  }
}
