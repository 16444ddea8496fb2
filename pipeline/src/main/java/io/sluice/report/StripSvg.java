package io.sluice.report;

import io.sluice.lake.Positions.Range;
import io.sluice.report.Report.Bucket;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * A partition's strip as SVG. What is there fills the band: the lake from above, dead letters from
 * below; missing offsets are marked under it and duplicate ones over it, so that place says what
 * colour does. Made of numbers alone: there is nothing in it to be escaped.
 */
final class StripSvg {
  private static final int BAND_TOP = 8;
  private static final int BAND = 16;
  private static final int HEIGHT = BAND_TOP + BAND + BAND_TOP;

  /** Buckets; less is no mark on a phone. */
  private static final double MARK = 3;

  /** Ranges in the title of a mark. */
  private static final int MOST_NAMED = 10;

  /** The least that shows. */
  private static final int LEAST = 2;

  private StripSvg() {}

  static String of(Report.Partition partition) {
    List<Bucket> strip = partition.strip();
    StringBuilder svg = new StringBuilder();
    svg.append("<svg class=\"strip\" role=\"img\" aria-label=\"")
        .append(label(partition))
        .append("\" preserveAspectRatio=\"none\" viewBox=\"0 0 ")
        .append(strip.size())
        .append(' ')
        .append(HEIGHT)
        .append("\"><rect class=\"s-none\" y=\"")
        .append(BAND_TOP)
        .append("\" width=\"")
        .append(strip.size())
        .append("\" height=\"")
        .append(BAND)
        .append("\"/>");
    path(svg, "s-lake", strip, b -> height(b.lake(), b), true);
    path(svg, "s-dead", strip, b -> height(b.deadLetters(), b), false);
    marks(
        svg, "s-duplicate", strip, Bucket::duplicate, partition.duplicateRanges(), "duplicate", 0);
    marks(
        svg,
        "s-missing",
        strip,
        Bucket::missing,
        partition.missingRanges(),
        "missing",
        BAND_TOP + BAND + 1);
    return svg.append("</svg>").toString();
  }

  /** What the strip shows, in words. */
  static String label(Report.Partition p) {
    StringBuilder text = new StringBuilder("Partition " + p.number() + ", offsets ");
    text.append(p.from()).append(" up to ").append(p.end()).append(": ");
    text.append(Texts.count(p.lake())).append(" in the lake, ");
    text.append(Texts.count(p.deadLetters())).append(" dead letters, ");
    text.append(Texts.count(p.missing())).append(" missing, ");
    text.append(Texts.count(p.duplicate())).append(" duplicate");
    return text.toString();
  }

  /** A part of a bucket as a part of the band: nothing and all are exact, a little is seen. */
  private static int height(long part, Bucket bucket) {
    long size = bucket.end() - bucket.from();
    if (part == 0) {
      return 0;
    }
    if (part >= size) {
      return BAND;
    }
    return (int) Math.max(LEAST, Math.min(BAND - 1L, Math.round((double) part / size * BAND)));
  }

  /** One path for all buckets: neighbours of one height are one step. */
  private static void path(
      StringBuilder svg,
      String kind,
      List<Bucket> strip,
      ToIntFunction<Bucket> height,
      boolean fromAbove) {
    StringBuilder path = new StringBuilder();
    int from = 0;
    for (int i = 1; i <= strip.size(); i++) {
      int h = height.applyAsInt(strip.get(from));
      if (i == strip.size() || height.applyAsInt(strip.get(i)) != h) {
        if (h > 0) {
          int y = fromAbove ? BAND_TOP : BAND_TOP + BAND - h;
          path.append('M').append(from).append(' ').append(y);
          path.append('h').append(i - from).append('v').append(h);
          path.append('H').append(from).append('z');
        }
        from = i;
      }
    }
    if (!path.isEmpty()) {
      svg.append("<path class=\"").append(kind).append("\" d=\"").append(path).append("\"/>");
    }
  }

  private static void marks(
      StringBuilder svg,
      String kind,
      List<Bucket> strip,
      ToLongFunction<Bucket> count,
      List<Range> ranges,
      String what,
      int y) {
    int from = 0;
    while (from < strip.size()) {
      if (count.applyAsLong(strip.get(from)) == 0) {
        from++;
        continue;
      }
      int to = from;
      long offsets = 0;
      while (to < strip.size() && count.applyAsLong(strip.get(to)) > 0) {
        offsets += count.applyAsLong(strip.get(to++));
      }
      double width = Math.min(strip.size(), Math.max(MARK, to - from));
      double x = Math.max(0, Math.min(strip.size() - width, (from + to - width) / 2));
      svg.append("<rect class=\"").append(kind).append("\" x=\"").append(x);
      svg.append("\" y=\"").append(y).append("\" width=\"").append(width);
      svg.append("\" height=\"").append(BAND_TOP - 1).append("\"><title>").append(what);
      svg.append(": ").append(title(strip.get(from), strip.get(to - 1), offsets, ranges));
      svg.append("</title></rect>");
      from = to;
    }
  }

  private static String title(Bucket first, Bucket last, long offsets, List<Range> ranges) {
    Range all = new Range(first.from(), last.end() - 1);
    List<Range> within =
        ranges.stream()
            .filter(r -> r.to() >= all.from() && r.from() <= all.to())
            .map(r -> new Range(Math.max(r.from(), all.from()), Math.min(r.to(), all.to())))
            .limit(MOST_NAMED)
            .toList();
    return within.isEmpty()
        ? Texts.count(offsets, "offset") + " of " + Texts.range(all)
        : Texts.ranges(within, offsets);
  }
}
