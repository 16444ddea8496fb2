package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.Version;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpCommandTest {
  private record Said(int status, String out, String err) {}

  private static Said sluice(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int status = Main.execute(args);
      return new Said(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "plan",
        "audit",
        "acknowledge",
        "compact",
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
    Said asked = sluice(("help " + verb).split(" "));
    assertEquals(0, asked.status(), asked.err());
    assertTrue(asked.out().startsWith("Usage: sluice " + verb), asked.out());
    assertEquals(sluice((verb + " --help").split(" ")).out(), asked.out());
  }

  @Test
  void everyWayToAskForAllVerbsIsAnswered() {
    String all = sluice("help").out();
    assertTrue(all.contains("rebuild") && all.contains("Exit status"), all);
    for (String flag : new String[] {"-h", "--help"}) {
      assertEquals(new Said(0, all, ""), sluice(flag));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version"})
  void theVersionIsPrinted(String flag) {
    Said said = sluice(flag);
    assertEquals(0, said.status());
    assertEquals("sluice " + Version.text(), said.out().strip());
    assertFalse(Version.text().contains("$"), Version.text());
  }

  @ParameterizedTest
  @CsvSource({
    "sing, no such verb: sing",
    "--logFormat=text sing, no such verb: sing",
    "help sing, no such verb: sing",
    "--loud, no such flag: --loud"
  })
  void whatIsNoVerbIsNamed(String line, String error) {
    Said said = sluice(line.split(" "));
    assertEquals(Main.USER_ERROR, said.status());
    assertEquals("sluice: " + error + " (see sluice help)", said.err().strip());
  }
}
