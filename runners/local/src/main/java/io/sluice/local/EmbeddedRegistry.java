package io.sluice.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry on a loopback port, with as much of Confluent's API as a serializer needs that
 * registers, and a reader. It keeps schemas in memory, and as a process of its own in a file, and
 * checks none: a real one is 140 MB, and is in the tests.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NO_SUBJECT = 40401;
  private static final int NO_VERSION = 40402;
  private static final int NO_SCHEMA = 40403;
  private static final int NO_PATH = 404;

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
   * Registers a schema that refers to no other.
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
    ObjectNode schema = JSON.createObjectNode();
    schema.put("schemaType", asked.path("schemaType").asText("AVRO"));
    schema.put("schema", asked.path("schema").asText());
    ArrayNode references = schema.putArray("references");
    asked.path("references").forEach(references::add);
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

  /** An answer that says what is not there. */
  private static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    Missing(int code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      JsonNode answer;
      try {
        answer = answer(exchange);
      } catch (Missing e) {
        status = 404;
        answer = JSON.createObjectNode().put("error_code", e.code).put("message", e.getMessage());
      }
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private JsonNode answer(HttpExchange exchange) throws IOException, Missing {
    String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", -1);
    boolean registers = exchange.getRequestMethod().equals("POST");
    if (!registers && path.length == 3 && path[0].equals("schemas") && path[1].equals("ids")) {
      return schema(number(path[2]));
    }
    if (!registers && path.length == 1 && path[0].equals("subjects")) {
      return names();
    }
    if (path.length >= 3 && path[0].equals("subjects") && path[2].equals("versions")) {
      String subject = URLDecoder.decode(path[1], StandardCharsets.UTF_8);
      if (registers && path.length == 3) {
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        return JSON.createObjectNode().put("id", register(subject, asked));
      }
      if (!registers && path.length == 4) {
        return version(subject, path[3]);
      }
    }
    throw new Missing(NO_PATH, "HTTP 404 Not Found");
  }

  private static int number(String text) throws Missing {
    if (!text.matches("\\d{1,9}")) {
      throw new Missing(NO_PATH, "HTTP 404 Not Found");
    }
    return Integer.parseInt(text);
  }

  private synchronized JsonNode names() {
    ArrayNode names = JSON.createArrayNode();
    subjects.keySet().forEach(names::add);
    return names;
  }

  private synchronized JsonNode schema(int id) throws Missing {
    if (id < 1 || id > schemas.size()) {
      throw new Missing(NO_SCHEMA, "Schema " + id + " not found");
    }
    return schemas.get(id - 1);
  }

  private synchronized JsonNode version(String subject, String version) throws Missing {
    List<Integer> versions = subjects.get(subject);
    if (versions == null) {
      throw new Missing(NO_SUBJECT, "Subject '" + subject + "' not found.");
    }
    int number = version.equals("latest") ? versions.size() : number(version);
    if (number < 1 || number > versions.size()) {
      throw new Missing(NO_VERSION, "Version " + number + " not found.");
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
