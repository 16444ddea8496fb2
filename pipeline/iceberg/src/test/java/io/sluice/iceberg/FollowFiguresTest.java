package io.sluice.iceberg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Ten thousand files, or as many as {@code -Dsluice.follow.files} says, are followed in a heap of
 * 128 MB, by {@link FollowFigures} in a JVM of its own. It prints how long each look takes.
 */
@EnabledIfSystemProperty(
    named = "sluice.nightly",
    matches = "true",
    disabledReason = "it writes ten thousand files, and is run each night: -Dsluice.nightly=true")
class FollowFiguresTest {
  private static final String HEAP = "-Xmx128m";
  private static final int MOST_MINUTES = 20;

  @Test
  void manyFilesAreFollowedInASmallHeap() throws Exception {
    int files = Integer.getInteger("sluice.follow.files", 10_000);
    System.out.printf("%n%,d files, %s%n", files, HEAP);
    Process figures =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FollowFigures.class.getName(),
                String.valueOf(files),
                "20")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = figures.inputReader()) {
      said.lines().forEach(System.out::println);
      assertTrue(figures.waitFor(MOST_MINUTES, TimeUnit.MINUTES), "it hangs");
      assertEquals(0, figures.exitValue());
    } finally {
      figures.destroyForcibly();
    }
  }
}
