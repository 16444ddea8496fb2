package io.sluice.record;

import java.util.Arrays;

/**
 * Writes a struct as {@link EncodedValues} has it, from fields that come in any order: mostly it is
 * the struct's own, in which they then stand already. Of a field that comes twice the last value
 * holds. For one struct after the other, none within another of the same writer.
 */
public final class StructWriter {
  private final boolean[] isRequired;

  /** Where each value was written, from a start to an end; an end of 0 is none. */
  private final int[] starts;

  private final int[] ends;
  private int base;
  private int written;
  private boolean inOrder;

  /**
   * @param isRequired whether a struct without the field is none
   */
  public StructWriter(boolean[] isRequired) {
    this.isRequired = isRequired.clone();
    this.starts = new int[isRequired.length];
    this.ends = new int[isRequired.length];
  }

  public void begin(BytesWriter out) {
    Arrays.fill(ends, 0);
    base = out.size();
    written = 0;
    inOrder = true;
  }

  /** Begins a field that has a value, which is to be written next. */
  public void beginField(BytesWriter out, int field) {
    if (field < written) {
      inOrder = false;
    }
    for (; written < field; written++) {
      out.writeByte(0);
    }
    out.writeByte(1);
    written = Math.max(written, field + 1);
    starts[field] = out.size();
  }

  public void endField(BytesWriter out, int field) {
    ends[field] = out.size();
  }

  /** A required field that has had no value; -1 where there is none. */
  public int missing() {
    for (int field = 0; field < isRequired.length; field++) {
      if (isRequired[field] && ends[field] == 0) {
        return field;
      }
    }
    return -1;
  }

  /** Ends the struct. */
  public void end(BytesWriter out) {
    if (inOrder) {
      for (; written < ends.length; written++) {
        out.writeByte(0);
      }
      return;
    }
    int tail = out.size();
    for (int field = 0; field < ends.length; field++) {
      boolean present = ends[field] > 0;
      out.writeByte(present ? 1 : 0);
      if (present) {
        out.write(out.array(), starts[field], ends[field] - starts[field]);
      }
    }
    out.moveTail(tail, base);
  }
}
