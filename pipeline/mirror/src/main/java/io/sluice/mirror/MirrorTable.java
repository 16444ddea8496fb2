package io.sluice.mirror;

import io.sluice.UserException;
import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Contract;
import io.sluice.contract.KeyValues;
import io.sluice.contract.Positioned;
import io.sluice.contract.Reading.From;
import io.sluice.contract.Table;
import io.sluice.debezium.DebeziumFormat;
import io.sluice.write.ParquetSchemas;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A table of changes, with where in its rows stands what a mirror needs. All but the key is named
 * by what the column reads, so that a contract may call its columns as it likes.
 *
 * @param table as it is in the lake
 * @param key the names of the columns that tell rows apart
 * @param log of the database
 * @param byPath the name of the column that has a part of the change, by the part's path
 * @param columns the names of the columns that read a field of the row, by the field
 */
record MirrorTable(
    Table table,
    List<String> key,
    Order.Log log,
    Map<String, String> byPath,
    Map<String, List<String>> columns)
    implements Serializable {
  static final String OP = "_op";
  static final String TIME = "_source_ts";
  static final String LSN = "_lsn";
  static final String FILE = "_binlog_file";
  static final String PLACE = "_binlog_pos";
  static final String ROW = "_binlog_row";
  static final String GTID = "_gtid";
  static final String IN_TRANSACTION = "_transaction.total_order";
  static final String UNAVAILABLE = "_unavailable";

  /** Behind the columns of rows whose last change has not brought each value: which, of when. */
  static final String MISSING = "_mirror";

  private static final String SUFFIX = "_current";
  private static final String OF_ROW = "_row";

  /**
   * That of a contract.
   *
   * @param table that of the contract, as it is in the lake
   * @throws UserException where the contract lacks something, with the lines to add
   */
  static MirrorTable of(Contract contract, Table table) {
    if (!contract.format().name().equals(DebeziumFormat.NAME)) {
      throw new UserException(
          "table "
              + contract.table()
              + " has format "
              + contract.format().name()
              + ": a mirror is made of a database's changes, which have format "
              + DebeziumFormat.NAME);
    }
    if (!contract.transform().isNone() || !contract.intake().explode().isEmpty()) {
      throw new UserException(
          "table "
              + contract.table()
              + " has "
              + (contract.transform().isNone() ? "explode" : "transform")
              + ": a mirror is made of rows as the database has them; write a contract of a second"
              + " table without it");
    }
    Map<String, String> byPath = new HashMap<>();
    Map<String, List<String>> columns = new HashMap<>();
    for (Column column : contract.columns()) {
      From from = column.reading().from();
      if (from == From.PARTITION || from == From.OFFSET) {
        byPath.put(from.name(), column.name());
      } else if (from == From.VALUE) {
        byPath.putIfAbsent(column.pathText(), column.name());
        boolean isShadowed = column.path().get(0).equals(OF_ROW) && column.path().size() > 1;
        columns
            .computeIfAbsent(column.path().get(isShadowed ? 1 : 0), name -> new ArrayList<>())
            .add(column.name());
      }
    }
    if (contract.positionColumns()) {
      byPath.putIfAbsent(From.PARTITION.name(), Positioned.PARTITION);
      byPath.putIfAbsent(From.OFFSET.name(), Positioned.OFFSET);
    }
    List<String> key = key(contract);
    requireColumns(contract, byPath);
    return new MirrorTable(
        table, key, byPath.containsKey(LSN) ? Order.Log.WAL : Order.Log.BINLOG, byPath, columns);
  }

  private static List<String> key(Contract contract) {
    List<String> key = contract.format().keys().texts(DebeziumFormat.KEY);
    if (key.isEmpty()) {
      throw new UserException(
          "the contract of table "
              + contract.table()
              + " names no key, and a mirror has one row per key: add key: [COLUMN, …] to its"
              + " format, with the columns of the primary key; a table without one needs one first,"
              + " or message.key.columns in the connector's configuration and REPLICA IDENTITY FULL"
              + " in PostgreSQL");
    }
    for (String name : key) {
      Column column =
          contract.columns().stream()
              .filter(one -> one.name().equals(name))
              .findFirst()
              .orElseThrow(() -> new UserException("there is no column " + name + " of the key"));
      boolean isValue =
          !(column.type() instanceof ColumnType.ListOf
              || column.type() instanceof ColumnType.MapOf
              || column.type() instanceof ColumnType.StructOf
              || column.type() == Scalar.JSON);
      if (!column.reading().isOfValue() || !isValue) {
        throw new UserException(
            "column "
                + name
                + " of the key of "
                + contract.table()
                + " has to be a field of the row with one value, and no list, map, struct or json");
      }
    }
    return key;
  }

  /** Says all at once what is not there: each line is an upgrade of the job. */
  private static void requireColumns(Contract contract, Map<String, String> byPath) {
    List<String> lines = new ArrayList<>();
    KeyValues keys = contract.format().keys();
    if (!keys.text(DebeziumFormat.TRUNCATES).equals(DebeziumFormat.ROW)) {
      lines.add("in format: truncates: " + DebeziumFormat.ROW);
    }
    if (!keys.text(DebeziumFormat.UNAVAILABLE).equals("as_null")) {
      lines.add("in format: unavailable: as_null");
    }
    require(contract, byPath, OP, "string", lines);
    require(contract, byPath, TIME, "timestamp", lines);
    if (byPath.containsKey(LSN)) {
      require(contract, byPath, LSN, "int64", lines);
      require(contract, byPath, UNAVAILABLE, "{list: string}", lines);
    } else if (byPath.containsKey(FILE)) {
      require(contract, byPath, FILE, "string", lines);
      require(contract, byPath, PLACE, "int64", lines);
      require(contract, byPath, ROW, "int32", lines);
      // Empty where the server has none; MariaDB orders by nothing else.
      require(contract, byPath, GTID, "string", lines);
    } else {
      lines.add(
          "of PostgreSQL " + line(LSN, "int64") + " and " + line(UNAVAILABLE, "{list: string}"));
      lines.add(
          "of MySQL and MariaDB "
              + line(FILE, "string")
              + ", "
              + line(PLACE, "int64")
              + ", "
              + line(ROW, "int32")
              + " and "
              + line(GTID, "string"));
    }
    Column time = contract.columns().get(contract.eventTime());
    boolean isOfChange =
        time.reading().from() == From.RECORD_TIME
            || time.reading().isOfValue() && time.path().get(0).matches(TIME + "|_ts");
    if (!isOfChange) {
      lines.add(
          "event_time of the change, such as "
              + line(TIME, "timestamp")
              + ", for deletes and truncates have no "
              + time.name()
              + ": the event time of a table cannot be changed, so this is for a new one");
    }
    if (!lines.isEmpty()) {
      throw new UserException(
          "the contract of table "
              + contract.table()
              + " lacks what a mirror needs: "
              + String.join("; ", lines)
              + ". Rows that were written before have none of it: see docs/operations.md, The"
              + " current state of a database");
    }
  }

  private static String line(String path, String type) {
    return "{name: " + path.substring(1) + ", path: " + path + ", type: " + type + "}";
  }

  private static void require(
      Contract contract, Map<String, String> byPath, String path, String type, List<String> lines) {
    String name = byPath.get(path);
    ColumnType found =
        contract.columns().stream()
            .filter(column -> column.name().equals(name))
            .findFirst()
            .map(Column::type)
            .orElse(null);
    boolean isSo =
        found != null
            && switch (type) {
              case "string" -> found == Scalar.STRING;
              case "int64" -> found == Scalar.INT64;
              case "int32" -> found == Scalar.INT32 || found == Scalar.INT64;
              case "timestamp" -> found instanceof ColumnType.Timestamp;
              default -> found instanceof ColumnType.ListOf list && list.element() == Scalar.STRING;
            };
    if (!isSo) {
      lines.add(line(path, type) + (found == null ? "" : ", which is of another type"));
    }
  }

  /** The name of the table of current rows. */
  String name() {
    return nameOf(table.name());
  }

  /** What the table of the current rows of another one is called. */
  static String nameOf(String table) {
    return table + SUFFIX;
  }

  /** The column of a part of the change; null where the contract has none. */
  @Nullable String column(String path) {
    return byPath.get(path);
  }

  @Nullable String partition() {
    return byPath.get(From.PARTITION.name());
  }

  @Nullable String offset() {
    return byPath.get(From.OFFSET.name());
  }

  /**
   * The table of current rows: with the same columns, of which any may be without a value.
   *
   * @param table of changes
   */
  static Table current(Table table) {
    return new Table(
        nameOf(table.name()),
        table.dateColumn(),
        table.zone(),
        table.columns().stream().map(MirrorTable::relaxed).toList(),
        table.timeColumn(),
        table.contractVersion(),
        table.positionColumns().stream().map(MirrorTable::relaxed).toList(),
        table.ids());
  }

  private static Column relaxed(Column column) {
    return new Column(
        column.name(),
        column.path(),
        relaxed(column.type()),
        false,
        column.dictionary(),
        column.bloomFilter(),
        column.reading());
  }

  private static ColumnType relaxed(ColumnType type) {
    if (type instanceof ColumnType.ListOf list) {
      return new ColumnType.ListOf(relaxed(list.element()));
    }
    if (type instanceof ColumnType.MapOf map) {
      return new ColumnType.MapOf(relaxed(map.value()));
    }
    if (type instanceof ColumnType.StructOf struct) {
      return new ColumnType.StructOf(
          struct.fields().stream()
              .map(
                  field ->
                      new ColumnType.Field(
                          field.name(), relaxed(field.type()), false, field.path()))
              .toList());
    }
    return type;
  }

  /** The schema of rows, without what is behind them. */
  MessageType schema() {
    return Groups.relaxed(ParquetSchemas.of(table));
  }

  /** The schema of files. */
  MessageType fileSchema() {
    List<Type> fields = new ArrayList<>(schema().getFields());
    fields.add(Types.optional(PrimitiveTypeName.BINARY).named(MISSING));
    return new MessageType(name(), fields);
  }
}
