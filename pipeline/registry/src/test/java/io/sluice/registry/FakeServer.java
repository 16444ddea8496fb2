package io.sluice.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** An HTTP server on loopback that answers as a test says. */
final class FakeServer implements AutoCloseable {
  static {
    // Head and body go out in two packets, of which the second would wait for 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** What was asked. */
  record Asked(String method, String path, com.sun.net.httpserver.Headers headers, String body) {}

  /** What is answered. */
  record Reply(int status, Map<String, String> headers, byte[] body) {
    static Reply of(int status, String type, String body) {
      return new Reply(status, Map.of("Content-Type", type), body.getBytes(StandardCharsets.UTF_8));
    }

    static Reply json(int status, String body) {
      return of(status, "application/vnd.schemaregistry.v1+json", body);
    }

    static Reply schema(String text) {
      return json(200, "{\"schema\":\"" + text.replace("\"", "\\\"") + "\"}");
    }

    static Reply unknown() {
      return json(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    }
  }

  /** Answers; may write by itself, and then gives null. */
  interface Answerer {
    Reply answer(Asked asked, HttpExchange exchange) throws Exception;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Answerer answerer;

  private FakeServer(HttpServer server, Answerer answerer) {
    this.server = server;
    this.answerer = answerer;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static FakeServer start(Answerer answerer) {
    return start(0, answerer);
  }

  static FakeServer start(int port, Answerer answerer) {
    try {
      return new FakeServer(HttpServer.create(loopback(port), 0), answerer);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static FakeServer startTls(SSLContext context, boolean wantsCertificate, Answerer answerer)
      throws IOException {
    HttpsServer server = HttpsServer.create(loopback(0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(wantsCertificate);
            parameters.setSSLParameters(ssl);
          }
        });
    return new FakeServer(server, answerer);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Asked question =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      asked.add(question);
      Reply reply = answerer.answer(question, exchange);
      if (reply != null) {
        reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(
            reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(reply.body());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  void answer(Answerer other) {
    answerer = other;
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  List<String> paths() {
    return asked.stream().map(Asked::path).toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
