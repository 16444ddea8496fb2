package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.BlockPositions;
import io.sluice.contract.Table;
import io.sluice.lake.AppendLog;
import io.sluice.lake.Footer;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import io.sluice.lake.Skipped;
import io.sluice.record.EncodedValues;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The blocks that are to be appended to one log together, and their encoding as Parquet. */
final class Pane implements AppendLog.Rows {
  private final Table table;
  private final List<Block> blocks;
  private final String contractVersion;
  private final int zstdLevel;
  private final boolean recovered;
  private final @Nullable Replaced replaces;

  Pane(Table table, List<Block> blocks, int zstdLevel) {
    this(table, blocks, zstdLevel, false);
  }

  /**
   * The blocks as they were decoded: those of each version of the contract together. A job that
   * goes on from a savepoint has blocks of the version before, and what a file says of its records
   * decides whether one that is a dead letter elsewhere was moved or is there twice.
   */
  static List<Pane> byContract(Table table, List<Block> blocks, int zstdLevel) {
    Map<String, List<Block>> byVersion = new LinkedHashMap<>();
    for (Block block : blocks) {
      byVersion
          .computeIfAbsent(
              Objects.requireNonNullElse(block.contractVersion(), table.contractVersion()),
              version -> new ArrayList<>())
          .add(block);
    }
    List<Pane> panes = new ArrayList<>();
    byVersion.forEach(
        (version, some) -> panes.add(new Pane(table, some, version, zstdLevel, false, null)));
    return panes;
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
    this(table, blocks, table.contractVersion(), zstdLevel, recovered, replaces);
  }

  private Pane(
      Table table,
      List<Block> blocks,
      String contractVersion,
      int zstdLevel,
      boolean recovered,
      @Nullable Replaced replaces) {
    this.contractVersion = contractVersion;
    this.replaces = replaces;
    this.table = table;
    this.blocks = blocks;
    this.zstdLevel = zstdLevel;
    this.recovered = recovered;
  }

  /** Rows and skipped records. */
  long size() {
    return blocks.stream().mapToLong(block -> block.rows() + block.skipped()).sum();
  }

  @Override
  public Optional<AppendLog.Selection> without(Positions committed) {
    Choice choice = new Choice(committed);
    List<BitSet> kept = new ArrayList<>();
    for (Block block : blocks) {
      BitSet keep = new BitSet(block.rows());
      BlockPositions at = BlockPositions.ofRows(block);
      for (int row = 0; at.next(); row++) {
        if (choice.takesRow(block.source(), at, row == 0)) {
          keep.set(row);
          choice.rows++;
          choice.rowTimes.add(at.timeMicros());
        } else if (choice.full) {
          break;
        }
      }
      kept.add(keep);
      BlockPositions skipped = BlockPositions.ofSkipped(block);
      while (!choice.full && skipped.next()) {
        if (choice.takes(block.source(), skipped)) {
          choice.skip(block.source(), skipped);
        }
      }
    }
    return choice.count == 0 ? Optional.empty() : Optional.of(new File(kept, choice));
  }

  /** Least and greatest of some numbers. */
  private static final class Bounds {
    private long least = Long.MAX_VALUE;
    private long greatest = Long.MIN_VALUE;

    void add(long number) {
      least = Math.min(least, number);
      greatest = Math.max(greatest, number);
    }
  }

  /** What goes into one file. */
  private static final class Choice {
    private final Positions committed;
    private final Positions positions = new Positions();
    private final TreeMap<Positions.Partition, Long> skipped = new TreeMap<>();
    private final Bounds rowTimes = new Bounds();
    private final Bounds skippedTimes = new Bounds();
    private final Bounds recordTimes = new Bounds();
    private long count;
    private long rows;
    private long skippedCount;
    private boolean full;

    /** The record of the row before, and whether it was taken: its rows are taken together. */
    private int lastPartition;

    private long lastOffset;
    private boolean lastTaken;

    Choice(Positions committed) {
      this.committed = committed;
    }

    /**
     * @param isFirst whether no row of the same block is before it
     */
    boolean takesRow(String source, BlockPositions at, boolean isFirst) {
      if (isFirst || at.partition() != lastPartition || at.offset() != lastOffset) {
        lastPartition = at.partition();
        lastOffset = at.offset();
        lastTaken = !full && takes(source, at);
      }
      return lastTaken;
    }

    boolean takes(String source, BlockPositions at) {
      if (committed.contains(source, at.partition(), at.offset())
          || !positions.add(source, at.partition(), at.offset())) {
        return false;
      }
      recordTimes.add(at.recordTime());
      count++;
      full =
          count % FilePolicy.CHECK_ROWS == 0
              && positions.encodedSize() > FilePolicy.MOST_POSITION_BYTES;
      return true;
    }

    void skip(String source, BlockPositions at) {
      skippedTimes.add(at.timeMicros());
      skipped.merge(new Positions.Partition(source, at.partition()), 1L, Long::sum);
      skippedCount++;
    }

    Footer.TimeRange eventTimes() {
      Bounds times = count == skippedCount ? skippedTimes : rowTimes;
      return new Footer.TimeRange(
          EncodedValues.instant(times.least), EncodedValues.instant(times.greatest));
    }
  }

  /** The rows of one file. */
  final class File implements AppendLog.Selection {
    private final List<BitSet> kept;
    private final Footer footer;
    private final boolean all;
    private final long greatestTime;
    private final long greatestRecordTime;
    private ParquetFile.Written written = new ParquetFile.Written(0, "");

    private File(List<BitSet> kept, Choice choice) {
      this.kept = kept;
      this.all = !choice.full;
      this.greatestTime = Math.max(choice.rowTimes.greatest, choice.skippedTimes.greatest);
      this.greatestRecordTime = choice.recordTimes.greatest;
      this.footer =
          new Footer(
              choice.rows,
              choice.count - choice.skippedCount,
              choice.positions,
              contractVersion,
              choice.eventTimes(),
              new Footer.TimeRange(
                  Instant.ofEpochMilli(choice.recordTimes.least),
                  Instant.ofEpochMilli(choice.recordTimes.greatest)),
              recovered,
              replaces,
              new Skipped(choice.skipped));
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

    /** How many of its positions have no row. */
    long skipped() {
      return footer.skipped().total();
    }

    /** The greatest time of the rows and skipped records, in microseconds since the epoch. */
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
