package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sluice run}, on a runner that only keeps what it is asked for. */
class RunCommandTest {
  @AfterEach
  void reset() {
    RecordingRunner.end = PipelineResult.State.DONE;
  }

  @Test
  void theRunnerGetsTheFlagsOfTheRunHoweverTheyAreWritten() {
    Ran ran =
        Ran.sluice(
            "run",
            "--lake=s3://a=b",
            "--deadLetters",
            "/dead",
            "--noProgress",
            "--reshard",
            "--jobName=mine",
            "--startFrom=offsets:0=1,1=2");
    assertEquals(0, ran.status(), ran.err());
    assertEquals(
        List.of(
            "--lake=s3://a=b",
            "--deadLetters=/dead",
            "--reshard=true",
            "--startFrom=offsets:0=1,1=2",
            "--jobName=mine"),
        RecordingRunner.flags);
  }

  @ParameterizedTest
  @CsvSource({"DONE, 0", "FAILED, 1", "CANCELLED, 1"})
  void theExitStatusSaysHowTheJobEnded(PipelineResult.State end, int status) {
    RecordingRunner.end = end;
    assertEquals(status, Ran.sluice("run").status());
  }

  @Test
  void withoutARunnerItSaysWhatIsMissing() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader bare = new URLClassLoader(new URL[0], null)) {
      Thread.currentThread().setContextClassLoader(bare);
      for (String verb : List.of("run", "plan")) {
        Ran ran = Ran.sluice(verb, "--lake=x");
        assertEquals(Main.USER_ERROR, ran.status());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().startsWith("sluice: no runner is on the class path"), ran.err());
      }
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
