package io.sluice.erase;

import io.sluice.contract.Positioned;
import io.sluice.lake.Erased;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import io.sluice.lake.Store;
import io.sluice.write.FileColumns;
import io.sluice.write.ParquetCopy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a file are to go, and what of the file is left then. Nothing is read but footers,
 * the column of the keys where a row group may have one, and the positions where it has.
 */
final class FileMatches implements ParquetCopy.Without {
  /** The columns of a table that say where a row came from: source, partition and offset. */
  private record PositionColumns(
      ColumnDescriptor source, ColumnDescriptor partition, ColumnDescriptor offset) {
    static Optional<PositionColumns> of(MessageType schema, String... names) {
      List<ColumnDescriptor> columns = new ArrayList<>();
      for (String name : names) {
        // Where a file of another contract could have them, a row may lack them.
        MatchingRows.column(schema, name)
            .filter(column -> column.getMaxDefinitionLevel() == 0)
            .ifPresent(columns::add);
      }
      if (columns.size() < names.length) {
        return Optional.empty();
      }
      return Optional.of(new PositionColumns(columns.get(0), columns.get(1), columns.get(2)));
    }
  }

  private final Footer footer;

  /** The rows that are to go, by the index of their row group. */
  private final TreeMap<Integer, BitSet> rows = new TreeMap<>();

  /**
   * What was found by keys; null where rows were found by their positions, or none were looked for.
   */
  private @Nullable MatchingRows matching;

  /** Of the rows that are to go; empty where the file does not say them. */
  private final Positions positions = new Positions();

  /** Those of them of which other rows stay. */
  private Positions partly = new Positions();

  private boolean isPlaced;
  private long partlyRows;

  /** How often a row that goes follows one that stays, or is the first of a row group. */
  private long runs;

  private FileMatches(Footer footer) {
    this.footer = footer;
  }

  /** Finds the rows of a file of the lake that have one of the keys. */
  static FileMatches of(Store store, LakeFiles.DataFile file, Where where) throws IOException {
    FileMatches matches = new FileMatches(file.footer());
    if (file.footer().rows() == 0) {
      return matches;
    }
    try (FileColumns columns = FileColumns.open(store, file.entry())) {
      MatchingRows matching = MatchingRows.of(columns, where);
      matches.matching = matching;
      matches.rows.putAll(matching.byRowGroup());
      if (matches.isAny()) {
        matches.place(
            columns,
            PositionColumns.of(
                columns.schema(), Positioned.SOURCE, Positioned.PARTITION, Positioned.OFFSET));
      }
    }
    return matches;
  }

  /**
   * Finds the rows of a file of dead letters that have one of some positions.
   *
   * @param here those of them that are the file's
   */
  static FileMatches ofLetters(Store store, LakeFiles.DataFile file, Positions here)
      throws IOException {
    FileMatches matches = new FileMatches(file.footer());
    if (file.footer().rows() == 0 || here.isEmpty()) {
      return matches;
    }
    try (FileColumns columns = FileColumns.open(store, file.entry())) {
      PositionColumns at =
          PositionColumns.of(columns.schema(), "source", "partition", "offset")
              .orElseThrow(
                  () ->
                      new IOException(file.entry().key() + ": a file that is not of dead letters"));
      List<Long> rowGroups = columns.rowGroups();
      for (int rowGroup = 0; rowGroup < rowGroups.size(); rowGroup++) {
        BitSet gone = new BitSet();
        int group = rowGroup;
        matches.positions(
            columns,
            at,
            rowGroup,
            rowGroups.get(rowGroup),
            (row, source, partition, offset) -> {
              if (here.contains(source, partition, offset)) {
                gone.set(row);
              }
            });
        if (!gone.isEmpty()) {
          matches.rows.put(group, gone);
        }
      }
      matches.place(columns, Optional.of(at));
    }
    return matches;
  }

  /** Takes the position of a row. */
  private interface PositionTaker {
    void take(int row, String source, int partition, long offset);
  }

  private void positions(
      FileColumns columns, PositionColumns at, int rowGroup, long count, PositionTaker taker)
      throws IOException {
    int size = Math.toIntExact(count);
    // A column is read as a whole, one after the other; most row groups have one source.
    List<String> names = new ArrayList<>();
    int[] source = new int[size];
    int[] partition = new int[size];
    columns.read(
        at.source(),
        rowGroup,
        (row, value) -> {
          String name = value.getBinary().toStringUsingUTF8();
          int index = names.indexOf(name);
          if (index < 0) {
            index = names.size();
            names.add(name);
          }
          source[(int) row] = index;
        });
    columns.read(
        at.partition(), rowGroup, (row, value) -> partition[(int) row] = value.getInteger());
    columns.read(
        at.offset(),
        rowGroup,
        (row, value) ->
            taker.take(
                (int) row, names.get(source[(int) row]), partition[(int) row], value.getLong()));
  }

  /** Finds out which positions go, and which of them only in part. */
  private void place(FileColumns columns, Optional<PositionColumns> at) throws IOException {
    for (BitSet gone : rows.values()) {
      for (int row = gone.nextSetBit(0); row >= 0; row = gone.nextSetBit(gone.nextClearBit(row))) {
        runs++;
      }
    }
    if (at.isEmpty()) {
      return;
    }
    isPlaced = true;
    List<Long> rowGroups = columns.rowGroups();
    for (Map.Entry<Integer, BitSet> one : rows.entrySet()) {
      positions(
          columns,
          at.get(),
          one.getKey(),
          rowGroups.get(one.getKey()),
          (row, source, partition, offset) -> {
            if (one.getValue().get(row)) {
              positions.add(source, partition, offset);
            }
          });
    }
    if (footer.records() == footer.rows()) {
      return;
    }
    Positions left = new Positions();
    for (int rowGroup = 0; rowGroup < rowGroups.size(); rowGroup++) {
      BitSet gone = rows(0, rowGroup);
      positions(
          columns,
          at.get(),
          rowGroup,
          rowGroups.get(rowGroup),
          (row, source, partition, offset) -> {
            if (!gone.get(row) && positions.contains(source, partition, offset)) {
              left.add(source, partition, offset);
            }
          });
    }
    partly = left;
    if (!partly.isEmpty()) {
      for (Map.Entry<Integer, BitSet> one : rows.entrySet()) {
        positions(
            columns,
            at.get(),
            one.getKey(),
            rowGroups.get(one.getKey()),
            (row, source, partition, offset) -> {
              if (one.getValue().get(row) && partly.contains(source, partition, offset)) {
                partlyRows++;
              }
            });
      }
    }
  }

  boolean isAny() {
    return !rows.isEmpty();
  }

  /** How many rows are to go. */
  long rows() {
    return rows.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  /** How many row groups the column of the keys was read of. */
  int rowGroupsRead() {
    return matching == null ? 0 : matching.rowGroupsRead();
  }

  /** The keys that were found. */
  Set<Object> found() {
    return matching == null ? Set.of() : matching.found();
  }

  /** How many records have no row any more. */
  long records() {
    return footer.records() - recordsLeft();
  }

  private long rowsLeft() {
    return footer.rows() - rows();
  }

  private long recordsLeft() {
    if (isPlaced) {
      return footer.records() - positions.size() + partly.size();
    }
    long left = rowsLeft();
    if (left == 0) {
      return 0;
    }
    // Where a record has one row, as many as rows go; else it is told by what lies together.
    long least = Math.max(1, footer.records() == footer.rows() ? left : footer.records() - runs);
    return Math.min(left, least);
  }

  /**
   * The footer of what is left.
   *
   * @param replaces the file, in whose place this comes
   */
  Footer footer(Replaced replaces) {
    return new Footer(
        rowsLeft(),
        recordsLeft(),
        footer.positions(),
        footer.contractVersion(),
        footer.eventTimes(),
        footer.recordTimes(),
        footer.recovered(),
        replaces,
        footer.skipped(),
        footer.erased().and(erased()));
  }

  private Erased erased() {
    return isPlaced
        ? new Erased(positions.minus(partly), 0, partlyRows)
        : new Erased(new Positions(), records(), rows());
  }

  /** Whether each position that goes is one of the file's. */
  boolean isOfFile() {
    return positions.minus(footer.positions()).isEmpty();
  }

  @Override
  public BitSet rows(int file, int rowGroup) {
    BitSet gone = rows.get(rowGroup);
    return gone == null ? new BitSet() : gone;
  }
}
