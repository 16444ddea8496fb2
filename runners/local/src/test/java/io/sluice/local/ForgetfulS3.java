package io.sluice.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * As much of S3 as the probe asks for, by a server that ignores If-None-Match: everywhere, or where
 * an upload is completed.
 */
final class ForgetfulS3 implements AutoCloseable {
  private record Stored(byte[] content, String token) {}

  private final HttpServer server;
  private final boolean honoursPut;
  private final Map<String, Stored> objects = new ConcurrentHashMap<>();

  private ForgetfulS3(HttpServer server, boolean honoursPut) {
    this.server = server;
    this.honoursPut = honoursPut;
  }

  static ForgetfulS3 start(boolean honoursPut) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ForgetfulS3 s3 = new ForgetfulS3(server, honoursPut);
    server.createContext("/", s3::handle);
    server.start();
    return s3;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String condition = exchange.getRequestHeaders().getFirst("If-None-Match");
      switch (exchange.getRequestMethod()) {
        case "HEAD" -> {
          Stored stored = objects.get(path);
          if (stored != null) {
            exchange.getResponseHeaders().set("x-amz-meta-sluice-token", stored.token());
          }
          boolean bucket = path.indexOf('/', 1) < 0 || path.endsWith("/");
          exchange.sendResponseHeaders(bucket || stored != null ? 200 : 404, -1);
        }
        case "PUT" -> {
          if (query.contains("uploadId")) {
            answer(exchange, 200, "");
          } else if (honoursPut && condition != null && objects.containsKey(path)) {
            answer(exchange, 412, "<Error><Code>PreconditionFailed</Code></Error>");
          } else {
            String token = exchange.getRequestHeaders().getFirst("x-amz-meta-sluice-token");
            objects.put(path, new Stored(body, String.valueOf(token)));
            answer(exchange, 200, "");
          }
        }
        case "POST" ->
            answer(
                exchange,
                200,
                query.startsWith("uploads")
                    ? "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
                    : "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>");
        default -> answer(exchange, 501, "");
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("ETag", "\"e\"");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
