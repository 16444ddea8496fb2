package io.sluice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.metrics.SchemaMetrics.Outcome;
import java.util.Optional;

/**
 * Glue's answers: a kind of failure is a name in the body. Those of all of AWS are <a
 * href="https://docs.aws.amazon.com/glue/latest/webapi/CommonErrors.html">listed</a>.
 */
final class GlueAnswers implements Answers {
  @Override
  public Optional<JsonNode> read(Request request, Answer answer) throws Unanswered, Refused {
    Optional<JsonNode> json = answer.json();
    int status = answer.status();
    String kind = kind(answer, json);
    String said = answer.place() + ": GetSchemaVersion: " + kind + answer.inWords(message(json));
    if (status == 200) {
      return Optional.of(found(answer, json, said));
    }
    switch (kind.strip()) {
      case "EntityNotFoundException":
        return Optional.empty();
      case "AccessDeniedException":
        throw new Refused(said + "; allow glue:GetSchemaVersion to these credentials");
      case "UnrecognizedClientException",
      "InvalidSignatureException",
      "SignatureDoesNotMatch",
      "IncompleteSignature",
      "IncompleteSignatureException",
      "MissingAuthenticationToken",
      "MissingAuthenticationTokenException",
      "InvalidClientTokenId",
      "NotAuthorized",
      "OptInRequired":
        throw new Refused(
            said + "; check the AWS credentials, and the region of --schemaRegistry=glue:REGION");
      case "ExpiredToken", "ExpiredTokenException", "RequestExpired":
        throw new Unanswered(
            Outcome.REFUSED,
            said + ": the AWS credentials have expired, or this host's clock is wrong",
            null);
      case "ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequestsException":
        throw new Unanswered(Outcome.THROTTLED, said, null);
      case "OperationTimeoutException", "InternalServiceException":
        throw new Unanswered(Outcome.SERVER_ERROR, said, null);
      default:
        throw byStatus(status, said);
    }
  }

  private static Unanswered byStatus(int status, String said) throws Refused {
    if (status == 429) {
      return new Unanswered(Outcome.THROTTLED, said, null);
    }
    if (status >= 500 || status == 408) {
      return new Unanswered(Outcome.SERVER_ERROR, said, null);
    }
    if (status == 401 || status == 403) {
      throw new Refused(said + "; check the AWS credentials");
    }
    throw new UserException(
        said
            + "; check --schemaRegistry=glue:REGION, and endpoint in the file of"
            + " --schemaRegistryConfigFile");
  }

  private static JsonNode found(Answer answer, Optional<JsonNode> json, String said)
      throws Unanswered {
    if (json.isPresent() && json.get().path("SchemaDefinition").isTextual()) {
      return json.get();
    }
    if (json.isPresent() || answer.isPage()) {
      throw new UserException(
          said + ": that is no schema; check endpoint in the file of --schemaRegistryConfigFile");
    }
    throw new Unanswered(Outcome.MALFORMED, said + ": that is no JSON", null);
  }

  private static String message(Optional<JsonNode> json) {
    JsonNode body = json.orElse(null);
    if (body == null) {
      return "";
    }
    return body.path("Message").asText(body.path("message").asText(""));
  }

  /** The failure's name and a space; empty of an answer that has none. */
  private static String kind(Answer answer, Optional<JsonNode> json) {
    String type =
        json.map(body -> body.path("__type").asText(""))
            .filter(text -> !text.isEmpty())
            .or(() -> answer.headers().firstValue("x-amzn-ErrorType"))
            .orElse("");
    // com.amazonaws.glue#NAME, or NAME:http://…
    String name = type.replaceFirst(".*#", "").replaceFirst(":.*", "");
    return name.matches("[A-Za-z.]{1,100}") ? name + " " : "";
  }
}
