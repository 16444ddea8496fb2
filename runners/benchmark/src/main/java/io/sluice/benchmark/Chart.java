package io.sluice.benchmark;

import java.util.List;
import java.util.Locale;

/** The figures as a bar chart: an SVG that needs no script and no font of its own. */
final class Chart {
  private static final int ROW = 34;
  private static final int LEFT = 150;
  private static final int BARS = 420;
  private static final int WIDTH = 760;

  private Chart() {}

  /**
   * Draws events a second: a bar for the median, a line from the least to the greatest.
   *
   * @param caption what was run, in one line
   */
  static String svg(List<Figures> all, String caption) {
    double greatest = all.stream().mapToDouble(f -> f.eventsPerSecond().max()).max().orElse(1);
    int height = Svg.HEAD + ROW * all.size() + 16;
    Svg svg = new Svg(WIDTH, height, "Events a second", caption);
    for (int i = 0; i < all.size(); i++) {
      Figures figures = all.get(i);
      Figures.Spread rate = figures.eventsPerSecond();
      double y = Svg.HEAD + i * ROW;
      double scale = BARS / greatest;
      svg.text(0, y + 15, figures.contestant().label());
      svg.add(
          "<rect class=\"%s\" x=\"%d\" y=\"%.0f\" width=\"%.1f\" height=\"20\" rx=\"2\"/>",
          figures.contestant() == Contestant.SLUICE ? "ours" : "bar",
          LEFT,
          y,
          rate.median() * scale);
      svg.add(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke-width=\"2\"/>",
          LEFT + rate.min() * scale, LEFT + rate.max() * scale, y + 10, y + 10);
      svg.text(
          LEFT + rate.max() * scale + 8,
          y + 15,
          String.format(Locale.ROOT, "%,.0f", rate.median()));
    }
    return svg.end();
  }
}
