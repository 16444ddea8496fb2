package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "plan",
        "audit",
        "acknowledge",
        "compact",
        "erase",
        "rebuild",
        "replay",
        "report",
        "size",
        "completion",
        "contract",
        "contract infer",
        "contract check",
        "contract diff",
        "contract schema",
        "help"
      })
  void helpOfAVerbIsTheSameAsItsFlag(String verb) {
    Ran asked = Ran.sluice(("help " + verb).split(" "));
    assertEquals(0, asked.status(), asked.err());
    assertTrue(asked.out().startsWith("Usage: sluice " + verb), asked.out());
    assertEquals(Ran.sluice((verb + " --help").split(" ")).out(), asked.out());
  }

  @Test
  void everyWayToAskForAllVerbsIsAnswered() {
    String all = Ran.sluice("help").out();
    assertTrue(all.contains("rebuild") && all.contains("Exit status"), all);
    for (String flag : new String[] {"-h", "--help"}) {
      assertEquals(new Ran(0, all, ""), Ran.sluice(flag));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version"})
  void theVersionIsPrinted(String flag) {
    Ran said = Ran.sluice(flag);
    assertEquals(0, said.status());
    assertEquals("sluice " + Version.text(), said.out().strip());
    assertFalse(Version.text().contains("$"), Version.text());
  }

  @ParameterizedTest
  @CsvSource({
    "sing, no such verb: sing",
    "--logFormat=text sing, no such verb: sing",
    "help sing, no such verb: sing",
    "contract sing, no such verb: contract sing",
    "--loud, unknown flag --loud",
    "--helpp, unknown flag --helpp; did you mean --help?"
  })
  void whatIsNoVerbIsNamed(String line, String error) {
    Ran said = Ran.sluice(line.split(" "));
    assertEquals(Main.USER_ERROR, said.status());
    String verb = line.startsWith("contract") ? "sluice help contract" : "sluice help";
    assertEquals("sluice: " + error + " (see " + verb + ")", said.err().strip());
  }
}
