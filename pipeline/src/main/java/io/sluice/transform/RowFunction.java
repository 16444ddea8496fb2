package io.sluice.transform;

import io.sluice.contract.Column;
import io.sluice.contract.FunctionSpec;
import io.sluice.contract.KeyValues;
import java.util.List;

/**
 * A function of rows: an entry of a contract's {@code transform}. To plug one in, implement this
 * with a public constructor without parameters, and name the class in {@code
 * META-INF/services/io.sluice.contract.FunctionSpec} of a jar on the class path.
 *
 * <p>What it keeps, which {@code RowFunctionContract} tests:
 *
 * <ul>
 *   <li>What becomes of a row is a function of the row's values and the contract's keys alone: not
 *       of the rows before it, of the time, or of how many there are at once. Else a row that is
 *       read again would be another.
 *   <li>It never throws for what a row holds: a row that it cannot take it rejects.
 *   <li>It changes no array that it is given; values may be of any size, empty, or absent where the
 *       column is not required.
 *   <li>What it sets is of its column's type; columns that are required are set.
 * </ul>
 *
 * <p>Position, event time, date and table are out of its reach.
 */
public interface RowFunction extends FunctionSpec {
  /**
   * The function for rows of some columns, as one thread uses it.
   *
   * @param input the columns of the rows that it gets
   * @param output what {@link #output} made of these
   */
  RowStep step(List<Column> input, List<Column> output, KeyValues keys);
}
