package io.sluice.contract;

import java.io.Serializable;
import java.util.List;

/**
 * A column of a table.
 *
 * @param name the column's name in Parquet
 * @param path the steps from the document's root to the value: names, and indexes of lists as
 *     {@link ContractPath#index} knows them
 * @param required whether a record without a value becomes a dead letter
 * @param dictionary whether Parquet should try a dictionary; worth switching off where nearly every
 *     value is new
 * @param bloomFilter whether each row group gets a Bloom filter of the values; Parquet's library
 *     leaves it out where a dictionary holds them all
 * @param reading where its values come from
 */
public record Column(
    String name,
    List<String> path,
    ColumnType type,
    boolean required,
    boolean dictionary,
    boolean bloomFilter,
    Reading reading)
    implements Serializable {
  public Column {
    path = List.copyOf(path);
  }

  /** A column that is read from its path and nothing else. */
  public Column(
      String name,
      List<String> path,
      ColumnType type,
      boolean required,
      boolean dictionary,
      boolean bloomFilter) {
    this(name, path, type, required, dictionary, bloomFilter, Reading.PLAIN);
  }

  /** Its path as messages have it. */
  public String pathText() {
    return ContractPath.joined(path);
  }

  /** A column that is read from nowhere: the dead-letter table's and the positions. */
  public static Column of(String name, ColumnType type, boolean required) {
    return new Column(name, List.of(), type, required, true, false);
  }

  /** The same column with its type {@link ColumnType#withTimestamps}. */
  public Column withTimestamps(ColumnType.Timestamp.Unit unit) {
    return withType(type.withTimestamps(unit));
  }

  public Column withType(ColumnType other) {
    return new Column(name, path, other, required, dictionary, bloomFilter, reading);
  }

  /** Whether what the contract says of its values besides their type goes with another type. */
  public boolean goesWith(ColumnType other) {
    String fallback = reading.fallback();
    return reading.mask() == null && (fallback == null || Literals.fault(other, fallback) == null);
  }

  /** The same column for a format: what is filled in later is not for it to miss. */
  Column asRead() {
    boolean isFilledIn = !reading.isOfValue() || reading.fallback() != null;
    return isFilledIn
        ? new Column(name, path, type, false, dictionary, bloomFilter, reading)
        : this;
  }

  /** The same column for the format of keys. */
  Column asKeyRead() {
    Reading other = reading.isOfKey() ? reading.asOfValue() : Reading.NOWHERE;
    return new Column(name, path, type, false, dictionary, bloomFilter, other);
  }

  /** The same column, masked without a key. */
  Column withoutMaskKey() {
    Mask mask = reading.mask();
    return mask == null || mask.kind() != Mask.Kind.HMAC
        ? this
        : new Column(
            name,
            path,
            type,
            required,
            dictionary,
            bloomFilter,
            reading.masked(Mask.of(Mask.Kind.HASH)));
  }

  public Column withoutDictionary() {
    return new Column(name, path, type, required, false, bloomFilter, reading);
  }
}
