package io.sluice.plan;

import io.sluice.block.Block;
import io.sluice.block.Gatherer;
import io.sluice.block.KeySpread;
import io.sluice.contract.Table;
import io.sluice.window.WindowTime;
import io.sluice.write.TrialFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/**
 * What rows come to, encoded as a run does it: in blocks while they wait, in a file's pages after.
 *
 * @param rows how many were encoded, more than 0
 * @param jsonBytes of the values that they came from
 */
public record Encoding(long rows, long jsonBytes, long blockBytes, long parquetBytes) {
  /** One window for all: a sample's rows are further apart than a run's. */
  private static final WindowTime WINDOW = new WindowTime(Duration.ofDays(1), Duration.ofDays(1));

  /**
   * Encodes rows.
   *
   * @param jsonBytes of the values that they came from
   */
  static Encoding of(Table table, List<Row> rows, long jsonBytes, int zstdLevel)
      throws IOException {
    List<Block> blocks = new ArrayList<>();
    Gatherer gatherer = new Gatherer(table, 1, KeySpread.NONE, WINDOW);
    for (Row row : rows) {
      Instant time = java.util.Objects.requireNonNull(row.getValue(table.timeColumn()));
      gatherer.add(row, time.toEpochMilli(), block -> add(block, blocks));
    }
    gatherer.flush(block -> add(block, blocks));
    return new Encoding(
        rows.size(),
        jsonBytes,
        blocks.stream().mapToLong(Block::size).sum(),
        TrialFile.pageBytes(table, blocks, zstdLevel));
  }

  private static void add(KV<?, Block> block, List<Block> to) {
    to.add(block.getValue());
  }

  public double jsonBytesOfARow() {
    return (double) jsonBytes / rows;
  }

  public double blockBytesOfARow() {
    return (double) blockBytes / rows;
  }

  public double parquetBytesOfARow() {
    return (double) parquetBytes / rows;
  }
}
