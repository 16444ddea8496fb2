package io.sluice.chaos;

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
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
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
import org.jspecify.annotations.Nullable;

/**
 * A catalog of Iceberg as a process of its own, over HTTP as Iceberg's REST specification has it:
 * what it does is done by the library's own handlers upon a catalog in a file of SQLite, so that
 * what it has answered outlives a kill.
 */
public final class CatalogServer {
  private static final ObjectMapper JSON = mapper();

  private final Catalog catalog;

  private CatalogServer(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Serves until it is killed: {@code DATABASE PORT S3-ENDPOINT}. */
  public static void main(String[] args) throws IOException {
    CatalogServer served =
        new CatalogServer(TableCatalog.open(Path.of(args[0]), URI.create(args[2])));
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", served::handle);
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

  private record Answer(int status, String body) {
    static Answer error(int status, Exception e) throws IOException {
      String type = e.getClass().getSimpleName();
      return new Answer(
          status,
          JSON.writeValueAsString(
              Map.of(
                  "error",
                  Map.of(
                      "message", String.valueOf(e.getMessage()), "type", type, "code", status))));
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String[] path = exchange.getRequestURI().getPath().substring(1).split("/", -1);
      Answer answer = answer(exchange.getRequestMethod(), List.of(path), body);
      byte[] bytes = answer.body().getBytes(UTF_8);
      boolean isEmpty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      // A proxy before it ends each; a client that is not told sends its next request into the
      // void.
      exchange.getResponseHeaders().set("Connection", "close");
      exchange.sendResponseHeaders(answer.status(), isEmpty ? -1 : bytes.length);
      if (!isEmpty) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private Answer answer(String method, List<String> path, String body) throws IOException {
    try {
      Object made = made(method, path, body);
      return made == null
          ? new Answer(204, "")
          : new Answer(200, made instanceof String text ? text : JSON.writeValueAsString(made));
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return Answer.error(404, e);
    } catch (AlreadyExistsException | CommitFailedException e) {
      return Answer.error(409, e);
    } catch (IOException | RuntimeException e) {
      // What became of a commit is not known then, as it is with any catalog.
      return Answer.error(500, e);
    }
  }

  /** v1/config, v1/namespaces, v1/namespaces/N, …/tables, …/tables/T, …/tables/T/metrics. */
  private @Nullable Object made(String method, List<String> path, String body) throws IOException {
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
}
