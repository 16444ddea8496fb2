package io.sluice.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What Alertmanager sends: to a webhook, to what it takes for Slack, and for Telegram. */
final class Inbox implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A message, by the path that it was sent to. */
  record Message(String path, JsonNode body) {}

  private final List<Message> messages = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  Inbox() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          messages.add(new Message(path, JSON.readTree(exchange.getRequestBody())));
          byte[] answer =
              (path.startsWith("/bot")
                      ? "{\"ok\":true,\"result\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":1}}}"
                      : "ok")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What came to a path so far, in order. */
  List<JsonNode> at(String path) {
    return messages.stream()
        .filter(message -> message.path().startsWith(path))
        .map(Message::body)
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
