package io.sluice.write;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.FieldIds;
import io.sluice.contract.Table;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.ConversionPatterns;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** Parquet schemas of tables, with logical types as the Parquet format specifies them. */
public final class ParquetSchemas {
  private static final int INT32_DIGITS = 9;
  private static final int INT64_DIGITS = 18;

  private final FieldIds ids;

  private ParquetSchemas(FieldIds ids) {
    this.ids = ids;
  }

  /** The schema of the files of a table. */
  public static MessageType of(Table table) {
    ParquetSchemas schemas = new ParquetSchemas(table.ids());
    List<Type> types = new ArrayList<>();
    for (Column column : table.fileColumns()) {
      types.add(schemas.type(column.type(), column.required(), column.name(), column.name()));
    }
    return new MessageType(table.name(), types);
  }

  /**
   * @param path by which the field has its number
   */
  private Type type(ColumnType type, boolean required, String name, String path) {
    return withoutId(type, required, name, path).withId(ids.of(path));
  }

  private Type withoutId(ColumnType type, boolean required, String name, String path) {
    Repetition repetition = required ? Repetition.REQUIRED : Repetition.OPTIONAL;
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case STRING ->
            Types.primitive(PrimitiveTypeName.BINARY, repetition)
                .as(LogicalTypeAnnotation.stringType())
                .named(name);
        case BYTES -> Types.primitive(PrimitiveTypeName.BINARY, repetition).named(name);
        case BOOLEAN -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
        case INT32 -> Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
        case INT64 -> Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
        case FLOAT -> Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
        case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
        case DATE ->
            Types.primitive(PrimitiveTypeName.INT32, repetition)
                .as(LogicalTypeAnnotation.dateType())
                .named(name);
        case TIME ->
            Types.primitive(PrimitiveTypeName.INT64, repetition)
                .as(LogicalTypeAnnotation.timeType(false, TimeUnit.MICROS))
                .named(name);
        case UUID ->
            Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                .length(LogicalTypeAnnotation.UUIDLogicalTypeAnnotation.BYTES)
                .as(LogicalTypeAnnotation.uuidType())
                .named(name);
        case JSON ->
            Types.primitive(PrimitiveTypeName.BINARY, repetition)
                .as(LogicalTypeAnnotation.jsonType())
                .named(name);
      };
    }
    if (type instanceof ColumnType.Decimal decimal) {
      LogicalTypeAnnotation annotation =
          LogicalTypeAnnotation.decimalType(decimal.scale(), decimal.precision());
      return decimalLength(decimal) > 0
          ? Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
              .length(decimalLength(decimal))
              .as(annotation)
              .named(name)
          : Types.primitive(
                  decimal.precision() <= INT32_DIGITS
                      ? PrimitiveTypeName.INT32
                      : PrimitiveTypeName.INT64,
                  repetition)
              .as(annotation)
              .named(name);
    }
    if (type instanceof ColumnType.Timestamp timestamp) {
      return Types.primitive(PrimitiveTypeName.INT64, repetition)
          .as(LogicalTypeAnnotation.timestampType(true, unit(timestamp)))
          .named(name);
    }
    if (type instanceof ColumnType.ListOf list) {
      return ConversionPatterns.listOfElements(
          repetition, name, type(list.element(), false, "element", FieldIds.element(path)));
    }
    if (type instanceof ColumnType.MapOf map) {
      return Types.map(repetition)
          .key(
              Types.required(PrimitiveTypeName.BINARY)
                  .as(LogicalTypeAnnotation.stringType())
                  .id(ids.of(FieldIds.key(path)))
                  .named("key"))
          .value(type(map.value(), false, "value", FieldIds.value(path)))
          .named(name);
    }
    Types.GroupBuilder<org.apache.parquet.schema.GroupType> group = Types.buildGroup(repetition);
    for (ColumnType.Field field : ((ColumnType.StructOf) type).fields()) {
      group.addField(
          type(field.type(), field.required(), field.name(), FieldIds.field(path, field)));
    }
    return group.named(name);
  }

  static TimeUnit unit(ColumnType.Timestamp timestamp) {
    return switch (timestamp.unit()) {
      case MILLIS -> TimeUnit.MILLIS;
      case MICROS, DEFAULT -> TimeUnit.MICROS;
      case NANOS -> TimeUnit.NANOS;
    };
  }

  /** Bytes of a decimal that fits no integer; 0 where it fits one. */
  static int decimalLength(ColumnType.Decimal decimal) {
    if (decimal.precision() <= INT64_DIGITS) {
      return 0;
    }
    // The least n with 10^precision <= 2^(8n-1).
    return (int) Math.ceil((decimal.precision() * Math.log(10) / Math.log(2) + 1) / 8);
  }

  static boolean fitsInt32(ColumnType.Decimal decimal) {
    return decimal.precision() <= INT32_DIGITS;
  }
}
