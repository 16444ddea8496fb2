package io.sluice.report;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reports of tables that were never written, to see what a page makes of them. */
final class TestReports {
  static final Instant AT = Instant.parse("2026-03-14T08:00:00Z");

  private TestReports() {}

  static final Report.Verdict PROVED =
      new Report.Verdict(true, Report.Proof.KAFKA, 0, 0, 0, 0, 0, List.of());

  /** A table of whose dates, one after the other up to AT's, each has so many rows. */
  static Report of(String table, Report.Verdict verdict, long deadLetters, long... rows) {
    return incomplete(table, verdict, deadLetters, rows.length, rows);
  }

  /**
   * @param complete how many of the dates are, from the oldest on
   */
  static Report incomplete(
      String table, Report.Verdict verdict, long deadLetters, int complete, long... rows) {
    LocalDate newest = LocalDate.ofInstant(AT, ZoneOffset.UTC);
    List<Report.Date> dates = new ArrayList<>();
    long all = 0;
    for (int i = 0; i < rows.length; i++) {
      LocalDate date = newest.minusDays(rows.length - 1L - i);
      Instant start = date.atStartOfDay(ZoneOffset.UTC).toInstant();
      Instant since = i < complete ? start.plus(Duration.ofHours(25)) : null;
      dates.add(
          new Report.Date(
              date,
              rows[i],
              3,
              rows[i] * 40,
              rows[i] * 10,
              10,
              false,
              start,
              start.plusSeconds(7000),
              start.plusSeconds(7001),
              start.plusSeconds(8000),
              -100,
              since,
              since,
              i == 0 ? 5 : 0,
              i == 0 ? 1 : 0,
              0,
              Map.of("1", rows[i])));
      all += rows[i];
    }
    return new Report(
        new Report.Made(AT, "1.2.3", table, "s3://lake/prefix", "s3://dead", "1", "UTC"),
        verdict,
        List.of(),
        new Report.Totals(
            all,
            deadLetters,
            0,
            rows.length,
            3 * rows.length,
            all * 40,
            rows.length == 0
                ? null
                : newest.atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(7001),
            null,
            null),
        dates,
        new Report.Hours(List.of(), 0, 0, 0),
        new Report.DeadLetterFacts(Map.of(), List.of()),
        List.of(),
        null,
        List.of(),
        List.of());
  }

  /** The same of a table of whose contract all records are skipped. */
  static Report without(Report report, Report.NoRows noRows) {
    return new Report(
        report.made(),
        report.verdict(),
        report.acknowledged(),
        report.totals(),
        report.dates(),
        report.hours(),
        report.deadLetters(),
        report.partitions(),
        noRows,
        report.followers(),
        report.derived());
  }
}
