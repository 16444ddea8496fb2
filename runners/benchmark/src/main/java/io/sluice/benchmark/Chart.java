package io.sluice.benchmark;

import java.util.List;
import java.util.Locale;

/** The figures as a bar chart: an SVG that needs no script and no font of its own. */
final class Chart {
  private static final int ROW = 34;
  private static final int LEFT = 150;
  private static final int BARS = 420;
  private static final int WIDTH = 760;
  private static final int HEAD = 56;

  private Chart() {}

  /**
   * Draws events a second: a bar for the median, a line from the least to the greatest.
   *
   * @param caption what was run, in one line
   */
  static String svg(List<Figures> all, String caption) {
    double greatest = all.stream().mapToDouble(f -> f.eventsPerSecond().max()).max().orElse(1);
    int height = HEAD + ROW * all.size() + 16;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " aria-label=\"Events a second\" font-family=\"system-ui, sans-serif\">%n",
            WIDTH,
            height));
    svg.append(
        """
        <style>
        text { fill: #1f2937 } .quiet { fill: #6b7280 } .bar { fill: #94a3b8 } .ours { fill: #0369a1 } line { stroke: #111827 }
        @media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .quiet { fill: #9ca3af } .bar { fill: #475569 } .ours { fill: #38bdf8 } line { stroke: #e5e7eb } }
        </style>
        """);
    svg.append(
        "<text x=\"0\" y=\"18\" font-size=\"16\" font-weight=\"600\">Events a second</text>\n");
    svg.append("<text x=\"0\" y=\"38\" font-size=\"12\" class=\"quiet\">" + caption + "</text>\n");
    for (int i = 0; i < all.size(); i++) {
      Figures figures = all.get(i);
      Figures.Spread rate = figures.eventsPerSecond();
      double y = HEAD + i * ROW;
      double scale = BARS / greatest;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"0\" y=\"%.0f\" font-size=\"13\">%s</text>%n"
                  + "<rect class=\"%s\" x=\"%d\" y=\"%.0f\" width=\"%.1f\" height=\"20\" rx=\"2\"/>%n"
                  + "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke-width=\"2\"/>%n"
                  + "<text x=\"%.1f\" y=\"%.0f\" font-size=\"13\">%,.0f</text>%n",
              y + 15,
              figures.contestant().label(),
              figures.contestant() == Contestant.SLUICE ? "ours" : "bar",
              LEFT,
              y,
              rate.median() * scale,
              LEFT + rate.min() * scale,
              LEFT + rate.max() * scale,
              y + 10,
              y + 10,
              LEFT + rate.max() * scale + 8,
              y + 15,
              rate.median()));
    }
    return svg.append("</svg>\n").toString();
  }
}
