package io.sluice.local.debezium;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.UserException;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real PostgreSQL as a process of its own, on a free loopback port. Its data stays in a
 * directory. It ends when it is closed, and with this process, however that one ends.
 */
final class Database implements AutoCloseable {
  static final String USER = "postgres";
  static final String NAME = "shop";

  /** Enough for a machine that does other things, too. */
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  private static final Duration LONGEST_END = Duration.ofSeconds(30);

  /** Ends the server in the middle of what its clients do; its log is whole all the same. */
  private static final String FAST = "-INT";

  /** Waits until the server or this process, which comes first, is gone. */
  private static final String WATCH =
      "while kill -0 \"$0\" && kill -0 \"$1\"; do sleep 1; done 2>/dev/null; kill "
          + FAST
          + " \"$0\" 2>/dev/null";

  private final EmbeddedPostgres server;
  private final ProcessHandle process;
  private final Process watch;

  private Database(EmbeddedPostgres server, ProcessHandle process, Process watch) {
    this.server = server;
    this.process = process;
    this.watch = watch;
  }

  /**
   * Starts one on what a directory holds; an empty one becomes a database without tables.
   *
   * @throws UserException where it cannot run on this machine
   */
  static Database start(Path directory) throws IOException, SQLException, InterruptedException {
    return start(directory, new Binaries());
  }

  /** The same with other binaries than those of the class path. */
  static Database start(Path directory, PgBinaryResolver binaries)
      throws IOException, SQLException, InterruptedException {
    Path data = directory.resolve("data");
    Files.createDirectories(directory);
    endForgotten(directory);
    EmbeddedPostgres server = server(directory, data, binaries);
    try {
      try (Connection connection = server.getPostgresDatabase().getConnection()) {
        create(connection);
      }
      ProcessHandle process = process(directory).orElseThrow();
      String own = String.valueOf(ProcessHandle.current().pid());
      Process watch =
          new ProcessBuilder("sh", "-c", WATCH, String.valueOf(process.pid()), own)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      return new Database(server, process, watch);
    } catch (IOException | SQLException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet there =
            statement.executeQuery("select from pg_database where datname = '" + NAME + "'")) {
      if (!there.next()) {
        statement.execute("create database " + NAME);
      }
    }
  }

  private static EmbeddedPostgres server(Path directory, Path data, PgBinaryResolver binaries)
      throws IOException {
    Path log = directory.resolve("log");
    Redirect said = Redirect.appendTo(log.toFile());
    try {
      return EmbeddedPostgres.builder()
          // Apart from the data: what lies beside the binaries is cleared away when it is old.
          .setOverrideWorkingDirectory(binaries(directory).toFile())
          .setPgBinaryResolver(binaries)
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setServerConfig("wal_level", "logical")
          .setServerConfig("listen_addresses", "127.0.0.1")
          .setServerConfig("unix_socket_directories", "")
          .setServerConfig("timezone", "UTC")
          .setPGStartupWait(LONGEST_START)
          .setOutputRedirector(said)
          .setErrorRedirector(said)
          .start();
    } catch (IOException | IllegalStateException e) {
      String machine = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
      throw new UserException(
          "--format=debezium: PostgreSQL does not start here ("
              + machine
              + "): "
              + lastLine(log, e)
              + "; run this format on Linux or macOS, on amd64 or arm64, and not as root where a"
              + " user may have no namespaces",
          e);
    }
  }

  /** Those of the class path; another one each time, for what is unpacked is remembered by it. */
  private static final class Binaries implements PgBinaryResolver {
    @Override
    public InputStream getPgBinary(String system, String machine) throws IOException {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
    }
  }

  /** What the server said last, or else what whoever starts it says. */
  private static String lastLine(Path log, Exception e) throws IOException {
    List<String> lines =
        Files.exists(log)
            ? Files.readAllLines(log, UTF_8).stream().filter(line -> !line.isBlank()).toList()
            : List.of();
    return lines.isEmpty() ? String.valueOf(e.getMessage()) : lines.get(lines.size() - 1).strip();
  }

  /** The process that a server of this directory notes, while it runs. */
  private static Optional<ProcessHandle> process(Path directory) throws IOException {
    Path noted = note(directory);
    Path binaries = binaries(directory);
    if (!Files.exists(noted) || !Files.exists(binaries)) {
      return Optional.empty();
    }
    // Its number may be another's by now, who may run a PostgreSQL of his own.
    Path own = binaries.toRealPath();
    try (Stream<String> lines = Files.lines(noted, ISO_8859_1)) {
      return lines
          .findFirst()
          .map(String::strip)
          .filter(line -> line.matches("[1-9][0-9]{0,17}"))
          .flatMap(line -> ProcessHandle.of(Long.parseLong(line)))
          .filter(
              one -> one.info().command().filter(it -> Path.of(it).startsWith(own)).isPresent());
    }
  }

  private static Path note(Path directory) {
    return directory.resolve("data").resolve("postmaster.pid");
  }

  private static Path binaries(Path directory) {
    return directory.resolve("binaries");
  }

  /** Whoever started the last one was killed hard, and it may still be about to end. */
  private static void endForgotten(Path directory) throws IOException, InterruptedException {
    Optional<ProcessHandle> running = process(directory);
    if (running.isPresent()) {
      new ProcessBuilder("kill", FAST, String.valueOf(running.get().pid())).start().waitFor();
      awaitEnd(running.get());
    }
    // A server does not start on a note that is empty, or names a process that is another's.
    Files.deleteIfExists(note(directory));
  }

  private static void awaitEnd(ProcessHandle process) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_END.toNanos();
    while (process.isAlive()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("PostgreSQL does not end: process " + process.pid());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  int port() {
    return server.getPort();
  }

  Connection connect() throws SQLException {
    return server.getDatabase(USER, NAME).getConnection();
  }

  @Override
  public void close() throws IOException {
    try {
      server.close();
      awaitEnd(process);
      // Not before: it ends with this process whatever does not end now.
      watch.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
