package io.sluice.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of S3 as the probe and a plan ask for, by a server that ignores If-None-Match:
 * everywhere, or where an upload is completed; and that refuses what it is told to refuse.
 */
final class ForgetfulS3 implements AutoCloseable {
  private record Stored(byte[] content, String token) {}

  private final HttpServer server;
  private final boolean honoursPut;
  private final Predicate<HttpExchange> refused;
  private final Map<String, Stored> objects = new ConcurrentSkipListMap<>();

  private ForgetfulS3(HttpServer server, boolean honoursPut, Predicate<HttpExchange> refused) {
    this.server = server;
    this.honoursPut = honoursPut;
    this.refused = refused;
  }

  static ForgetfulS3 start(boolean honoursPut) throws IOException {
    return start(honoursPut, request -> false);
  }

  /**
   * @param refused requests that are answered as those that a policy forbids
   */
  static ForgetfulS3 start(boolean honoursPut, Predicate<HttpExchange> refused) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ForgetfulS3 s3 = new ForgetfulS3(server, honoursPut, refused);
    server.createContext("/", s3::handle);
    server.start();
    return s3;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The paths of all objects, {@code /bucket/key}. */
  List<String> objects() {
    return List.copyOf(objects.keySet());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = body(exchange);
      String path = exchange.getRequestURI().getPath();
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String condition = exchange.getRequestHeaders().getFirst("If-None-Match");
      if (refused.test(exchange)) {
        answer(
            exchange,
            403,
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
        return;
      }
      switch (exchange.getRequestMethod()) {
        case "GET" -> get(exchange, path, query);
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
        case "POST" -> answer(exchange, 200, post(path, query, body));
        default -> answer(exchange, 501, "");
      }
    }
  }

  private String post(String path, String query, byte[] body) {
    if (query.startsWith("uploads")) {
      return "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
    }
    if (query.startsWith("delete")) {
      Matcher key = Pattern.compile("<Key>(.*?)</Key>").matcher(new String(body, UTF_8));
      while (key.find()) {
        objects.remove(path.replaceAll("/$", "") + "/" + key.group(1));
      }
      return "<DeleteResult/>";
    }
    return "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
  }

  /** Over plain HTTP the SDK signs chunk by chunk: each has a line before it and one behind it. */
  private static byte[] body(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readAllBytes();
    String digest = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
    if (digest == null || !digest.startsWith("STREAMING-")) {
      return sent;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String text = new String(sent, StandardCharsets.ISO_8859_1);
    for (int at = 0; ; ) {
      int length = Integer.parseInt(text.substring(at, text.indexOf(';', at)), 16);
      int start = text.indexOf("\r\n", at) + 2;
      if (length == 0) {
        return body.toByteArray();
      }
      body.write(sent, start, length);
      at = start + length + 2;
    }
  }

  private void get(HttpExchange exchange, String path, String query) throws IOException {
    if (query.contains("list-type=2")) {
      String prefix = path.replaceFirst("/$", "") + "/" + parameter(query, "prefix");
      StringBuilder contents = new StringBuilder();
      objects.forEach(
          (key, stored) -> {
            if (key.startsWith(prefix)) {
              contents
                  .append("<Contents><Key>")
                  .append(key.substring(key.indexOf('/', 1) + 1))
                  .append("</Key><Size>")
                  .append(stored.content().length)
                  .append("</Size></Contents>");
            }
          });
      answer(
          exchange,
          200,
          "<ListBucketResult><IsTruncated>false</IsTruncated>" + contents + "</ListBucketResult>");
      return;
    }
    Stored stored = objects.get(path);
    if (stored == null) {
      answer(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
    } else {
      answer(exchange, 200, new String(stored.content(), StandardCharsets.UTF_8));
    }
  }

  private static String parameter(String query, String name) {
    return Arrays.stream(query.split("&"))
        .filter(one -> one.startsWith(name + "="))
        .map(one -> one.substring(name.length() + 1))
        .findFirst()
        .orElse("");
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
