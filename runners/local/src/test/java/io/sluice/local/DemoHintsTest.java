package io.sluice.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoHintsTest {
  private static DemoScenario scenario(double bad) {
    return new DemoScenario(1000, LocalDate.of(2026, 5, 1), 3, bad, DemoFormat.JSON);
  }

  private static String said(long deadLetters, double bad, boolean isKept, boolean isServed) {
    return String.join("\n", DemoHints.of(deadLetters, scenario(bad), isKept, isServed, false));
  }

  @Test
  void itSaysWhyThereAreDeadLettersWhatBecomesOfTheFilesAndWhatIsNext() {
    List<String> lines = DemoHints.of(20, scenario(2), false, false, false);
    assertEquals(
        List.of(
            "  The dead letters are meant: the demo makes 2 % of its events bad (--bad)",
            "  The Parquet files are deleted at the end: --keep=DIR keeps them",
            "",
            "  What to try next:",
            "    other verbs, on servers that run on  ./sluice demo --serve",
            "    the files, by SQL                    ./sluice demo --keep=DIR"),
        lines.subList(0, 6));
    assertEquals(
        "    a table of Iceberg that follows      ./sluice demo --publish=iceberg", lines.get(6));
    assertEquals(
        "    a contract for a topic of your own   ./sluice contract infer --help",
        lines.get(lines.size() - 1));
  }

  @Test
  void itSaysNothingThatIsNotSo() {
    assertEquals("", said(0, 0, true, true).lines().findFirst().orElseThrow());
    // Somebody else has sent them.
    assertFalse(said(1, 0, true, true).contains("dead letters"));
    assertFalse(said(20, 2, true, false).contains("--keep"));
    assertFalse(said(20, 2, false, true).contains("--serve"));
    assertFalse(
        String.join("\n", DemoHints.of(20, scenario(2), false, false, true)).contains("Iceberg"));
    assertEquals(
        "  The Parquet files are deleted at Ctrl-C: --keep=DIR keeps them",
        said(20, 0.5, false, true).lines().toList().get(1));
    assertEquals(
        "  The dead letters are meant: the demo makes 0.5 % of its events bad (--bad)",
        said(20, 0.5, false, true).lines().findFirst().orElseThrow());
  }
}
