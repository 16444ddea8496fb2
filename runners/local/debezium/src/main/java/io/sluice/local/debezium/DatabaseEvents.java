package io.sluice.local.debezium;

import io.sluice.audit.AuditReport;
import io.sluice.local.DemoEvents;
import io.sluice.local.DemoScenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;

/** A database whose table is changed, and what reads its changes into the topic. */
final class DatabaseEvents implements DemoEvents {
  private static final String TABLE = "user_action_changes";

  private final DemoScenario scenario;
  private final Database database;
  private final Capture capture;
  private final Path contract;
  private final Path changes;
  private final Path deadLetters;

  private DatabaseEvents(
      DemoScenario scenario, Database database, Capture capture, Path contract, Path s3) {
    this.scenario = scenario;
    this.database = database;
    this.capture = capture;
    this.contract = contract;
    this.changes = s3.resolve("lake").resolve(TABLE);
    this.deadLetters = s3.resolve("dead-letters").resolve(TABLE + "_dead_letters");
  }

  /** Starts them in the demo's folder, and makes the table where it is not there. */
  static DatabaseEvents start(DemoScenario scenario, Path directory, String bootstrapServers)
      throws Exception {
    Path contract = directory.resolve("contract.yaml");
    try (InputStream in = resource("contract.yaml")) {
      Files.copy(in, contract, StandardCopyOption.REPLACE_EXISTING);
    }
    Path own = directory.resolve("postgresql");
    Database database = Database.start(own);
    try {
      try (Connection connection = database.connect()) {
        prepare(connection);
      }
      return new DatabaseEvents(
          scenario,
          database,
          new Capture(own, database, bootstrapServers),
          contract,
          directory.resolve("s3"));
    } catch (SQLException | IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(DatabaseEvents.class.getResourceAsStream(name), name);
  }

  /** Makes what is not there of table and slot; no row is changed before both are. */
  static void prepare(Connection connection) throws SQLException, IOException {
    try (InputStream in = resource("tables.sql");
        Statement statement = connection.createStatement()) {
      if (!isThere(statement, "pg_tables where tablename = 'user_actions'")) {
        statement.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
      // From here on the database keeps its log until Debezium has read it.
      if (!isThere(statement, "pg_replication_slots where slot_name = '" + Capture.SLOT + "'")) {
        statement.execute(
            "select pg_create_logical_replication_slot('" + Capture.SLOT + "', 'pgoutput')");
      }
    }
  }

  private static boolean isThere(Statement statement, String what) throws SQLException {
    try (ResultSet row = statement.executeQuery("select count(*) from " + what)) {
      return row.next() && row.getLong(1) > 0;
    }
  }

  @Override
  public List<String> flags() {
    return List.of("--contract=" + contract);
  }

  @Override
  public void make(double rate, LongConsumer made) throws SQLException, InterruptedException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      new TableChanges(connection, scenario.userActions()).make(scenario.events(), rate, made);
      capture.awaitAll(connection);
    }
  }

  @Override
  public boolean compare(AuditReport report, PrintStream out) throws SQLException, IOException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      Comparison comparison = Comparison.of(connection, changes, deadLetters);
      comparison.print(out);
      // More where somebody else has made changes, too.
      return comparison.isSame() && comparison.made().all() >= scenario.events();
    }
  }

  @Override
  public List<String> served() {
    return List.of(
        "psql postgresql://"
            + Database.USER
            + "@127.0.0.1:"
            + database.port()
            + "/"
            + Database.NAME,
        "duckdb -c \"" + Comparison.currentRows(changes) + "\"");
  }

  @Override
  public void close() throws IOException {
    try {
      capture.close();
    } finally {
      database.close();
    }
  }
}
