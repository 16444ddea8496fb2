package io.sluice.local.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The demo of a database as a process of its own. */
class DatabaseDemoIT {
  private static final long MINUTES = 10;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens",
            "java.base/java.util=ALL-UNNAMED",
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "-Xmx1g"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.sluice.cli.Main"));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(directory.resolve(file));
  }

  private static boolean hasFiles(Path kept) throws IOException {
    Path table = kept.resolve("s3/lake/user_action_changes");
    if (!Files.exists(table)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(table)) {
      return files.anyMatch(file -> file.toString().endsWith(".parquet"));
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** The numbers of a line of what SQL says, as PostgreSQL and as the lake has them. */
  private long[] bySql(String what) throws IOException {
    String line =
        lines("out").stream().filter(l -> l.startsWith("    " + what)).findFirst().orElseThrow();
    String[] words = line.substring(4 + what.length()).strip().replace(",", "").split("\\s+", -1);
    return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
  }

  private void resume(Path kept) throws Exception {
    Process resumed = start("demo", "--keep=" + kept, "--resume");
    try {
      assertTrue(resumed.waitFor(MINUTES, TimeUnit.MINUTES), () -> "see " + directory);
    } finally {
      resumed.destroyForcibly().waitFor();
    }
    assertEquals(0, resumed.exitValue(), () -> "see " + directory);
    List<String> out = lines("out");
    String last = out.get(out.size() - 1);
    assertTrue(
        last.matches(
            "audit: offsets=\\d+ lake=\\d+ dead=\\d+ lost=0 duplicate=0 waiting=0 dates=3 files=\\d+"),
        last);
  }

  /** How many changes both say that there are. */
  private long made() throws IOException {
    long made = 0;
    for (String what : List.of("rows inserted", "rows updated", "rows deleted")) {
      long[] numbers = bySql(what);
      assertEquals(numbers[0], numbers[1], what);
      assertTrue(numbers[0] > 400, what);
      made += numbers[0];
    }
    return made;
  }

  /** As somebody does by psql. */
  private static void change(Path kept) throws Exception {
    try (Database database = Database.start(kept.resolve("postgresql"));
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into user_actions (id, event_name, user_id)"
              + " select max(id) + 1, 'view', 'somebody' from user_actions");
      String accepted = " where id in (select min(id) from user_actions where ";
      statement.execute(
          "update user_actions set sku = 'SKU-9'" + accepted + TableChanges.ACCEPTED + ")");
      statement.execute("delete from user_actions" + accepted + TableChanges.ACCEPTED + ")");
    }
  }

  @Test
  void aDemoThatIsKilledHardAndResumedHasEachChangeAndTheTable() throws Exception {
    Path kept = directory.resolve("kept");
    Process killed =
        start("demo", "--format=debezium", "--events=8000", "--rate=500", "--keep=" + kept);
    long server;
    try {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
      while (!hasFiles(kept)) {
        assertTrue(killed.isAlive() && System.nanoTime() < deadline, () -> "see " + directory);
        TimeUnit.MILLISECONDS.sleep(50);
      }
      server =
          Long.parseLong(Files.readAllLines(kept.resolve("postgresql/data/postmaster.pid")).get(0));
      assertTrue(isAlive(server), "PostgreSQL does not run");
    } finally {
      killed.destroyForcibly().waitFor();
    }
    for (int i = 0; i < 600 && isAlive(server); i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertFalse(isAlive(server), "PostgreSQL outlives the demo");

    resume(kept);
    assertEquals(8000, made());
    change(kept);
    resume(kept);
    assertEquals(8003, made());
    long[] rows = bySql("rows now");
    assertEquals(rows[0], rows[1]);
    assertTrue(rows[0] > 2000);
    assertEquals(
        List.of(),
        Files.readAllLines(kept.resolve("postgresql/log")).stream()
            .filter(l -> l.contains("PANIC"))
            .toList());
    assertFalse(Files.exists(kept.resolve("postgresql/data/postmaster.pid")), "it runs on");
  }
}
