package io.sluice.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.runtime.net.SSLUtils;
import org.jspecify.annotations.Nullable;

/** What Flink's REST interface says. */
final class JobManager {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int STANDARD_PORT = 8081;

  private final URI address;
  private final @Nullable SSLContext tls;

  JobManager(URI address) {
    this(address, null);
  }

  private JobManager(URI address, @Nullable SSLContext tls) {
    this.address = address;
    this.tls = tls;
  }

  /**
   * With TLS where Flink's client, which submits the job, has it.
   *
   * @param master as {@code --flinkMaster} has it
   * @throws UserException where Flink's configuration names certificates that cannot be used
   */
  static JobManager of(String master, Configuration configuration) {
    String host = master.replaceFirst("^https?://", "");
    String at = host.matches(".*:\\d+") ? host : host + ":" + STANDARD_PORT;
    if (!isTls(configuration)) {
      return new JobManager(URI.create("http://" + at));
    }
    try {
      return new JobManager(
          URI.create("https://" + at), SSLUtils.createRestSSLContext(configuration, true));
    } catch (Exception e) {
      throw new UserException(
          "Flink's configuration: security.ssl.rest.* cannot be used: "
              + e
              + "; check the stores and their passwords",
          e);
    }
  }

  static boolean isTls(Configuration configuration) {
    return configuration.get(SecurityOptions.SSL_REST_ENABLED);
  }

  JsonNode get(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) address.resolve(path).toURL().openConnection();
    if (tls != null && connection instanceof HttpsURLConnection secured) {
      secured.setSSLSocketFactory(tls.getSocketFactory());
      // As Flink's client does: it trusts certificates, whose names are often no host's.
      secured.setHostnameVerifier((name, session) -> true);
    }
    connection.setConnectTimeout((int) TIMEOUT.toMillis());
    connection.setReadTimeout((int) TIMEOUT.toMillis());
    if (connection.getResponseCode() != 200) {
      throw new IOException(address.resolve(path) + " answers " + connection.getResponseCode());
    }
    try (InputStream answer = connection.getInputStream()) {
      return JSON.readTree(answer);
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }

  /** Where it keeps checkpoints of jobs that do not say; null where nowhere. */
  @Nullable String checkpointFolder() throws IOException {
    Map<String, String> settings = new HashMap<>();
    for (JsonNode setting : get("/jobmanager/config")) {
      settings.put(setting.path("key").asText(), setting.path("value").asText());
    }
    // As Flink reads it, which still knows its name of before 1.20.
    return Configuration.fromMap(settings).get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
  }

  /** The ids of the jobs that it knows under a name, ended ones too. */
  Set<String> jobs(String name) throws IOException {
    Set<String> ids = new HashSet<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      if (job.path("name").asText().equals(name)) {
        ids.add(job.path("jid").asText());
      }
    }
    return ids;
  }
}
