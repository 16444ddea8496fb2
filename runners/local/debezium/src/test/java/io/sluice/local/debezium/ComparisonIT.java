package io.sluice.local.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.UserException;
import io.sluice.local.UserActions;
import io.sluice.local.debezium.TableChanges.Made;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a real PostgreSQL and of files that DuckDB has written. */
class ComparisonIT {
  private static final String TIME = "timestamptz '2026-05-01 10:00:00.123456+00'";

  @TempDir static Path folder;

  private static Database database;
  private static Connection connection;

  private Path changes;
  private Path deadLetters;

  @BeforeAll
  static void start() throws Exception {
    database = Database.start(folder.resolve("postgresql"));
    connection = database.connect();
    DatabaseEvents.prepare(connection);
    connection.setAutoCommit(false);
  }

  @AfterAll
  static void stop() throws Exception {
    if (database != null) {
      connection.close();
      database.close();
    }
  }

  @BeforeEach
  void threeRowsOfWhichOneIsForNobody() throws Exception {
    changes = Files.createTempDirectory(folder, "changes");
    deadLetters = Files.createTempDirectory(folder, "dead");
    reset();
    execute(
        "insert into user_actions values"
            + (" (1, " + TIME + ", 'click', 'user_1', 'ios', 'Caf\u00e9 Mug', 'SKU-1'),")
            + (" (2, " + TIME + ", 'view', 'user_2', null, null, null),")
            + (" (3, " + TIME + ", null, 'user_3', null, null, null)"));
    execute("insert into user_actions values (4, " + TIME + ", 'view', 'user_4')");
    execute("delete from user_actions where id = 4");
    execute("update user_actions set sku = 'SKU-1' where id = 1");
    change(1, "c", 10, "'view', 'user_1', 'ios', 'Caf\u00e9 Mug', 'SKU-1'");
    change(2, "c", 11, "'view', 'user_2', null, null, null");
    change(4, "c", 12, "'view', 'user_4', null, null, null");
    change(1, "u", 13, "'click', 'user_1', 'ios', 'Caf\u00e9 Mug', 'SKU-1'");
    change(4, "d", 14, "'view', 'user_4', null, null, null");
    write(
        deadLetters.resolve("dead_letter_date=2026-05-01/3.parquet"), "'{\"id\":3}'::blob as key");
  }

  /** As it is at first: the demo itself does not let anybody remove all. */
  private static void reset() throws Exception {
    execute("set session_replication_role = replica");
    execute("truncate user_actions, demo.made");
    execute("set session_replication_role = origin");
  }

  private static void execute(String sql) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    connection.commit();
  }

  private void change(long id, String op, long lsn, String columns) throws Exception {
    String[] values = columns.split(", ", -1);
    write(
        changes.resolve("event_date=2026-05-01/" + lsn + ".parquet"),
        TIME
            + (" as updated_at, '" + op + "' as op, " + lsn + "::bigint as lsn, ")
            + (id + "::bigint as id, " + values[0] + " as event_name, " + values[1])
            + (" as user_id, " + values[2] + "::varchar as platform, " + values[3])
            + ("::varchar as product_name, " + values[4] + "::varchar as sku"));
  }

  private static void write(Path file, String columns) throws Exception {
    Files.createDirectories(file.getParent());
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute("copy (select " + columns + ") to '" + file + "' (format parquet)");
    }
  }

  private Comparison compare() throws Exception {
    return Comparison.of(connection, changes, deadLetters);
  }

  private static String printed(Comparison comparison) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    comparison.print(new PrintStream(out, true, UTF_8));
    return out.toString(UTF_8);
  }

  @Test
  void aLakeThatHasEachChangeHasTheTable() throws Exception {
    Comparison comparison = compare();
    assertTrue(comparison.isSame(), printed(comparison));
    assertEquals(new Made(4, 1, 1), comparison.made());
    assertEquals(new Made(3, 1, 1), comparison.changes());
    assertEquals(2, comparison.rows());
    assertEquals(2, comparison.current());
    assertTrue(printed(comparison).contains("1 of them dead letters"), printed(comparison));
    assertFalse(printed(comparison).contains("DIFFERENT"), printed(comparison));
  }

  @Test
  void aChangeThatCameTwiceIsOneChange() throws Exception {
    PathUtils.copyFileToDirectory(
        changes.resolve("event_date=2026-05-01/13.parquet"),
        Files.createDirectory(changes.resolve("event_date=2026-05-02")));
    Comparison comparison = compare();
    assertTrue(comparison.isSame(), printed(comparison));
    assertEquals(1, comparison.repeated());
    assertTrue(printed(comparison).contains("1 changes came again"), printed(comparison));
  }

  @Test
  void anUpdateThatTheLakeHasNotIsSaid() throws Exception {
    Files.delete(changes.resolve("event_date=2026-05-01/13.parquet"));
    Comparison comparison = compare();
    assertFalse(comparison.isSame());
    assertEquals(0, comparison.changes().updated());
    assertTrue(
        printed(comparison)
            .contains("DIFFERENT: id 1 has event_name click in PostgreSQL, view in the lake"),
        printed(comparison));
  }

  @Test
  void aDeleteThatTheLakeHasNotIsSaid() throws Exception {
    Files.delete(changes.resolve("event_date=2026-05-01/14.parquet"));
    Comparison comparison = compare();
    assertFalse(comparison.isSame());
    assertEquals(3, comparison.current());
    assertTrue(
        printed(comparison).contains("DIFFERENT: id 4 is in the lake alone"), printed(comparison));
  }

  @Test
  void aColumnThatIsOtherwiseIsSaid() throws Exception {
    execute("update user_actions set sku = 'SKU-2' where id = 1");
    Comparison comparison = compare();
    assertFalse(comparison.isSame());
    assertEquals(
        "id 1 has sku SKU-2 in PostgreSQL, SKU-1 in the lake",
        comparison.difference().orElseThrow());
  }

  @Test
  void aDeadLetterThatIsMissingIsSaid() throws Exception {
    PathUtils.deleteDirectory(deadLetters);
    assertFalse(compare().isSame());
    assertTrue(printed(compare()).contains("1 rows of PostgreSQL"), printed(compare()));
  }

  @Test
  void aLakeWithoutFilesIsSaid() throws Exception {
    PathUtils.deleteDirectory(changes);
    Comparison comparison = compare();
    assertFalse(comparison.isSame());
    assertEquals("id 1 is in PostgreSQL alone", comparison.difference().orElseThrow());
  }

  @Test
  void theChangesThatAreCountedAreThoseThatAreMade() throws Exception {
    reset();
    UserActions actions = new UserActions(2_000, LocalDate.of(2026, 5, 1), 2, 5);
    for (long until : new long[] {700, 2_000}) {
      new TableChanges(connection, actions).make(until, 0, made -> {});
      Made made = TableChanges.made(connection);
      assertEquals(until, made.all());
      assertTrue(made.updated() > until / 5 && made.deleted() > until / 20, made.toString());
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "select count(*), count(*) filter (where "
                      + TableChanges.ACCEPTED
                      + "), max(id) from user_actions")) {
        row.next();
        assertEquals(made.inserted() - made.deleted(), row.getLong(1));
        assertTrue(row.getLong(2) < row.getLong(1), "none is broken");
        assertEquals(made.inserted(), row.getLong(3));
      }
    }
  }

  @Test
  void changesOfOthersAreCountedAndNewIdsComeAfterTheirs() throws Exception {
    reset();
    UserActions actions = new UserActions(2_000, LocalDate.of(2026, 5, 1), 2, 5);
    new TableChanges(connection, actions).make(1_000, 0, made -> {});
    Made before = TableChanges.made(connection);
    execute(
        "insert into user_actions select 5000 + n, "
            + TIME
            + ", 'view', 'user_' || n from generate_series(1, 10) n");
    execute("update user_actions set sku = 'SKU-9' where id between 5001 and 5007");
    execute("update user_actions set sku = 'SKU-9' where id = 6000");
    execute("delete from user_actions where id in (5003, 5010)");
    Made made = TableChanges.made(connection);
    assertEquals(
        new Made(before.inserted() + 10, before.updated() + 7, before.deleted() + 2), made);
    new TableChanges(connection, actions).make(1_500, 0, n -> {});
    assertEquals(1_500, TableChanges.made(connection).all());
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select max(id) from user_actions")) {
      row.next();
      long inserted = TableChanges.made(connection).inserted() - made.inserted();
      assertEquals(5009 + inserted, row.getLong(1));
    }
  }

  @Test
  void aChangeThatTheLakeCannotHaveIsRefused() throws Exception {
    for (String sql :
        List.of(
            "delete from user_actions",
            "update user_actions set sku = 'SKU-9'",
            "update user_actions set event_name = null where id = 1",
            "update user_actions set id = 9 where id = 1",
            "update user_actions set updated_at = now() where id = 1",
            "insert into user_actions values (9, now(), 'view', 'user_9')",
            "insert into user_actions values (9, '-infinity', 'view', 'user_9')",
            "truncate user_actions")) {
      SQLException refused = assertThrows(SQLException.class, () -> execute(sql), sql);
      connection.rollback();
      assertTrue(
          refused.getMessage().contains("change rows by: where demo.accepts(event_name)"),
          refused.getMessage());
    }
    assertEquals(new Made(4, 1, 1), TableChanges.made(connection));
    execute("update user_actions set sku = 'SKU-9' where demo.accepts(event_name)");
    execute("insert into user_actions (id, event_name, user_id) values (9, 'view', 'user_9')");
    assertEquals(new Made(5, 3, 1), TableChanges.made(connection));
  }

  @Test
  void aMachineWithoutBinariesIsOneLine() {
    UserException refused =
        assertThrows(
            UserException.class,
            () ->
                Database.start(
                        folder.resolve("elsewhere"),
                        (system, machine) ->
                            DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, "s390"))
                    .close());
    assertTrue(
        refused.getMessage().startsWith("--format=debezium: PostgreSQL does not start here ("),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("): Missing embedded postgres binaries; run this"));
    assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
  }
}
