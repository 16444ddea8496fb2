package io.sluice.audit;

import io.sluice.Wording;
import io.sluice.lake.Positions.Range;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;

/** A {@link TableReport} for people. */
public final class TableText {
  private TableText() {}

  /** Prints what was found, what is wrong, and what to do. */
  public static void print(TableReport report, PrintStream out) {
    for (TableReport.Side side : report.sides()) {
      side(report, side, out);
    }
    if (report.letters() == null) {
      out.printf("%n  dead letters are counted as the lake has them%n");
    }
    if (report.rows() == null) {
      out.printf("%n  rows are counted as the lake has them%n");
    }
    if (report.lake().waiting() > 0) {
      out.printf(
          "%n  %s: not read yet by a job, or kept by it for the end of the window%n",
          Wording.count(report.lake().waiting(), "offset waits", "offsets wait"));
    }
    wrong(report, out);
    out.printf("%n  %s%n%n", verdict(report));
  }

  static String verdict(TableReport report) {
    if (!report.passed()) {
      return "NOT PROVED: see what is named above.";
    }
    boolean isOld = report.sides().stream().noneMatch(side -> side.snapshot().isCurrent());
    return isOld
        ? "Every offset that the snapshot was to have is there, and each once."
        : report.complete()
            ? "Every offset is there, and each once."
            : "Every offset that is due is there, and each once.";
  }

  private static void side(TableReport report, TableReport.Side side, PrintStream out) {
    Instant at = side.snapshot().at();
    String id = side.snapshot().id();
    out.printf(
        "%n  %s: %s%s%s%n",
        report.follower(),
        side.snapshot().table(),
        !side.snapshot().exists()
            ? ", which is not there: never made, or dropped"
            : id == null
                ? ", as it is now"
                : (side.snapshot().isCurrent() ? ", current snapshot " : ", snapshot ") + id,
        at == null ? "" : ", of " + at);
    out.printf(
        "%n  %-10s %14s %14s %12s %10s %10s%n",
        "partition", "offsets", "last", "behind", "missing", "duplicate");
    for (TableReport.Partition one : side.partitions()) {
      out.printf(
          "  %-10d %,14d %,14d %,12d %,10d %,10d%s%n",
          one.key().number(),
          one.offsets(),
          one.top(),
          AuditReport.size(one.behind()),
          AuditReport.size(one.missing()),
          AuditReport.size(one.duplicate()),
          one.key().source().equals(report.lake().source()) ? "" : "  " + one.key().source());
    }
    out.printf(
        "%n  %s, %,d rows, %s%n",
        Wording.count(side.files(), "file is named", "files are named"),
        side.rows(),
        Wording.bytes(side.bytes()));
    if (side.behind() > 0) {
      out.printf(
          "%n  behind: %s in the lake, and not in %s%s%n",
          Wording.count(side.behind(), "offset is", "offsets are"),
          side.snapshot().isCurrent() ? "the table yet" : "this snapshot",
          side.oldestBehind() == null
              ? ""
              : "; the oldest file of these was written at " + side.oldestBehind());
    }
  }

  private static void wrong(TableReport report, PrintStream out) {
    for (AuditReport.Partition one : report.lake().partitions()) {
      name(
          out,
          "LOST",
          one.number(),
          report.lost(one),
          ": in no file of the lake; see sluice audit");
      name(
          out,
          "GONE",
          one.number(),
          report.gone(one),
          ": Kafka has deleted them; see sluice audit");
    }
    for (TableReport.Side side : report.sides()) {
      String where = " in " + side.snapshot().table();
      for (TableReport.Partition one : side.partitions()) {
        int number = one.key().number();
        name(out, "MISSING" + where, number, one.missing(), ": the lake has them");
        name(out, "DUPLICATE" + where, number, one.duplicate(), "");
        name(out, "EXTRA" + where, number, one.extra(), ": no committed record of Kafka");
      }
      if (side.missing() + side.duplicate() > 0) {
        out.printf(
            "%n  the table was changed by somebody else, or put back to an older state; this makes"
                + " it equal to the lake:%n    sluice follow --once --publish=%s (and the flags of"
                + " run)%n",
            report.follower());
      }
      side.faults().forEach(fault -> out.printf("%n  DAMAGED %s%n", fault));
    }
  }

  private static void name(
      PrintStream out, String what, int partition, List<Range> ranges, String why) {
    if (!ranges.isEmpty()) {
      out.printf(
          "%n  %s, partition %d: offsets %s%s%n", what, partition, AuditText.text(ranges), why);
    }
  }
}
