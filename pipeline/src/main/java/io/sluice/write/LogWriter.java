package io.sluice.write;

import io.sluice.block.Block;
import io.sluice.block.Gatherer;
import io.sluice.block.KeySpread;
import io.sluice.block.LogKey;
import io.sluice.lake.AppendLog;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.window.WindowTime;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/**
 * Appends rows to their logs without a pipeline, by the same rules: a row whose position is in its
 * log is left out. Rows are held until {@link #flush}, or until they are as many bytes as a file
 * may have; then those of the largest log go. Not safe for use by several threads.
 */
public final class LogWriter {
  private static final int MOST_LOGS = 128;

  /** What was appended; called after the file is committed. */
  public interface Listener {
    /**
     * @param positions of exactly the file's rows and skipped records
     */
    void appended(LocalDate date, CommittedFile file, Positions positions);
  }

  private final LakeTable table;
  private final Store store;
  private final WriteSettings settings;
  private final boolean recovered;
  private final Listener listener;
  private final Gatherer gatherer;
  private final Map<LogKey, List<Block>> blocks = new HashMap<>();
  private final Map<LogKey, Long> sizes = new HashMap<>();
  private long held;

  private final Map<LogKey, AppendLog> logs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<LogKey, AppendLog> eldest) {
          return size() > MOST_LOGS;
        }
      };

  /**
   * @param store where the table is; stays open
   * @param recovered see {@link io.sluice.lake.Footer#recovered}
   */
  public LogWriter(
      LakeTable table, Store store, WriteSettings settings, boolean recovered, Listener listener) {
    this.table = table;
    this.store = store;
    this.settings = settings;
    this.recovered = recovered;
    this.listener = listener;
    // Windows decide when a row is written, and here that is at the flush: one window for all.
    WindowTime windows = new WindowTime(Duration.ofDays(1), Duration.ZERO);
    this.gatherer =
        new Gatherer(table.table(), table.descriptor().shards(), KeySpread.NONE, windows);
  }

  /**
   * Adds a row, with the fields of {@link io.sluice.contract.Positioned} behind its columns.
   *
   * @throws IOException where the store failed for good; the rows that were held may be appended or
   *     not, and adding them again puts it right
   */
  public void add(Row row) throws IOException {
    gatherer.add(row, 0, this::hold);
    appendWhatIsTooMuch();
  }

  /** Adds the rows of one record, one at least, as {@link #add(Row)} does. */
  public void add(List<Row> rows) throws IOException {
    gatherer.add(rows, 0, this::hold);
    appendWhatIsTooMuch();
  }

  /**
   * Adds the position of a record that is skipped.
   *
   * @param recordTime the record's Kafka timestamp in milliseconds since the epoch
   * @param micros its event time in microseconds since the epoch
   * @throws IOException as {@link #add}
   */
  public void skip(String source, int partition, long offset, long recordTime, long micros)
      throws IOException {
    gatherer.skip(source, partition, offset, recordTime, micros, 0, this::hold);
    appendWhatIsTooMuch();
  }

  private void appendWhatIsTooMuch() throws IOException {
    while (held >= settings.fileBytes()) {
      append(sizes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey());
    }
  }

  private void hold(KV<LogKey, Block> block) {
    long size = block.getValue().size();
    blocks.computeIfAbsent(block.getKey(), key -> new ArrayList<>()).add(block.getValue());
    sizes.merge(block.getKey(), size, Long::sum);
    held += size;
  }

  /**
   * Appends all rows that are held.
   *
   * @throws IOException as {@link #add}
   */
  public void flush() throws IOException {
    gatherer.flush(this::hold);
    for (LogKey key : List.copyOf(blocks.keySet())) {
      append(key);
    }
  }

  private void append(LogKey key) throws IOException {
    List<Block> rows = Objects.requireNonNull(blocks.get(key));
    LocalDate date = LocalDate.ofEpochDay(key.date());
    Pane pane = new Pane(table.table(), rows, settings.zstdLevel(), recovered);
    for (AppendLog.Appended one : log(key, date).append(pane)) {
      ParquetFile.Written written = ((Pane.File) one.rows()).written();
      listener.appended(
          date,
          new CommittedFile(one.file().name(), written.size(), written.sha256()),
          one.rows().positions());
    }
    blocks.remove(key);
    held -= Objects.requireNonNull(sizes.remove(key));
  }

  private AppendLog log(LogKey key, LocalDate date) {
    return logs.computeIfAbsent(
        key,
        k -> new AppendLog(store, table.table(), date, k.shard(), table.descriptor().resharded()));
  }
}
