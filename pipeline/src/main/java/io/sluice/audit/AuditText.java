package io.sluice.audit;

import io.sluice.Wording;
import io.sluice.lake.Positions.Range;
import java.io.PrintStream;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** An {@link AuditReport} for people. */
public final class AuditText {
  private static final int MOST_RANGES = 20;
  private static final int MOST_COMMANDS = 20;
  private static final int MOST_HELD = 3;

  private final AuditReport report;
  private final PrintStream out;

  private AuditText(AuditReport report, PrintStream out) {
    this.report = report;
    this.out = out;
  }

  /** Prints what was found, what is wrong, and what to do. */
  public static void print(AuditReport report, PrintStream out) {
    AuditText text = new AuditText(report, out);
    text.tables();
    text.notes();
    text.lookedForExtra();
    text.wrong();
    out.printf("%n  %s%n%n", verdict(report));
  }

  /** The verdict in one sentence. */
  static String verdict(AuditReport report) {
    if (!report.passed()) {
      return "NOT PROVED: see what is named above.";
    }
    return report.waiting() == 0
        ? "Every offset is there, and each once."
        : "Every offset that is due is there, and each once.";
  }

  private void tables() {
    boolean skips = report.skipped() > 0;
    out.printf(
        "%n  %-10s %14s %14s %12s%s %10s %10s %10s %8s %10s%n",
        "partition",
        "from",
        "end",
        "lake",
        skips ? String.format(" %10s", "skipped") : "",
        "dead",
        "recovered",
        "waiting",
        "lost",
        "duplicate");
    for (AuditReport.Partition p : report.partitions()) {
      out.printf(
          "  %-10d %,14d %,14d %,12d%s %,10d %,10d %,10d %,8d %,10d%n",
          p.number(),
          p.from(),
          p.end(),
          p.lake(),
          skips ? String.format(" %,10d", p.skipped()) : "",
          p.dead() - p.recovered(),
          p.recovered(),
          p.waiting(),
          AuditReport.size(p.lost()),
          AuditReport.size(p.duplicate()));
    }
    if (report.partitions().stream()
        .anyMatch(p -> p.lake() + p.skipped() + p.erased() + p.dead() > p.end() - p.from())) {
      out.printf(
          "%n  lake, %sdead and recovered count all files; waiting and lost the offsets from \"from\" to \"end\" alone: what stands before was proved (--full judges it, too)%n",
          skips ? "skipped, " : "");
    }
    out.printf("%n  %-12s %14s %12s %8s %12s%n", "date", "rows", "dead", "files", "size");
    report
        .files()
        .dates()
        .forEach(
            (date, d) ->
                out.printf(
                    "  %-12s %,14d %,12d %,8d %12s%n",
                    date, d.rows(), d.dead(), d.files(), Wording.bytes(d.bytes())));
  }

  private void notes() {
    if (report.isExploded()) {
      out.printf(
          "%n  the %,d records of the lake's files are %,d rows%n",
          report.files().lakeRecords(), report.files().lakeRows());
    }
    if (report.skipped() > 0 && report.files().lakeRows() + report.dead() == 0) {
      out.printf(
          "%n  no record here is a row or a dead letter, for the contract wants none of %s; sluice plan says why%n",
          Wording.count(report.skipped(), "record"));
    }
    if (report.erased() > 0) {
      out.printf(
          "%n  %s erased: positions without what stood there%s%n",
          Wording.count(report.erased(), "record is", "records are"),
          report.files().erased() == 0
              ? ""
              : String.format(
                  "; of %,d of them files do not say the positions, so the table above counts them with the lake",
                  report.files().erased()));
    }
    if (report.recovered() > 0) {
      out.printf(
          "%n  %s recovered%n",
          Wording.count(
              report.recovered(),
              "record of the lake was a dead letter and is",
              "records of the lake were dead letters and are"));
    }
    if (report.files().leftovers() > 0) {
      out.printf(
          "%n  %s for removal, and not counted: sluice compact does it%n",
          Wording.count(
              report.files().leftovers(), "file of a rewrite waits", "files of a rewrite wait"));
    }
    if (!report.files().expired().isEmpty()) {
      out.printf(
          "%n  %s, of %s to %s: files that are not there were old enough for the bucket's rule%n",
          Wording.count(report.files().expired().size(), "date expires", "dates expire"),
          report.files().expired().first(),
          report.files().expired().last());
    }
    if (report.removed() > 0) {
      out.printf(
          "%n  %s in no file now: expired or deleted; sluice audit --full says what Kafka still has of it%n",
          Wording.count(
              report.removed(),
              "offset that an earlier audit proved is",
              "offsets that an earlier audit proved are"));
    }
    if (report.isOfOthersOnly()) {
      out.printf(
          "%n  No file here is of this topic, %s: all are of others, as %s. Check --topic, --sourceId and --lake%n",
          report.source(), report.otherSources().first());
    }
    if (report.waiting() > 0) {
      out.printf(
          "%n  %s: not read yet by a job, or kept by it for the end of the window%s%n",
          Wording.count(report.waiting(), "offset waits", "offsets wait"),
          report.oldestWaiting() == null
              ? ""
              : "; the oldest has the Kafka timestamp " + report.oldestWaiting());
    }
    for (AuditReport.Held held : report.heldBy().stream().limit(MOST_HELD).toList()) {
      out.printf(
          "    held by partition %d, offset %d, of the Kafka timestamp %s: seen since %s, and in no file. What came after it waits until it is written, or a later audit knows it to be lost%n",
          held.partition(), held.offset(), held.recordTime(), held.since());
    }
    if (report.heldBy().size() > MOST_HELD) {
      out.printf(
          "    and by %s%n", Wording.count(report.heldBy().size() - MOST_HELD, "more partition"));
    }
    if (report.acknowledged() > 0) {
      out.printf(
          "%n  %s acknowledged: deleted from Kafka before being in a file%n",
          Wording.count(report.acknowledged(), "offset is", "offsets are"));
    }
  }

  private void lookedForExtra() {
    String why =
        switch (report.cleanup()) {
          case RETENTION -> "";
          case COMPACTION ->
              "the topic is compacted, so an offset without a record may have had one";
          case NOT_SAID ->
              "Kafka does not say whether the topic is compacted: allow DESCRIBE_CONFIGS on it to the"
                  + " principal of --kafkaConfigFile";
        };
    if (!why.isEmpty()) {
      out.printf(
          "%n  rows that are no committed record were looked for beyond the topic's end only: %s%n",
          why);
    }
  }

  private void wrong() {
    for (AuditReport.Partition p : report.partitions()) {
      name("LOST", p.number(), p.lost(), "");
      name("DUPLICATE", p.number(), p.duplicate(), "");
      name("EXTRA", p.number(), p.extra(), ": in a file, and no committed record of Kafka");
      name("GONE", p.number(), p.gone(), ": Kafka has deleted them, and no file has them");
      if (!p.gone().isEmpty()) {
        out.printf(
            "    up to %s; once you know why: sluice acknowledge --partition=%d --from=%d --to=%d --by=… --why=… (and the flags of audit)%n",
            Wording.count(AuditReport.size(p.gone()), "record"),
            p.number(),
            p.gone().get(0).from(),
            p.gone().get(p.gone().size() - 1).to());
      }
    }
    if (report.lost() > 0) {
      remedy();
    }
    if (report.otherDuplicates() > 0) {
      out.printf(
          "%n  DUPLICATE %s of former topics%n", Wording.count(report.otherDuplicates(), "offset"));
    }
    report.damaged().forEach(what -> out.printf("%n  DAMAGED %s%n", what));
  }

  private void remedy() {
    AuditReport.Remedy remedy = report.remedy();
    out.printf("%n  Kafka still has what is lost. This brings it back, with the flags of run:%n");
    for (LocalDate date : remedy.dates().stream().limit(MOST_COMMANDS).toList()) {
      out.printf("    sluice rebuild --date=%s --from=kafka%n", date);
    }
    if (remedy.dates().size() > MOST_COMMANDS) {
      out.printf("    and %s%n", Wording.count(remedy.dates().size() - MOST_COMMANDS, "more date"));
    }
    if (remedy.hasOthers()) {
      out.printf(
          "    dead letters among it: start the job without state and with --startFrom=lake%n");
    }
  }

  private void name(String what, int partition, List<Range> ranges, String why) {
    if (ranges.isEmpty()) {
      return;
    }
    out.printf("%n  %s in partition %d: offsets %s%s%n", what, partition, text(ranges), why);
  }

  /** The first of some ranges, and how many more there are. */
  static String text(List<Range> ranges) {
    return ranges.stream()
            .limit(MOST_RANGES)
            .map(r -> r.from() == r.to() ? "" + r.from() : r.from() + ".." + r.to())
            .collect(Collectors.joining(", "))
        + (ranges.size() > MOST_RANGES
            ? " and " + Wording.count(ranges.size() - MOST_RANGES, "more range")
            : "");
  }
}
