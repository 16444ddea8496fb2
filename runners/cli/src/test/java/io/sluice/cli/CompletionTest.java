package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script, in a real bash. */
class CompletionTest {
  @TempDir Path directory;

  private Path script() throws Exception {
    Path script = directory.resolve("completion");
    Process print = launcher().redirectOutput(script.toFile()).start();
    assertTrue(print.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, print.exitValue());
    return script;
  }

  /** What bash offers for a command line whose last word is being typed. */
  private static List<String> offers(Path script, String... words) throws Exception {
    Process bash =
        new ProcessBuilder(
                "bash",
                "--norc",
                "-c",
                // Readline has it, which is not here.
                "compopt() { :; }; source "
                    + script
                    + "; COMP_WORDS=("
                    + String.join(" ", words)
                    + "); COMP_CWORD="
                    + (words.length - 1)
                    + "; _complete_sluice; printf '%s\\n' \"${COMPREPLY[@]}\"")
            .redirectErrorStream(true)
            .start();
    List<String> offers =
        new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .toList();
    assertTrue(bash.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, bash.exitValue(), offers::toString);
    return offers;
  }

  private static ProcessBuilder launcher() {
    return new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        "io.sluice.cli.Main",
        "completion");
  }

  @Test
  void verbsAndFlagsAreCompleted() throws Exception {
    Path script = script();
    assertEquals(List.of("audit"), offers(script, "sluice", "aud"));
    assertEquals(List.of("--deep"), offers(script, "sluice", "audit", "--dee"));
    // Beam's options, which picocli does not know.
    assertEquals(List.of("--bootstrapServers"), offers(script, "sluice", "run", "--boot"));
    assertEquals(
        List.of("--deadLettersExpireDays", "--deadLetters"),
        offers(script, "sluice", "audit", "--deadLetters"));
  }
}
