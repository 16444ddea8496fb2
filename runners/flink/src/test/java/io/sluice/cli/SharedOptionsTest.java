package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What several verbs have in common is the same for each of them. */
class SharedOptionsTest {
  private record Ended(int status, String said) {}

  private static Ended run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, UTF_8));
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      return new Ended(Main.execute(arguments), said.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void everyVerbHasHelp() {
    for (CommandLine verb : new CommandLine(new Main()).getSubcommands().values()) {
      String name = verb.getCommandName();
      Ended ended = run(name, "--help");
      assertEquals(0, ended.status(), name + ": " + ended.said());
      assertTrue(ended.said().contains(name), ended.said());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit",
        "compact --all",
        "plan",
        "rebuild --date=2026-01-31",
        "replay",
        "report",
        "acknowledge --partition=0 --from=1 --to=2 --by=me --why=known"
      })
  void theFlagsOfRunAreReadByEachAndAnUnknownOneIsNamed(String verb) {
    Ended ended = run((verb + " --lake=/nowhere/at/all --nonsense=1").split(" "));
    assertEquals(2, ended.status(), ended.said());
    assertTrue(ended.said().contains("unknown flag --nonsense"), ended.said());
  }

  @Test
  void settleIsOfTheVerbsThatRewriteAndSaysWhatItIs() {
    for (String verb : List.of("compact", "rebuild")) {
      String help = run(verb, "--help").said();
      assertTrue(help.contains("--settle=DURATION"), help);
      assertTrue(help.contains("Default: 90m."), help);
      assertTrue(help.contains("--takeOver"), help);
      assertTrue(help.contains("--dry-run"), help);
    }
    Ended ended = run("compact", "--all", "--lake=/nowhere", "--settle=soon");
    assertEquals(2, ended.status(), ended.said());
    assertTrue(ended.said().contains("--settle=soon"), ended.said());
  }
}
