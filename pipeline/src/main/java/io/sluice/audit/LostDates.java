package io.sluice.audit;

import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.Outcome;
import io.sluice.decode.RecordDecoder;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.SourceRecord;
import java.time.LocalDate;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Finds of which dates lost records are: a rebuild of these brings them back. */
final class LostDates implements AutoCloseable {
  /** A whole topic may be lost, and few records say as much as all. */
  private static final int MOST_DECODED = 100_000;

  private final RecordDecoder decoder;
  private final Table table;
  private final TreeSet<LocalDate> dates = new TreeSet<>();
  private int decoded;
  private boolean hasOthers;

  LostDates(Contract contract, SchemaSettings schemas) {
    // What is masked is in no verdict: an audit needs no key.
    this.decoder =
        new RecordDecoder(contract.withoutMaskKeys(), new DecodeSettings(null, null, schemas));
    this.table = contract.lakeTable();
  }

  void add(SourceRecord record) {
    if (decoded < MOST_DECODED) {
      decoded++;
      OptionalLong time = timeOf(record);
      if (time.isPresent()) {
        dates.add(table.dateOf(time.getAsLong()));
        return;
      }
    }
    hasOthers = true;
  }

  private OptionalLong timeOf(SourceRecord record) {
    try {
      Outcome outcome = decoder.decode(record);
      return outcome instanceof Outcome.Accepted row
          ? OptionalLong.of(row.values().micros(table.timeColumn()))
          : outcome instanceof Outcome.Skipped skipped
              ? OptionalLong.of(skipped.eventTimeMicros())
              : OptionalLong.empty();
    } catch (UserException e) {
      // That the registry cannot be asked makes the hint of a rebuild shorter, and no audit fail.
      return OptionalLong.empty();
    }
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

  @Override
  public void close() {
    decoder.close();
  }
}
