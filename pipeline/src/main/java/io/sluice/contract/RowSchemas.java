package io.sluice.contract;

import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.NanosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;

/** Beam schemas of tables: each column, then {@link Positioned}. */
public final class RowSchemas {
  private RowSchemas() {}

  public static Schema of(List<Column> columns) {
    Schema.Builder schema = Schema.builder();
    for (Column column : columns) {
      schema.addField(
          Schema.Field.of(
              column.name(), fieldType(column.type()).withNullable(!column.required())));
    }
    return Positioned.addTo(schema).build();
  }

  private static FieldType fieldType(ColumnType type) {
    if (type instanceof ColumnType.Scalar scalar) {
      return switch (scalar) {
        case STRING -> FieldType.STRING;
        case BOOLEAN -> FieldType.BOOLEAN;
        case INT32 -> FieldType.INT32;
        case INT64 -> FieldType.INT64;
        case FLOAT -> FieldType.FLOAT;
        case DOUBLE -> FieldType.DOUBLE;
        case DATE -> FieldType.logicalType(SqlTypes.DATE);
        case BYTES -> FieldType.BYTES;
        case TIME -> FieldType.logicalType(SqlTypes.TIME);
        case UUID -> FieldType.logicalType(SqlTypes.UUID);
        case JSON -> FieldType.STRING;
      };
    }
    if (type instanceof ColumnType.Decimal) {
      return FieldType.DECIMAL;
    }
    if (type instanceof ColumnType.Timestamp timestamp) {
      return FieldType.logicalType(timestamp.isNanos() ? new NanosInstant() : new MicrosInstant());
    }
    if (type instanceof ColumnType.ListOf list) {
      return FieldType.array(fieldType(list.element()).withNullable(true));
    }
    if (type instanceof ColumnType.MapOf map) {
      return FieldType.map(FieldType.STRING, fieldType(map.value()).withNullable(true));
    }
    return FieldType.row(structSchema((ColumnType.StructOf) type));
  }

  /** The schema of a struct's rows. */
  public static Schema structSchema(ColumnType.StructOf struct) {
    Schema.Builder schema = Schema.builder();
    for (ColumnType.Field field : struct.fields()) {
      schema.addField(
          Schema.Field.of(field.name(), fieldType(field.type()).withNullable(!field.required())));
    }
    return schema.build();
  }
}
