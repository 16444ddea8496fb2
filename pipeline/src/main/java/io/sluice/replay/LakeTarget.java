package io.sluice.replay;

import io.sluice.complete.Publication;
import io.sluice.deadletter.DeadLetter;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.source.SourceRecord;
import io.sluice.write.LogWriter;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.values.Row;

/**
 * Appends to the lake, by files that say that their rows are recovered. What the whole lake has
 * when this is opened is left out, whichever date it is in; what others append meanwhile is left
 * out where it is of the same date.
 */
public final class LakeTarget implements ReplayTarget {
  private final Store store;
  private final LakeTable table;
  private final LogWriter writer;
  private final Positions there = new Positions();
  private Positions appended = new Positions();

  /** By date: the digests of files that no manifest names yet. */
  private final TreeMap<LocalDate, Map<String, String>> changed = new TreeMap<>();

  /** Dates with recovered rows: a replay that was cut off may owe them a manifest. */
  private final TreeSet<LocalDate> recovered = new TreeSet<>();

  /**
   * Reads the positions of the whole table.
   *
   * @param store where the table is; is closed with this
   */
  public LakeTarget(LakeTable table, Store store, WriteSettings settings) throws IOException {
    this.store = store;
    this.table = table;
    this.writer =
        new LogWriter(
            table,
            store,
            settings,
            true,
            (date, file, positions) -> {
              appended.addAll(positions);
              changed.computeIfAbsent(date, d -> new HashMap<>()).put(file.name(), file.sha256());
            });
    LakeFiles.forEach(
        store,
        table.table(),
        file -> {
          there.addAll(file.footer().positions());
          if (file.footer().recovered()) {
            recovered.add(file.part().date());
          }
        });
  }

  @Override
  public String name() {
    return "lake";
  }

  @Override
  public boolean has(SourceRecord record) {
    return there.contains(record.source(), record.partition(), record.offset());
  }

  @Override
  public void add(DeadLetter letter, SourceRecord repaired, List<Row> rows) throws IOException {
    writer.add(rows);
  }

  /** Its position goes to the log of its date, so that it is no letter to be tried any more. */
  @Override
  public void skip(DeadLetter letter, long eventTimeMicros) throws IOException {
    SourceRecord record = letter.record();
    writer.skip(
        record.source(), record.partition(), record.offset(), record.recordTime(), eventTimeMicros);
  }

  @Override
  public Positions flush() throws IOException {
    writer.flush();
    recovered.forEach(date -> changed.putIfAbsent(date, Map.of()));
    recovered.clear();
    for (Map.Entry<LocalDate, Map<String, String>> date : changed.entrySet()) {
      // Where a date is not complete, whoever completes it finds the new files.
      new Publication(store, table.table(), date.getKey()).refresh(date.getValue());
    }
    changed.clear();
    Positions now = appended;
    appended = new Positions();
    there.addAll(now);
    return now;
  }

  @Override
  public void close() {
    store.close();
  }
}
