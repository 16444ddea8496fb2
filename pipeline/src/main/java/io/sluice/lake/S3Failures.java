package io.sluice.lake;

import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What a failure of the S3 client means, said once for all verbs: see {@link StoreException}. The
 * codes are those of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
 */
final class S3Failures {
  /** What was asked for, and the rights that it takes. */
  enum Action {
    LIST("listing", "s3:ListBucket on the bucket"),
    READ(
        "reading",
        "s3:GetObject, and the use of the bucket's key, and s3:ListBucket, without which an object that is not there is refused, too"),
    ASK(
        "asking for",
        "s3:GetObject, and s3:ListBucket, without which an object that is not there is refused, too"),
    WRITE("writing", "s3:PutObject, and the use of the bucket's key"),
    ABORT("giving up an upload of", "s3:AbortMultipartUpload"),
    DELETE("deleting", "s3:DeleteObject");

    private final String words;
    private final String rights;

    Action(String words, String rights) {
      this.words = words;
      this.rights = rights;
    }
  }

  private static final Pattern LACKING =
      Pattern.compile(
          "not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z]+)(?: on resource:? \"?([^\" ]+))?");

  private final String root;
  private final String bucket;
  private final S3Settings settings;

  S3Failures(String root, String bucket, S3Settings settings) {
    this.root = root;
    this.bucket = bucket;
    this.settings = settings;
  }

  /**
   * Names a failure, and counts it by its cause.
   *
   * @param what the object, or what the objects have in common
   * @return what may pass
   * @throws StoreException where it will not
   */
  IOException of(Action action, String what, SdkException e) {
    SluiceMetrics.STORE_FAILURES.labelValues(cause(e)).inc();
    String begin = root + ": " + action.words + " " + what + ": ";
    String lasting = lasting(action, e);
    if (lasting != null) {
      throw new StoreException(lasting.equals(noBucket()) ? lasting : begin + lasting, e);
    }
    String text = begin + passing(e);
    return new IOException(text, new StoreException(text, e));
  }

  /** What asking again would not change; null where it may. */
  private @Nullable String lasting(Action action, SdkException e) {
    if (!(e instanceof AwsServiceException answer)) {
      return null;
    }
    String code = code(answer);
    if (code.startsWith("KMS.")) {
      return keyMayPass(answer)
          ? null
          : refused(answer)
              + (code.contains("NotFound")
                  ? "no such key in this region: check --SSEKMSKeyId, or the key of the bucket"
                  : "enable the key of --SSEKMSKeyId, or of the bucket, and allow its use");
    }
    return switch (code) {
      case "NoSuchBucket" -> noBucket();
      case "AccessDenied", "AllAccessDisabled", "AccountProblem", "UnauthorizedAccess" ->
          refused(answer) + allow(action, answer);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity" ->
          refused(answer)
              + "the credentials are not valid there: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile or role, and that --endpoint is the store that they are of";
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException" ->
          refused(answer) + region(answer);
      case "InvalidTag" -> refused(answer) + "check --s3Tags";
      case "InvalidStorageClass" -> refused(answer) + "check --s3StorageClass";
      case "InvalidObjectState" -> refused(answer) + "the object is archived: restore it first";
      case "InvalidBucketName" -> refused(answer) + "check the name of the bucket";
      default -> byStatus(action, answer);
    };
  }

  private String noBucket() {
    return "bucket " + bucket + " does not exist: create it, or name another";
  }

  /**
   * Whether the service that has the bucket's key was asked too often, or fails: see
   * https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html.
   */
  private static boolean keyMayPass(AwsServiceException answer) {
    String code = code(answer);
    return code.startsWith("KMS.")
        && (answer.statusCode() >= 500
            || answer.statusCode() == 429
            || Stream.of("Throttl", "Internal", "Timeout", "Unavailable", "LimitExceeded")
                .anyMatch(code::contains));
  }

  /** Whether an answer says nothing but its status, as each to HEAD does. */
  static boolean isSilent(AwsServiceException answer) {
    return code(answer).isEmpty();
  }

  /** Some stores say nothing but the status, to HEAD as to GET. */
  private @Nullable String byStatus(Action action, AwsServiceException answer) {
    int status = answer.statusCode();
    if (status == 404 && action == Action.LIST && isSilent(answer)) {
      return noBucket();
    }
    if (status == 301 || (status == 307 && isSilent(answer))) {
      return refused(answer) + region(answer);
    }
    if (status == 401) {
      return refused(answer)
          + "the store wants other credentials: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role";
    }
    if (!isSilent(answer)) {
      return null;
    }
    if (status == 400) {
      return refused(answer)
          + "the store does not say why: the region is wrong (--awsRegion), or the session's token is, or has expired (AWS_SESSION_TOKEN)";
    }
    return status == 403
        ? refused(answer)
            + "the store does not say why: the credentials are wrong or have expired, or this host's clock is wrong by more than fifteen minutes, or a right is missing: "
            + allow(action, answer)
        : null;
  }

  private static String passing(SdkException e) {
    if (e instanceof AwsServiceException answer) {
      return switch (code(answer)) {
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired" ->
            refused(answer)
                + "the credentials have expired: renew them (aws sso login, or a new AWS_SESSION_TOKEN)";
        case "RequestTimeTooSkewed" ->
            refused(answer)
                + "this host's clock is wrong by more than fifteen minutes: set it (NTP)";
        case "TemporaryRedirect" ->
            refused(answer) + "the bucket is new, and not known everywhere yet: run it again later";
        default ->
            keyMayPass(answer)
                ? refused(answer)
                    + "the bucket's key is asked for too often, or KMS fails: run it again later; where it lasts, let the bucket use an S3 Bucket Key"
                : answer instanceof S3Exception
                    ? answer.statusCode() >= 500 || answer.isThrottlingException()
                        ? refused(answer) + "the store fails: run it again later"
                        : refused(answer) + "see what the store says of it"
                    : refused(answer) + "check the profile or the role, and who may assume it";
      };
    }
    if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
      return "no answer in time: check --endpoint and the network, or allow more with --s3Timeout ("
          + describe(e)
          + ")";
    }
    if (describe(e).toLowerCase(java.util.Locale.ROOT).contains("credentials")) {
      return "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the host or pod a role ("
          + describe(e)
          + ")";
    }
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof UnknownHostException) {
        return "no such host: check --endpoint, --awsRegion and DNS (" + describe(e) + ")";
      }
      if (at instanceof SSLException) {
        return "no TLS: check that --endpoint is https where the store's port is, and that its CA is trusted ("
            + describe(e)
            + ")";
      }
      if (at instanceof ConnectException) {
        return "nothing answers: check --endpoint, --awsRegion and the network ("
            + describe(e)
            + ")";
      }
    }
    return describe(e) + "; check --endpoint, --awsRegion and the network";
  }

  /** What S3 said, with its status. */
  private static String refused(AwsServiceException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    String message = details == null ? null : details.errorMessage();
    String code = code(answer);
    return answer.statusCode()
        + (code.isEmpty() ? "" : " " + code)
        + (message == null || message.isBlank() || message.equals(code)
            ? ""
            : " (" + oneLine(message) + ")")
        + "; ";
  }

  private String allow(Action action, AwsServiceException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    String message = String.valueOf(details == null ? null : details.errorMessage());
    Matcher lacking = LACKING.matcher(message);
    if (lacking.find()) {
      String right = lacking.group(1) + (lacking.group(2) == null ? "" : " on " + lacking.group(2));
      return message.contains("explicit deny")
          ? "a policy denies " + right + " explicitly: change it"
          : "allow " + right;
    }
    String kms = settings.kmsKeyId();
    return "allow "
        + action.rights
        + (action == Action.WRITE && !settings.tags().isEmpty()
            ? ", and s3:PutObjectTagging for --s3Tags"
            : "")
        + (action == Action.WRITE && kms != null
            ? ", and kms:GenerateDataKey and kms:Decrypt with " + kms
            : "");
  }

  private String region(AwsServiceException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    Optional<String> right =
        details == null || details.sdkHttpResponse() == null
            ? Optional.empty()
            : details.sdkHttpResponse().firstMatchingHeader("x-amz-bucket-region");
    if (right.isEmpty() && details != null && details.errorMessage() != null) {
      Matcher expecting =
          Pattern.compile("expecting '([a-z0-9-]+)'").matcher(details.errorMessage());
      right = expecting.find() ? Optional.of(expecting.group(1)) : Optional.empty();
    }
    return "bucket "
        + bucket
        + " is in another region: set --awsRegion"
        + right.map(region -> "=" + region).orElse(" to its own");
  }

  private static String code(AwsServiceException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    // Where there is no body the client makes a code of the status.
    return code == null || code.matches("\\d*") ? "" : code;
  }

  private static String cause(SdkException e) {
    return e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException
        ? "timeout"
        : !(e instanceof S3Exception answer)
            ? "connection"
            : answer.isThrottlingException() || code(answer).contains("Throttl")
                ? "throttled"
                : answer.statusCode() >= 500 ? "server_error" : "refused";
  }

  static String describe(SdkException e) {
    return oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private static String oneLine(String message) {
    return message.lines().collect(Collectors.joining(" "));
  }
}
