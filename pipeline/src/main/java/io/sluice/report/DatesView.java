package io.sluice.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section of the newest dates, with all that is known of each. */
final class DatesView {
  /** Dates that are shown by themselves. */
  private static final int MOST_DATES = 31;

  private static final int AFTER_ROWS = 2;

  private final Report report;

  DatesView(Report report) {
    this.report = report;
  }

  Grid newest() {
    boolean hasSkipped = report.totals().skipped() > 0;
    List<String> titles =
        new ArrayList<>(
            List.of(
                "Date",
                "#Rows",
                "#Files",
                "#Size",
                "#Median file",
                "#Smallest file",
                "First complete, UTC",
                "Complete since, UTC",
                "Last file, UTC",
                "#After the date's end",
                "Last record sent, UTC",
                "#After the date's end",
                "#Late rows"));
    if (hasSkipped) {
      titles.add(AFTER_ROWS, "#Skipped");
    }
    Grid table = Grid.of("The newest dates", titles);
    List<Report.Date> dates = report.dates();
    for (int i = dates.size() - 1; i >= Math.max(0, dates.size() - MOST_DATES); i--) {
      List<String> texts = texts(dates.get(i));
      if (hasSkipped) {
        texts.add(AFTER_ROWS, Texts.count(dates.get(i).skipped()));
      }
      table.add(texts);
    }
    return table;
  }

  private List<String> texts(Report.Date date) {
    Instant end = date.date().plusDays(1).atStartOfDay(ZoneId.of(report.made().zone())).toInstant();
    return new ArrayList<>(
        List.of(
            date.date().toString(),
            Texts.count(date.rows()),
            Texts.count(date.files()),
            Texts.bytes(date.bytes()),
            Texts.bytes(date.medianBytes()),
            Texts.bytes(date.leastBytes()),
            Texts.minute(date.firstComplete()),
            date.completeSince() == null ? "not complete" : Texts.minute(date.completeSince()),
            Texts.minute(date.lastFile()),
            Texts.duration(Duration.ofSeconds(date.lastFileAfterEnd())),
            Texts.minute(date.newestRecord()),
            date.newestRecord() == null
                ? Texts.NONE
                : Texts.duration(Duration.between(end, date.newestRecord())),
            Texts.count(date.lateRows())));
  }

  @Nullable String older() {
    int older = report.dates().size() - MOST_DATES;
    return older <= 0
        ? null
        : Texts.count(older, "older date") + " left out: sluice report --json has every date.";
  }
}
