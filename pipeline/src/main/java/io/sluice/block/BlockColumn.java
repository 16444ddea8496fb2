package io.sluice.block;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnKind;
import io.sluice.record.BytesReader;

/**
 * One column of a {@link Block}, read from its first row on. The arrays are the block's own and are
 * not to be changed.
 */
public final class BlockColumn {
  private final BytesReader in;
  private final int presence;
  private final int entries;
  private final int[] starts;
  private final int[] lengths;
  private long last;
  private int start;
  private int length;

  private BlockColumn(BytesReader in, int rows, Column column) {
    this.in = in;
    boolean nullable = in.readBoolean();
    presence = nullable ? in.bytesAt() : -1;
    if (nullable) {
      in.skip((rows + 7) / 8);
    }
    entries = ColumnKind.of(column) == ColumnKind.BYTES ? in.readLength() : 0;
    starts = new int[entries];
    lengths = new int[entries];
    for (int i = 0; i < entries; i++) {
      lengths[i] = in.readLength();
      starts[i] = in.bytesAt();
      in.skip(lengths[i]);
    }
  }

  /**
   * The columns of a block.
   *
   * @param layout that of the table whose columns they are
   * @throws IllegalStateException where the block is one of other columns
   */
  public static BlockColumn[] of(Block block, java.util.List<Column> columns, int layout) {
    if (block.layout() != layout) {
      throw new IllegalStateException(
          "the job's state holds rows of another contract's columns: start it anew without its state, with --startFrom=lake; nothing is lost or duplicated");
    }
    BlockColumn[] all = new BlockColumn[columns.size()];
    BytesReader in = new BytesReader(block.values());
    for (int i = 0; i < all.length; i++) {
      int length = in.readLength();
      all[i] = new BlockColumn(in.fromHere(), block.rows(), columns.get(i));
      in.skip(length);
    }
    return all;
  }

  /** Whether a row has a value; only for those that have one the next value is to be read. */
  public boolean isPresent(int row) {
    return presence < 0 || (in.array()[presence + (row >> 3)] >> (row & 7) & 1) == 0;
  }

  /** Distinct values that the block's dictionary of this column has; 0 where it has none. */
  public int entries() {
    return entries;
  }

  public int entryStart(int entry) {
    return starts[entry];
  }

  public int entryLength(int entry) {
    return lengths[entry];
  }

  /** The next value's number in the dictionary. */
  public int nextEntry() {
    return (int) in.readFixed(entries > BytesColumnBuilder.MOST_SMALL_ENTRIES ? 2 : 1);
  }

  /** Moves to the next value of a column of bytes without a dictionary. */
  public void nextBytes() {
    length = in.readLength();
    start = in.bytesAt();
    in.skip(length);
  }

  /** Where the value is that {@link #nextBytes} came to, in {@link #array}. */
  public int start() {
    return start;
  }

  public int length() {
    return length;
  }

  public byte[] array() {
    return in.array();
  }

  /** The next value of a column of whole numbers. */
  public long nextInteger() {
    last += in.readSigned();
    return last;
  }

  /** The values of any other column, one after the other. */
  public BytesReader encoded() {
    return in;
  }
}
