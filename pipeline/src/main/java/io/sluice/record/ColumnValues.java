package io.sluice.record;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.contract.ColumnType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one record by column, in the form in which blocks hold them: each as its {@link
 * ColumnKind} says. Filled anew for each record; who keeps a value copies it. Not safe for use by
 * several threads.
 *
 * <p>A record may be several rows, or none: then {@link #toRow} makes the values those of one of
 * them, and columns that are not of an element are the same for all.
 */
public final class ColumnValues {
  /** Values of rows that are held for the next record. */
  private static final int MOST_KEPT = 1 << 16;

  private static final int NANOS_OF_MICRO = 1_000;

  private final List<Column> columns;
  private final byte[][] arrays;
  private final int[] starts;
  private final int[] lengths;
  private final long[] integers;
  private final boolean[] present;
  private final boolean[] isEncoded;

  /** Of columns of timestamps: how many of the units that they have are a microsecond. */
  private final int[] unitsOfMicro;

  private @Nullable ExplodedRows rows;

  public ColumnValues(List<Column> columns) {
    this.columns = List.copyOf(columns);
    int count = columns.size();
    arrays = new byte[count][];
    starts = new int[count];
    lengths = new int[count];
    integers = new long[count];
    present = new boolean[count];
    isEncoded = new boolean[count];
    unitsOfMicro = new int[count];
    for (int i = 0; i < count; i++) {
      isEncoded[i] = ColumnKind.of(columns.get(i)) == ColumnKind.ENCODED;
      boolean isNanos =
          columns.get(i).type() instanceof ColumnType.Timestamp timestamp && timestamp.isNanos();
      unitsOfMicro[i] = isNanos ? NANOS_OF_MICRO : 1;
    }
  }

  public List<Column> columns() {
    return columns;
  }

  /** Begins the next record: no column has a value. */
  public void clear() {
    Arrays.fill(present, false);
    if (rows != null) {
      rows.clear();
    }
  }

  /**
   * From now on a record has a row for each element of a list, none until {@link #endRow}.
   *
   * @param ofElements the columns whose values are of the element
   * @param ordinals those that have the element's number, from 0 on
   */
  public void explode(int[] ofElements, int[] ordinals) {
    rows = new ExplodedRows(ofElements, ordinals);
  }

  /** Whether a record may be several rows. */
  public boolean isExploded() {
    return rows != null;
  }

  /** How many rows the record is. */
  public int rows() {
    return rows == null ? 1 : rows.count;
  }

  /** Begins an element: none of its columns has a value. */
  public void beginRow() {
    for (int column : exploded().columns) {
      present[column] = false;
    }
  }

  /** The values are those of one more row. */
  public void endRow() {
    ExplodedRows all = exploded();
    all.keep(all.count++);
  }

  /** The values become those of a row; nothing where a record is one. */
  public void toRow(int row) {
    if (rows != null) {
      rows.give(row);
    }
  }

  /** What was changed in the columns of elements since {@link #toRow} is the row's from now on. */
  public void keepRow(int row) {
    exploded().keep(row);
  }

  private ExplodedRows exploded() {
    return Objects.requireNonNull(rows, "a record is one row");
  }

  /** The values of the columns that are of elements, row by row. */
  private final class ExplodedRows {
    private final int[] columns;
    private final int[] ordinals;
    private int count;
    private byte[][] rowArrays = new byte[0][];
    private int[] rowStarts = {};
    private int[] rowLengths = {};
    private long[] rowIntegers = {};
    private boolean[] rowPresent = {};

    ExplodedRows(int[] columns, int[] ordinals) {
      this.columns = columns.clone();
      this.ordinals = ordinals.clone();
    }

    void clear() {
      count = 0;
      // What a huge record had is not held for the next ones.
      if (rowPresent.length > MOST_KEPT) {
        room(0);
      }
    }

    private void room(int size) {
      rowArrays = Arrays.copyOf(rowArrays, size);
      rowStarts = Arrays.copyOf(rowStarts, size);
      rowLengths = Arrays.copyOf(rowLengths, size);
      rowIntegers = Arrays.copyOf(rowIntegers, size);
      rowPresent = Arrays.copyOf(rowPresent, size);
    }

    void keep(int row) {
      int at = row * columns.length;
      if (at + columns.length > rowPresent.length) {
        room(Math.max(64, 2 * (at + columns.length)));
      }
      for (int column : columns) {
        rowArrays[at] = arrays[column];
        rowStarts[at] = starts[column];
        rowLengths[at] = lengths[column];
        rowIntegers[at] = integers[column];
        rowPresent[at] = present[column];
        at++;
      }
    }

    void give(int row) {
      Objects.checkIndex(row, count);
      int at = row * columns.length;
      for (int column : columns) {
        arrays[column] = rowArrays[at];
        starts[column] = rowStarts[at];
        lengths[column] = rowLengths[at];
        integers[column] = rowIntegers[at];
        present[column] = rowPresent[at];
        at++;
      }
      for (int column : ordinals) {
        integers[column] = row;
        present[column] = true;
      }
    }
  }

  /**
   * The value of a column of {@link ColumnKind#BYTES}, or of {@link ColumnKind#ENCODED} as {@link
   * EncodedValues} writes it. The array is not copied.
   */
  public void setBytes(int column, byte[] array, int start, int length) {
    arrays[column] = array;
    starts[column] = start;
    lengths[column] = length;
    present[column] = true;
  }

  /**
   * The value of a column of {@link ColumnKind#INTEGER}: timestamps in microseconds since the
   * epoch, in nanoseconds where that is their unit, dates in days, decimals without their point.
   */
  public void setInteger(int column, long value) {
    integers[column] = value;
    present[column] = true;
  }

  /** Copies all values of another record, with its bytes. */
  public void copy(ColumnValues other) {
    for (int i = 0; i < present.length; i++) {
      set(i, other, i);
      if (present[i] && arrays[i] != null) {
        arrays[i] = Arrays.copyOfRange(arrays[i], starts[i], starts[i] + lengths[i]);
        starts[i] = 0;
      }
    }
  }

  /** Sets a column to the value of another record's, of the same type; none where it has none. */
  public void set(int column, ColumnValues of, int other) {
    arrays[column] = of.arrays[other];
    starts[column] = of.starts[other];
    lengths[column] = of.lengths[other];
    integers[column] = of.integers[other];
    present[column] = of.present[other];
  }

  public boolean isAbsent(int column) {
    return !present[column];
  }

  /** Where the bytes that {@link #setBytes} set are: {@link #length} from {@link #start} on. */
  public byte[] array(int column) {
    return arrays[column];
  }

  public int start(int column) {
    return starts[column];
  }

  public int length(int column) {
    return lengths[column];
  }

  /** What {@link #setInteger} set. */
  public long integer(int column) {
    return integers[column];
  }

  /**
   * The value of a column of timestamps of any unit, in microseconds since the epoch; what is finer
   * is cut off.
   */
  public long micros(int column) {
    long units =
        isEncoded[column]
            ? new BytesReader(arrays[column], starts[column]).readSigned()
            : integers[column];
    int perMicro = unitsOfMicro[column];
    return perMicro == 1 ? units : Math.floorDiv(units, perMicro);
  }
}
