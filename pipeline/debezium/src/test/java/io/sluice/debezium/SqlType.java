package io.sluice.debezium;

import java.util.Arrays;
import java.util.List;

/**
 * A type of a database, as one column of a table has it.
 *
 * @param column its name
 * @param sql the type
 * @param type what a contract takes it for
 * @param bareType what it takes it for where JSON brings no schema; empty where none can
 * @param compared an expression of SQL for the value as {@link DatabaseTypes} has it
 * @param literals values as SQL has them, ordinary and extreme ones
 */
record SqlType(
    String column,
    String sql,
    String type,
    String bareType,
    String compared,
    List<String> literals) {

  /** A type that is the same with a schema and without. */
  static SqlType of(String column, String sql, String type, String compared, String... literals) {
    return new SqlType(column, sql, type, type, compared, Arrays.asList(literals));
  }

  SqlType bare(String otherType) {
    return new SqlType(column, sql, type, otherType, compared, literals);
  }

  /** The literal of a row; null behind the last. */
  String literal(int row) {
    return row < literals.size() ? literals.get(row) : "null";
  }
}
