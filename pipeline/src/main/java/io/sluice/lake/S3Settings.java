package io.sluice.lake;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How objects are written to S3, beyond what Beam's AWS options say of region, endpoint,
 * credentials and encryption.
 *
 * @param tags tags of each data file
 * @param partSize bytes of one part of a multipart upload
 * @param multipart whether CompleteMultipartUpload honours If-None-Match; where it does not, files
 *     go up whole
 * @param timeout how long one try of a request may take; all tries of it may take twice that
 */
public record S3Settings(
    @Nullable String storageClass,
    @Nullable String sseAlgorithm,
    @Nullable String kmsKeyId,
    boolean bucketKey,
    Map<String, String> tags,
    int partSize,
    boolean multipart,
    Duration timeout)
    implements Serializable {
  /**
   * The least that S3 takes for a part that is not the last, and a size that keeps two in memory
   * cheap.
   */
  public static final int LEAST_PART_SIZE = 5 << 20;

  public static final int DEFAULT_PART_SIZE = 16 << 20;

  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

  public S3Settings {
    tags = Map.copyOf(tags);
  }

  S3Settings withoutMultipart() {
    return new S3Settings(
        storageClass, sseAlgorithm, kmsKeyId, bucketKey, tags, partSize, false, timeout);
  }
}
