package io.sluice.audit;

import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.source.SourceRecord;
import java.time.LocalDate;
import java.util.TreeSet;

/** Finds of which dates lost records are: a rebuild of these brings them back. */
final class LostDates {
  /** A whole topic may be lost, and few records say as much as all. */
  private static final int MOST_DECODED = 100_000;

  private final RecordDecoder decoder;
  private final Table table;
  private final TreeSet<LocalDate> dates = new TreeSet<>();
  private int decoded;
  private boolean hasOthers;

  LostDates(Contract contract) {
    this.decoder = new RecordDecoder(contract, null, null);
    this.table = contract.lakeTable();
  }

  void add(SourceRecord record) {
    if (decoded < MOST_DECODED) {
      decoded++;
      Outcome outcome = decoder.decode(record);
      if (outcome instanceof Outcome.Accepted row) {
        dates.add(table.dateOf(row.values().micros(table.timeColumn())));
        return;
      }
      if (outcome instanceof Outcome.Skipped skipped) {
        dates.add(table.dateOf(skipped.eventTimeMicros()));
        return;
      }
    }
    hasOthers = true;
  }

  TreeSet<LocalDate> dates() {
    return dates;
  }

  /**
   * Whether there are dead letters among them, which a rebuild does not bring back, or too many.
   */
  boolean hasOthers() {
    return hasOthers;
  }
}
