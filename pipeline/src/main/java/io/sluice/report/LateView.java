package io.sluice.report;

import java.util.List;

/** The section of late events: rows that came after their date was first called complete. */
final class LateView {
  private final Report report;
  private final ByPeriod by;

  LateView(Report report, ByPeriod by) {
    this.report = report;
    this.by = by;
  }

  boolean isShown() {
    return report.dates().stream().anyMatch(date -> date.lateRows() > 0);
  }

  Figure figure() {
    long[] rows = by.sums(Report.Date::lateRows);
    long[] files = by.sums(Report.Date::lateFiles);
    long[] all = by.sums(Report.Date::rows);
    Grid table =
        Grid.of(
            "Late rows by " + by.word(),
            List.of(by.title(), "#Late rows", "#Of all its rows", "#In files"));
    by.each(
        (i, label) ->
            table.add(
                List.of(
                    label,
                    Texts.count(rows[i]),
                    Texts.percent(rows[i], all[i]),
                    Texts.count(files[i]))));
    return by.figure(
        "late", "Late rows by " + by.word() + " of the event", "count", "late rows", rows, table);
  }

  String text() {
    long rows = report.dates().stream().mapToLong(Report.Date::lateRows).sum();
    return rows == 0
        ? "No row came after its date was first called complete."
        : Texts.count(rows, "row")
            + " came after "
            + (rows == 1 ? "its" : "their")
            + " date was first called complete ("
            + Texts.percent(rows, report.totals().rows())
            + " of all). They are in the lake, in their own date's folder.";
  }
}
