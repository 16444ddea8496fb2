package io.sluice.glue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Glue's Data Catalog as far as tables and partitions go: AWS' JSON 1.1 protocol on a port of
 * loopback, with Glue's limits and errors, and faults where a test wants them.
 */
public final class GlueEmulator implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final String TARGET = "AWSGlue.";

  /** What becomes of a call. */
  enum Fault {
    NONE,
    /** It is refused, as too many were. */
    THROTTLED,
    /** Something breaks before anything is done. */
    BROKEN,
    /** It is done, and its caller does not hear of it. */
    LOST,
    /** Nobody hears of it, and nothing is done. */
    UNHEARD
  }

  /** Asked of each call before it is done. */
  interface Faults {
    Fault of(String operation, JsonNode request) throws IOException;
  }

  /** What a caller is told instead of an answer. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    final String type;
    final int status;

    Refusal(String type, String message) {
      this(type, message, 400);
    }

    Refusal(String type, String message, int status) {
      super(message);
      this.type = type;
      this.status = status;
    }
  }

  private static final class Table {
    ObjectNode input;
    int version;
    final TreeMap<String, ObjectNode> partitions = new TreeMap<>();

    Table(ObjectNode input, int version) {
      this.input = input;
      this.version = version;
    }

    Table copy() {
      Table copy = new Table(input.deepCopy(), version);
      partitions.forEach((value, partition) -> copy.partitions.put(value, partition.deepCopy()));
      return copy;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TreeMap<String, TreeMap<String, Table>> databases = new TreeMap<>();
  private final List<String> calls = new ArrayList<>();
  private Faults faults = (operation, request) -> Fault.NONE;

  /** Fewer than Glue's thousand, so that lists have pages. */
  private int page = 1000;

  /** So many of a batch that is asked for are answered. */
  private int mostGot = 1000;

  /** Entries of batches that are refused, by the partition's value. */
  private final Map<String, String> refused = new TreeMap<>();

  public GlueEmulator() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public URI endpoint() {
    return URI.create(
        "http://"
            + server.getAddress().getAddress().getHostAddress()
            + ":"
            + server.getAddress().getPort());
  }

  public synchronized void createDatabase(String name) {
    databases.put(name, new TreeMap<>());
  }

  synchronized void faults(Faults faults) {
    this.faults = faults;
  }

  synchronized void pages(int size, int got) {
    page = size;
    mostGot = got;
  }

  synchronized void refuse(String value, String error) {
    refused.put(value, error);
  }

  synchronized void refuseNone() {
    refused.clear();
  }

  /** The names of all calls that were answered or faulted, in their order. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  synchronized void forgetCalls() {
    calls.clear();
  }

  /** A table as it was created or updated; missing where there is none. */
  synchronized JsonNode table(String database, String name) {
    Table table = databases.get(database).get(name);
    return table == null ? JSON.missingNode() : table.input.deepCopy();
  }

  /** Changes a table as somebody's hand does. */
  synchronized void change(String database, String name, Consumer<ObjectNode> hand) {
    Table table = databases.get(database).get(name);
    hand.accept(table.input);
    table.version++;
  }

  synchronized void put(String database, ObjectNode input) {
    databases.get(database).put(input.path("Name").asText(), new Table(input, 1));
  }

  synchronized void drop(String database, String name) {
    databases.get(database).remove(name);
  }

  /** The partitions of a table by their value, to be changed by a test as by somebody's hand. */
  synchronized TreeMap<String, ObjectNode> partitions(String database, String name) {
    Table table = databases.get(database).get(name);
    return table == null ? new TreeMap<>() : table.partitions;
  }

  /** Gives what puts a database back as it is now. */
  synchronized Runnable save(String database) {
    TreeMap<String, Table> copy = new TreeMap<>();
    databases.get(database).forEach((name, table) -> copy.put(name, table.copy()));
    return () -> {
      synchronized (this) {
        databases.put(database, copy);
      }
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
      String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      String operation = target.substring(TARGET.length());
      Faults asked;
      synchronized (this) {
        calls.add(operation);
        asked = faults;
      }
      if (!target.startsWith(TARGET) || !type.equals("application/x-amz-json-1.1")) {
        refuse(exchange, new Refusal("UnknownOperationException", target + " as " + type));
        return;
      }
      Fault fault = asked.of(operation, request);
      switch (fault) {
        case THROTTLED -> refuse(exchange, new Refusal("ThrottlingException", "Rate exceeded"));
        case BROKEN ->
            refuse(exchange, new Refusal("InternalServiceException", "something broke", 500));
        case UNHEARD -> {
          // The connection ends.
        }
        case LOST, NONE -> {
          ObjectNode answer;
          try {
            answer = answer(operation, request);
          } catch (Refusal e) {
            if (fault == Fault.NONE) {
              refuse(exchange, e);
            }
            return;
          }
          if (fault == Fault.NONE) {
            send(exchange, 200, answer);
          }
        }
      }
    }
  }

  private static void refuse(HttpExchange exchange, Refusal why) throws IOException {
    send(
        exchange,
        why.status,
        JSON.createObjectNode().put("__type", why.type).put("Message", why.getMessage()));
  }

  private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.getResponseHeaders().set("x-amzn-RequestId", "of-a-test");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private synchronized ObjectNode answer(String operation, JsonNode request) throws Refusal {
    return switch (operation) {
      case "GetDatabase" -> {
        String name = folded(request, "Name");
        database(name);
        yield object("Database", JSON.createObjectNode().put("Name", name));
      }
      case "GetTable" -> getTable(request);
      case "CreateTable" -> createTable(request);
      case "UpdateTable" -> updateTable(request);
      case "GetPartitions" -> getPartitions(request);
      case "BatchGetPartition" -> batchGet(request);
      case "BatchCreatePartition" -> batchCreate(request);
      case "BatchUpdatePartition" -> batchUpdate(request);
      case "BatchDeletePartition" -> batchDelete(request);
      default -> throw new Refusal("UnknownOperationException", operation);
    };
  }

  private static ObjectNode object(String name, JsonNode value) {
    return JSON.createObjectNode().set(name, value);
  }

  private static String folded(JsonNode request, String name) throws Refusal {
    String value = request.path(name).asText();
    if (value.isEmpty()) {
      throw new Refusal("ValidationException", name + " must not be null");
    }
    return value.toLowerCase(Locale.ROOT);
  }

  private TreeMap<String, Table> database(String name) throws Refusal {
    TreeMap<String, Table> database = databases.get(name);
    if (database == null) {
      throw new Refusal("EntityNotFoundException", "Database " + name + " not found.");
    }
    return database;
  }

  private Table table(JsonNode request, String nameField) throws Refusal {
    String name = folded(request, nameField);
    Table table = database(folded(request, "DatabaseName")).get(name);
    if (table == null) {
      throw new Refusal("EntityNotFoundException", "Entity Not Found");
    }
    return table;
  }

  private ObjectNode getTable(JsonNode request) throws Refusal {
    Table table = table(request, "Name");
    ObjectNode answer = table.input.deepCopy();
    answer.put("VersionId", String.valueOf(table.version));
    answer.put("CreateTime", 1.7672256E9);
    return object("Table", answer);
  }

  private static ObjectNode input(JsonNode request) throws Refusal {
    JsonNode input = request.path("TableInput");
    if (!(input instanceof ObjectNode table)) {
      throw new Refusal("InvalidInputException", "no TableInput");
    }
    ObjectNode folded = table.deepCopy();
    folded.put("Name", folded(input, "Name"));
    return folded;
  }

  private ObjectNode createTable(JsonNode request) throws Refusal {
    ObjectNode input = input(request);
    TreeMap<String, Table> database = database(folded(request, "DatabaseName"));
    if (database.putIfAbsent(input.path("Name").asText(), new Table(input, 1)) != null) {
      throw new Refusal("AlreadyExistsException", "Table already exists.");
    }
    return JSON.createObjectNode();
  }

  private ObjectNode updateTable(JsonNode request) throws Refusal {
    ObjectNode input = input(request);
    Table table = database(folded(request, "DatabaseName")).get(input.path("Name").asText());
    if (table == null) {
      throw new Refusal("EntityNotFoundException", "Entity Not Found");
    }
    String upon = request.path("VersionId").asText("");
    if (!upon.isEmpty() && !upon.equals(String.valueOf(table.version))) {
      throw new Refusal(
          "ConcurrentModificationException",
          "Update table failed due to concurrent modifications.");
    }
    table.input = input;
    table.version++;
    return JSON.createObjectNode();
  }

  private ObjectNode getPartitions(JsonNode request) throws Refusal {
    Table table = table(request, "TableName");
    int most = request.path("MaxResults").asInt(1000);
    if (most > 1000) {
      throw new Refusal("ValidationException", "MaxResults");
    }
    String from = request.path("NextToken").asText("");
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode found = answer.putArray("Partitions");
    for (Map.Entry<String, ObjectNode> one :
        table.partitions.tailMap(from, from.isEmpty()).entrySet()) {
      if (found.size() == Math.min(most, page)) {
        answer.put("NextToken", found.get(found.size() - 1).path("Values").path(0).asText());
        break;
      }
      found.add(one.getValue().deepCopy());
    }
    return answer;
  }

  private static List<JsonNode> batch(JsonNode request, String field, int most) throws Refusal {
    List<JsonNode> all = new ArrayList<>();
    request.path(field).forEach(all::add);
    if (all.size() > most) {
      throw new Refusal("ValidationException", field + " has more than " + most + " entries");
    }
    return all;
  }

  private static String value(JsonNode values) throws Refusal {
    if (values.size() != 1) {
      throw new Refusal("InvalidInputException", "values do not match the partition keys");
    }
    return values.path(0).asText();
  }

  private ObjectNode batchGet(JsonNode request) throws Refusal {
    Table table = table(request, "TableName");
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode found = answer.putArray("Partitions");
    ArrayNode left = answer.putArray("UnprocessedKeys");
    int asked = 0;
    for (JsonNode one : batch(request, "PartitionsToGet", 1000)) {
      if (asked++ >= mostGot) {
        left.add(one);
        continue;
      }
      ObjectNode partition = table.partitions.get(value(one.path("Values")));
      if (partition != null) {
        found.add(partition.deepCopy());
      }
    }
    return answer;
  }

  private boolean isRefused(String value, ArrayNode errors, String field) {
    String error = refused.get(value);
    if (error != null) {
      error(errors, field, value, error);
    }
    return error != null;
  }

  private static void error(ArrayNode errors, String field, String value, String code) {
    ObjectNode error = errors.addObject();
    error.putArray(field).add(value);
    error.putObject("ErrorDetail").put("ErrorCode", code).put("ErrorMessage", "of " + value);
  }

  private ObjectNode batchCreate(JsonNode request) throws Refusal {
    Table table = table(request, "TableName");
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode errors = answer.putArray("Errors");
    for (JsonNode one : batch(request, "PartitionInputList", 100)) {
      String value = value(one.path("Values"));
      if (isRefused(value, errors, "PartitionValues")) {
        continue;
      }
      if (table.partitions.putIfAbsent(value, one.deepCopy()) != null) {
        error(errors, "PartitionValues", value, "AlreadyExistsException");
      }
    }
    return answer;
  }

  private ObjectNode batchUpdate(JsonNode request) throws Refusal {
    Table table = table(request, "TableName");
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode errors = answer.putArray("Errors");
    for (JsonNode one : batch(request, "Entries", 100)) {
      String value = value(one.path("PartitionValueList"));
      if (isRefused(value, errors, "PartitionValueList")) {
        continue;
      }
      if (table.partitions.replace(value, one.path("PartitionInput").deepCopy()) == null) {
        error(errors, "PartitionValueList", value, "EntityNotFoundException");
      }
    }
    return answer;
  }

  private ObjectNode batchDelete(JsonNode request) throws Refusal {
    Table table = table(request, "TableName");
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode errors = answer.putArray("Errors");
    for (JsonNode one : batch(request, "PartitionsToDelete", 25)) {
      String value = value(one.path("Values"));
      if (isRefused(value, errors, "PartitionValues")) {
        continue;
      }
      if (table.partitions.remove(value) == null) {
        error(errors, "PartitionValues", value, "EntityNotFoundException");
      }
    }
    return answer;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
