package io.sluice.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.contract.Contract;
import io.sluice.decode.Outcome;
import io.sluice.decode.ValueDecoder;
import io.sluice.record.EncodedValues;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A table with a column of each type, whose rows are inserted, changed and deleted, and what SQL
 * says of them each time: the rows that come of a connector's records have to be the same.
 */
final class DatabaseTypes {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private final String table;
  private final List<SqlType> types;
  private final Connection connection;

  /** What has been done, by operation, with the row as SQL had it. */
  private final List<Change> changes = new ArrayList<>();

  /** A change of a row: of a delete, the row as it was. */
  record Change(String op, Map<String, String> row) {}

  DatabaseTypes(String table, List<SqlType> types, Connection connection) {
    this.table = table;
    this.types = types;
    this.connection = connection;
  }

  /** As many rows as the type with the most literals has, and one of nulls. */
  private int rows() {
    return types.stream().mapToInt(type -> type.literals().size()).max().orElseThrow() + 1;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void createTable(String options) throws SQLException {
    execute(
        "create table "
            + table
            + " (id int primary key, "
            + types.stream()
                .map(type -> type.column() + " " + type.sql() + " null")
                .collect(Collectors.joining(", "))
            + ")"
            + options);
  }

  /** Inserts all rows, with ids from a first one on. */
  void insert(int firstId, String op) throws SQLException {
    for (int row = 0; row < rows(); row++) {
      int at = row;
      execute(
          "insert into "
              + table
              + " values ("
              + (firstId + row)
              + ", "
              + types.stream().map(type -> type.literal(at)).collect(Collectors.joining(", "))
              + ")");
      changes.add(new Change(op, select(firstId + row)));
    }
  }

  /** Gives each row the values of the next. */
  void update(int firstId) throws SQLException {
    for (int row = 0; row < rows(); row++) {
      int next = (row + 1) % rows();
      execute(
          "update "
              + table
              + " set "
              + types.stream()
                  .map(type -> type.column() + " = " + type.literal(next))
                  .collect(Collectors.joining(", "))
              + " where id = "
              + (firstId + row));
      changes.add(new Change("u", select(firstId + row)));
    }
  }

  void delete(int firstId) throws SQLException {
    for (int row = 0; row < rows(); row++) {
      changes.add(new Change("d", select(firstId + row)));
      execute("delete from " + table + " where id = " + (firstId + row));
    }
  }

  /** What SQL says of a row. */
  private Map<String, String> select(int id) throws SQLException {
    String columns =
        types.stream()
            .map(type -> type.compared().replace("?", type.column()))
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select id, " + columns + " from " + table + " where id = " + id)) {
      result.next();
      Map<String, String> row = new LinkedHashMap<>();
      row.put("id", result.getString(1));
      for (int i = 0; i < types.size(); i++) {
        row.put(types.get(i).column(), compared(types.get(i), result.getString(i + 2)));
      }
      return row;
    }
  }

  /** A value of SQL in the form that {@link #text} gives to ours. */
  private static String compared(SqlType type, @Nullable String value) {
    if (value == null) {
      return "null";
    }
    return switch (type.type()) {
      case "float" -> Float.toString(Float.parseFloat(value));
      case "double" -> Double.toString(Double.parseDouble(value));
      case "json" -> json(value);
      default -> value;
    };
  }

  /** Names sorted, without spaces, numbers with their digits. */
  private static String json(String text) {
    try {
      return JSON.writeValueAsString(JSON.readValue(text, Object.class));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  int changes() {
    return changes.size();
  }

  Contract contract(Written.Form form) {
    boolean isBare = form == Written.Form.JSON;
    Stream<String> columns =
        types(form).stream()
            .map(
                type ->
                    "name: "
                        + type.column()
                        + ", type: "
                        + quoted(isBare ? type.bareType() : type.type()));
    return TestDebezium.contract(
        form.keys(),
        "",
        Stream.concat(
                Stream.of("name: op, path: _op, type: string", "name: id, type: int32"), columns)
            .toList());
  }

  private static String quoted(String type) {
    return type.startsWith("{") ? type : "\"" + type + "\"";
  }

  private List<SqlType> types(Written.Form form) {
    return types.stream()
        .filter(type -> form != Written.Form.JSON || !type.bareType().isEmpty())
        .toList();
  }

  /** Each record is the change that was made, in the same order. */
  void assertDecoded(List<SourceRecord> records, Written.Form form) {
    TestDebezium.Registry registry = new TestDebezium.Registry();
    Written written = new Written(registry);
    Contract contract = contract(form);
    ValueDecoder decoder =
        new DebeziumFormat().decoder(contract, registry, new TestDebezium.Events());
    List<String> wrong = new ArrayList<>();
    int at = 0;
    for (SourceRecord record : records) {
      Outcome outcome = TestDebezium.decode(decoder, written.value(record, form));
      if (outcome instanceof Outcome.Skipped) {
        continue;
      }
      Change change = changes.get(at++);
      if (outcome instanceof Outcome.Rejected rejected) {
        wrong.add(change.op() + " " + change.row().get("id") + ": " + rejected);
        continue;
      }
      assertInstanceOf(Outcome.Accepted.class, outcome);
      Map<String, @Nullable Object> row = TestDebezium.row(contract, outcome);
      assertEquals(change.op(), row.get("op"), form + " " + change);
      assertEquals(change.row().get("id"), text(row.get("id")));
      for (SqlType type : types(form)) {
        String ours = text(row.get(type.column()));
        String theirs = change.row().get(type.column());
        if (!ours.equals(theirs)) {
          wrong.add(
              change.op()
                  + " "
                  + type.sql()
                  + " as "
                  + type.type()
                  + ": "
                  + ours
                  + ", SQL says "
                  + theirs);
        }
      }
    }
    assertEquals(List.of(), wrong.stream().distinct().toList(), form.toString());
    assertEquals(changes.size(), at, form + ": changes");
  }

  /** A value of ours as a text. */
  private static String text(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof Instant instant) {
      return Long.toString(EncodedValues.micros(instant));
    }
    if (value instanceof LocalTime time) {
      return Long.toString(time.toNanoOfDay() / 1000);
    }
    if (value instanceof LocalDate || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(DatabaseTypes::text).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
          .sorted()
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof Row row) {
      return row.getSchema().getFieldNames().stream()
          .map(name -> name + "=" + text(row.getValue(name)))
          .collect(Collectors.joining(",", "{", "}"));
    }
    return String.valueOf(value);
  }
}
