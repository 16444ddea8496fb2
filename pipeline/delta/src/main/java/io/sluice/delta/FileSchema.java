package io.sluice.delta;

import io.sluice.delta.DeltaType.ArrayOf;
import io.sluice.delta.DeltaType.Field;
import io.sluice.delta.DeltaType.MapOf;
import io.sluice.delta.DeltaType.Primitive;
import io.sluice.delta.DeltaType.Struct;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** Whether a file can be read by a table's schema, which readers do not all check. */
final class FileSchema {
  private final String file;
  private final MessageType type;

  /**
   * @param file what messages call it
   */
  FileSchema(String file, MessageType type) {
    this.file = file;
    this.type = type;
  }

  /**
   * The columns that a table requires and that the file need not have.
   *
   * @param dateColumn that is in no file
   * @throws IOException where a column has another type in the file
   */
  Set<String> missing(Struct wants, String dateColumn) throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Field field : wants.fields()) {
      String name = field.physicalName();
      if (name.equals(dateColumn)) {
        continue;
      }
      boolean isThere = type.containsField(name);
      if (!field.nullable() && (!isThere || type.getType(name).isRepetition(Repetition.OPTIONAL))) {
        missing.add(name);
      }
      if (isThere) {
        check(name, field.type(), type.getType(name));
      }
    }
    return missing;
  }

  private void check(String path, DeltaType wants, Type has) throws IOException {
    if (wants instanceof Primitive primitive) {
      String found = has.isPrimitive() ? name(has.asPrimitiveType()) : "a group";
      if (!primitive.name().equals(found)) {
        throw differs(path, wants, found);
      }
      return;
    }
    if (has.isPrimitive()) {
      throw differs(path, wants, name(has.asPrimitiveType()));
    }
    GroupType group = has.asGroupType();
    if (wants instanceof Struct struct) {
      for (Field field : struct.fields()) {
        String name = field.physicalName();
        if (group.containsField(name)) {
          check(path + "." + name, field.type(), group.getType(name));
        }
      }
    } else if (wants instanceof ArrayOf array) {
      check(path + ".element", array.element(), within(path, wants, group, 1).getType(0));
    } else if (wants instanceof MapOf map) {
      check(path + ".value", map.value(), within(path, wants, group, 2).getType(1));
    }
  }

  /** The group that is repeated in a list or a map. */
  private GroupType within(String path, DeltaType wants, GroupType group, int fields)
      throws IOException {
    if (group.getFieldCount() == 1 && !group.getType(0).isPrimitive()) {
      GroupType repeated = group.getType(0).asGroupType();
      if (repeated.getFieldCount() == fields) {
        return repeated;
      }
    }
    throw differs(path, wants, "a group");
  }

  private IOException differs(String path, DeltaType wants, String has) {
    return new IOException(
        file
            + ": its column "
            + path
            + " is "
            + has
            + ", and "
            + wants
            + " in the table: rebuild the date, which writes the file anew");
  }

  /** What readers of Delta make of a column, as Delta calls it; else what Parquet calls it. */
  static String name(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
    }
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      return timestamp.isAdjustedToUTC() && timestamp.getUnit() != TimeUnit.NANOS
          ? "timestamp"
          : timestamp.toString();
    }
    boolean isPlain = logical == null;
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> "boolean";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case INT32 ->
          isPlain
              ? "integer"
              : logical instanceof DateLogicalTypeAnnotation ? "date" : "" + logical;
      case INT64 -> isPlain ? "long" : "" + logical;
      case BINARY ->
          isPlain
              ? "binary"
              : logical instanceof StringLogicalTypeAnnotation
                      || logical instanceof JsonLogicalTypeAnnotation
                  ? "string"
                  : "" + logical;
      case FIXED_LEN_BYTE_ARRAY ->
          isPlain || logical instanceof UUIDLogicalTypeAnnotation ? "binary" : "" + logical;
      case INT96 -> "int96";
    };
  }
}
