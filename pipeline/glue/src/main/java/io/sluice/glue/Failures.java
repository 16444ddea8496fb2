package io.sluice.glue;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What Glue refuses, or does not answer, in words. */
final class Failures {
  private Failures() {}

  /** The error's name, where Glue gave one, and the first line of what it says. */
  static String why(SdkException e) {
    if (e instanceof AwsServiceException service && service.awsErrorDetails() != null) {
      return service.awsErrorDetails().errorCode()
          + ": "
          + firstLine(service.awsErrorDetails().errorMessage());
    }
    return firstLine(e.getMessage());
  }

  private static String firstLine(@Nullable String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }

  /**
   * The failure of a call, to be tried again.
   *
   * @param what names the table, or the database
   */
  static IOException named(String what, SdkException e) {
    return new IOException(what + ": " + why(e), e);
  }
}
