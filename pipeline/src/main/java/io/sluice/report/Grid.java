package io.sluice.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table for the page.
 *
 * @param caption what it is, for whoever cannot see where it stands
 */
record Grid(String caption, List<Cell> head, List<Row> rows) {

  /** A text; numbers stand to the right. */
  record Cell(String text, boolean number) {}

  /** A row: its first cell is its head. */
  record Row(Cell first, List<Cell> others) {}

  /**
   * Begins a table.
   *
   * @param columns titles; those that begin with {@code #} are of numbers
   */
  static Grid of(String caption, List<String> columns) {
    return new Grid(
        caption,
        columns.stream()
            .map(title -> new Cell(title.replaceFirst("^#", ""), title.startsWith("#")))
            .toList(),
        new ArrayList<>());
  }

  Grid add(List<String> texts) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      cells.add(new Cell(texts.get(i), head.get(i).number()));
    }
    rows.add(new Row(cells.get(0), cells.subList(1, cells.size())));
    return this;
  }
}
