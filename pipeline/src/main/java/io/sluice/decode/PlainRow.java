package io.sluice.decode;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one record by column, in the form in which blocks hold them: bytes where they stand
 * in the record, and numbers. Filled anew for each record; who keeps a value copies it.
 */
public final class PlainRow {
  private final byte[][] arrays;
  private final int[] starts;
  private final int[] lengths;
  private final long[] integers;
  private final @Nullable Object[] objects;
  private final boolean[] present;

  PlainRow(int columns) {
    arrays = new byte[columns][];
    starts = new int[columns];
    lengths = new int[columns];
    integers = new long[columns];
    objects = new Object[columns];
    present = new boolean[columns];
  }

  void clear() {
    java.util.Arrays.fill(present, false);
  }

  void setBytes(int column, byte[] array, int start, int length) {
    arrays[column] = array;
    starts[column] = start;
    lengths[column] = length;
    present[column] = true;
  }

  void setInteger(int column, long value) {
    integers[column] = value;
    present[column] = true;
  }

  void setObject(int column, Object value) {
    objects[column] = value;
    present[column] = true;
  }

  public boolean isAbsent(int column) {
    return !present[column];
  }

  /** Where the bytes of a column of bytes are: {@link #length} from {@link #start} on. */
  public byte[] array(int column) {
    return arrays[column];
  }

  public int start(int column) {
    return starts[column];
  }

  public int length(int column) {
    return lengths[column];
  }

  /** The value of a column of whole numbers, timestamps in microseconds, dates in days. */
  public long integer(int column) {
    return integers[column];
  }

  /** The value of any other column, as a Beam row has it. */
  public Object object(int column) {
    return Objects.requireNonNull(objects[column]);
  }
}
