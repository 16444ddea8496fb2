package io.sluice.registry;

import io.sluice.metrics.SchemaMetrics.Outcome;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/** Those of the AWS default chain, which renews them by itself. */
final class GlueCredentials implements AutoCloseable {
  private final DefaultCredentialsProvider provider = DefaultCredentialsProvider.builder().build();

  /**
   * @throws Unanswered where there are none now: a role's come over the network
   */
  AwsCredentials get() throws Unanswered {
    try {
      return provider.resolveCredentials();
    } catch (SdkException e) {
      throw new Unanswered(
          Outcome.REFUSED,
          "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
              + " AWS_PROFILE, or give the host or pod a role ("
              + String.valueOf(e.getMessage()).replaceAll("\\s+", " ")
              + ")",
          e);
    }
  }

  @Override
  public void close() {
    provider.close();
  }
}
