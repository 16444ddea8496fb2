package io.sluice.iceberg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.UserException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.io.aws2.options.AwsModule;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.iceberg.aws.AwsClientProperties;
import org.apache.iceberg.aws.HttpClientProperties;
import org.apache.iceberg.aws.s3.S3FileIOAwsClientFactory;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Clients of S3 for a table's metadata, by Iceberg's settings; where these say nothing of region,
 * endpoint and credentials, by the flags with which the lake is reached. Credentials that a REST
 * catalog gives for a table come first. Iceberg makes it by its name.
 */
public final class LakeS3Clients implements S3FileIOAwsClientFactory {
  private static final long serialVersionUID = 1L;

  /** The provider of {@code --awsCredentialsProvider}, as Beam writes it. */
  private static final String PROVIDER = "sluice.aws-credentials-provider";

  /** Where a REST catalog's answer says that credentials can be fetched anew. */
  private static final String REFRESH = AwsClientProperties.REFRESH_CREDENTIALS_ENDPOINT;

  private Map<String, String> settings = Map.of();

  /**
   * What a catalog's settings are to have of the flags, where they do not say it themselves.
   *
   * @param given the catalog's settings
   */
  static Map<String, String> settings(
      Map<String, String> given, PipelineOptions options, boolean pathStyle) {
    Map<String, String> settings = new TreeMap<>();
    if (given.containsKey(S3FileIOProperties.CLIENT_FACTORY)
        || given.containsKey("client.factory")) {
      return settings;
    }
    settings.put(S3FileIOProperties.CLIENT_FACTORY, LakeS3Clients.class.getName());
    S3Options flags = options.as(S3Options.class);
    Region region = flags.getAwsRegion();
    if (region != null) {
      settings.put(AwsClientProperties.CLIENT_REGION, region.id());
    }
    URI endpoint = flags.getEndpoint();
    if (endpoint != null && !given.containsKey(S3FileIOProperties.ENDPOINT)) {
      settings.put(S3FileIOProperties.ENDPOINT, endpoint.toString());
    }
    if (pathStyle && !given.containsKey(S3FileIOProperties.ENDPOINT)) {
      settings.put(S3FileIOProperties.PATH_STYLE_ACCESS, "true");
    }
    AwsCredentialsProvider provider = flags.getAwsCredentialsProvider();
    if (provider != null && !(provider instanceof DefaultCredentialsProvider)) {
      settings.put(PROVIDER, written(provider));
    }
    return settings;
  }

  private static ObjectMapper mapper() {
    return new ObjectMapper().registerModule(new AwsModule());
  }

  private static String written(AwsCredentialsProvider provider) {
    try {
      return mapper().writerFor(AwsCredentialsProvider.class).writeValueAsString(provider);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(provider.getClass() + " cannot be written", e);
    }
  }

  @Override
  public void initialize(Map<String, String> properties) {
    settings = new TreeMap<>(properties);
  }

  /** The flag's, unless the settings have some, or the catalog has given some. */
  private @Nullable AwsCredentialsProvider provider() {
    String written = settings.get(PROVIDER);
    if (written == null
        || settings.containsKey(S3FileIOProperties.ACCESS_KEY_ID)
        || settings.containsKey(AwsClientProperties.CLIENT_CREDENTIALS_PROVIDER)
        || settings.containsKey(REFRESH)) {
      return null;
    }
    try {
      return mapper().readValue(written, AwsCredentialsProvider.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("--awsCredentialsProvider cannot be read", e);
    }
  }

  @Override
  public S3Client s3() {
    AwsClientProperties aws = new AwsClientProperties(settings);
    S3FileIOProperties s3 = new S3FileIOProperties(settings);
    HttpClientProperties http = new HttpClientProperties(settings);
    AwsCredentialsProvider provider = provider();
    // As the lake's own client: servers that are not AWS' may refuse the SDK's own checksums.
    return S3Client.builder()
        .applyMutation(aws::applyClientRegionConfiguration)
        .applyMutation(aws::applyLegacyMd5Plugin)
        .applyMutation(http::applyHttpClientConfigurations)
        .applyMutation(s3::applyEndpointConfigurations)
        .applyMutation(s3::applyServiceConfigurations)
        .applyMutation(
            builder -> {
              if (provider == null) {
                s3.applyCredentialConfigurations(aws, builder);
              } else {
                builder.credentialsProvider(provider);
              }
            })
        .applyMutation(s3::applySignerConfiguration)
        .applyMutation(s3::applyUserAgentConfigurations)
        .applyMutation(s3::applyRetryConfigurations)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .build();
  }

  /** Asked for only by {@code s3.crt.enabled} and {@code s3.analytics-accelerator.enabled}. */
  @Override
  public S3AsyncClient s3Async() {
    throw new UserException(
        "s3.crt.enabled and s3.analytics-accelerator.enabled of Iceberg's settings need libraries"
            + " that Sluice does not have: leave them out of --icebergConfig");
  }
}
