package io.sluice.transform;

import io.sluice.record.ColumnValues;

/** A {@link RowFunction} at work: one for each thread. */
@FunctionalInterface
public interface RowStep {
  /**
   * Makes of a row another, or says that there is to be no row.
   *
   * @param in the row that came: only to be read, and only until this returns
   * @param out the row to be. Columns that are the same in input and output have their values
   *     already; arrays that are set here are not to be changed before the next call
   */
  Verdict apply(ColumnValues in, ColumnValues out);
}
