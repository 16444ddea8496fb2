package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.BlockPositions;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Footer;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The blocks that are to be appended to one log together, and their encoding as Parquet. */
final class Pane implements AppendLog.Rows {
  private final Table table;
  private final List<Block> blocks;
  private final int zstdLevel;
  private final boolean recovered;
  private final @Nullable Replaced replaces;

  Pane(Table table, List<Block> blocks, int zstdLevel) {
    this(table, blocks, zstdLevel, false);
  }

  /**
   * @param recovered see {@link Footer#recovered}
   */
  Pane(Table table, List<Block> blocks, int zstdLevel, boolean recovered) {
    this(table, blocks, zstdLevel, recovered, null);
  }

  /**
   * @param replaces see {@link Footer#replaces}
   */
  Pane(
      Table table,
      List<Block> blocks,
      int zstdLevel,
      boolean recovered,
      @Nullable Replaced replaces) {
    this.replaces = replaces;
    this.table = table;
    this.blocks = blocks;
    this.zstdLevel = zstdLevel;
    this.recovered = recovered;
  }

  long rows() {
    return blocks.stream().mapToLong(Block::rows).sum();
  }

  @Override
  public Optional<AppendLog.Selection> without(Positions committed) {
    Positions positions = new Positions();
    List<BitSet> kept = new ArrayList<>();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    long firstRecord = Long.MAX_VALUE;
    long recordTime = Long.MIN_VALUE;
    long count = 0;
    boolean full = false;
    for (Block block : blocks) {
      BitSet keep = new BitSet(block.rows());
      BlockPositions at = new BlockPositions(block);
      for (int row = 0; !full && at.next(); row++) {
        if (committed.contains(block.source(), at.partition(), at.offset())
            || !positions.add(block.source(), at.partition(), at.offset())) {
          continue;
        }
        keep.set(row);
        first = Math.min(first, at.timeMicros());
        last = Math.max(last, at.timeMicros());
        firstRecord = Math.min(firstRecord, at.recordTime());
        recordTime = Math.max(recordTime, at.recordTime());
        count++;
        full =
            count % FilePolicy.CHECK_ROWS == 0
                && positions.encodedSize() > FilePolicy.MOST_POSITION_BYTES;
      }
      kept.add(keep);
    }
    if (count == 0) {
      return Optional.empty();
    }
    Footer footer =
        new Footer(
            count,
            positions,
            table.contractVersion(),
            new Footer.TimeRange(instant(first), instant(last)),
            new Footer.TimeRange(
                Instant.ofEpochMilli(firstRecord), Instant.ofEpochMilli(recordTime)),
            recovered,
            replaces);
    return Optional.of(new File(kept, footer, !full, last, recordTime));
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
  }

  /** The rows of one file. */
  final class File implements AppendLog.Selection {
    private final List<BitSet> kept;
    private final Footer footer;
    private final boolean all;
    private final long greatestTime;
    private final long greatestRecordTime;
    private ParquetFile.Written written = new ParquetFile.Written(0, "");

    private File(
        List<BitSet> kept, Footer footer, boolean all, long greatestTime, long greatestRecordTime) {
      this.kept = kept;
      this.footer = footer;
      this.all = all;
      this.greatestTime = greatestTime;
      this.greatestRecordTime = greatestRecordTime;
    }

    @Override
    public Positions positions() {
      return footer.positions();
    }

    @Override
    public boolean isAll() {
      return all;
    }

    long rows() {
      return footer.rows();
    }

    /** The greatest time of the rows, in microseconds since the epoch. */
    long greatestTime() {
      return greatestTime;
    }

    /** Their greatest Kafka timestamp, in milliseconds since the epoch. */
    long greatestRecordTime() {
      return greatestRecordTime;
    }

    /** What the last {@link #writeTo} wrote. */
    ParquetFile.Written written() {
      return written;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      written = new ParquetFile(table, zstdLevel).write(blocks, kept, footer.toMetadata(), out);
    }
  }
}
