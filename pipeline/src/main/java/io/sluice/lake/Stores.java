package io.sluice.lake;

import io.sluice.UserException;
import java.io.Serializable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.beam.sdk.io.aws2.options.S3ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.InstanceBuilder;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Which store, and how to open it on any worker. Region, endpoint, credentials and client settings
 * are Beam's AWS options.
 *
 * @param root {@code s3://bucket/prefix}, or a directory
 */
public record Stores(String root, S3Settings s3, boolean pathStyle) implements Serializable {
  private static final String S3 = "s3://";

  public Stores {
    boolean s3Root = root.startsWith(S3);
    if (!s3Root && root.matches("[A-Za-z][A-Za-z0-9+.-]+://.*") && !root.startsWith("file:///")) {
      throw new UserException(root + ": a lake is s3://bucket/prefix or a directory");
    }
    if (s3Root && !root.substring(S3.length()).matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")) {
      throw new UserException(root + ": not a bucket's name; write s3://bucket/prefix");
    }
  }

  /** Where a lake in a directory is; nothing of one in a bucket. */
  public Optional<Path> directory() {
    return root.startsWith(S3)
        ? Optional.empty()
        : Optional.of(Path.of(root.replaceFirst("^file://", "")).toAbsolutePath());
  }

  /** Whether all of this store is in a folder of another, or is that folder. */
  public boolean isWithin(Stores other, String folder) {
    return (location() + "/").startsWith(other.location() + "/" + folder + "/");
  }

  private String location() {
    return directory()
        .map(path -> path.normalize().toString())
        .orElseGet(() -> root.replaceAll("(?<!/)/+$", ""));
  }

  public Store open(PipelineOptions options) {
    if (!root.startsWith(S3)) {
      try {
        return new LocalStore(directory().orElseThrow());
      } catch (InvalidPathException e) {
        throw new UserException(root + ": not a path", e);
      }
    }
    String path = root.substring(S3.length());
    int slash = path.indexOf('/');
    String bucket = slash < 0 ? path : path.substring(0, slash);
    String prefix = slash < 0 ? "" : path.substring(slash + 1).replaceAll("^/+|/+$", "");
    AnswerClock clock = new AnswerClock();
    return new S3Store(
        client(options.as(S3Options.class), clock),
        clock,
        bucket,
        prefix.isEmpty() ? "" : prefix + "/",
        s3);
  }

  private software.amazon.awssdk.services.s3.S3Client client(S3Options options, AnswerClock clock) {
    try {
      S3ClientBuilder builder =
          InstanceBuilder.ofType(S3ClientBuilderFactory.class)
              .fromClass(options.getS3ClientFactoryClass())
              .build()
              .createBuilder(options);
      builder.overrideConfiguration(
          builder.overrideConfiguration().toBuilder()
              // No call may hang a job in silence.
              .apiCallAttemptTimeout(s3.timeout())
              .apiCallTimeout(s3.timeout().multipliedBy(2))
              .addMetricPublisher(new RequestMetrics())
              .addExecutionInterceptor(new SendGuard())
              .addExecutionInterceptor(clock)
              .build());
      // Uploads carry a SHA-256 of ours; the SDK's own CRC32 on every request is refused by some
      // S3-compatible servers.
      return builder
          .forcePathStyle(pathStyle)
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
          .build();
    } catch (SdkException e) {
      throw new UserException(
          "S3: " + S3Failures.describe(e) + "; set --awsRegion, AWS_REGION or a profile", e);
    }
  }

  /**
   * Checks that the store is there and honours conditions.
   *
   * @return how workers are to open it
   */
  public Stores probed(PipelineOptions options) throws java.io.IOException {
    try (Store store = open(options)) {
      store.probe();
      return store instanceof S3Store probed
          ? new Stores(root, probed.settings(), pathStyle)
          : this;
    }
  }
}
