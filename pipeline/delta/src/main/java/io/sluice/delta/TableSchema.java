package io.sluice.delta;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import io.sluice.contract.Table;
import io.sluice.delta.DeltaType.ArrayOf;
import io.sluice.delta.DeltaType.Field;
import io.sluice.delta.DeltaType.MapOf;
import io.sluice.delta.DeltaType.Primitive;
import io.sluice.delta.DeltaType.Struct;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of the lake as Delta has it: its columns, and the date of the folder as the last one, by
 * whose value the table is partitioned. A table without dates has no such column and no partitions.
 */
final class TableSchema {
  private final Table table;
  private final boolean isByDate;

  TableSchema(Table table) {
    this(table, true);
  }

  private TableSchema(Table table, boolean isByDate) {
    this.table = table;
    this.isByDate = isByDate;
  }

  /** That of a table without dates. */
  static TableSchema unpartitioned(Table table) {
    return new TableSchema(table, false);
  }

  String name() {
    return table.name();
  }

  String dateColumn() {
    return table.dateColumn();
  }

  /** The folder of a date, in that of the table, with a slash at its end. */
  String folder(LocalDate date) {
    return table.dateColumn() + "=" + date + "/";
  }

  boolean isByDate() {
    return isByDate;
  }

  List<String> partitionColumns() {
    return isByDate ? List.of(table.dateColumn()) : List.of();
  }

  /** The columns whose types no reader of Delta has, in words; empty where there is none. */
  String withoutType() {
    return table.fileColumns().stream()
        .filter(column -> isWithoutType(column.type()))
        .map(Column::name)
        .collect(Collectors.joining(", "));
  }

  private static boolean isWithoutType(ColumnType type) {
    if (type instanceof ColumnType.ListOf list) {
      return isWithoutType(list.element());
    }
    if (type instanceof ColumnType.MapOf map) {
      return isWithoutType(map.value());
    }
    if (type instanceof StructOf struct) {
      return struct.fields().stream().anyMatch(field -> isWithoutType(field.type()));
    }
    return type == Scalar.TIME || type instanceof ColumnType.Timestamp time && time.isNanos();
  }

  Struct schema() {
    List<Field> fields = new ArrayList<>();
    for (Column column : table.fileColumns()) {
      fields.add(new Field(column.name(), type(column.type()), !column.required()));
    }
    if (isByDate) {
      fields.add(new Field(table.dateColumn(), new Primitive("date"), true));
    }
    return new Struct(fields);
  }

  private static DeltaType type(ColumnType type) {
    if (type instanceof Scalar scalar) {
      return new Primitive(
          switch (scalar) {
            case STRING, JSON -> "string";
            case BYTES, UUID -> "binary";
            case BOOLEAN -> "boolean";
            case INT32 -> "integer";
            case INT64 -> "long";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case DATE -> "date";
            case TIME -> throw new IllegalStateException("a time of the day has no type in Delta");
          });
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return new Primitive("decimal(" + decimal.precision() + "," + decimal.scale() + ")");
    }
    if (type instanceof ColumnType.Timestamp) {
      return new Primitive("timestamp");
    }
    if (type instanceof ColumnType.ListOf list) {
      return new ArrayOf(type(list.element()), true);
    }
    if (type instanceof ColumnType.MapOf map) {
      return new MapOf(new Primitive("string"), type(map.value()), true);
    }
    // Delta has no NOT NULL within lists and maps, and Spark refuses what has one.
    return new Struct(
        ((StructOf) type)
            .fields().stream()
                .map(field -> new Field(field.name(), type(field.type()), true))
                .toList());
  }
}
