package io.sluice.report;

/**
 * A chart with the table that says the same.
 *
 * @param title above it
 * @param label what it shows, for whoever cannot see it
 */
record Figure(String title, String label, Chart chart, Grid table) {
  String id() {
    return chart.id();
  }
}
