package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.deadletter.Reason;
import io.sluice.lake.Positions;
import io.sluice.source.SourceRecord;
import java.time.LocalDate;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;

/** Looks what would become of a date, and whether it may. It changes nothing. */
final class RebuildCheck implements RebuildScan.Changes {
  private final LocalDate date;
  private final DateBefore before;
  private final Positions dead;
  private final Positions derived = new Positions();
  private final Positions rejected = new Positions();
  private final Positions failed = new Positions();
  private final Positions moved = new Positions();
  private final TreeSet<LocalDate> movedTo = new TreeSet<>();

  /** Those of the rows that only a replay had made that the contract accepts by itself now. */
  private final Positions accepted = new Positions();

  private long missing;
  private long skipped;
  private long recovered;

  /**
   * @param dead positions that are dead letters
   */
  RebuildCheck(LocalDate date, DateBefore before, Positions dead) {
    this.date = date;
    this.before = before;
    this.dead = dead;
  }

  @Override
  public void derived(RebuildScan.Made made, SourceRecord record, DateBefore.Log log) {
    skipped += made.isSkipped() ? 1 : 0;
    add(derived, record);
  }

  @Override
  public void missing(RebuildScan.Made made, SourceRecord record) {
    skipped += made.isSkipped() ? 1 : 0;
    missing++;
    if (RebuildScan.contains(dead, record)) {
      recovered++;
    }
    if (RebuildScan.contains(before.recovered, record)) {
      add(accepted, record);
    }
  }

  @Override
  public void rejected(Reason reason, Row letter, SourceRecord record) {
    add(rejected, record);
    if (reason == Reason.DECODER_FAILED) {
      add(failed, record);
    }
  }

  @Override
  public void moved(LocalDate to, SourceRecord record) {
    add(moved, record);
    movedTo.add(to);
  }

  private static void add(Positions positions, SourceRecord record) {
    positions.add(record.source(), record.partition(), record.offset());
  }

  /** How many rows are to be derived again. */
  long derived() {
    return derived.size();
  }

  /** How many rows no file has. */
  long missing() {
    return missing;
  }

  /** Of how many of both the contract skips the records. */
  long skipped() {
    return skipped;
  }

  /** How many of these are dead letters, too. */
  long recovered() {
    return recovered;
  }

  /** How many rows are to be dead letters. */
  long rejected() {
    return rejected.size();
  }

  /** How many rows are to go that only a replay can bring back. */
  long deadAgain() {
    return before.recovered.minus(accepted).minus(before.elsewhere).size();
  }

  /**
   * Refuses what a rebuild may not do.
   *
   * @param source the topic that was read
   * @param contractVersion of today
   * @throws UserException where a row would be lost, fall where nobody looks for it, or be rejected
   *     although the contract is as it was
   */
  void requireAllowed(String source, String contractVersion) {
    Positions gone = before.replaced.minus(derived).minus(rejected).minus(moved);
    for (Positions.Partition partition : gone.partitions()) {
      if (!partition.source().equals(source)) {
        throw refused(
            "files of it have rows of another source, "
                + partition.source()
                + ", which cannot be derived from "
                + source
                + "; leave the date as it is, or name that topic with --topic or --sourceId, if it is there");
      }
    }
    if (!gone.isEmpty()) {
      throw refused(
          gone.size()
              + " rows of its files are not in Kafka any more and would be lost: "
              + ranges(gone)
              + "; restore damaged files from a backup");
    }
    if (!moved.isEmpty()) {
      throw refused(
          moved.size()
              + " of its rows would fall on another date, as "
              + movedTo.first()
              + ", where a running job would not look for them: "
              + ranges(moved)
              + "; begin a new table for another event time or zone");
    }
    if (!failed.isEmpty()) {
      throw refused(
          "the decoder fails at "
              + failed.size()
              + " of its rows, which is a fault of Sluice: "
              + ranges(failed)
              + "; rebuild it with another version");
    }
    Positions changed = rejected.and(before.sameContract);
    if (!changed.isEmpty()) {
      throw refused(
          changed.size()
              + " of its rows were accepted under contract version "
              + contractVersion
              + " and are not now: "
              + ranges(changed)
              + "; take the former --maxFuture and --maxAge, or give the contract a new version");
    }
  }

  private UserException refused(String why) {
    return new UserException(date + ": " + why);
  }

  /** Some of the positions, for a message. */
  static String ranges(Positions positions) {
    return positions.partitions().stream()
        .limit(5)
        .map(
            partition ->
                "partition "
                    + partition.number()
                    + " "
                    + positions.ranges(partition).stream()
                        .limit(5)
                        .map(r -> r.from() == r.to() ? "" + r.from() : r.from() + ".." + r.to())
                        .collect(Collectors.joining(", ")))
        .collect(Collectors.joining("; "));
  }
}
