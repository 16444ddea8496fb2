package io.sluice.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.UserException;
import io.sluice.contract.ContractFormat;
import io.sluice.decode.RecordFormat;
import io.sluice.schema.RegisteredSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry on a loopback port, with as much of Confluent's API as a serializer needs that
 * registers, and a reader. It keeps schemas in memory, and as a process of its own in a file. What
 * is no schema of its type it refuses; whether versions are compatible it does not ask. A real one
 * is 140 MB, and is in the tests.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NO_SUBJECT = 40401;
  private static final int NO_VERSION = 40402;
  private static final int NO_SCHEMA = 40403;
  private static final int NO_PATH = 404;
  private static final int NO_DOCUMENT = 400;
  private static final int INVALID_SCHEMA = 42201;
  private static final String LATEST = "latest";

  private static final List<String> TYPES =
      List.of(RegisteredSchema.AVRO, RegisteredSchema.PROTOBUF, RegisteredSchema.JSON);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(EmbeddedRegistry::daemon);

  /** By its id, which is its place and 1. */
  private final List<JsonNode> schemas = new ArrayList<>();

  /** The ids of a subject's versions, in their order. */
  private final Map<String, List<Integer>> subjects = new TreeMap<>();

  /** What was registered, a line each, in its order; null where it is kept in memory alone. */
  private final @Nullable Path file;

  private EmbeddedRegistry(int port, @Nullable Path file) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    if (file != null && Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        JsonNode kept = JSON.readTree(line);
        put(kept.path("subject").asText(), kept.path("asked"));
      }
    }
    this.file = file;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "registry");
    thread.setDaemon(true);
    return thread;
  }

  /** Starts one that has nothing yet, on a free port. */
  public static EmbeddedRegistry start() throws IOException {
    return new EmbeddedRegistry(0, null);
  }

  /**
   * Starts one that has what its file says: killed and started again, it gives the same ids.
   *
   * @param file need not be there yet
   */
  public static EmbeddedRegistry start(Path file, int port) throws IOException {
    return new EmbeddedRegistry(port, file);
  }

  /** A registry as a process of its own, until it is killed: {@code FILE PORT}. */
  public static void main(String[] args) throws IOException {
    EmbeddedRegistry unused = start(Path.of(args[0]), Integer.parseInt(args[1]));
  }

  /** What {@code --schemaRegistry} takes. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Registers a schema that refers to no other, as it is.
   *
   * @param type {@code AVRO}, {@code PROTOBUF} or {@code JSON}
   * @return its id, which it keeps
   */
  public int register(String subject, String type, String text) {
    return register(subject, JSON.createObjectNode().put("schemaType", type).put("schema", text));
  }

  /** Whoever has the answer finds the schema under its id after any kill. */
  private synchronized int register(String subject, JsonNode asked) {
    int known = subjects.getOrDefault(subject, List.of()).size();
    int id = put(subject, asked);
    if (file != null && subjects.getOrDefault(subject, List.of()).size() > known) {
      ObjectNode line = JSON.createObjectNode().put("subject", subject);
      line.set("asked", asked);
      try {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException("keeping a schema in " + file, e);
      }
    }
    return id;
  }

  private synchronized int put(String subject, JsonNode asked) {
    ObjectNode schema = schema(asked);
    int place = schemas.indexOf(schema);
    if (place < 0) {
      place = schemas.size();
      schemas.add(schema);
    }
    List<Integer> versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
    if (!versions.contains(place + 1)) {
      versions.add(place + 1);
    }
    return place + 1;
  }

  private synchronized ObjectNode schema(JsonNode asked) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("schemaType", asked.path("schemaType").asText(RegisteredSchema.AVRO));
    schema.put("schema", asked.path("schema").asText());
    ArrayNode references = schema.putArray("references");
    asked.path("references").forEach(reference -> references.add(numbered(reference)));
    return schema;
  }

  /**
   * A reference to the version that is the latest now. A schema never changes, so it must not refer
   * to what comes later: that may be a schema which refers to it, or itself.
   */
  private JsonNode numbered(JsonNode reference) {
    List<Integer> versions = subjects.get(reference.path("subject").asText());
    return versions != null
            && reference instanceof ObjectNode object
            && object.path("version").asText().equals(LATEST)
        ? object.deepCopy().put("version", versions.size())
        : reference;
  }

  /** An answer that says what is not there, or not right. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    Refusal(int code, String message) {
      super(message, null, false, false);
      this.code = code;
    }

    /** The first three digits of what the API calls an error code. */
    int status() {
      return code > 999 ? code / 100 : code;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      JsonNode answer;
      try {
        answer = answer(exchange);
      } catch (Refusal e) {
        status = e.status();
        answer = JSON.createObjectNode().put("error_code", e.code).put("message", e.getMessage());
      }
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private JsonNode answer(HttpExchange exchange) throws IOException, Refusal {
    String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", -1);
    boolean posts = exchange.getRequestMethod().equals("POST");
    if (!posts && path.length == 3 && path[0].equals("schemas") && path[1].equals("ids")) {
      return schema(number(path[2]));
    }
    if (!posts && path.length == 1 && path[0].equals("subjects")) {
      return names();
    }
    if (path.length >= 2 && path[0].equals("subjects")) {
      String subject = URLDecoder.decode(path[1], StandardCharsets.UTF_8);
      if (posts && path.length == 2) {
        return registered(subject, asked(exchange));
      }
      if (path.length >= 3 && path[2].equals("versions")) {
        if (posts && path.length == 3) {
          JsonNode asked = asked(exchange);
          requireSchema(asked);
          return JSON.createObjectNode().put("id", register(subject, asked));
        }
        if (!posts && path.length == 3) {
          return numbers(subject);
        }
        if (!posts && path.length == 4) {
          return version(subject, path[3]);
        }
      }
    }
    throw new Refusal(NO_PATH, "HTTP 404 Not Found");
  }

  private static JsonNode asked(HttpExchange exchange) throws IOException, Refusal {
    try {
      return JSON.readTree(exchange.getRequestBody());
    } catch (JsonProcessingException e) {
      throw new Refusal(NO_DOCUMENT, "The request is no JSON: " + e.getOriginalMessage());
    }
  }

  /** A text that is no schema of its type would be found to be none by each reader. */
  private void requireSchema(JsonNode asked) throws Refusal {
    String type = asked.path("schemaType").asText(RegisteredSchema.AVRO);
    if (!TYPES.contains(type)) {
      throw new Refusal(INVALID_SCHEMA, "Invalid schema type " + type + ", of " + TYPES);
    }
    Map<String, RegisteredSchema.Reference> references = new LinkedHashMap<>();
    addReferences(asked, references);
    RegisteredSchema schema =
        new RegisteredSchema(type, asked.path("schema").asText(), List.copyOf(references.values()));
    for (ContractFormat format : ContractFormat.all().values()) {
      try {
        ((RecordFormat) format).requireSchema(schema);
      } catch (UserException e) {
        throw new Refusal(INVALID_SCHEMA, "Invalid schema of type " + type + ": " + e.getMessage());
      }
    }
  }

  /** Adds what a schema refers to, each behind what it refers to itself. */
  private void addReferences(JsonNode schema, Map<String, RegisteredSchema.Reference> to)
      throws Refusal {
    for (JsonNode reference : schema.path("references")) {
      String name = reference.path("name").asText();
      if (!to.containsKey(name)) {
        JsonNode other;
        try {
          other = version(reference.path("subject").asText(), reference.path("version").asText());
        } catch (Refusal e) {
          throw new Refusal(INVALID_SCHEMA, "Invalid reference " + name + ": " + e.getMessage());
        }
        addReferences(other, to);
        to.put(name, new RegisteredSchema.Reference(name, other.path("schema").asText()));
      }
    }
  }

  /** As which version of a subject a schema is there. */
  private synchronized JsonNode registered(String subject, JsonNode asked) throws Refusal {
    int at = versions(subject).indexOf(schemas.indexOf(schema(asked)) + 1);
    if (at < 0) {
      throw new Refusal(NO_SCHEMA, "Schema not found");
    }
    return version(subject, String.valueOf(at + 1));
  }

  private synchronized JsonNode numbers(String subject) throws Refusal {
    ArrayNode numbers = JSON.createArrayNode();
    for (int i = 1; i <= versions(subject).size(); i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private synchronized List<Integer> versions(String subject) throws Refusal {
    List<Integer> versions = subjects.get(subject);
    if (versions == null) {
      throw new Refusal(NO_SUBJECT, "Subject '" + subject + "' not found.");
    }
    return versions;
  }

  private static int number(String text) throws Refusal {
    if (!text.matches("\\d{1,9}")) {
      throw new Refusal(NO_PATH, "HTTP 404 Not Found");
    }
    return Integer.parseInt(text);
  }

  private synchronized JsonNode names() {
    ArrayNode names = JSON.createArrayNode();
    subjects.keySet().forEach(names::add);
    return names;
  }

  private synchronized JsonNode schema(int id) throws Refusal {
    if (id < 1 || id > schemas.size()) {
      throw new Refusal(NO_SCHEMA, "Schema " + id + " not found");
    }
    return schemas.get(id - 1);
  }

  private synchronized JsonNode version(String subject, String version) throws Refusal {
    List<Integer> versions = versions(subject);
    int number = version.equals(LATEST) ? versions.size() : number(version);
    if (number < 1 || number > versions.size()) {
      throw new Refusal(NO_VERSION, "Version " + number + " not found.");
    }
    int id = versions.get(number - 1);
    ObjectNode answer = schemas.get(id - 1).deepCopy();
    return answer.put("subject", subject).put("id", id).put("version", number);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
