package io.sluice.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section of what follows the tables. */
final class FollowersView {
  private final Report report;

  FollowersView(Report report) {
    this.report = report;
  }

  boolean isShown() {
    return !report.followers().isEmpty();
  }

  String text() {
    long behind =
        report.followers().stream().filter(one -> one.missing() > 0 || one.extra() > 0).count();
    long unknown = report.followers().stream().filter(one -> one.problem() != null).count();
    String known =
        behind == 0
            ? unknown == 0
                ? "Each has exactly the live files."
                : "The others have exactly the live files."
            : Texts.count(behind)
                + " of "
                + Texts.count(report.followers().size())
                + (behind == 1 ? " is" : " are")
                + " behind: a job with --publish catches up by itself, and so does sluice follow --once.";
    return unknown == 0
        ? known
        : Texts.count(unknown)
            + " could not be asked. "
            + (unknown == report.followers().size() ? "" : known);
  }

  Grid table() {
    Grid table =
        Grid.of(
            "What follows the tables",
            List.of(
                "Follower",
                "Table",
                "Snapshot",
                "Made",
                "#Files",
                "#Missing",
                "#Too many",
                "#Dates behind",
                "Problem"));
    for (Report.Following one : report.followers()) {
      boolean isKnown = one.problem() == null;
      table.add(
          List.of(
              one.follower(),
              one.table(),
              one.snapshot() == null ? Texts.NONE : one.snapshot(),
              made(one.snapshotAt()),
              number(isKnown, one.files()),
              number(isKnown, one.missing()),
              number(isKnown, one.extra()),
              number(isKnown, one.datesBehind()),
              one.problem() == null ? "" : one.problem()));
    }
    return table;
  }

  private static String number(boolean isKnown, long n) {
    return isKnown ? Texts.count(n) : Texts.NONE;
  }

  private String made(@Nullable Instant at) {
    if (at == null) {
      return Texts.NONE;
    }
    Duration age = Duration.between(at, report.made().at());
    return Texts.time(at) + ", " + Texts.duration(age.isNegative() ? Duration.ZERO : age) + " ago";
  }
}
