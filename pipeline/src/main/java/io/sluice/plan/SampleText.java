package io.sluice.plan;

import io.sluice.Wording;
import io.sluice.plan.Outcomes.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What a sample says of a contract, for people: what becomes of records, and their columns. */
final class SampleText {
  private static final int MOST_REASON_LINES = 12;
  private static final int MOST_COLUMNS = 12;
  private static final int LONGEST = 130;

  /** Where the texts of a line begin. */
  private static final int INDENT = 25;

  /** Of a value that fewer characters are left for, nothing could be seen. */
  private static final int LEAST_VALUE = 24;

  private final Consumer<String> out;

  /**
   * @param out takes a line
   */
  SampleText(Consumer<String> out) {
    this.out = out;
  }

  void sample(Plan.Sampled sample, Findings findings) {
    Outcomes outcomes = findings.outcomes();
    long records = sample.records();
    title(
        "Sample: %,d of %s, oldest, newest and in between%s",
        records,
        Wording.count(sample.offsets(), "record"),
        switch (sample.end()) {
          case COMPLETE -> "";
          case BYTES -> "; cut short, for the records are large";
          case TIME -> "; cut short, for reading took long";
        });
    line(
        "  %-19s %,9d  %s%s",
        "accepted",
        outcomes.accepted(),
        share(outcomes.accepted(), records),
        outcomes.rows() == outcomes.accepted() ? "" : "  " + Wording.count(outcomes.rows(), "row"));
    outcomes
        .skipped()
        .forEach(
            (why, count) ->
                line(
                    "  %-19s %,9d  %s  no row, no dead letter: %s",
                    "skipped", count, share(count, records), why));
    line(
        "  %-19s %,9d  %s",
        "rejected", outcomes.rejectedCount(), share(outcomes.rejectedCount(), records));
    rejected(outcomes.rejected(), records);
    for (Doubts.Doubt doubt : findings.doubts()) {
      wrapped(
          doubt.isNote()
              ? format("  %-22s %s", "note", doubt.text())
              : format("  %-22s %s: %s", "WARNING", doubt.about(), doubt.text()));
    }
  }

  /** As many as fit a screen with all else. */
  private void rejected(List<Rejected> rejected, long records) {
    List<String> lines = new ArrayList<>();
    int shown = 0;
    for (Rejected one : rejected) {
      List<String> reason = reason(one, records);
      if (shown > 0 && lines.size() + reason.size() > MOST_REASON_LINES) {
        break;
      }
      lines.addAll(reason);
      shown++;
    }
    lines.forEach(out);
    if (shown < rejected.size()) {
      line(
          "    and %s: --json has all",
          Wording.count(
              rejected.size() - shown, "other reason and path", "other reasons and paths"));
    }
  }

  /** The reason and where to find one, whole; of its value as much as has room. */
  private static List<String> reason(Rejected one, long records) {
    Outcomes.Example example = one.example();
    List<String> lines =
        Wrapping.lines(
            format(
                "    %-17s %,9d  %s  %s%s, at %d@%d",
                one.reason(),
                one.count(),
                share(one.count(), records),
                one.path().isEmpty() ? "" : one.path() + ": ",
                visible(example.message()),
                example.partition(),
                example.offset()),
            LONGEST,
            INDENT);
    int last = lines.size() - 1;
    String value = example.firstBytes() == null ? "no value" : visible(example.firstBytes());
    if (LONGEST - lines.get(last).length() - 2 >= Math.min(LEAST_VALUE, value.length())) {
      lines.set(last, cut(lines.get(last) + ": " + value));
    }
    return lines;
  }

  private static String visible(String text) {
    return text.replaceAll("\\p{Cntrl}", "·");
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }

  void columns(Findings findings) {
    title("Columns");
    long documents = findings.outcomes().documents();
    if (documents == 0) {
      line("  Not known: no record is a document.");
      return;
    }
    List<String> lines = new ArrayList<>();
    for (Fields.NeverSeen one : findings.neverSeen()) {
      lines.add(
          format(
              "  %-22s %s: no record has %s%s",
              "never seen",
              one.column(),
              one.path(),
              one.likely() == null ? "" : "; is it " + one.likely() + "?"));
    }
    for (Fields.Unknown one : findings.unknown()) {
      lines.add(
          format(
              "  %-22s %s: in %s, %s%s",
              "unknown",
              one.path(),
              share(one.count(), documents).strip(),
              String.join(" or ", one.kinds()),
              one.example().isEmpty() ? "" : ", as " + one.example()));
    }
    for (Hints.Hint hint : findings.hints()) {
      lines.add(
          format(
              "  %-22s %s: %s; %s", "would fit better", hint.column(), hint.change(), hint.why()));
    }
    for (Beside.Had one : findings.beside()) {
      lines.add(format("  %-22s %s: %s", "not of the value", one.column(), had(one, documents)));
    }
    if (!findings.neverNull().isEmpty()) {
      lines.add(
          format(
              "  %-22s %s: required: true, if a record without is broken",
              "never null", String.join(", ", findings.neverNull())));
    }
    if (lines.isEmpty()) {
      line("  The contract names all fields of the sample, and none of its columns stays empty.");
    }
    lines.stream().limit(MOST_COLUMNS).forEach(this::wrapped);
    if (lines.size() > MOST_COLUMNS) {
      line("  and %d more: --json has all", lines.size() - MOST_COLUMNS);
    }
    if (!findings.unknownIsComplete()) {
      line("  More than %,d fields are unknown: the others were not counted.", Fields.MOST_PATHS);
    }
  }

  private static String had(Beside.Had one, long documents) {
    return one.count() == 0
        ? "no record has " + one.from()
        : one.count() == documents
            ? "each record has " + one.from()
            : format(
                "%,d of %s have %s", one.count(), Wording.count(documents, "record"), one.from());
  }

  private void wrapped(String text) {
    Wrapping.lines(text, LONGEST, INDENT).forEach(out);
  }

  private void title(String format, Object... args) {
    out.accept("");
    line(format, args);
  }

  private void line(String format, Object... args) {
    out.accept(format(format, args));
  }

  private static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  static String share(long part, long whole) {
    return whole == 0 ? "" : String.format(Locale.ROOT, "%6.2f %%", 100.0 * part / whole);
  }
}
