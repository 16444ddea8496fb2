package io.sluice.report;

import java.util.List;

/** What is said of a table whose contract makes no rows. */
final class NoRowsView {
  private final Report.NoRows noRows;

  NoRowsView(Report.NoRows noRows) {
    this.noRows = noRows;
  }

  /** In a few words. */
  String title() {
    return "no record"
        + (noRows.ofVersion() ? " of this version of the contract" : "")
        + " is a row: all "
        + Texts.count(noRows.skipped())
        + " are skipped";
  }

  List<String> reasons() {
    return noRows.reasons();
  }
}
