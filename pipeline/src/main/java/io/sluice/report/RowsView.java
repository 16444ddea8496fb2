package io.sluice.report;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** The section of rows: by date, and by hour. */
final class RowsView {
  private final Report report;
  private final ByPeriod by;

  RowsView(Report report, ByPeriod by) {
    this.report = report;
    this.by = by;
  }

  Figure figure() {
    long[] rows = by.sums(Report.Date::rows);
    Grid table = Grid.of("Rows by " + by.word(), List.of(by.title(), "#Rows"));
    by.each((i, label) -> table.add(List.of(label, Texts.count(rows[i]))));
    return by.figure(
        "rows", "Rows by " + by.word() + " of the event", "count", "rows", rows, table);
  }

  boolean hasHours() {
    return !report.hours().rows().isEmpty();
  }

  Figure hours() {
    List<Report.Hour> hours = report.hours().rows();
    Grid table = Grid.of("Rows by hour", List.of("Hour from", "#Rows"));
    List<String> labels = new ArrayList<>();
    for (Report.Hour hour : hours) {
      String label = Texts.hour(hour.start(), ZoneId.of(report.made().zone()));
      labels.add(label);
      table.add(List.of(label, Texts.count(hour.rows())));
    }
    double[] values = hours.stream().mapToDouble(Report.Hour::rows).toArray();
    String title = "Rows by hour of the event";
    return new Figure(
        title,
        title + ", bars over " + Texts.count(hours.size(), "hour") + "; the table below has them",
        new Chart("hours", "count", labels, List.of(new Chart.Series("rows", values))),
        table);
  }

  String hoursText() {
    Report.Hours hours = report.hours();
    String text =
        hours.leftOut() == 0
            ? ""
            : "The newest "
                + Texts.count(hours.dates(), "date")
                + "; "
                + Texts.count(hours.leftOut(), "older one")
                + " left out (--hours). ";
    if (hours.rowsUnknown() > 0) {
      text +=
          Texts.count(hours.rowsUnknown(), "row")
              + " of another contract, without this event time, left out. ";
    }
    return text + "Hours are of the zone " + report.made().zone() + ".";
  }
}
