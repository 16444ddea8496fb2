package io.sluice.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page says, as its template takes it: texts, tables and charts, none of them escaped.
 * Each section is a view of its own.
 */
final class PageView {
  /** A number of the headline. */
  record Tile(String label, String value, String note) {}

  private final Report report;
  private final ByPeriod by;

  PageView(Report report) {
    this.report = report;
    this.by = new ByPeriod(report);
  }

  String table() {
    return report.made().table();
  }

  String lake() {
    return report.made().lake();
  }

  String version() {
    return report.made().version();
  }

  String contractVersion() {
    return report.made().contractVersion();
  }

  String at() {
    return Texts.time(report.made().at());
  }

  boolean isEmpty() {
    return report.dates().isEmpty();
  }

  boolean hasDates() {
    return !isEmpty();
  }

  VerdictView verdict() {
    return new VerdictView(report);
  }

  RowsView rows() {
    return new RowsView(report, by);
  }

  FilesView files() {
    return new FilesView(report, by);
  }

  FreshnessView freshness() {
    return new FreshnessView(report, by);
  }

  FollowersView followers() {
    return new FollowersView(report);
  }

  DerivedView derived() {
    return new DerivedView(report);
  }

  LateView late() {
    return new LateView(report, by);
  }

  LettersView letters() {
    return new LettersView(report);
  }

  VersionsView versions() {
    return new VersionsView(report, by);
  }

  DatesView dates() {
    return new DatesView(report);
  }

  ProofView proof() {
    return new ProofView(report);
  }

  List<Tile> tiles() {
    Report.Totals totals = report.totals();
    String dates =
        isEmpty()
            ? ""
            : report.dates().get(0).date()
                + (report.dates().size() == 1
                    ? ""
                    : " to " + report.dates().get(report.dates().size() - 1).date());
    List<Tile> tiles = new ArrayList<>();
    tiles.add(new Tile("Rows", Texts.count(totals.rows()), "in the lake"));
    tiles.add(new Tile("Dates", Texts.count(totals.dates()), dates));
    tiles.add(share("Dead letters", totals.deadLetters()));
    if (totals.skipped() > 0) {
      tiles.add(share("Skipped", totals.skipped()));
    }
    tiles.add(new Tile("Files", Texts.count(totals.files()), Texts.bytes(totals.bytes())));
    tiles.add(age("Newest record", totals.newestRecord()));
    tiles.add(age("Newest event", totals.newestEvent()));
    return tiles;
  }

  private Tile share(String label, long records) {
    Report.Totals totals = report.totals();
    long all = totals.rows() + totals.deadLetters() + totals.skipped();
    return new Tile(label, Texts.count(records), Texts.percent(records, all) + " of all records");
  }

  private Tile age(String label, @Nullable Instant time) {
    if (time == null) {
      return new Tile(label, Texts.NONE, isEmpty() ? "" : "the files do not say");
    }
    Duration age = Duration.between(time, report.made().at());
    return new Tile(
        label,
        Texts.duration(age.abs()),
        (age.isNegative() ? "after" : "before") + " this page: " + Texts.time(time));
  }

  /** Said where dates were put together. */
  @Nullable String bucketed() {
    return by.periods().unit() == Periods.Unit.DAY
        ? null
        : Texts.count(report.dates().size(), "date")
            + " are more than a chart can show: charts and their tables are by "
            + by.word()
            + "; sluice report --json has every date.";
  }

  /** The charts that the page has. */
  List<Chart> charts() {
    List<Chart> charts = new ArrayList<>();
    if (hasDates()) {
      charts.add(rows().figure().chart());
      charts.add(files().count().chart());
      charts.add(files().bytes().chart());
      charts.add(freshness().figure().chart());
    }
    if (rows().hasHours()) {
      charts.add(rows().hours().chart());
    }
    if (late().isShown()) {
      charts.add(late().figure().chart());
    }
    if (letters().isShown()) {
      charts.add(letters().figure().chart());
    }
    if (versions().isShown()) {
      charts.add(versions().figure().chart());
    }
    return charts;
  }
}
