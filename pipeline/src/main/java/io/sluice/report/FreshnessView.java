package io.sluice.report;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/** The section of freshness: when dates got their last files, and which are complete. */
final class FreshnessView {
  private final Report report;
  private final ByPeriod by;

  FreshnessView(Report report, ByPeriod by) {
    this.report = report;
    this.by = by;
  }

  Figure figure() {
    double[] hours = new double[by.periods().size()];
    String[] worst = new String[by.periods().size()];
    for (Report.Date date : report.dates()) {
      int i = by.periods().indexOf(date.date());
      double after = Math.max(0, date.lastFileAfterEnd() / 3600.0);
      if (worst[i] == null || after > hours[i]) {
        hours[i] = after;
        worst[i] = Texts.duration(Duration.ofSeconds(date.lastFileAfterEnd()));
      }
    }
    Grid table =
        Grid.of(
            "From a date's end to its last file", List.of(by.title(), "#Last file after the end"));
    by.each((i, label) -> table.add(List.of(label, worst[i] == null ? Texts.NONE : worst[i])));
    String title =
        "From a date's end to its last file"
            + (by.periods().unit() == Periods.Unit.DAY ? "" : ", the longest of a " + by.word());
    return new Figure(
        title,
        title + ", in hours, bars over " + by.periods().size() + "; the table below has them",
        new Chart(
            "freshness", "hours", by.periods().labels(), List.of(new Chart.Series("hours", hours))),
        table);
  }

  String text() {
    List<LocalDate> open =
        report.dates().stream()
            .filter(date -> date.completeSince() == null)
            .map(Report.Date::date)
            .toList();
    if (open.isEmpty()) {
      return "Every date is complete: its newest manifest names all of its files.";
    }
    return Texts.count(open.size(), "date")
        + (open.size() == 1 ? " is" : " are")
        + " not complete, or has files that its newest manifest does not name yet: "
        + Texts.newest(open)
        + ".";
  }
}
