package io.sluice.local.debezium;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Real servers, and the notes that they leave when they are killed hard. */
class DatabaseIT {
  private static final String NOTE = "data/postmaster.pid";
  private static final String STARTED = "started";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static Path own;

  /** One that was closed. */
  @BeforeAll
  static void begin() throws Exception {
    own = folder.resolve("own");
    Database.start(own).close();
    assertFalse(Files.exists(own.resolve(NOTE)), "it runs on");
  }

  /** None of them is left, whatever failed. */
  @AfterAll
  static void end() throws Exception {
    Database.start(own).close();
  }

  private static void requireAnswer(Database database) throws Exception {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select 7")) {
      assertTrue(row.next());
      assertEquals(7, row.getInt(1));
    }
  }

  @Test
  void aServerOfAnotherIsLeftAlone() throws Exception {
    try (Database other = Database.start(folder.resolve("other"))) {
      Files.copy(folder.resolve("other").resolve(NOTE), own.resolve(NOTE));
      try (Database database = Database.start(own)) {
        requireAnswer(database);
        requireAnswer(other);
      }
    }
  }

  @Test
  void aNoteThatCannotBeReadIsNobodys() throws Exception {
    for (String note : new String[] {"", "\n", "soon\n", "9".repeat(30), "\u00ff"}) {
      Files.writeString(own.resolve(NOTE), note, ISO_8859_1);
      try (Database database = Database.start(own)) {
        requireAnswer(database);
      }
    }
  }

  /** A process that starts a server, says so, and waits for its end. */
  public static void main(String[] args) throws Exception {
    try (Database unused = Database.start(Path.of(args[0]))) {
      System.out.println(STARTED);
      TimeUnit.DAYS.sleep(1);
    }
  }

  @Test
  void aServerThatWasForgottenIsEnded() throws Exception {
    Process killed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DatabaseIT.class.getName(),
                own.toString())
            .redirectError(Redirect.DISCARD)
            .start();
    ProcessHandle server;
    try (BufferedReader said = killed.inputReader()) {
      assertTrue(said.lines().anyMatch(STARTED::equals), "it has not started");
      // Without what ends the server with it.
      killed.children().forEach(ProcessHandle::destroyForcibly);
      server =
          ProcessHandle.of(Long.parseLong(Files.readAllLines(own.resolve(NOTE)).get(0).strip()))
              .orElseThrow();
    } finally {
      killed.destroyForcibly().waitFor();
    }
    TimeUnit.SECONDS.sleep(2);
    assertTrue(server.isAlive(), "nothing is to be ended");
    try (Database database = Database.start(own)) {
      assertFalse(server.isAlive(), "it runs on");
      requireAnswer(database);
    }
  }
}
