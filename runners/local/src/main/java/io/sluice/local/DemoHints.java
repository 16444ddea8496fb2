package io.sluice.local;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What whoever sees a demo for the first time asks at its end. */
final class DemoHints {
  private static final String DATABASE = "debezium";

  private DemoHints() {}

  /**
   * Why there are dead letters, what becomes of the files, and what to try next; a line each.
   *
   * @param deadLetters how many there are
   * @param isKept whether the files stay
   * @param isServed whether the servers run on after it
   * @param isPublished whether tables follow
   */
  static List<String> of(
      long deadLetters,
      DemoScenario scenario,
      boolean isKept,
      boolean isServed,
      boolean isPublished) {
    List<String> lines = new ArrayList<>();
    if (deadLetters > 0 && scenario.bad() > 0) {
      lines.add(
          String.format(
              "  The dead letters are meant: the demo makes %s %% of its events bad (--bad)",
              BigDecimal.valueOf(scenario.bad()).stripTrailingZeros().toPlainString()));
    }
    if (!isKept) {
      lines.add(
          "  The Parquet files are deleted at "
              + (isServed ? "Ctrl-C" : "the end")
              + ": --keep=DIR keeps them");
    }
    lines.add("");
    lines.add("  What to try next:");
    if (!isServed) {
      next(lines, "other verbs, on servers that run on", "demo --serve");
    }
    if (!isKept) {
      next(lines, "the files, by SQL", "demo --keep=DIR");
    }
    if (!isPublished) {
      next(lines, "a table of Iceberg that follows", "demo --publish=iceberg");
    }
    if (!scenario.source().format().equals(DATABASE) && DemoSource.of(DATABASE).isPresent()) {
      next(lines, "the changes of a PostgreSQL", "demo --format=" + DATABASE);
    }
    next(lines, "a contract for a topic of your own", "contract infer --help");
    return lines;
  }

  private static void next(List<String> lines, String what, String command) {
    lines.add(String.format("    %-36s ./sluice %s", what, command));
  }
}
