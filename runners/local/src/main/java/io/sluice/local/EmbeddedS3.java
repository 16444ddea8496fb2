package io.sluice.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.PageSet;
import org.gaul.s3proxy.blobstore.domain.StorageMetadata;
import org.gaul.s3proxy.blobstore.options.ListContainerOptions;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3-compatible server (S3Proxy) in this process, on a free loopback port. Objects are plain
 * files: {@code DIRECTORY/BUCKET/KEY}.
 */
public final class EmbeddedS3 implements AutoCloseable {
  static final String REGION = "us-east-1";

  private static final String ACCESS_KEY = "sluice-demo";
  private static final String SECRET_KEY = "sluice-demo-secret";

  /** The system properties by which the AWS default chain finds the credentials. */
  public static final Map<String, String> CREDENTIALS =
      Map.of("aws.accessKeyId", ACCESS_KEY, "aws.secretAccessKey", SECRET_KEY);

  /** The same as environment variables, for a shell. */
  public static final Map<String, String> ENVIRONMENT =
      Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", SECRET_KEY);

  private final S3Proxy proxy;

  private EmbeddedS3(S3Proxy proxy) {
    this.proxy = proxy;
  }

  /** Starts a server on what a directory holds, and makes the buckets that are not there. */
  public static EmbeddedS3 start(Path directory, String... buckets) throws IOException {
    return start(directory, 0, buckets);
  }

  /** Starts a server at another address than loopback, or with other keys. */
  public static EmbeddedS3 start(
      Path directory, URI endpoint, String accessKey, String secretKey, String... buckets)
      throws IOException {
    for (String bucket : buckets) {
      Files.createDirectories(directory.resolve(bucket));
    }
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(new WholeObjects(directory))
            .endpoint(endpoint)
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
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

  /**
   * S3Proxy writes an object to {@code KEY-UUID} first and renames it. Its lists have these files,
   * which no S3 shows, and which stay where it is killed.
   */
  private static final class WholeObjects extends ForwardingBlobStore {
    private static final Pattern BEGUN =
        Pattern.compile(".*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", Pattern.DOTALL);

    WholeObjects(Path directory) {
      super(new FilesystemNio2BlobStore(directory.toString()));
    }

    @Override
    public PageSet<? extends StorageMetadata> list(String bucket, ListContainerOptions options) {
      PageSet<? extends StorageMetadata> page = super.list(bucket, options);
      List<StorageMetadata> whole = new ArrayList<>(page.entries());
      whole.removeIf(entry -> BEGUN.matcher(entry.name()).matches());
      return new PageSet<StorageMetadata>(whole, page.nextMarker());
    }
  }

  private static EmbeddedS3 start(Path directory, int port, String... buckets) throws IOException {
    return start(
        directory, URI.create("http://127.0.0.1:" + port), ACCESS_KEY, SECRET_KEY, buckets);
  }

  /** A server as a process of its own, until it is killed: {@code DIRECTORY PORT BUCKET…}. */
  public static void main(String[] args) throws IOException {
    EmbeddedS3 unused =
        start(
            Path.of(args[0]), Integer.parseInt(args[1]), Arrays.copyOfRange(args, 2, args.length));
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  /**
   * The flags by which a run reaches this server. The credentials are put into system properties,
   * where the AWS default chain finds them.
   */
  public List<String> flags() {
    return flags(endpoint());
  }

  /** The same for a server of another process, or for what stands before it. */
  public static List<String> flags(URI endpoint) {
    CREDENTIALS.forEach(System::setProperty);
    return List.of("--endpoint=" + endpoint, "--awsRegion=" + REGION, "--s3PathStyle=true");
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
