package io.sluice.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered, whatever it is.
 *
 * @param place that was asked
 * @param body all of it, at most {@link Http#MOST_BYTES}
 */
record Answer(URI place, int status, HttpHeaders headers, byte[] body) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 200;

  /** The body as a JSON object; nothing where it is none. */
  Optional<JsonNode> json() {
    try {
      JsonNode json = JSON.readTree(body);
      return json != null && json.isObject() ? Optional.of(json) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new AssertionError("bytes in memory", e);
    }
  }

  /** Whether it is a page for people: of a proxy, or of something else at this address. */
  boolean isPage() {
    String type = headers.firstValue("Content-Type").orElse("");
    return type.startsWith("text/html") || text().stripLeading().startsWith("<");
  }

  /** How long the server asks to be left alone; nothing where it does not say so in seconds. */
  Optional<Duration> retryAfter() {
    return headers
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }

  private String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** In a few words on one line: {@code 403 (User is denied)}. */
  String inWords(@Nullable String message) {
    String said = message == null || message.isBlank() ? isPage() ? "a page" : text() : message;
    String line = said.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (line.length() > LONGEST) {
      line = line.substring(0, LONGEST) + "…";
    }
    return status + (line.isEmpty() ? "" : " (" + line + ")");
  }
}
