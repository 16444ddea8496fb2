package io.sluice.contract;

import io.sluice.contract.ColumnType.Field;
import io.sluice.contract.ColumnType.ListOf;
import io.sluice.contract.ColumnType.MapOf;
import io.sluice.contract.ColumnType.StructOf;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The number of each field of a table, which its Parquet schemas carry ({@code field_id} of the
 * Parquet format): a table format tells columns apart by them, over all versions of the contract. A
 * number is never given twice, so a field that comes back is the one that it was. Fields are named
 * by their paths: {@code column}, {@code column.field} of a struct, {@code column.element} of a
 * list, {@code column.key} and {@code column.value} of a map.
 */
public record FieldIds(Map<String, Integer> byPath) implements Serializable {
  public static final FieldIds NONE = new FieldIds(Map.of());

  public FieldIds {
    // Sorted, so that the same numbers are written as the same text.
    byPath = Collections.unmodifiableMap(new TreeMap<>(byPath));
  }

  /** These, and numbers from the next free one on for fields that have none: columns first. */
  public FieldIds with(List<Column> columns) {
    Map<String, Integer> all = new TreeMap<>(byPath);
    int[] last = {all.values().stream().mapToInt(Integer::intValue).max().orElse(0)};
    for (Column column : columns) {
      all.computeIfAbsent(column.name(), path -> ++last[0]);
    }
    for (Column column : columns) {
      addWithin(column.name(), column.type(), all, last);
    }
    return new FieldIds(all);
  }

  private static void addWithin(
      String path, ColumnType type, Map<String, Integer> all, int[] last) {
    if (type instanceof ListOf list) {
      add(element(path), list.element(), all, last);
    } else if (type instanceof MapOf map) {
      all.computeIfAbsent(key(path), added -> ++last[0]);
      add(value(path), map.value(), all, last);
    } else if (type instanceof StructOf struct) {
      for (Field field : struct.fields()) {
        add(field(path, field), field.type(), all, last);
      }
    }
  }

  private static void add(String path, ColumnType type, Map<String, Integer> all, int[] last) {
    all.computeIfAbsent(path, added -> ++last[0]);
    addWithin(path, type, all, last);
  }

  /** The path of a list's elements. */
  public static String element(String list) {
    return list + ".element";
  }

  /** The path of a map's keys. */
  public static String key(String map) {
    return map + ".key";
  }

  /** The path of a map's values. */
  public static String value(String map) {
    return map + ".value";
  }

  /** The path of a struct's field. */
  public static String field(String struct, Field field) {
    return struct + "." + field.name();
  }

  /**
   * The number of a field.
   *
   * @throws IllegalArgumentException where it has none
   */
  public int of(String path) {
    Integer id = byPath.get(path);
    if (id == null) {
      throw new IllegalArgumentException("no field has the path " + path);
    }
    return id;
  }
}
