package io.sluice.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.jspecify.annotations.Nullable;

/** What Flink's REST interface says. */
final class JobManager {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int STANDARD_PORT = 8081;

  private final URI address;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  JobManager(URI address) {
    this.address = address;
  }

  /**
   * @param master as {@code --flinkMaster} has it
   */
  static JobManager of(String master) {
    String url = master.contains("://") ? master : "http://" + master;
    return new JobManager(URI.create(url.matches(".*:\\d+") ? url : url + ":" + STANDARD_PORT));
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(address.resolve(path)).timeout(TIMEOUT).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(address.resolve(path) + " answers " + answer.statusCode());
    }
    return JSON.readTree(answer.body());
  }

  /** Where it keeps checkpoints of jobs that do not say; null where nowhere. */
  @Nullable String checkpointFolder() throws IOException, InterruptedException {
    for (JsonNode setting : get("/jobmanager/config")) {
      if (setting.path("key").asText().equals(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key())) {
        return setting.path("value").asText();
      }
    }
    return null;
  }

  /** The ids of the jobs that it knows under a name, ended ones too. */
  Set<String> jobs(String name) throws IOException, InterruptedException {
    Set<String> ids = new HashSet<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      if (job.path("name").asText().equals(name)) {
        ids.add(job.path("jid").asText());
      }
    }
    return ids;
  }
}
