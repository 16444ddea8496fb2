package io.sluice.record;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import java.util.Arrays;
import java.util.List;

/**
 * The values of one record by column, in the form in which blocks hold them: each as its {@link
 * ColumnKind} says. Filled anew for each record; who keeps a value copies it. Not safe for use by
 * several threads.
 */
public final class ColumnValues {
  private final List<Column> columns;
  private final byte[][] arrays;
  private final int[] starts;
  private final int[] lengths;
  private final long[] integers;
  private final boolean[] present;
  private final boolean[] isEncoded;

  public ColumnValues(List<Column> columns) {
    this.columns = List.copyOf(columns);
    int count = columns.size();
    arrays = new byte[count][];
    starts = new int[count];
    lengths = new int[count];
    integers = new long[count];
    present = new boolean[count];
    isEncoded = new boolean[count];
    for (int i = 0; i < count; i++) {
      isEncoded[i] = ColumnKind.of(columns.get(i)) == ColumnKind.ENCODED;
    }
  }

  public List<Column> columns() {
    return columns;
  }

  /** Begins the next record: no column has a value. */
  public void clear() {
    Arrays.fill(present, false);
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
   * epoch, dates in days, decimals without their point.
   */
  public void setInteger(int column, long value) {
    integers[column] = value;
    present[column] = true;
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

  /** The value of a column of timestamps, in microseconds since the epoch. */
  public long micros(int column) {
    return isEncoded[column]
        ? new BytesReader(arrays[column], starts[column]).readSigned()
        : integers[column];
  }
}
