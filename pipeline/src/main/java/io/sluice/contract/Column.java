package io.sluice.contract;

import java.io.Serializable;
import java.util.List;

/**
 * A column of a table.
 *
 * @param name the column's name in Parquet
 * @param path the names from the document's root to the value
 * @param required whether a record without a value becomes a dead letter
 * @param dictionary whether Parquet should try a dictionary; worth switching off where nearly every
 *     value is new
 * @param bloomFilter whether each row group gets a Bloom filter of the values; Parquet's library
 *     leaves it out where a dictionary holds them all
 */
public record Column(
    String name,
    List<String> path,
    ColumnType type,
    boolean required,
    boolean dictionary,
    boolean bloomFilter)
    implements Serializable {
  public Column {
    path = List.copyOf(path);
  }

  /** A column that is read from nowhere: the dead-letter table's and the positions. */
  public static Column of(String name, ColumnType type, boolean required) {
    return new Column(name, List.of(), type, required, true, false);
  }

  /** The same column with its type {@link ColumnType#withTimestamps}. */
  public Column withTimestamps(ColumnType.Timestamp.Unit unit) {
    return new Column(name, path, type.withTimestamps(unit), required, dictionary, bloomFilter);
  }

  public Column withoutDictionary() {
    return new Column(name, path, type, required, false, bloomFilter);
  }
}
