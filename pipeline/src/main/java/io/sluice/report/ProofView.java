package io.sluice.report;

import io.sluice.lake.Acknowledgement;
import io.sluice.lake.Positions.Range;
import io.sluice.report.Report.Proof;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section of the proof: a strip of offsets for each partition. */
final class ProofView {
  /** Strips; the table has all partitions. */
  private static final int MOST_STRIPS = 64;

  /** A partition's strip. */
  record Band(String title, String svg, String missing, String duplicate) {}

  private final Report report;

  ProofView(Report report) {
    this.report = report;
  }

  boolean hasPartitions() {
    return !report.partitions().isEmpty();
  }

  String missingWord() {
    return report.verdict().proof() == Proof.KAFKA ? "lost" : "not there";
  }

  /** What the band's ground is. */
  String nothingWord() {
    return report.verdict().proof() == Proof.KAFKA ? "no record" : "nothing";
  }

  List<Band> bands() {
    return report.partitions().stream()
        .sorted(
            Comparator.comparing((Report.Partition p) -> p.missing() == 0 && p.duplicate() == 0)
                .thenComparing(Report.Partition::source)
                .thenComparing(Report.Partition::number))
        .limit(MOST_STRIPS)
        .map(this::band)
        .toList();
  }

  private Band band(Report.Partition p) {
    return new Band(
        "Partition " + p.number() + ", offsets " + Texts.range(new Range(p.from(), p.end() - 1)),
        p.strip().isEmpty() ? "" : StripSvg.of(p),
        p.missing() == 0
            ? ""
            : capital(missingWord()) + ": " + Texts.ranges(p.missingRanges(), p.missing()),
        p.duplicate() == 0 ? "" : "Double: " + Texts.ranges(p.duplicateRanges(), p.duplicate()));
  }

  @Nullable String otherBands() {
    int others = report.partitions().size() - MOST_STRIPS;
    return others <= 0
        ? null
        : Texts.count(others, "more partition")
            + " in the table alone; those with something missing or duplicate are shown first.";
  }

  Grid partitions() {
    Grid table =
        Grid.of(
            "Offsets by partition",
            List.of(
                "Partition",
                "#First",
                "#End",
                "#Lake",
                "#Dead letters",
                "#Recovered",
                "#" + capital(missingWord()),
                "#Double",
                "Topic's identity"));
    for (Report.Partition p : report.partitions()) {
      table.add(
          List.of(
              String.valueOf(p.number()),
              Texts.count(p.from()),
              Texts.count(p.end()),
              Texts.count(p.lake()),
              Texts.count(p.deadLetters()),
              Texts.count(p.recovered()),
              Texts.count(p.missing()),
              Texts.count(p.duplicate()),
              p.source()));
    }
    return table;
  }

  boolean hasAcknowledged() {
    return !report.acknowledged().isEmpty();
  }

  Grid acknowledged() {
    Grid table =
        Grid.of(
            "Offsets that Kafka deleted before they were read",
            List.of("Partition", "Offsets", "#At most", "Acknowledged by", "Why", "On", "Topic"));
    for (Acknowledgement one : report.acknowledged()) {
      table.add(
          List.of(
              String.valueOf(one.partition()),
              Texts.range(one.offsets()),
              Texts.count(one.count()),
              one.by(),
              one.why(),
              one.at().toString(),
              one.source()));
    }
    return table;
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
