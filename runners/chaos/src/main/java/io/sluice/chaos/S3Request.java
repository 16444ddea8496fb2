package io.sluice.chaos;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP request to an S3 server, whole.
 *
 * @param headers the header lines as they came, without the request line
 */
record S3Request(String method, String target, List<String> headers, byte[] body) {
  private static final int LONGEST_HEAD = 64 << 10;
  private static final Pattern UPLOAD_ID = Pattern.compile("[?&]uploadId=([^&]+)");

  /** Reads a request from a client; empty where the client has gone. */
  static Optional<S3Request> read(InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int last = 0;
    while (last != 0x0D0A0D0A) {
      int b = in.read();
      if (b < 0 || head.size() > LONGEST_HEAD) {
        return Optional.empty();
      }
      head.write(b);
      last = (last << 8) | b;
    }
    List<String> lines =
        head.toString(StandardCharsets.ISO_8859_1).lines().filter(l -> !l.isEmpty()).toList();
    String[] first = lines.get(0).split(" ", 3);
    List<String> headers = lines.subList(1, lines.size());
    if (header(headers, "expect").isPresent()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    if (header(headers, "transfer-encoding").isPresent()) {
      throw new IOException("a chunked request, which S3 does not take");
    }
    int length = header(headers, "content-length").map(Integer::parseInt).orElse(0);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the client went away in the middle of a body");
    }
    return Optional.of(new S3Request(first[0], first[1], headers, body));
  }

  private static Optional<String> header(List<String> headers, String name) {
    String start = name + ":";
    return headers.stream()
        .filter(h -> h.toLowerCase(Locale.ROOT).startsWith(start))
        .map(h -> h.substring(start.length()).trim())
        .findFirst();
  }

  boolean isConditional() {
    return header(headers, "if-none-match").isPresent();
  }

  /** The request by which a data file becomes visible. */
  boolean isCommit() {
    return isConditional() && target.contains("/part-");
  }

  Optional<String> uploadId() {
    Matcher matcher = UPLOAD_ID.matcher(target);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Sends it on; the server is to end the connection with its answer. */
  void writeTo(OutputStream out) throws IOException {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    for (String header : headers) {
      String name = header.substring(0, Math.max(0, header.indexOf(':'))).toLowerCase(Locale.ROOT);
      if (!name.equals("connection") && !name.equals("expect")) {
        head.append(header).append("\r\n");
      }
    }
    head.append("Connection: close\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }
}
