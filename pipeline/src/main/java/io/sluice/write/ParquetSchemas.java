package io.sluice.write;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Positioned;
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
final class ParquetSchemas {
  private static final int INT32_DIGITS = 9;
  private static final int INT64_DIGITS = 18;

  private ParquetSchemas() {}

  static MessageType of(Table table) {
    List<Column> columns = new ArrayList<>(table.columns());
    if (table.positionColumns()) {
      columns.addAll(Positioned.COLUMNS);
    }
    List<Type> types = new ArrayList<>();
    for (Column column : columns) {
      types.add(type(column.type(), column.required(), column.name()));
    }
    return new MessageType(table.name(), types);
  }

  private static Type type(ColumnType type, boolean required, String name) {
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
          repetition, name, type(list.element(), false, "element"));
    }
    Types.GroupBuilder<org.apache.parquet.schema.GroupType> group = Types.buildGroup(repetition);
    for (ColumnType.Field field : ((ColumnType.StructOf) type).fields()) {
      group.addField(type(field.type(), field.required(), field.name()));
    }
    return group.named(name);
  }

  static TimeUnit unit(ColumnType.Timestamp timestamp) {
    return timestamp.unit() == ColumnType.Timestamp.Unit.MILLIS ? TimeUnit.MILLIS : TimeUnit.MICROS;
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
