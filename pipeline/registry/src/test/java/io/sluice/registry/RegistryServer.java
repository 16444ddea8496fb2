package io.sluice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real registry, Apicurio, as a process of its own on a free loopback port, with Confluent's API.
 * What is registered is in its memory. The pom of this module puts it into {@code target/apicurio}
 * before integration tests.
 */
public final class RegistryServer implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("Listening on: http://127.0.0.1:(\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Thread hook;
  private final String address;
  private final HttpClient client = HttpClient.newHttpClient();

  private RegistryServer(Process process, Thread hook, String address) {
    this.process = process;
    this.hook = hook;
    this.address = address;
  }

  /** What a schema refers to. */
  public record Reference(String name, String subject, int version) {}

  /**
   * Starts it.
   *
   * @param directory for its log
   */
  public static RegistryServer start(Path directory) throws IOException, InterruptedException {
    Path home = home();
    Path jar;
    try (var files = Files.list(home)) {
      jar = files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst().orElseThrow();
    }
    Path log = directory.resolve("registry.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=0",
                "-jar",
                jar.toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Thread hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
    // It starts in five seconds; on a machine that is busy with other builds in a minute.
    for (int i = 0; i < 1800 && process.isAlive(); i++) {
      Matcher port = LISTENS.matcher(Files.readString(log));
      if (port.find()) {
        return new RegistryServer(
            process, hook, "http://127.0.0.1:" + port.group(1) + "/apis/ccompat/v7");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    process.destroyForcibly();
    throw new IOException("the registry has not started:\n" + Files.readString(log));
  }

  private static Path home() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("sluice"))) {
      folder = Objects.requireNonNull(folder.getParent(), "the repository's root");
    }
    Path home = folder.resolve("pipeline/registry/target/apicurio");
    if (!Files.isDirectory(home)) {
      throw new IllegalStateException(
          home + " is not there: mvn -pl pipeline/registry pre-integration-test puts it there");
    }
    return home;
  }

  /** What {@code --schemaRegistry} takes. */
  public String address() {
    return address;
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Registers a schema, as a serializer does.
   *
   * @param type {@code AVRO}, {@code PROTOBUF} or {@code JSON}
   * @return its id; the one that it has where it is registered already
   */
  public int register(String subject, String type, String text, Reference... references)
      throws IOException, InterruptedException {
    ObjectNode schema = JSON.createObjectNode().put("schemaType", type).put("schema", text);
    ArrayNode refers = schema.putArray("references");
    for (Reference reference : references) {
      refers
          .addObject()
          .put("name", reference.name())
          .put("subject", reference.subject())
          .put("version", reference.version());
    }
    return ask("POST", "/subjects/" + encoded(subject) + "/versions", schema.toString())
        .path("id")
        .asInt();
  }

  /** Deletes a subject: softly, and then for good where it is asked to. */
  public void delete(String subject, boolean forGood) throws IOException, InterruptedException {
    ask("DELETE", "/subjects/" + encoded(subject), "");
    if (forGood) {
      ask("DELETE", "/subjects/" + encoded(subject) + "?permanent=true", "");
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode ask(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(List.of(method, path, answer.statusCode(), answer.body()).toString());
    }
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
