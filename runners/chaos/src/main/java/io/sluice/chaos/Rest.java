package io.sluice.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Flink's REST interface. */
public final class Rest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Enough of an answer to see what it is about. */
  private static final int MOST_SEEN = 300;

  /** Of each thread, since one that watches asks too. */
  private final ThreadLocal<String> last = ThreadLocal.withInitial(() -> "nothing");

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI base;

  /**
   * @param base as http://127.0.0.1:8081
   */
  public Rest(URI base) {
    this.base = base;
  }

  public JsonNode get(String path) throws IOException {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET());
  }

  JsonNode post(String path, String body) throws IOException {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  void patch(String path) throws IOException {
    send(
        HttpRequest.newBuilder(base.resolve(path))
            .method("PATCH", HttpRequest.BodyPublishers.noBody()));
  }

  /** What this thread was answered last, and to what, in one line. */
  String lastAnswer() {
    return last.get();
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException {
    try {
      HttpRequest asked = request.timeout(TIMEOUT).build();
      HttpResponse<byte[]> response = client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode body = JSON.readTree(response.body());
      String text = body.toString();
      last.set(
          asked.method()
              + " "
              + asked.uri().getPath()
              + ": "
              + response.statusCode()
              + " "
              + text.substring(0, Math.min(text.length(), MOST_SEEN)));
      if (response.statusCode() >= 400) {
        throw new IOException(response.statusCode() + " " + body);
      }
      return body;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
