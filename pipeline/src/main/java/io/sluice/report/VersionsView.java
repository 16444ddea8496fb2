package io.sluice.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** The section of the contract: which rows each of its versions accepted. */
final class VersionsView {
  private final Report report;
  private final ByPeriod by;

  VersionsView(Report report, ByPeriod by) {
    this.report = report;
    this.by = by;
  }

  boolean isShown() {
    return versions().size() > 1;
  }

  private List<String> versions() {
    TreeSet<String> versions = new TreeSet<>();
    report.dates().forEach(date -> versions.addAll(date.rowsByVersion().keySet()));
    return List.copyOf(versions);
  }

  String text() {
    TreeMap<String, Long> rows = new TreeMap<>();
    report
        .dates()
        .forEach(
            date ->
                date.rowsByVersion().forEach((version, n) -> rows.merge(version, n, Long::sum)));
    List<String> texts = new ArrayList<>();
    rows.forEach((version, n) -> texts.add(Texts.count(n, "row") + " by version " + version));
    return "Accepted: " + String.join(", ", texts) + ".";
  }

  Figure figure() {
    List<String> versions = versions();
    long[][] counts = new long[versions.size()][by.periods().size()];
    for (Report.Date date : report.dates()) {
      int at = by.periods().indexOf(date.date());
      date.rowsByVersion().forEach((version, n) -> counts[versions.indexOf(version)][at] += n);
    }
    return ByPeriod.stacked(
        "versions",
        "Rows by " + by.word() + " of the event, and contract version",
        by.periods(),
        versions.stream().map(version -> "version " + version).toList(),
        versions.stream().map(version -> "Version " + version).toList(),
        counts);
  }
}
