package io.sluice.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A soak's samples over time: a small panel for each gauge, one below the other. */
final class SoakChart {
  private static final int WIDTH = 760;
  private static final int LEFT = 70;
  private static final int RIGHT = 750;
  private static final int PANEL = 70;
  private static final int GAP = 40;

  private SoakChart() {}

  /**
   * Draws those gauges that are to be flat and were seen.
   *
   * @param seconds how long the load was
   * @param caption what was run, in one line
   */
  static String svg(List<Sample> samples, double seconds, String title, String caption) {
    List<Gauge> gauges =
        List.of(Gauge.values()).stream()
            .filter(Gauge::isToBeFlat)
            .filter(gauge -> samples.stream().anyMatch(sample -> sample.get(gauge).isPresent()))
            .toList();
    int bottom = Svg.HEAD + gauges.size() * (PANEL + GAP);
    Svg svg = new Svg(WIDTH, bottom + 4, title, caption);
    double end = Math.max(seconds, samples.stream().mapToDouble(Sample::seconds).max().orElse(1));
    double unit = end >= 300 ? 60 : 1;
    double step = step(end / unit, 8);
    for (int i = 0; i < gauges.size(); i++) {
      double top = Svg.HEAD + i * (PANEL + GAP) + 20;
      for (double t = 0; t <= end / unit; t += step) {
        double x = x(t * unit, end);
        svg.add(
            "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
            x, x, top, top + PANEL);
        if (i == gauges.size() - 1) {
          svg.note(x, top + PANEL + 16, "middle", number(t));
        }
      }
      panel(svg, samples, gauges.get(i), top, seconds, end);
    }
    svg.note(LEFT - 12, bottom - 4, "end", unit == 60 ? "minutes" : "seconds");
    return svg.end();
  }

  private static void panel(
      Svg svg, List<Sample> samples, Gauge gauge, double top, double seconds, double end) {
    Flatness flatness = Flatness.of(samples, gauge, seconds);
    // What was 0 all the time is a line at the foot of a panel all the same.
    double greatest = flatness.greatest() > 0 ? flatness.greatest() * gauge.scale() : 1;
    double step = step(greatest, 2);
    double most = Math.ceil(greatest / step) * step;
    svg.text(LEFT, top - 6, gauge.title());
    svg.note(
        RIGHT,
        top - 6,
        "end",
        "first quarter "
            + number(flatness.first() * gauge.scale())
            + ", last quarter "
            + number(flatness.last() * gauge.scale()));
    for (double value = 0; value <= most; value += step) {
      double y = y(value, most, top);
      svg.add(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, RIGHT, y, y);
      svg.note(LEFT - 6, y + 4, "end", number(value));
    }
    String points =
        samples.stream()
            .filter(sample -> sample.get(gauge).isPresent())
            .map(
                sample ->
                    String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        x(sample.seconds(), end),
                        y(sample.get(gauge).getAsDouble() * gauge.scale(), most, top)))
            .collect(Collectors.joining(" "));
    svg.add("<polyline class=\"trace\" stroke-width=\"1.5\" points=\"%s\"/>", points);
  }

  private static double x(double seconds, double end) {
    return LEFT + seconds / end * (RIGHT - LEFT);
  }

  private static double y(double value, double most, double top) {
    return top + PANEL * (1 - value / most);
  }

  /** A round step of which about so many make the greatest. */
  private static double step(double greatest, int count) {
    double power = Math.pow(10, Math.floor(Math.log10(greatest / count)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power * count >= greatest) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** With as many digits as say something. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT,
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%,.1f" : "%,.2f",
        value);
  }
}
