package io.sluice.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3-compatible server (S3Proxy) in this process, on a free loopback port. Objects are plain
 * files: {@code DIRECTORY/BUCKET/KEY}.
 */
final class EmbeddedS3 implements AutoCloseable {
  private static final String ACCESS_KEY = "sluice-demo";
  private static final String SECRET_KEY = "sluice-demo-secret";

  private final S3Proxy proxy;

  private EmbeddedS3(S3Proxy proxy) {
    this.proxy = proxy;
  }

  /** Starts a server on what a directory holds, and makes the buckets that are not there. */
  static EmbeddedS3 start(Path directory, String... buckets) throws IOException {
    for (String bucket : buckets) {
      Files.createDirectories(directory.resolve(bucket));
    }
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(directory.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
            .ignoreUnknownHeaders(true)
            .build();
    try {
      proxy.start();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("starting the S3 server", e);
    }
    return new EmbeddedS3(proxy);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  /**
   * The flags by which a run reaches this server. The credentials are put into system properties,
   * where the AWS default chain finds them.
   */
  List<String> flags() {
    System.setProperty("aws.accessKeyId", ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", SECRET_KEY);
    return List.of("--endpoint=" + endpoint(), "--awsRegion=us-east-1", "--s3PathStyle=true");
  }

  @Override
  public void close() throws IOException {
    try {
      proxy.stop();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("stopping the S3 server", e);
    }
  }
}
