package io.sluice.local.debezium;

import io.sluice.local.debezium.TableChanges.Made;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What SQL says of the table, by PostgreSQL, and of its changes in the lake, by DuckDB.
 *
 * @param made what PostgreSQL counted
 * @param refused rows of the table that the contract does not take
 * @param changes of the lake, each once
 * @param repeated how many rows of the lake are a change that another row has, too
 * @param dead records that are dead letters, each once
 * @param rows of the table that the contract takes
 * @param current rows that the lake's latest changes leave
 * @param difference between the two, in words; empty where there is none
 */
record Comparison(
    Made made,
    long refused,
    Made changes,
    long repeated,
    long dead,
    long rows,
    long current,
    Optional<String> difference) {
  private static final String COLUMNS =
      "id, %s as updated_at, event_name, user_id, platform, product_name, sku";

  /** DuckDB does not read a folder without files. */
  private static final String NOTHING =
      "select null::bigint as id, null::timestamptz as updated_at, '' as event_name, '' as user_id,"
          + " '' as platform, '' as product_name, '' as sku, '' as op, 0::bigint as lsn where false";

  private static final int FETCHED_AT_ONCE = 10_000;

  /** Rows of the table, as the lake's changes have them: a query of DuckDB. */
  static String currentRows(Path files) {
    return current("(" + read(files) + ")");
  }

  private static String current(String changes) {
    return "select * from (select * from "
        + changes
        + " qualify row_number() over (partition by id order by lsn desc) = 1) where op <> 'd'";
  }

  private static String read(Path files) {
    String quoted = files.toString().replace("'", "''");
    return "select * from read_parquet('" + quoted + "/*/*.parquet', hive_partitioning=true)";
  }

  /**
   * Asks both.
   *
   * @param postgres a connection that commits by hand
   * @param changes the folder of the table's files
   * @param deadLetters that of its dead letters
   */
  static Comparison of(Connection postgres, Path changes, Path deadLetters)
      throws SQLException, IOException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement lake = duckdb.createStatement();
        Statement table = postgres.createStatement()) {
      table.setFetchSize(FETCHED_AT_ONCE);
      Made made = TableChanges.made(postgres);
      long refused =
          number(
              table, "select count(*) from user_actions where not (" + TableChanges.ACCEPTED + ")");
      long dead =
          hasFiles(deadLetters)
              ? number(lake, "select count(distinct key) from (" + read(deadLetters) + ")")
              : 0;
      lake.execute("create table changes as " + (hasFiles(changes) ? read(changes) : NOTHING));
      lake.execute("create table current_rows as " + current("changes"));
      Rows ofTable =
          new Rows(
              table.executeQuery(
                  "select "
                      + COLUMNS.formatted("(extract(epoch from updated_at) * 1000000)::bigint")
                      + " from user_actions where "
                      + TableChanges.ACCEPTED
                      + " order by id"));
      Made inLake = new Made(changes(lake, "c"), changes(lake, "u"), changes(lake, "d"));
      long repeated = number(lake, "select count(*) - count(distinct lsn) from changes");
      Rows ofLake =
          new Rows(
              lake.executeQuery(
                  "select "
                      + COLUMNS.formatted("epoch_us(updated_at)")
                      + " from current_rows order by id"));
      Optional<String> difference = difference(ofTable, ofLake);
      return new Comparison(
          made, refused, inLake, repeated, dead, ofTable.count(), ofLake.count(), difference);
    } finally {
      postgres.rollback();
    }
  }

  private static boolean hasFiles(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.anyMatch(file -> file.toString().endsWith(".parquet"));
    }
  }

  private static long changes(Statement lake, String op) throws SQLException {
    return number(lake, "select count(distinct lsn) from changes where op = '" + op + "'");
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Rows of a result in the order of their ids, one after the other. */
  private static final class Rows {
    private final ResultSet result;
    private boolean isIn;
    private long count;

    Rows(ResultSet result) throws SQLException {
      this.result = result;
      next();
    }

    void next() throws SQLException {
      isIn = result.next();
      count += isIn ? 1 : 0;
    }

    /** Of the row that it is at; behind the last one the greatest. */
    long id() throws SQLException {
      return isIn ? result.getLong(1) : Long.MAX_VALUE;
    }

    String value(int column) throws SQLException {
      return String.valueOf(result.getObject(column));
    }

    long count() {
      return count;
    }
  }

  /** The first row that the two do not have alike; both are read to their ends. */
  private static Optional<String> difference(Rows table, Rows lake) throws SQLException {
    Optional<String> first = Optional.empty();
    while (table.isIn || lake.isIn) {
      long id = Math.min(table.id(), lake.id());
      boolean isInTable = table.id() == id;
      boolean isInLake = lake.id() == id;
      if (first.isEmpty()) {
        first =
            isInTable && isInLake
                ? otherValue(table, lake)
                : Optional.of(
                    "id " + id + " is in " + (isInTable ? "PostgreSQL" : "the lake") + " alone");
      }
      if (isInTable) {
        table.next();
      }
      if (isInLake) {
        lake.next();
      }
    }
    return first;
  }

  private static Optional<String> otherValue(Rows table, Rows lake) throws SQLException {
    ResultSetMetaData columns = table.result.getMetaData();
    for (int column = 1; column <= columns.getColumnCount(); column++) {
      if (!table.value(column).equals(lake.value(column))) {
        return Optional.of(
            String.format(
                "id %d has %s %s in PostgreSQL, %s in the lake",
                table.id(),
                columns.getColumnName(column),
                table.value(column),
                lake.value(column)));
      }
    }
    return Optional.empty();
  }

  /** Whether the lake has each change, and by them the table. */
  boolean isSame() {
    return refused == dead
        && made.inserted() == changes.inserted() + dead
        && made.updated() == changes.updated()
        && made.deleted() == changes.deleted()
        && rows == current
        && difference.isEmpty();
  }

  void print(PrintStream out) {
    out.printf("  By SQL                   %12s %12s%n", "PostgreSQL", "lake");
    line(
        out,
        "rows inserted",
        made.inserted(),
        changes.inserted() + dead,
        dead == 0 ? "" : String.format("%,d of them dead letters", dead));
    line(out, "rows updated", made.updated(), changes.updated(), "");
    line(out, "rows deleted", made.deleted(), changes.deleted(), "");
    line(
        out,
        "rows now",
        rows,
        current,
        difference
            .map(found -> "DIFFERENT: " + found)
            .orElse("each the latest change of its id, and the same in each column"));
    if (repeated > 0) {
      out.printf(
          "  %,d changes came again from Debezium, as they may when it was killed; lsn tells which%n",
          repeated);
    }
    if (refused != dead) {
      out.printf(
          "  DIFFERENT: %,d rows of PostgreSQL are not for the contract, and %,d records are dead letters%n",
          refused, dead);
    }
    out.println();
  }

  private static void line(PrintStream out, String what, long table, long lake, String more) {
    String said = table == lake || more.startsWith("DIFFERENT") ? more : "DIFFERENT " + more;
    out.println(
        String.format("    %-22s %,12d %,12d   %s", what, table, lake, said).stripTrailing());
  }
}
