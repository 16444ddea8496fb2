package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
}
