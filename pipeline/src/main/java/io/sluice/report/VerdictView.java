package io.sluice.report;

import io.sluice.report.Report.Proof;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The banner: the verdict in a sentence, and what it rests on. */
final class VerdictView {
  private final Report report;

  VerdictView(Report report) {
    this.report = report;
  }

  /** {@code good}, {@code warn} or {@code bad}: the class of the banner. */
  String kind() {
    if (!report.verdict().passed()) {
      return "bad";
    }
    return report.verdict().missing() > 0 || report.dates().isEmpty() || report.noRows() != null
        ? "warn"
        : "good";
  }

  String mark() {
    return switch (kind()) {
      case "good" -> "✓";
      case "warn" -> "!";
      default -> "✗";
    };
  }

  String title() {
    Report.NoRows noRows = report.noRows();
    String proof = proof();
    return noRows == null
        ? proof
        : proof.substring(0, proof.length() - 1)
            + ", and "
            + new NoRowsView(noRows).title()
            + ": sluice plan says why.";
  }

  /** Where the contract makes no rows. */
  @Nullable NoRowsView noRows() {
    return report.noRows() == null ? null : new NoRowsView(report.noRows());
  }

  private String proof() {
    Report.Verdict verdict = report.verdict();
    if (verdict.passed()) {
      if (report.dates().isEmpty() && report.totals().deadLetters() == 0) {
        return "There is nothing here yet.";
      }
      if (verdict.missing() > 0) {
        return "Nothing is duplicated; "
            + Texts.count(verdict.missing(), "offset")
            + " between others "
            + (verdict.missing() == 1 ? "is" : "are")
            + " not there.";
      }
      return verdict.proof() == Proof.KAFKA
          ? verdict.waiting() == 0
              ? "Every offset is there, and each once."
              : "Every offset that is due is there, and each once."
          : "No offset is duplicated, and there is no gap between any two.";
    }
    return "Not proved: " + String.join(", ", wrong()) + ".";
  }

  /** What keeps it from being proved, each in a few words. */
  List<String> wrong() {
    Report.Verdict verdict = report.verdict();
    List<String> wrong = new ArrayList<>();
    if (verdict.missing() > 0) {
      wrong.add(
          Texts.count(verdict.missing(), "offset")
              + (verdict.proof() == Proof.KAFKA ? " lost" : " not there"));
    }
    if (verdict.gone() > 0) {
      wrong.add(Texts.count(verdict.gone(), "offset") + " gone from Kafka");
    }
    if (verdict.duplicate() > 0) {
      wrong.add(Texts.count(verdict.duplicate(), "offset") + " duplicated");
    }
    if (verdict.extra() > 0) {
      wrong.add(Texts.count(verdict.extra(), "offset") + " that are no committed record");
    }
    if (!verdict.damaged().isEmpty()) {
      wrong.add(Texts.count(verdict.damaged().size(), "file") + " damaged");
    }
    return wrong;
  }

  String text() {
    if (report.verdict().proof() == Proof.KAFKA) {
      String proof =
          "By the audit: each offset of the topic up to its end at the time, against the footers of all files.";
      long waiting = report.verdict().waiting();
      return waiting == 0
          ? proof
          : proof
              + " "
              + Texts.count(waiting, "offset")
              + (waiting == 1 ? " waits" : " wait")
              + ": a job has still to read or to write what is there.";
    }
    String text =
        "By the footers of all files alone: Kafka was not asked, so nothing is known of what came after the last offset here.";
    return report.verdict().missing() == 0
        ? text
        : text
            + " An offset that is not there may have held no record, as those of transaction markers and compacted"
            + " records: --bootstrapServers tells them apart.";
  }

  boolean hasDamaged() {
    return !damaged().isEmpty();
  }

  List<String> damaged() {
    return report.verdict().damaged();
  }
}
