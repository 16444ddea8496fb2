package io.sluice.mirror;

import io.sluice.lake.FileTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a row says of a change: rows of the lake, and those of a mirror, which have the same
 * columns. For one thread.
 */
final class ChangeReader {
  private static final String READ = "r";
  private static final String UPDATE = "u";
  private static final String DELETE = "d";
  private static final String TRUNCATE = "t";

  private final MirrorTable table;
  private final MessageType schema;

  ChangeReader(MirrorTable table) {
    this.table = table;
    this.schema = table.schema();
  }

  /** Whether all rows before it are gone. */
  boolean isTruncate(Group row) {
    return TRUNCATE.equals(text(row, MirrorTable.OP));
  }

  /**
   * The state of a key that a row of the lake is.
   *
   * @return null where the row has no key
   */
  @Nullable KeyState change(Group row) {
    byte[] key = KeyBytes.of(row, table.key());
    if (key == null) {
      return null;
    }
    String op = text(row, MirrorTable.OP);
    boolean isDeleted = DELETE.equals(op);
    Order order = order(row);
    SortedMap<String, KeyState.Fill> missing = new TreeMap<>();
    if (!isDeleted) {
      // What a row of another key had, as which it was before, is not known here.
      KeyState.Fill fill = UPDATE.equals(op) ? KeyState.Fill.NONE : new KeyState.Fill(order, false);
      unavailable(row).forEach(column -> missing.put(column, fill));
    }
    Group stored = isDeleted ? marker(row) : row;
    return new KeyState(key, order, isDeleted, Groups.encode(Groups.in(schema, stored)), missing);
  }

  /** The state of a key that a row of a mirror is, without its row. */
  KeyState present(Group row, boolean isDeleted) throws IOException {
    byte[] key = KeyBytes.of(row, table.key());
    if (key == null) {
      throw new IOException("a row of a mirror without its key");
    }
    int field = row.getType().getFieldIndex(MirrorTable.MISSING);
    SortedMap<String, KeyState.Fill> missing =
        row.getFieldRepetitionCount(field) == 0
            ? new TreeMap<>()
            : KeyState.decodeMissing(row.getBinary(field, 0).getBytes());
    return new KeyState(key, order(row), isDeleted, new byte[0], missing);
  }

  /** What is left of a deleted row: its key, and what is said of the change. */
  private Group marker(Group row) {
    Group marker = new SimpleGroup(schema);
    for (int field = 0; field < schema.getFieldCount(); field++) {
      String name = schema.getFieldName(field);
      boolean isOfRow =
          table.columns().entrySet().stream()
              .anyMatch(one -> !one.getKey().startsWith("_") && one.getValue().contains(name));
      if ((!isOfRow || table.key().contains(name)) && row.getType().containsField(name)) {
        Groups.copy(row, row.getType().getFieldIndex(name), marker, field);
      }
    }
    return marker;
  }

  Order order(Group row) {
    return new Order(
        table.log(),
        table.log() == Order.Log.BINLOG ? text(row, MirrorTable.FILE) : "",
        number(row, table.log() == Order.Log.WAL ? MirrorTable.LSN : MirrorTable.PLACE),
        number(row, MirrorTable.ROW),
        text(row, MirrorTable.GTID),
        READ.equals(text(row, MirrorTable.OP)),
        micros(row),
        number(row, MirrorTable.IN_TRANSACTION),
        (int) numberOf(row, table.partition()),
        numberOf(row, table.offset()));
  }

  private String text(Group row, String path) {
    String column = table.column(path);
    if (column == null || !row.getType().containsField(column)) {
      return "";
    }
    int field = row.getType().getFieldIndex(column);
    return row.getFieldRepetitionCount(field) == 0 ? "" : row.getString(field, 0);
  }

  private long number(Group row, String path) {
    return numberOf(row, table.column(path));
  }

  private static long numberOf(Group row, @Nullable String column) {
    if (column == null || !row.getType().containsField(column)) {
      return -1;
    }
    GroupType type = row.getType();
    int field = type.getFieldIndex(column);
    if (row.getFieldRepetitionCount(field) == 0) {
      return -1;
    }
    return switch (type.getType(field).asPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> row.getInteger(field, 0);
      case INT64 -> row.getLong(field, 0);
      default -> -1;
    };
  }

  private long micros(Group row) {
    String column = table.column(MirrorTable.TIME);
    if (column == null || !row.getType().containsField(column)) {
      return Long.MIN_VALUE;
    }
    int field = row.getType().getFieldIndex(column);
    if (row.getFieldRepetitionCount(field) == 0) {
      return Long.MIN_VALUE;
    }
    LongUnaryOperator toMicros =
        FileTimes.toMicros(row.getType().getType(field)).orElse(LongUnaryOperator.identity());
    return toMicros.applyAsLong(row.getLong(field, 0));
  }

  /** The columns whose values the connector could not send. */
  private List<String> unavailable(Group row) {
    String column = table.column(MirrorTable.UNAVAILABLE);
    if (column == null || !row.getType().containsField(column)) {
      return List.of();
    }
    int field = row.getType().getFieldIndex(column);
    if (row.getFieldRepetitionCount(field) == 0) {
      return List.of();
    }
    Group list = row.getGroup(field, 0);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      Group element = list.getGroup(0, i);
      if (element.getFieldRepetitionCount(0) > 0) {
        names.addAll(table.columns().getOrDefault(element.getString(0, 0), List.of()));
      }
    }
    return names;
  }

  /** A row with some values of another. */
  static byte[] fill(MessageType schema, byte[] to, byte[] from, Iterable<String> columns) {
    Group source = Groups.decode(schema, from);
    Group target = Groups.decode(schema, to);
    Group filled = new SimpleGroup(schema);
    for (int field = 0; field < schema.getFieldCount(); field++) {
      String name = schema.getFieldName(field);
      boolean isTaken = false;
      for (String column : columns) {
        isTaken |= column.equals(name);
      }
      Groups.copy(isTaken ? source : target, field, filled, field);
    }
    return Groups.encode(filled);
  }
}
