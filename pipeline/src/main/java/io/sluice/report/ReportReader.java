package io.sluice.report;

import io.sluice.audit.Audit;
import io.sluice.audit.AuditReport;
import io.sluice.audit.Covered;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a lake and its dead letters. Footers are read once, several at a time; of each file little
 * is kept, so memory grows with the number of files and not with their rows.
 */
public final class ReportReader {

  /**
   * How much is read.
   *
   * @param hours of the newest dates, how many of them together, rows are counted by hour
   * @param samples at most so many dead letters of each reason are shown
   * @param values whether the dead letters' values are shown, which may hold what is private
   */
  public record Limits(Duration hours, int samples, boolean values) {}

  /** Asks Kafka, too. */
  public interface Asker {
    Audit.Result ask(Audit.Visitor visitor) throws IOException;
  }

  private final Store lake;
  private final Store deadLetters;
  private final Contract contract;
  private final @Nullable Asker audit;
  private final Audit.Expiry expiry;
  private final Limits limits;
  private final Steps steps;

  /**
   * @param audit asks Kafka, too; null for the proof from the footers alone
   */
  public ReportReader(
      Store lake,
      Store deadLetters,
      Contract contract,
      @Nullable Asker audit,
      Audit.Expiry expiry,
      Limits limits,
      Steps steps) {
    this.lake = lake;
    this.deadLetters = deadLetters;
    this.contract = contract;
    this.audit = audit;
    this.expiry = expiry;
    this.limits = limits;
    this.steps = steps;
  }

  /** Reads what is there now. */
  public Report read(Instant now, String version) throws IOException {
    Table table = contract.lakeTable();
    Publications publications = Publications.read(lake, table, steps);
    Seen seen = new Seen(publications);
    Covered covered;
    AuditReport proof = null;
    try (Steps.Step step = steps.begin("footers", Steps.UNKNOWN)) {
      seen.step = step;
      if (audit == null) {
        covered = Audit.covered(lake, deadLetters, contract, expiry, seen);
      } else {
        Audit.Result result = audit.ask(seen);
        proof = result.report();
        covered = result.covered();
      }
    }
    List<Report.Date> dates = new ArrayList<>();
    for (DateFacts date : seen.dates.values()) {
      dates.add(date.finish(publications.of(date.date()), table.zone()));
    }
    Report.Hours hours = new HourCounts(lake, table, steps).read(seen.newestFiles());
    Report.DeadLetterFacts letters =
        new DeadLetterCounts(deadLetters, contract, limits, steps).read();
    List<Report.Partition> partitions = new Partitions(lake, table, covered, proof).read();
    Report.Totals totals = totals(dates, letters, seen);
    return new Report(
        new Report.Made(
            now,
            version,
            table.name(),
            lake.root(),
            deadLetters.root(),
            contract.version(),
            zone(table.zone())),
        verdict(covered, proof, partitions),
        Acknowledgement.read(lake, table.name()),
        totals,
        dates,
        hours,
        letters,
        partitions,
        seen.missingRows.find(totals).orElse(null),
        List.of(),
        seen.derived.result());
  }

  private static Report.Verdict verdict(
      Covered covered, @Nullable AuditReport proof, List<Report.Partition> partitions) {
    long missing = partitions.stream().mapToLong(Report.Partition::missing).sum();
    long duplicate = covered.duplicate().size();
    return proof == null
        ? new Report.Verdict(
            duplicate == 0 && covered.damaged().isEmpty(),
            Report.Proof.FOOTERS,
            missing,
            0,
            0,
            duplicate,
            0,
            covered.damaged())
        : new Report.Verdict(
            proof.passed(),
            Report.Proof.KAFKA,
            proof.lost(),
            proof.waiting(),
            proof.gone(),
            proof.duplicate(),
            proof.extra(),
            proof.damaged());
  }

  private static Report.Totals totals(
      List<Report.Date> dates, Report.DeadLetterFacts letters, Seen seen) {
    return new Report.Totals(
        dates.stream().mapToLong(Report.Date::rows).sum(),
        letters.byReason().stream().mapToLong(Report.ReasonFacts::count).sum(),
        dates.stream().mapToLong(Report.Date::skipped).sum(),
        dates.size(),
        dates.stream().mapToInt(Report.Date::files).sum(),
        dates.stream().mapToLong(Report.Date::bytes).sum(),
        seen.newestRecord,
        dates.stream().map(Report.Date::lastEvent).max(Instant::compareTo).orElse(null),
        seen.newestFile);
  }

  /** Gathers what the footers say, by date. */
  private final class Seen implements Audit.Visitor {
    private final TreeMap<LocalDate, DateFacts> dates = new TreeMap<>();
    private final TreeMap<LocalDate, List<HourCounts.Seen>> newest = new TreeMap<>();
    private final Publications publications;
    private final MissingRows missingRows = new MissingRows(contract);
    private final DerivedRead derived = DerivedRead.begin(lake, contract);
    private Steps.@Nullable Step step;
    private @Nullable Instant newestRecord;
    private @Nullable Instant newestFile;
    private long files;

    Seen(Publications publications) {
      this.publications = publications;
    }

    @Override
    public void lake(LakeFiles.DataFile file) {
      LocalDate date = file.part().date();
      dates.computeIfAbsent(date, DateFacts::new).add(file, publications.late(date, file));
      newest
          .computeIfAbsent(date, d -> new ArrayList<>())
          .add(new HourCounts.Seen(file.entry(), file.footer().rows(), file.footer().eventTimes()));
      missingRows.lake(file.footer());
      derived.lake(file);
      if (newest.size() > limits.hours().toDays()) {
        newest.pollFirstEntry();
      }
      any(file);
    }

    @Override
    public void deadLetters(LakeFiles.DataFile file) {
      missingRows.deadLetters(file.footer());
      any(file);
    }

    private void any(LakeFiles.DataFile file) {
      Footer.TimeRange records = file.footer().recordTimes();
      if (records != null) {
        newestRecord = later(newestRecord, records.to());
      }
      newestFile = later(newestFile, file.entry().modified());
      if (step != null) {
        step.to(++files);
      }
    }

    /** The newest dates' files, and how many dates there are besides. */
    HourCounts.Files newestFiles() {
      return new HourCounts.Files(newest, dates.size() - newest.size());
    }
  }

  /** Java calls the zone of an offset of nothing Z. */
  private static String zone(ZoneId zone) {
    return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  static Instant later(@Nullable Instant one, Instant other) {
    return one == null || other.isAfter(one) ? other : one;
  }
}
