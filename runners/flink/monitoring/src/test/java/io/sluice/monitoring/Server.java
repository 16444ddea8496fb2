package io.sluice.monitoring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that serves on loopback, until it is closed. */
record Server(Process process, int port, Path log) implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts it, and waits until it is ready to serve, as Prometheus and Alertmanager tell. */
  static Server start(Tool tool, int port, Path directory, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(tool.path().toString()));
    command.addAll(arguments);
    command.add("--web.listen-address=127.0.0.1:" + port);
    command.add("--log.level=warn");
    Path log = directory.resolve(tool.path().getFileName() + ".log");
    Server server =
        new Server(
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start(),
            port,
            log);
    // However this JVM ends.
    Runtime.getRuntime().addShutdownHook(new Thread(server.process::destroyForcibly));
    for (int i = 0; i < 600; i++) {
      if (!server.process.isAlive()) {
        throw new AssertionError(tool.path() + " ended: " + Files.readString(log));
      }
      try {
        if (server.get("/-/ready").statusCode() == 200) {
          return server;
        }
      } catch (IOException e) {
        // Not yet.
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    server.close();
    throw new AssertionError(tool.path() + " does not get ready: " + Files.readString(log));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
