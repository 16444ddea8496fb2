package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.contract.Table;
import io.sluice.lake.Seal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** What blocks would become in a file, which is encoded in memory and thrown away. */
public final class TrialFile {
  /** The length of the footer, and the four letters behind it. */
  private static final int TRAILER = 8;

  private TrialFile() {}

  /** The bytes of the pages of all rows, indexes included; the footer is left out. */
  public static long pageBytes(Table table, List<Block> blocks, int zstdLevel) throws IOException {
    List<BitSet> all =
        blocks.stream()
            .map(
                block -> {
                  BitSet rows = new BitSet(block.rows());
                  rows.set(0, block.rows());
                  return rows;
                })
            .toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ParquetFile(table, zstdLevel).write(blocks, all, Map.of(Seal.KEY, Seal.BLANK), out);
    int footer =
        ByteBuffer.wrap(out.toByteArray(), out.size() - TRAILER, Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .getInt();
    return out.size() - footer - TRAILER;
  }
}
