package io.sluice.report;

import java.util.List;

/**
 * A bar chart, as {@code page.js} draws it.
 *
 * @param id of its canvas
 * @param unit how values are written: {@code count}, {@code bytes} or {@code hours}
 * @param series one, or several that are stacked
 */
record Chart(String id, String unit, List<String> labels, List<Series> series) {
  /** Its values, one for each label. */
  record Series(String name, double[] values) {}
}
