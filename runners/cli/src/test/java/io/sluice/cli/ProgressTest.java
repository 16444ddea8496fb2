package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ProgressTest {
  private static String shown(boolean terminal) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Progress progress =
        Progress.start(
            "counting", 10, terminal, new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      progress.to(4);
      progress.total(20);
      progress.to(20);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTerminalSeesTheTaskAndHowFarItIs() {
    String shown = shown(true);
    assertTrue(shown.contains("counting") && shown.contains("20/20"), shown);
  }

  @Test
  void nothingElseSeesAnything() {
    assertEquals("", shown(false));
  }

  @Test
  void aTerminalSeesNothingEitherWhereThatIsAskedFor() {
    ProgressOption option = new ProgressOption();
    CommandLine line = new CommandLine(option);
    line.parseArgs();
    assertTrue(option.isShown(true));
    assertFalse(option.isShown(false));
    line.parseArgs("--noProgress");
    assertFalse(option.isShown(true));
  }
}
