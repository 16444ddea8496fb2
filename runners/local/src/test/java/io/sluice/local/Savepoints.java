package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Savepoints of jobs that run in this process. */
final class Savepoints {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Savepoints() {}

  /**
   * Takes a savepoint of the one job that runs there, and says where it is.
   *
   * @param jobManager its REST address
   */
  static String take(String jobManager, Path below) throws Exception {
    String job = jobManager + "/jobs/" + rest(jobManager + "/jobs", "").at("/jobs/0/id").asText();
    String folder = below.toUri().toString();
    String request =
        rest(job + "/savepoints", "{\"target-directory\":\"" + folder + "\",\"cancel-job\":false}")
            .path("request-id")
            .asText();
    for (int i = 0; i < 300; i++) {
      JsonNode answer = rest(job + "/savepoints/" + request, "");
      if (answer.at("/status/id").asText().equals("COMPLETED")) {
        String location = answer.at("/operation/location").asText();
        assertTrue(location.startsWith("file:"), answer.toString());
        return location;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("no savepoint");
  }

  private static JsonNode rest(String url, String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (!body.isEmpty()) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return JSON.readTree(
        HttpClient.newHttpClient()
            .send(request.build(), HttpResponse.BodyHandlers.ofString())
            .body());
  }
}
