package io.sluice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UserException;
import io.sluice.metrics.SchemaMetrics.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answers of <a
 * href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Confluent's
 * API</a>.
 */
final class ConfluentAnswers implements Answers {
  private final String file;

  /**
   * @param configFile where credentials are; null where no file is named
   */
  ConfluentAnswers(@Nullable String configFile) {
    this.file = RegistryFile.named(configFile);
  }

  @Override
  public Optional<JsonNode> read(Request request, Answer answer) throws Unanswered, Refused {
    Optional<JsonNode> json = answer.json();
    String said =
        answer.place()
            + ": "
            + answer.inWords(json.map(body -> body.path("message").asText("")).orElse(null));
    int status = answer.status();
    if (status == 200) {
      return Optional.of(found(answer, json, said));
    }
    if (status == 401) {
      throw new Refused(said + "; check basic.auth.user.info or bearer.auth.token in " + file);
    }
    if (status == 403) {
      throw new Refused(
          said
              + "; allow the principal of "
              + file
              + " to read schemas and subjects, or name another one there");
    }
    if (status == 404) {
      if (json.isPresent() && isOfTheRegistry(json.get())) {
        return Optional.empty();
      }
      throw new UserException(
          said
              + "; no schema registry is there: check --schemaRegistry, of Apicurio it ends with"
              + " /apis/ccompat/v7");
    }
    if (status == 429) {
      throw new Unanswered(
          Outcome.THROTTLED, said, answer.retryAfter().orElse(Duration.ZERO), null);
    }
    if (status >= 500 || status == 408 || status == 425) {
      throw new Unanswered(
          Outcome.SERVER_ERROR, said, answer.retryAfter().orElse(Duration.ZERO), null);
    }
    throw new UserException(said + "; check --schemaRegistry");
  }

  private static JsonNode found(Answer answer, Optional<JsonNode> json, String said)
      throws Unanswered {
    if (json.isPresent() && json.get().path("schema").isTextual()) {
      return json.get();
    }
    if (json.isPresent() || answer.isPage()) {
      throw new UserException(
          said + ": that is no schema; check --schemaRegistry, which is to name a registry");
    }
    throw new Unanswered(Outcome.MALFORMED, said + ": that is no JSON", null);
  }

  /**
   * Whether a 404 is the registry's own: subject, version or schema are not there. Of a path that
   * it does not know, it says 404 as well, with another code.
   */
  private static boolean isOfTheRegistry(JsonNode body) {
    int code = body.path("error_code").asInt();
    return code / 100 == 404 && code % 100 != 0;
  }
}
