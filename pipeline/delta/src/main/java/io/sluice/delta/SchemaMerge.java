package io.sluice.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.DeltaType.ArrayOf;
import io.sluice.delta.DeltaType.Field;
import io.sluice.delta.DeltaType.MapOf;
import io.sluice.delta.DeltaType.Struct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The schema of a table that goes on with the contract: it gains columns and loses the duty of
 * columns to have a value, and nothing else ever happens to it. So jobs with an older and a newer
 * version of a contract agree on it, in any order, and all files are read by it. Columns are those
 * of the files: where somebody has renamed one in the table, it keeps that name.
 */
final class SchemaMerge {
  private static final String ID = "delta.columnMapping.id";

  private final String table;
  private final boolean isNew;
  private final Set<String> notInAllFiles;

  /** The greatest number that a column has; negative where columns have none. */
  private long lastId;

  private SchemaMerge(String table, boolean isNew, Set<String> notInAllFiles, long lastId) {
    this.table = table;
    this.isNew = isNew;
    this.notInAllFiles = notInAllFiles;
    this.lastId = lastId;
  }

  /**
   * What a schema has become.
   *
   * @param lastId the greatest number of a column, as it was given
   */
  record Merged(Struct schema, long lastId) {}

  /**
   * What a table's schema becomes.
   *
   * @param table what messages call it
   * @param isNew whether the table is about to be made: a column can be required then
   * @param notInAllFiles columns that some file has no value of
   * @param lastId the greatest number of a column, where the table maps columns by name; else -1
   * @throws IOException where a column has another type there
   */
  static Merged merge(
      String table,
      Struct now,
      Struct wanted,
      boolean isNew,
      Set<String> notInAllFiles,
      long lastId)
      throws IOException {
    SchemaMerge merge = new SchemaMerge(table, isNew, notInAllFiles, lastId);
    Struct schema = merge.fields("", now, wanted);
    return new Merged(schema, merge.lastId);
  }

  private Struct fields(String path, Struct now, Struct wanted) throws IOException {
    List<Field> merged = new ArrayList<>();
    for (Field field : now.fields()) {
      String name = field.physicalName();
      Optional<Field> same = wanted.physical(name);
      boolean nullable =
          field.nullable()
              || same.isEmpty()
              || same.get().nullable()
              || notInAllFiles.contains(path + name);
      DeltaType type =
          same.isEmpty() ? field.type() : type(path + name, field.type(), same.get().type());
      merged.add(field.with(type, nullable));
    }
    for (Field field : wanted.fields()) {
      if (now.physical(field.name()).isPresent()) {
        continue;
      }
      if (now.named(field.name()).isPresent()) {
        throw new IOException(
            table
                + " has a column "
                + path
                + field.name()
                + " that is not the lake's: rename or drop it there");
      }
      boolean nullable = field.nullable() || !isNew || notInAllFiles.contains(path + field.name());
      merged.add(numbered(field.with(field.type(), nullable)));
    }
    return new Struct(merged);
  }

  /** A new column, in a table that maps columns by name: it is called in the files as here. */
  private Field numbered(Field field) {
    if (lastId < 0) {
      return field;
    }
    ObjectNode metadata =
        DeltaType.JSON
            .createObjectNode()
            .put(ID, ++lastId)
            .put(DeltaType.PHYSICAL_NAME, field.name());
    return new Field(field.name(), numbered(field.type()), field.nullable(), metadata.toString());
  }

  private DeltaType numbered(DeltaType type) {
    if (type instanceof ArrayOf array) {
      return new ArrayOf(numbered(array.element()), array.containsNull());
    }
    if (type instanceof MapOf map) {
      return new MapOf(map.key(), numbered(map.value()), map.valueContainsNull());
    }
    return type instanceof Struct struct
        ? new Struct(struct.fields().stream().map(this::numbered).toList())
        : type;
  }

  private DeltaType type(String path, DeltaType now, DeltaType wanted) throws IOException {
    if (now instanceof Struct struct && wanted instanceof Struct other) {
      return fields(path + ".", struct, other);
    }
    if (now instanceof ArrayOf array && wanted instanceof ArrayOf other) {
      return new ArrayOf(type(path + ".element", array.element(), other.element()), true);
    }
    if (now instanceof MapOf map
        && wanted instanceof MapOf other
        && map.key().equals(other.key())) {
      return new MapOf(map.key(), type(path + ".value", map.value(), other.value()), true);
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
              + " name to the contract, or delete _delta_log, which is made again, if somebody has"
              + " changed the column there");
    }
    return now;
  }
}
