package io.sluice.iceberg;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.ListOf;
import io.sluice.contract.ColumnType.MapOf;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import io.sluice.contract.FieldIds;
import io.sluice.contract.Table;
import io.sluice.lake.PartFile;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table of the lake as Iceberg has it: its columns with the numbers that their files have, and
 * the date of the folder as the last one, by whose value the table is partitioned. A table without
 * dates has no such column and no partitions.
 */
final class LakeSchema {
  /**
   * The number of the column of dates. It is in no file, so the lake gives it none, and will never
   * come this far with those that it gives.
   */
  static final int DATE_ID = 1_000_000;

  /** Timestamps in nanoseconds need the third version of the format. */
  private static final int WITH_NANOS = 3;

  private static final int PLAIN = 2;

  private final Table table;
  private final boolean isByDate;

  LakeSchema(Table table) {
    this(table, true);
  }

  private LakeSchema(Table table, boolean isByDate) {
    this.table = table;
    this.isByDate = isByDate;
  }

  /** That of a table without dates. */
  static LakeSchema unpartitioned(Table table) {
    return new LakeSchema(table, false);
  }

  /** Why times in milliseconds are refused, and what to do. */
  static String millis(String what) {
    return what
        + " has times in milliseconds (TIMESTAMP(MILLIS)), which readers of Iceberg take for"
        + " microseconds where they filter, and answer wrongly without a word: leave it out of"
        + " --publish=iceberg, or begin a table anew, which has microseconds, and rebuild its dates"
        + " there from Kafka";
  }

  String name() {
    return table.name();
  }

  String dateColumn() {
    return table.dateColumn();
  }

  /** The folder of a date, below the lake's root, with a slash at its end. */
  String folder(LocalDate date) {
    return PartFile.folder(table.name(), table.dateColumn(), date);
  }

  /** The folder of all files of a table without dates, the same. */
  String folder() {
    return table.name() + "/";
  }

  boolean isByDate() {
    return isByDate;
  }

  /** How the table is partitioned. */
  PartitionSpec spec(Schema columns) {
    return isByDate
        ? PartitionSpec.builderFor(columns).identity(table.dateColumn()).build()
        : PartitionSpec.unpartitioned();
  }

  /** Whether a partitioning is that of the table. */
  boolean isSpec(PartitionSpec spec) {
    return isByDate ? TableFiles.isByDate(spec) : spec.isUnpartitioned();
  }

  boolean hasMillis() {
    return table.fileColumns().stream().anyMatch(column -> has(column.type(), true));
  }

  int formatVersion() {
    return table.fileColumns().stream().anyMatch(column -> has(column.type(), false))
        ? WITH_NANOS
        : PLAIN;
  }

  private static boolean has(ColumnType type, boolean millis) {
    if (type instanceof ColumnType.Timestamp timestamp) {
      return millis ? timestamp.isMillis() : timestamp.isNanos();
    }
    if (type instanceof ListOf list) {
      return has(list.element(), millis);
    }
    if (type instanceof MapOf map) {
      return has(map.value(), millis);
    }
    return type instanceof StructOf struct
        && struct.fields().stream().anyMatch(field -> has(field.type(), millis));
  }

  Schema schema() {
    List<NestedField> fields = new ArrayList<>();
    for (Column column : table.fileColumns()) {
      String name = column.name();
      fields.add(
          NestedField.builder()
              .withId(table.ids().of(name))
              .isOptional(!column.required())
              .withName(name)
              .ofType(type(column.type(), name))
              .build());
    }
    if (isByDate) {
      // Each row has one, from its partition. It is in no file, and pyiceberg reads no table of
      // which a file lacks what is required.
      fields.add(NestedField.optional(DATE_ID, table.dateColumn(), Types.DateType.get()));
    }
    return new Schema(fields);
  }

  private Type type(ColumnType type, String path) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case STRING, JSON -> Types.StringType.get();
        case BYTES -> Types.BinaryType.get();
        case BOOLEAN -> Types.BooleanType.get();
        case INT32 -> Types.IntegerType.get();
        case INT64 -> Types.LongType.get();
        case FLOAT -> Types.FloatType.get();
        case DOUBLE -> Types.DoubleType.get();
        case DATE -> Types.DateType.get();
        case TIME -> Types.TimeType.get();
        case UUID -> Types.UUIDType.get();
      };
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return Types.DecimalType.of(decimal.precision(), decimal.scale());
    }
    if (type instanceof ColumnType.Timestamp timestamp) {
      return timestamp.isNanos()
          ? Types.TimestampNanoType.withZone()
          : Types.TimestampType.withZone();
    }
    FieldIds ids = table.ids();
    if (type instanceof ListOf list) {
      String element = FieldIds.element(path);
      return Types.ListType.ofOptional(ids.of(element), type(list.element(), element));
    }
    if (type instanceof MapOf map) {
      String value = FieldIds.value(path);
      return Types.MapType.ofOptional(
          ids.of(FieldIds.key(path)),
          ids.of(value),
          Types.StringType.get(),
          type(map.value(), value));
    }
    List<NestedField> fields = new ArrayList<>();
    for (ColumnType.Field field : ((StructOf) type).fields()) {
      String within = FieldIds.field(path, field);
      fields.add(
          NestedField.builder()
              .withId(ids.of(within))
              .isOptional(!field.required())
              .withName(field.name())
              .ofType(type(field.type(), within))
              .build());
    }
    return Types.StructType.of(fields);
  }
}
