package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.metrics.SluiceMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RunProgressTest {
  private static final Duration SOON = Duration.ofMillis(20);

  @Test
  void whatCameBetweenTwoLooksIsARate() {
    assertEquals(
        "1,500 records/s, lag 7, 2,900 rows, 100 dead letters, 3 files, waiting 12 s",
        RunProgress.text(
            new SluiceMetrics.Totals(1_000, 9, 900, 50, 1, 0),
            new SluiceMetrics.Totals(4_000, 7, 2_900, 100, 3, 12),
            Duration.ofSeconds(2)));
  }

  /** Nobody knows the lag then: 0 would say that nothing waits. */
  @Test
  void aJobThatHasReadNothingYetIsStarting() {
    SluiceMetrics.Totals none = new SluiceMetrics.Totals(0, 0, 0, 0, 0, 0);
    assertEquals("starting", RunProgress.text(false, none, none, Duration.ofSeconds(1)));
    assertTrue(
        RunProgress.text(true, none, none, Duration.ofSeconds(1)).startsWith("0 records/s, lag 0"));
  }

  @Tag("slow")
  @Test
  void aTerminalSeesAJobOfThisProcess() throws Exception {
    SluiceMetrics.read("shown", 1, 1);
    assertTrue(shown(true, null, "records/s").contains("dead letters"));
  }

  @Tag("slow")
  @Test
  void aTerminalSeesWhatAClusterSaysAndNothingBefore() throws Exception {
    String shown = shown(false, "RUNNING, 2 restarts", "2 restarts");
    assertFalse(shown.contains("records/s"), shown);
  }

  /** What a terminal has seen when a text came to it. */
  private static String shown(boolean here, String ofCluster, String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Progress bar = Progress.start("job", Progress.UNKNOWN, true, out);
    try (RunProgress progress = RunProgress.start(true, here, bar, SOON)) {
      if (ofCluster != null) {
        Thread.sleep(10 * SOON.toMillis());
        progress.is(ofCluster);
      }
      for (int i = 0; i < 500 && !bytes.toString(StandardCharsets.UTF_8).contains(text); i++) {
        Thread.sleep(SOON.toMillis());
      }
    }
    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(shown.contains(text), shown);
    return shown;
  }
}
