package io.sluice.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The section of what is made of the table. */
final class DerivedView {
  /** Beyond so many partitions the others are counted. */
  private static final int MOST_ENDS = 5;

  private final Report report;

  DerivedView(Report report) {
    this.report = report;
  }

  boolean isShown() {
    return !report.derived().isEmpty();
  }

  String text() {
    List<String> texts = new ArrayList<>();
    for (Report.Derived one : report.derived()) {
      texts.add(
          one.problem() != null
              ? one.table() + " could not be read."
              : one.filesBehind() == 0
                  ? one.table() + " has all that is in the files of this table."
                  : one.table()
                      + " lacks what is in "
                      + Texts.count(one.filesBehind(), "file")
                      + ", the oldest of "
                      + ago(Objects.requireNonNull(one.behindSince()))
                      + " ago: the next sluice "
                      + one.kind()
                      + " has it in.");
    }
    return String.join(" ", texts);
  }

  Grid table() {
    Grid table =
        Grid.of(
            "What is made of this table",
            List.of(
                "Table",
                "Made by",
                "#Version",
                "Since",
                "#Rows",
                "Up to offset",
                "#Files behind",
                "#Rows behind",
                "Does not have",
                "Problem"));
    for (Report.Derived one : report.derived()) {
      boolean isKnown = one.problem() == null;
      table.add(
          List.of(
              one.table(),
              one.kind(),
              number(isKnown, one.version()),
              since(one.since()),
              number(isKnown, one.rows()),
              ends(one.ends()),
              number(isKnown, one.filesBehind()),
              number(isKnown, one.rowsBehind()),
              lacking(one),
              one.problem() == null ? "" : one.problem()));
    }
    return table;
  }

  private static String number(boolean isKnown, long n) {
    return isKnown ? Texts.count(n) : Texts.NONE;
  }

  private String since(@Nullable Instant at) {
    return at == null ? Texts.NONE : Texts.time(at) + ", " + ago(at) + " ago";
  }

  private String ago(Instant at) {
    Duration age = Duration.between(at, report.made().at());
    return Texts.duration(age.isNegative() ? Duration.ZERO : age);
  }

  private static String ends(List<Report.End> ends) {
    String named =
        ends.stream()
            .limit(MOST_ENDS)
            .map(end -> end.source() + " " + end.partition() + ": " + Texts.count(end.offset()))
            .collect(Collectors.joining(", "));
    return ends.isEmpty()
        ? Texts.NONE
        : ends.size() > MOST_ENDS
            ? named + " and " + Texts.count(ends.size() - MOST_ENDS, "more partition")
            : named;
  }

  private static String lacking(Report.Derived one) {
    return one.lacking().entrySet().stream()
        .filter(cause -> cause.getValue() > 0)
        .map(cause -> cause.getKey() + ": " + Texts.count(cause.getValue()))
        .collect(Collectors.joining(", "));
  }
}
