package io.sluice.block;

import io.sluice.contract.Table;
import io.sluice.window.WindowTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** The blocks of rows, as one bundle after the other gathers them. */
public final class RowBlocks {
  private RowBlocks() {}

  /**
   * @param bundle how many rows a bundle has
   */
  public static List<Block> of(Table table, List<Row> rows, int bundle) {
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += bundle) {
      Gatherer gatherer =
          new Gatherer(table, 1, new WindowTime(Duration.ofDays(1), Duration.ofDays(1)));
      for (Row row : rows.subList(from, Math.min(rows.size(), from + bundle))) {
        gatherer.add(row, 0, block -> blocks.add(block.getValue()));
      }
      gatherer.flush(block -> blocks.add(block.getValue()));
    }
    return blocks;
  }
}
