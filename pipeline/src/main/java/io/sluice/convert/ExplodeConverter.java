package io.sluice.convert;

import io.sluice.contract.Column;
import io.sluice.contract.ContractPath;
import io.sluice.deadletter.Reason;
import io.sluice.record.ColumnValues;

/** A list of which each element is a row; one that is null is a row without values of its own. */
final class ExplodeConverter extends Converter implements Elements {
  private final ColumnValues values;
  private final int[] columns;
  private final Converter element;
  private final int depth;
  private boolean inRow;

  /**
   * @param columns those that are of the element
   * @param depth how many steps lead to the list
   */
  ExplodeConverter(ColumnValues values, int[] columns, Converter element, int depth) {
    super(Reason.WRONG_TYPE, "a list");
    this.values = values;
    this.columns = columns;
    this.element = element;
    this.depth = depth;
  }

  @Override
  public void nothing() {}

  @Override
  public Elements elements() {
    return this;
  }

  @Override
  public void begin() {
    inRow = false;
  }

  @Override
  public Converter element() {
    endRow();
    values.beginRow();
    inRow = true;
    return element;
  }

  @Override
  public void none() {
    inRow = false;
  }

  private void endRow() {
    if (inRow) {
      values.endRow();
    }
    inRow = false;
  }

  @Override
  public void end() throws Rejection {
    endRow();
    for (int row = 0; row < values.rows(); row++) {
      values.toRow(row);
      for (int i : columns) {
        Column column = values.columns().get(i);
        if (column.required() && values.isAbsent(i)) {
          String below = ContractPath.joined(column.path().subList(depth, column.path().size()));
          throw Converters.missing(below).within("[" + row + "]");
        }
      }
    }
  }
}
