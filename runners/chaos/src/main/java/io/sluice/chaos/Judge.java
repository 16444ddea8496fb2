package io.sluice.chaos;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Counts what is in the files, with DuckDB and no code of the pipeline, against the producer's
 * {@link Ledger}: the multiset of positions, and at each position the event that was sent there.
 */
final class Judge {
  private static final int MOST_EXAMPLES = 5;

  /** Whether Kafka still has a record, where compaction may have taken it away. */
  interface StillThere {
    boolean at(int partition, long offset);
  }

  /**
   * The count.
   *
   * @param produced events that the broker acknowledged
   * @param lake rows of the lake, duplicates each
   * @param dead rows of the dead letters, those aside that a later contract moved to the lake
   * @param skipped acknowledged events that are to be in neither table
   * @param erased acknowledged events that are nowhere, of users who may be erased
   * @param lost acknowledged events that are nowhere, those that are skipped or erased aside
   * @param duplicate rows beyond the first of each position
   * @param wrong rows that hold another event than was sent there or another value of it, that
   *     nobody sent or that were aborted, that are in the wrong folder or in the wrong table
   * @param examples some of what is lost, duplicate or wrong, one a line
   */
  record Count(
      long produced,
      long lake,
      long dead,
      long skipped,
      long erased,
      long lost,
      long duplicate,
      long wrong,
      List<String> examples) {
    boolean isPerfect() {
      return lost == 0 && duplicate == 0 && wrong == 0;
    }
  }

  /**
   * Which files are a table's.
   *
   * @param sql names them to DuckDB; empty where there are none
   */
  record Rows(String sql) {
    /**
     * @param folder that holds the table's date folders; it may be missing
     */
    static Rows in(Path folder) throws IOException {
      return new Rows(hasFiles(folder) ? "'" + folder + "/*/*.parquet'" : "");
    }

    /** These, each as often as it is named. */
    static Rows of(List<Path> files) {
      return new Rows(
          files.isEmpty()
              ? ""
              : files.stream().map(file -> "'" + file + "'").collect(joining(", ", "[", "]")));
    }

    boolean isEmpty() {
      return sql.isEmpty();
    }
  }

  private Judge() {}

  /**
   * Counts.
   *
   * @param erasedUsers what DuckDB is to find true of a {@code user_id} of which events may be
   *     erased
   */
  static Count count(
      Path ledger, Rows lake, Rows deadLetters, String erasedUsers, StillThere stillThere)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = connection.createStatement()) {
      sql.execute("set timezone='UTC'");
      sql.execute("set threads=2");
      sql.execute(
          "create table sent as select * from read_csv('"
              + ledger
              + "', header=false, columns={'p':'INTEGER','o':'BIGINT','n':'BIGINT','known':'VARCHAR','place':'VARCHAR',"
              + "'t':'BIGINT','event_name':'VARCHAR','user_id':'VARCHAR','platform':'VARCHAR'})");
      table(
          sql,
          "lake",
          lake,
          "select _partition p, _offset o, n, epoch_ms(event_datetime) t, event_name, user_id, platform,"
              + " filename f, event_date = date_trunc('day', event_datetime) well");
      table(
          sql,
          "dead",
          deadLetters,
          "select \"partition\" p, \"offset\" o, decode(headers[1].value)::bigint n, null::bigint t, null event_name, null user_id,"
              + " null platform, filename f,"
              // Folders are of four-digit years; a producer's timestamps need not be.
              + " dead_letter_date = least(date_trunc('day', record_time), timestamp '9999-12-31') well");
      sql.execute(
          "create table places as select * exclude (well), well, 'LAKE' place from lake union all"
              + " select * exclude (well), well, 'DEAD_LETTER' from dead");
      versions(sql, "lake", lake);
      versions(sql, "dead", deadLetters);
      // Only the second contract has a column for the platform.
      sql.execute(
          "create table misread as select x.p, x.o from lake x join sent s using (p, o) left join lake_versions using (f)"
              + " where s.t is not null and ((x.t, x.event_name, x.user_id) is distinct from (s.t, s.event_name, s.user_id)"
              + " or (contract = '2' and x.platform is distinct from s.platform))");
      // In both tables, and never under the same contract: moved by the change of contracts.
      sql.execute(
          "create table moved as select p, o from"
              + " (select distinct p, o, contract from lake join lake_versions using (f)) l"
              + " join (select distinct p, o, contract from dead join dead_versions using (f)) d using (p, o)"
              + " group by p, o having bool_and(l.contract <> d.contract)");
      long rows = number(sql, "select count(*) from places");
      long distinct = number(sql, "select count(*) from (select distinct p, o from places)");
      long moved = number(sql, "select count(*) from moved");
      List<String> examples = new ArrayList<>();
      long lost = 0;
      String nowhere =
          " from sent s anti join places using (p, o)"
              + " where known = 'ACKNOWLEDGED' and place <> 'SKIPPED' and coalesce("
              + erasedUsers
              + ", false)";
      String missing = "select s.p, s.o" + nowhere + " = false order by 1, 2";
      try (ResultSet result = sql.executeQuery(missing)) {
        while (result.next()) {
          if (stillThere.at(result.getInt(1), result.getLong(2))) {
            if (lost++ < MOST_EXAMPLES) {
              examples.add("lost: partition " + result.getInt(1) + " offset " + result.getLong(2));
            }
          }
        }
      }
      String twice =
          "select p, o, count(*) c, string_agg(regexp_extract(f, '[^/]*/[^/]*$'), ' ') fs from places"
              + " anti join moved using (p, o) group by p, o having c > 1 order by 1, 2";
      examples(sql, twice, "duplicate", examples);
      String wrong =
          "select x.p, x.o, s.n is null or x.n is distinct from s.n or known = 'ABORTED' other,"
              + " string_agg(regexp_extract(f, '[^/]*/[^/]*$'), ' ') fs"
              + " from places x left join sent s using (p, o)"
              + " left join (select distinct p, o, true is_misread from misread) m using (p, o)"
              // A record in doubt has no offset in the ledger: it is known again by its number.
              + " where not exists (select 1 from sent d where d.n = x.n and d.o < 0 and d.p = x.p)"
              + " and (s.n is null or x.n is distinct from s.n or known = 'ABORTED' or not well"
              + "   or (m.is_misread and x.place = 'LAKE')"
              + "   or (s.place <> 'EITHER' and s.place <> x.place))"
              + " group by all order by 1, 2";
      long wrongRows = number(sql, "select count(*) from (" + wrong + ")");
      examples(sql, wrong, "wrong", examples);
      return new Count(
          number(sql, "select count(*) from sent where known = 'ACKNOWLEDGED'"),
          number(sql, "select count(*) from lake"),
          number(sql, "select count(*) from dead") - moved,
          number(
              sql, "select count(*) from sent where known = 'ACKNOWLEDGED' and place = 'SKIPPED'"),
          number(sql, "select count(*)" + nowhere),
          lost,
          rows - distinct - moved,
          wrongRows,
          examples);
    }
  }

  private static boolean hasFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".parquet"));
    }
  }

  private static void table(Statement sql, String name, Rows rows, String select)
      throws SQLException {
    if (!rows.isEmpty()) {
      sql.execute(
          "create table "
              + name
              + " as "
              + select
              + " from (from read_parquet("
              + rows.sql()
              + ", hive_partitioning=true, filename=true, union_by_name=true)"
              // Not every contract has this column.
              + " union all by name select null::varchar platform where false)");
    } else {
      sql.execute(
          "create table "
              + name
              + " (p integer, o bigint, n bigint, t bigint, event_name varchar, user_id varchar,"
              + " platform varchar, f varchar, well boolean)");
    }
  }

  private static void versions(Statement sql, String name, Rows rows) throws SQLException {
    sql.execute(
        !rows.isEmpty()
            ? "create table "
                + name
                + "_versions as select distinct file_name f, decode(value) as contract from parquet_kv_metadata("
                + rows.sql()
                + ") where decode(key) = 'sluice.contract_version'"
            : "create table " + name + "_versions (f varchar, contract varchar)");
  }

  private static long number(Statement sql, String query) throws SQLException {
    try (ResultSet result = sql.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }

  private static void examples(Statement sql, String query, String what, List<String> examples)
      throws SQLException {
    try (ResultSet result = sql.executeQuery(query + " limit " + MOST_EXAMPLES)) {
      while (result.next()) {
        examples.add(
            what
                + ": partition "
                + result.getInt(1)
                + " offset "
                + result.getLong(2)
                + " in "
                + result.getString("fs"));
      }
    }
  }
}
