package io.sluice;

import io.sluice.lake.S3Settings;
import io.sluice.lake.Stores;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The flags that say where the lake and its dead letters are, checked. */
public final class LakeStores {
  private LakeStores() {}

  /** Where {@code --lake} is. */
  public static Stores lake(SluiceOptions options) {
    return stores("lake", options.getLake(), options);
  }

  /** Where {@code --deadLetters} is. */
  public static Stores deadLetters(SluiceOptions options) {
    return stores("deadLetters", options.getDeadLetters(), options);
  }

  private static Stores stores(String flag, @Nullable String root, SluiceOptions options) {
    if (options.getAwsCredentialsProvider() instanceof StaticCredentialsProvider) {
      throw new UserException(
          "--awsCredentialsProvider with keys in it would show in Flink's UI and in checkpoints: use the environment, a profile or a role");
    }
    checkEndpoint(options);
    String place = FlagValues.required(flag, root);
    if (!place.equals(place.strip())) {
      throw new UserException(
          "--" + flag + "='" + place + "': begins or ends with a space; write it without");
    }
    return new Stores(
        place,
        new S3Settings(
            options.getS3StorageClass(),
            options.getSSEAlgorithm(),
            options.getSSEKMSKeyId(),
            options.getBucketKeyEnabled(),
            tags(options.getS3Tags()),
            FlagValues.within("s3PartMebibytes", options.getS3PartMebibytes(), 5, 512) << 20,
            true,
            FlagValues.atLeast("s3Timeout", options.getS3Timeout(), Duration.ofSeconds(1))),
        options.isS3PathStyle());
  }

  private static void checkEndpoint(SluiceOptions options) {
    URI endpoint = options.getEndpoint();
    if (endpoint == null) {
      return;
    }
    String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw noEndpoint(endpoint.toString());
    }
    if (endpoint.getHost() == null) {
      throw new UserException(
          "--endpoint="
              + endpoint
              + ": names no host; write http://host:port or https://host:port");
    }
  }

  /**
   * What is wrong with an {@code --endpoint} without a scheme, which as a URI may not even be read.
   */
  static UserException noEndpoint(String text) {
    return new UserException(
        "--endpoint="
            + text
            + ": has no scheme; write http://"
            + text
            + ", or https:// where it speaks TLS");
  }

  private static Map<String, String> tags(@Nullable String text) {
    Map<String, String> tags = new HashMap<>();
    if (text != null && !text.isEmpty()) {
      for (String tag : text.split(",", -1)) {
        int equals = tag.indexOf('=');
        if (equals < 1) {
          throw new UserException("--s3Tags=" + text + ": write key=value,key=value");
        }
        tags.put(tag.substring(0, equals), tag.substring(equals + 1));
      }
    }
    return tags;
  }
}
