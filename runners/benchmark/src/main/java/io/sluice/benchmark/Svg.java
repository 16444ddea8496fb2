package io.sluice.benchmark;

import java.util.Locale;

/** A drawing that needs no script and no font of its own, for light pages and for dark ones. */
final class Svg {
  /** Where the room below title and caption begins. */
  static final int HEAD = 56;

  private final StringBuilder svg = new StringBuilder();

  /**
   * Begins a drawing.
   *
   * @param caption what was run, in one line
   */
  Svg(int width, int height, String title, String caption) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"%s\" font-family=\"system-ui, sans-serif\">",
        width, height, escaped(title));
    svg.append(
        """
        <style>
        text { fill: #1f2937 } .quiet { fill: #6b7280 } .bar { fill: #94a3b8 } .ours { fill: #0369a1 } line { stroke: #111827 }
        .grid { stroke: #e5e7eb } .trace { fill: none; stroke: #0369a1 }
        @media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .quiet { fill: #9ca3af } .bar { fill: #475569 } .ours { fill: #38bdf8 } line { stroke: #e5e7eb }
        .grid { stroke: #374151 } .trace { stroke: #38bdf8 } }
        </style>
        """);
    add("<text x=\"0\" y=\"18\" font-size=\"16\" font-weight=\"600\">%s</text>", escaped(title));
    add("<text x=\"0\" y=\"38\" font-size=\"12\" class=\"quiet\">%s</text>", escaped(caption));
  }

  /** Adds a line of SVG, in which numbers have a point whatever the language here. */
  void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  void text(double x, double y, String text) {
    add("<text x=\"%.1f\" y=\"%.0f\" font-size=\"13\">%s</text>", x, y, escaped(text));
  }

  /**
   * A note in small letters.
   *
   * @param anchor start, middle or end: which part of it is at x
   */
  void note(double x, double y, String anchor, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" class=\"quiet\" text-anchor=\"%s\">%s</text>",
        x, y, anchor, escaped(text));
  }

  /** The whole drawing. */
  String end() {
    return svg + "</svg>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
