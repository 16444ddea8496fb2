package io.sluice.iceberg;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.jspecify.annotations.Nullable;

/**
 * Whether a file can be read by a table's schema: what readers do not check, and answer wrongly.
 */
final class FooterCheck {
  private final String file;

  /**
   * @param file what messages call it
   */
  FooterCheck(String file) {
    this.file = file;
  }

  /**
   * Makes sure that no time is in milliseconds.
   *
   * @throws IOException where one is
   */
  void requireNoMillis(GroupType type) throws IOException {
    for (org.apache.parquet.schema.Type field : type.getFields()) {
      LogicalTypeAnnotation logical = field.getLogicalTypeAnnotation();
      boolean isMillis =
          logical instanceof TimestampLogicalTypeAnnotation timestamp
                  && timestamp.getUnit() == TimeUnit.MILLIS
              || logical instanceof TimeLogicalTypeAnnotation time
                  && time.getUnit() == TimeUnit.MILLIS;
      if (isMillis) {
        throw new IOException(LakeSchema.millis(file + ": its column " + field.getName()));
      }
      if (!field.isPrimitive()) {
        requireNoMillis(field.asGroupType());
      }
    }
  }

  /**
   * The fields that a table requires and that the file need not have.
   *
   * @param has the file's schema, with numbers
   * @throws IOException where a field has another type in the file
   */
  Set<Integer> missing(Schema wants, Schema has) throws IOException {
    Set<Integer> missing = new HashSet<>();
    fields("", wants.asStruct().fields(), has.asStruct().fields(), missing);
    return missing;
  }

  private void fields(
      String path, List<NestedField> wants, List<NestedField> has, Set<Integer> missing)
      throws IOException {
    for (NestedField field : wants) {
      if (field.fieldId() == LakeSchema.DATE_ID) {
        continue;
      }
      NestedField there = byId(has, field.fieldId());
      if (field.isRequired() && (there == null || there.isOptional())) {
        missing.add(field.fieldId());
      }
      if (there != null) {
        types(path + field.name(), field.type(), there.type(), missing);
      }
    }
  }

  private static @Nullable NestedField byId(List<NestedField> fields, int id) {
    return fields.stream().filter(field -> field.fieldId() == id).findFirst().orElse(null);
  }

  private void types(String path, Type wants, Type has, Set<Integer> missing) throws IOException {
    if (wants.isStructType() && has.isStructType()) {
      fields(path + ".", wants.asStructType().fields(), has.asStructType().fields(), missing);
    } else if (wants.isListType() && has.isListType()) {
      types(
          path + ".element",
          wants.asListType().elementType(),
          has.asListType().elementType(),
          missing);
    } else if (wants.isMapType() && has.isMapType()) {
      types(path + ".value", wants.asMapType().valueType(), has.asMapType().valueType(), missing);
    } else if (!wants.equals(has) && !isUuid(wants, has)) {
      throw new IOException(
          file
              + ": its column "
              + path
              + " is "
              + has
              + ", and "
              + wants
              + " in the table: rebuild the date, which writes the file anew");
    }
  }

  /** Iceberg makes bytes of a UUID where it reads a file's schema, and a UUID of these again. */
  private static boolean isUuid(Type wants, Type has) {
    return wants.typeId() == Type.TypeID.UUID && has.equals(Types.FixedType.ofLength(16));
  }
}
