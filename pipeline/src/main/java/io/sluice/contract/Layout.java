package io.sluice.contract;

import io.sluice.contract.ColumnType.Timestamp;
import java.util.List;

/**
 * A number for how the rows of some columns are encoded, which savepoints have: for columns that an
 * older version knows it is the one that this version gave. That was made of the columns as Java
 * prints records, which is why they are spelt out here.
 */
final class Layout {
  private Layout() {}

  static int of(List<Column> columns) {
    return columns.stream().map(Layout::text).toList().toString().hashCode();
  }

  private static String text(Column column) {
    return "Column[name="
        + column.name()
        + ", path="
        + column.path()
        + ", type="
        + text(column.type())
        + ", required="
        + column.required()
        + ", dictionary="
        + column.dictionary()
        + ", bloomFilter="
        + column.bloomFilter()
        + "]";
  }

  private static String text(ColumnType type) {
    if (type instanceof ColumnType.Decimal decimal) {
      return "Decimal[precision=" + decimal.precision() + ", scale=" + decimal.scale() + "]";
    }
    if (type instanceof Timestamp timestamp) {
      // How it is written in records says nothing of how rows have it.
      return "Timestamp[unit=" + timestamp.unit() + ", format=" + timestamp.format() + "]";
    }
    if (type instanceof ColumnType.ListOf list) {
      return "ListOf[element=" + text(list.element()) + "]";
    }
    if (type instanceof ColumnType.MapOf map) {
      return "MapOf[value=" + text(map.value()) + "]";
    }
    if (type instanceof ColumnType.StructOf struct) {
      return "StructOf[fields=" + struct.fields().stream().map(Layout::text).toList() + "]";
    }
    return type.toString();
  }

  private static String text(ColumnType.Field field) {
    return "Field[name="
        + field.name()
        + ", type="
        + text(field.type())
        + ", required="
        + field.required()
        + "]";
  }
}
