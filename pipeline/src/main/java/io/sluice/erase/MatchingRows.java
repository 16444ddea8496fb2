package io.sluice.erase;

import io.sluice.lake.Store;
import io.sluice.write.FileColumns;
import java.io.IOException;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.schema.MessageType;

/**
 * The rows of a file that have one of the keys of a {@link Where}. Nothing is read but the footer,
 * and the column of the keys of row groups that may have one by their statistics, dictionaries and
 * Bloom filters.
 */
public final class MatchingRows {
  private final List<Long> rowGroups;
  private final TreeMap<Integer, BitSet> byRowGroup = new TreeMap<>();
  private final Set<Object> found = new HashSet<>();
  private int rowGroupsRead;

  private MatchingRows(List<Long> rowGroups) {
    this.rowGroups = rowGroups;
  }

  /**
   * Finds the rows of a file.
   *
   * @throws java.nio.file.NoSuchFileException where it is not there
   * @throws IOException where it cannot be read
   */
  public static MatchingRows of(Store store, Store.Entry file, Where where) throws IOException {
    try (FileColumns columns = FileColumns.open(store, file)) {
      return of(columns, where);
    }
  }

  static MatchingRows of(FileColumns columns, Where where) throws IOException {
    MatchingRows matching = new MatchingRows(columns.rowGroups());
    Optional<ColumnDescriptor> column = column(columns.schema(), where.path());
    if (column.isEmpty() || column.get().getMaxRepetitionLevel() > 0) {
      // Files of before the column, or of after it.
      return matching;
    }
    FileKeys keys = new FileKeys(column.get(), where.inLake());
    Optional<FilterPredicate> condition = keys.condition();
    if (condition.isPresent()) {
      for (int rowGroup : columns.rowGroupsThatMayHave(condition.get())) {
        matching.find(columns, column.get(), keys, rowGroup);
      }
    }
    return matching;
  }

  /** The column of a path with dots between the names. */
  static Optional<ColumnDescriptor> column(MessageType schema, String path) {
    return schema.getColumns().stream()
        .filter(column -> String.join(".", column.getPath()).equals(path))
        .findFirst();
  }

  private void find(FileColumns columns, ColumnDescriptor column, FileKeys keys, int rowGroup)
      throws IOException {
    BitSet rows = new BitSet();
    columns.read(
        column,
        rowGroup,
        (row, value) ->
            keys.key(value)
                .ifPresent(
                    key -> {
                      rows.set(Math.toIntExact(row));
                      found.add(key);
                    }));
    rowGroupsRead++;
    if (!rows.isEmpty()) {
      byRowGroup.put(rowGroup, rows);
    }
  }

  public boolean isAny() {
    return !byRowGroup.isEmpty();
  }

  /** How many rows there are. */
  public long count() {
    return byRowGroup.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  /** The numbers of the rows in their file, from 0 on; the greatest is that of an int. */
  public BitSet rows() {
    BitSet all = new BitSet();
    long start = 0;
    for (int rowGroup = 0; rowGroup < rowGroups.size(); rowGroup++) {
      int from = Math.toIntExact(start);
      BitSet rows = byRowGroup.get(rowGroup);
      if (rows != null) {
        rows.stream().forEach(row -> all.set(Math.addExact(from, row)));
      }
      start += rowGroups.get(rowGroup);
    }
    return all;
  }

  /** By row group, the numbers of the rows in it; those without any are not there. */
  SortedMap<Integer, BitSet> byRowGroup() {
    return Collections.unmodifiableSortedMap(byRowGroup);
  }

  /** The keys that the rows have. */
  Set<Object> found() {
    return Collections.unmodifiableSet(found);
  }

  /** Of how many row groups the column was read. */
  int rowGroupsRead() {
    return rowGroupsRead;
  }

  /** Says how many, and no key. */
  @Override
  public String toString() {
    return count() + " rows";
  }
}
