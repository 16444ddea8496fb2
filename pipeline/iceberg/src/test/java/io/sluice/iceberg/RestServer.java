package io.sluice.iceberg;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/**
 * A catalog over HTTP, as Iceberg's REST specification has it: what it does is done by the
 * library's own handlers upon another catalog, and what becomes of a commit a test decides.
 */
final class RestServer implements AutoCloseable {
  /** What is answered. */
  record Answer(int status, String body) {
    static Answer error(int status, String type, String message) {
      return new Answer(
          status,
          "{\"error\":{\"message\":\""
              + message.replaceAll("[\"\\\\\\p{Cntrl}]", " ")
              + "\",\"type\":\""
              + type
              + "\",\"code\":"
              + status
              + "}}");
    }
  }

  /** The commit itself. */
  interface Commit {
    Answer run();
  }

  /** What becomes of it. */
  interface Fate {
    /**
     * @return null where the connection is to be cut without an answer
     */
    Answer of(Commit commit);
  }

  private static final ObjectMapper JSON = mapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Catalog catalog;
  private volatile Fate fate = Commit::run;

  RestServer(Catalog catalog) throws IOException {
    this.catalog = catalog;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on. */
  void commitsMeet(Fate now) {
    fate = now;
  }

  /** For the next commit alone. */
  void nextCommitMeets(Fate next) {
    commitMeets(1, next);
  }

  /**
   * For one commit alone.
   *
   * @param number of it from now on, from 1
   */
  void commitMeets(int number, Fate one) {
    AtomicInteger count = new AtomicInteger();
    fate = commit -> count.incrementAndGet() == number ? one.of(commit) : commit.run();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
      Answer answer = answer(exchange.getRequestMethod(), List.of(path), body);
      if (answer == null) {
        return;
      }
      byte[] bytes = answer.body().getBytes(UTF_8);
      boolean isEmpty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), isEmpty ? -1 : bytes.length);
      if (!isEmpty) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private Answer answer(String method, List<String> path, String body) {
    boolean isCommit = method.equals("POST") && path.size() == 5 && path.get(3).equals("tables");
    return isCommit ? fate.of(() -> guarded(method, path, body)) : guarded(method, path, body);
  }

  private Answer guarded(String method, List<String> path, String body) {
    try {
      Object made = made(method, path, body);
      return made == null
          ? new Answer(204, "")
          : new Answer(200, made instanceof String text ? text : JSON.writeValueAsString(made));
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return Answer.error(404, e.getClass().getSimpleName(), e.getMessage());
    } catch (AlreadyExistsException | CommitFailedException e) {
      return Answer.error(409, e.getClass().getSimpleName(), e.getMessage());
    } catch (IOException | RuntimeException e) {
      return Answer.error(500, e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
    }
  }

  private Object made(String method, List<String> path, String body) throws IOException {
    SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
    if (path.size() == 2 && path.get(1).equals("config")) {
      return "{\"defaults\":{},\"overrides\":{}}";
    }
    if (path.size() == 2) {
      return method.equals("POST")
          ? CatalogHandlers.createNamespace(
              namespaces, JSON.readValue(body, CreateNamespaceRequest.class))
          : CatalogHandlers.listNamespaces(namespaces, Namespace.empty());
    }
    Namespace namespace = Namespace.of(path.get(2));
    if (path.size() == 3) {
      return CatalogHandlers.loadNamespace(namespaces, namespace);
    }
    if (path.size() == 4) {
      CreateTableRequest request = JSON.readValue(body, CreateTableRequest.class);
      return request.stageCreate()
          ? CatalogHandlers.stageTableCreate(catalog, namespace, request)
          : CatalogHandlers.createTable(catalog, namespace, request);
    }
    TableIdentifier table = TableIdentifier.of(namespace, path.get(4));
    if (path.size() > 5) {
      return null;
    }
    return method.equals("POST")
        ? CatalogHandlers.updateTable(
            catalog, table, JSON.readValue(body, UpdateTableRequest.class))
        : CatalogHandlers.loadTable(catalog, table, SnapshotMode.ALL);
  }

  /** What a file for the flag says of it. */
  Map<String, String> settings() {
    return Map.of("type", "rest", "uri", uri(), "io-impl", LocalFileIO.class.getName());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
