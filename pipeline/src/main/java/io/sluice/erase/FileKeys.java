package io.sluice.erase;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;

/** The keys as a column of one file has them. */
final class FileKeys {
  private final ColumnDescriptor column;

  /** By a file's value: the key. */
  private final Map<Object, Object> keys = new HashMap<>();

  /**
   * @param column of which no value is a list or a map
   * @param all the keys
   */
  FileKeys(ColumnDescriptor column, Set<Object> all) {
    this.column = column;
    for (Object key : all) {
      KeyType.inFile(key, column.getPrimitiveType()).ifPresent(value -> keys.put(value, key));
    }
  }

  /** What a row group with one of them fulfils; empty where no value can be one of them. */
  Optional<FilterPredicate> condition() {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    String path = String.join(".", column.getPath());
    return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> Optional.of(FilterApi.in(FilterApi.intColumn(path), values(Integer.class)));
      case INT64 -> Optional.of(FilterApi.in(FilterApi.longColumn(path), values(Long.class)));
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          Optional.of(FilterApi.in(FilterApi.binaryColumn(path), values(Binary.class)));
      case BOOLEAN, FLOAT, DOUBLE, INT96 -> Optional.empty();
    };
  }

  private <T> Set<T> values(Class<T> type) {
    Set<T> values = new HashSet<>();
    keys.keySet().forEach(value -> values.add(type.cast(value)));
    return values;
  }

  /** The key at which a reader stands; empty where the value there is no key. */
  Optional<Object> key(ColumnReader value) {
    if (value.getCurrentDefinitionLevel() < column.getMaxDefinitionLevel()) {
      return Optional.empty();
    }
    Object found =
        switch (column.getPrimitiveType().getPrimitiveTypeName()) {
          case INT32 -> value.getInteger();
          case INT64 -> value.getLong();
          default -> value.getBinary();
        };
    return Optional.ofNullable(keys.get(found));
  }
}
