package io.sluice.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a table that goes on with the contract: it gains columns and loses the duty of
 * columns to have a value, and nothing else ever happens to it. So jobs with an older and a newer
 * version of a contract agree on it, in any order, and all files are read by it.
 */
final class SchemaMerge {
  private final String table;
  private final Set<Integer> notInAllFiles;

  private SchemaMerge(String table, Set<Integer> notInAllFiles) {
    this.table = table;
    this.notInAllFiles = notInAllFiles;
  }

  /**
   * What a table's schema becomes.
   *
   * @param table what messages call it
   * @param isEmpty whether the table has no row yet: a column that is added then can be required
   * @param notInAllFiles numbers of fields that some file has no value of
   * @throws IOException where a column has another type there
   */
  static Schema merge(
      String table, Schema now, Schema wanted, boolean isEmpty, Set<Integer> notInAllFiles)
      throws IOException {
    SchemaMerge merge = new SchemaMerge(table, notInAllFiles);
    List<NestedField> fields =
        merge.fields("", now.asStruct().fields(), wanted.asStruct().fields(), isEmpty);
    return new Schema(fields, now.identifierFieldIds());
  }

  private List<NestedField> fields(
      String path, List<NestedField> now, List<NestedField> wanted, boolean isEmpty)
      throws IOException {
    List<NestedField> merged = new ArrayList<>();
    for (NestedField field : now) {
      NestedField same = byId(wanted, field.fieldId());
      boolean optional =
          field.isOptional()
              || same == null
              || same.isOptional()
              || notInAllFiles.contains(field.fieldId());
      Type type =
          same == null
              ? field.type()
              : type(path + field.name(), field.type(), same.type(), isEmpty);
      merged.add(NestedField.from(field).isOptional(optional).ofType(type).build());
    }
    for (NestedField field : wanted) {
      if (byId(now, field.fieldId()) == null) {
        NestedField namesake = byName(now, field.name());
        if (namesake != null) {
          throw new IOException(
              table
                  + " has a column "
                  + path
                  + field.name()
                  + " that is not the lake's (field "
                  + namesake.fieldId()
                  + ", in the lake's files "
                  + field.fieldId()
                  + "): rename or drop it there");
        }
        boolean optional =
            field.isOptional() || !isEmpty || notInAllFiles.contains(field.fieldId());
        merged.add(NestedField.from(field).isOptional(optional).build());
      }
    }
    return merged;
  }

  private static @Nullable NestedField byId(List<NestedField> fields, int id) {
    return fields.stream().filter(field -> field.fieldId() == id).findFirst().orElse(null);
  }

  private static @Nullable NestedField byName(List<NestedField> fields, String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }

  private Type type(String path, Type now, Type wanted, boolean isEmpty) throws IOException {
    if (now.isStructType() && wanted.isStructType()) {
      return Types.StructType.of(
          fields(path + ".", now.asStructType().fields(), wanted.asStructType().fields(), isEmpty));
    }
    if (now.isListType()
        && wanted.isListType()
        && now.asListType().elementId() == wanted.asListType().elementId()) {
      return Types.ListType.ofOptional(
          now.asListType().elementId(),
          type(
              path + ".element",
              now.asListType().elementType(),
              wanted.asListType().elementType(),
              isEmpty));
    }
    if (now.isMapType()
        && wanted.isMapType()
        && now.asMapType().keyId() == wanted.asMapType().keyId()
        && now.asMapType().valueId() == wanted.asMapType().valueId()) {
      return Types.MapType.ofOptional(
          now.asMapType().keyId(),
          now.asMapType().valueId(),
          now.asMapType().keyType(),
          type(
              path + ".value",
              now.asMapType().valueType(),
              wanted.asMapType().valueType(),
              isEmpty));
    }
    if (!now.equals(wanted)) {
      throw new IOException(
          table
              + ": its column "
              + path
              + " is "
              + now
              + ", and "
              + wanted
              + " in the lake: files of both cannot be read by one schema; add a column of another"
              + " name to the contract, or drop the table, which is made again, if somebody has"
              + " changed the column there");
    }
    return now;
  }
}
