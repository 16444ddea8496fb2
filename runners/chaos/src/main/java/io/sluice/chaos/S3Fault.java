package io.sluice.chaos;

import java.util.Locale;

/** What may go wrong with one request to S3, as AWS documents it and as networks do it. */
enum S3Fault {
  INTERNAL_ERROR(500, "InternalError"),
  SLOW_DOWN(503, "SlowDown"),
  /** The connection ends before the server has seen the request. */
  RESET_BEFORE,
  /** The request takes effect, its answer is lost. */
  LOST_ANSWER,
  /** The connection ends at once; the request takes effect some seconds later. */
  DONE_LATER,
  SLOW_BODY,
  TRUNCATED,
  /** Longer than any time-out of the client. */
  HANG,
  /** The write takes effect and is answered as if it was there before, as after a hidden retry. */
  PRECONDITION_FAILED(412, "PreconditionFailed"),
  CONDITIONAL_REQUEST_CONFLICT(409, "ConditionalRequestConflict"),
  /** The lifecycle rule has removed the upload; it stays away. */
  NO_SUCH_UPLOAD(404, "NoSuchUpload"),
  REQUEST_TIME_TOO_SKEWED(403, "RequestTimeTooSkewed"),
  EXPIRED_TOKEN(400, "ExpiredToken"),
  ACCESS_DENIED(403, "AccessDenied");

  private final int status;
  private final String code;

  S3Fault() {
    this(0, "");
  }

  S3Fault(int status, String code) {
    this.status = status;
    this.code = code;
  }

  /** Whether it can befall a request. */
  boolean befalls(S3Request request) {
    return switch (this) {
      case PRECONDITION_FAILED, CONDITIONAL_REQUEST_CONFLICT -> request.isConditional();
      case NO_SUCH_UPLOAD -> request.uploadId().isPresent();
      case SLOW_BODY, TRUNCATED -> request.method().equals("GET");
      case INTERNAL_ERROR,
          SLOW_DOWN,
          RESET_BEFORE,
          LOST_ANSWER,
          DONE_LATER,
          HANG,
          REQUEST_TIME_TOO_SKEWED,
          EXPIRED_TOKEN,
          ACCESS_DENIED ->
          true;
    };
  }

  /** The server's words for it. */
  byte[] answer(S3Request request) {
    String body =
        request.method().equals("HEAD")
            ? ""
            : "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>"
                + code
                + "</Code><Message>"
                + name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + ", by chaos</Message></Error>";
    return ("HTTP/1.1 "
            + status
            + " "
            + code
            + "\r\nContent-Type: application/xml\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body)
        .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
