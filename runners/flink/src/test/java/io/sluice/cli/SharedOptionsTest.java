package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What several verbs have in common is the same for each of them. */
class SharedOptionsTest {
  private record Ended(int status, String said) {}

  private static Ended run(String... arguments) {
    Ran ran = Ran.sluice(arguments);
    return new Ended(ran.status(), ran.out() + ran.err());
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
