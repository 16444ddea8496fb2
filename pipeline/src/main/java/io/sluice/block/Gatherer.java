package io.sluice.block;

import io.sluice.contract.Positioned;
import io.sluice.contract.Table;
import io.sluice.record.ColumnValues;
import io.sluice.record.EncodedValues;
import io.sluice.record.RowValues;
import io.sluice.window.WindowTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one bundle and table that are being built, by date and shard. What they hold
 * together, and with those of the bundle's other tables, is bounded. Not safe for use by several
 * threads.
 */
public final class Gatherer {
  private static final long LARGEST_BLOCK = 1 << 20;
  private static final long MOST_BUFFERED = 32 << 20;
  private static final long MICROS = 1_000_000L;

  private final Table table;
  private final int shards;
  private final KeySpread spread;
  private final WindowTime windows;
  private final Map<BlockKey, BlockBuilder> builders = new HashMap<>();
  private final @Nullable Recent[] recent = new @Nullable Recent[16];
  private final Held held;

  /** Made when they are first needed: of a run's many tables, most have no rows in a bundle. */
  private @Nullable RowValues rows;

  private @Nullable Integer layout;

  /**
   * The date of the row before, which mostly is the next one's too, and where it begins and ends.
   */
  private long date;

  private long dateBegins;
  private long dateEnds;

  /** What the gatherers of one bundle hold, which is bounded over all of them. */
  static final class Held {
    private final List<Gatherer> gatherers = new ArrayList<>();
    private long bytes;

    /** Gives out all blocks of all of them. */
    void flush(Consumer<KV<LogKey, Block>> out) {
      for (Gatherer gatherer : gatherers) {
        gatherer.giveOut(out);
      }
      bytes = 0;
    }
  }

  /** One that is alone. */
  public Gatherer(Table table, int shards, KeySpread spread, WindowTime windows) {
    this(table, shards, spread, windows, new Held());
  }

  /**
   * One of several.
   *
   * @param held what all of them hold
   */
  Gatherer(Table table, int shards, KeySpread spread, WindowTime windows, Held held) {
    this.held = held;
    held.gatherers.add(this);
    this.table = table;
    this.shards = shards;
    this.spread = spread;
    this.windows = windows;
  }

  /**
   * Rows of windows that close at different times are apart, or the early ones would hurry the
   * others.
   */
  private record BlockKey(LogKey log, String source, long windowEnd) {}

  /** What the last row of a partition was added to: mostly the next one's too. */
  private record Recent(BlockKey key, int partition, BlockBuilder builder) {
    boolean isFor(String source, int partition, long date, long windowEnd) {
      return this.partition == partition
          && key.windowEnd() == windowEnd
          && key.log().date() == date
          && key.source().equals(source);
    }
  }

  /** The source of a row that has {@link Positioned} at its end. */
  static String source(Row row) {
    return require(
        row.getString(row.getFieldCount() - Positioned.COLUMNS.size()), Positioned.SOURCE);
  }

  /**
   * Adds a row; what is full goes out.
   *
   * @param timestamp the element's, in milliseconds since the epoch
   */
  public void add(Row row, long timestamp, Consumer<KV<LogKey, Block>> out) {
    require(row.getValue(table.timeColumn()), table.columns().get(table.timeColumn()).name());
    add(row, rows().of(row), timestamp, out);
  }

  private void add(Row row, ColumnValues values, long timestamp, Consumer<KV<LogKey, Block>> out) {
    int at = table.columns().size();
    add(
        values,
        require(row.getString(at), Positioned.SOURCE),
        require(row.getInt32(at + 1), Positioned.PARTITION),
        require(row.getInt64(at + 2), Positioned.OFFSET),
        require(row.getInt64(at + 3), Positioned.RECORD_TIME),
        timestamp,
        out);
  }

  /**
   * Adds the rows of a record together, so that they are in one block; their values are copied.
   *
   * @param recordTime the record's Kafka timestamp in milliseconds since the epoch
   */
  public void add(
      ColumnValues row,
      String source,
      int partition,
      long offset,
      long recordTime,
      long timestamp,
      Consumer<KV<LogKey, Block>> out) {
    long micros = row.micros(table.timeColumn());
    Recent block = block(source, partition, micros, timestamp);
    long before = block.builder().size();
    for (int i = 0; i < row.rows(); i++) {
      row.toRow(i);
      block.builder().add(row, partition, offset, recordTime, micros, block.key().windowEnd());
    }
    added(block, before, out);
  }

  /** Adds the rows of one record, as {@link #add(Row, long, Consumer)} does. */
  public void add(List<Row> rows, long timestamp, Consumer<KV<LogKey, Block>> out) {
    if (rows.size() == 1) {
      add(rows.get(0), timestamp, out);
      return;
    }
    ColumnValues all = new ColumnValues(table.columns());
    all.explode(IntStream.range(0, table.columns().size()).toArray(), new int[0]);
    for (Row row : rows) {
      all.copy(rows().of(row));
      all.endRow();
    }
    Row first = rows.get(0);
    all.toRow(0);
    add(first, all, timestamp, out);
  }

  /**
   * Adds the position of a row that is not to be in the table; what is full goes out.
   *
   * @param timeField the index of the event time; {@link Positioned} is at the row's end
   * @param timestamp the element's, in milliseconds since the epoch
   */
  void skip(Row row, int timeField, long timestamp, Consumer<KV<LogKey, Block>> out) {
    int at = row.getFieldCount() - Positioned.COLUMNS.size();
    Instant time = require(row.getValue(timeField), row.getSchema().getField(timeField).getName());
    skip(
        require(row.getString(at), Positioned.SOURCE),
        require(row.getInt32(at + 1), Positioned.PARTITION),
        require(row.getInt64(at + 2), Positioned.OFFSET),
        require(row.getInt64(at + 3), Positioned.RECORD_TIME),
        EncodedValues.micros(time),
        timestamp,
        out);
  }

  /**
   * Adds the position of a record that is skipped: no row of it, but its log is to know it.
   *
   * @param recordTime the record's Kafka timestamp in milliseconds since the epoch
   * @param micros its event time in microseconds since the epoch
   */
  public void skip(
      String source,
      int partition,
      long offset,
      long recordTime,
      long micros,
      long timestamp,
      Consumer<KV<LogKey, Block>> out) {
    Recent block = block(source, partition, micros, timestamp);
    long before = block.builder().size();
    block.builder().skip(partition, offset, recordTime, micros, block.key().windowEnd());
    added(block, before, out);
  }

  private Recent block(String source, int partition, long micros, long timestamp) {
    long date = dateOf(micros);
    long windowEnd = windows.windowEnd(Math.floorDiv(micros, 1000L), timestamp);
    int slot = partition & recent.length - 1;
    Recent block = recent[slot];
    if (block == null || !block.isFor(source, partition, date, windowEnd)) {
      int shard = shardOf(source, partition, shards);
      BlockKey key =
          new BlockKey(
              new LogKey(table.name(), date, shard, spread.salt(table.name(), date, shard)),
              source,
              windowEnd);
      block = new Recent(key, partition, builders.computeIfAbsent(key, this::newBuilder));
      recent[slot] = block;
    }
    return block;
  }

  private RowValues rows() {
    if (rows == null) {
      rows = new RowValues(table.columns());
    }
    return rows;
  }

  private BlockBuilder newBuilder(BlockKey key) {
    if (layout == null) {
      layout = table.layout();
    }
    BlockBuilder builder = new BlockBuilder(table, layout, key.source());
    held.bytes += builder.size();
    return builder;
  }

  private long dateOf(long micros) {
    if (micros < dateBegins || micros >= dateEnds) {
      LocalDate day = table.dateOf(micros);
      date = day.toEpochDay();
      dateBegins = micros(day.atStartOfDay(table.zone()).toInstant());
      dateEnds = micros(day.plusDays(1).atStartOfDay(table.zone()).toInstant());
      // A clock that is set back across midnight gives an hour of the day before again.
      ZoneRules rules = table.zone().getRules();
      Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, MICROS));
      ZoneOffsetTransition before = rules.previousTransition(instant.plusNanos(1));
      if (before != null) {
        dateBegins = Math.max(dateBegins, micros(before.getInstant()));
      }
      ZoneOffsetTransition after = rules.nextTransition(instant);
      if (after != null) {
        dateEnds = Math.min(dateEnds, micros(after.getInstant()));
      }
    }
    return date;
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * MICROS;
  }

  private void added(Recent block, long before, Consumer<KV<LogKey, Block>> out) {
    long size = block.builder().size();
    held.bytes += size - before;
    if (size >= LARGEST_BLOCK) {
      held.bytes -= size;
      builders.remove(block.key());
      Arrays.fill(recent, null);
      out.accept(KV.of(block.key().log(), block.builder().build()));
    } else if (held.bytes >= MOST_BUFFERED) {
      flush(out);
    }
  }

  /** Gives out all blocks, also those of the gatherers beside this one. */
  public void flush(Consumer<KV<LogKey, Block>> out) {
    held.flush(out);
  }

  private void giveOut(Consumer<KV<LogKey, Block>> out) {
    builders.forEach((key, builder) -> out.accept(KV.of(key.log(), builder.build())));
    builders.clear();
    Arrays.fill(recent, null);
  }

  private static <T> T require(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalStateException(
          "a transform set the field " + name + " to null, which every row needs");
    }
    return value;
  }

  /** The shard of a partition. Neighbours are in different shards. */
  private static int shardOf(String source, int partition, int shards) {
    return Math.floorMod(source.hashCode() + partition, shards);
  }
}
