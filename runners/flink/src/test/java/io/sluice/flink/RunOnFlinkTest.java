package io.sluice.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cli.Main;
import io.sluice.cli.Runner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher's verbs have of Flink. */
class RunOnFlinkTest {
  private final Runner runner = Runner.find();

  @Test
  void theLauncherFindsFlink() {
    assertInstanceOf(RunOnFlink.class, runner);
  }

  @Test
  void itSaysHowManySubtasksAreAskedForAndWhereTheJobRuns() {
    assertNull(runner.parallelism(runner.options(List.of())));
    assertEquals(3, runner.parallelism(runner.options(List.of("--parallelism=3"))));
    assertTrue(runner.isHere(runner.options(List.of("--flinkMaster=[local]"))));
    assertFalse(runner.isHere(runner.options(List.of("--flinkMaster=jobmanager:8081"))));
  }

  /** As a CronJob may: the arguments of the job, whatever they are for. */
  @Test
  void anAuditTakesTheFlagsOfFlinkAndLeavesThem(@TempDir Path empty) {
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      int status =
          Main.execute(
              "audit",
              "--flinkMaster=jobmanager:8081",
              "--parallelism=4",
              "--stateBackend=rocksdb",
              "--objectReuse",
              "--bootstrapServers=127.0.0.1:1",
              "--lake=" + empty,
              "--deadLetters=" + empty);
      assertEquals(Main.USER_ERROR, status);
    } finally {
      System.setErr(err);
    }
    assertTrue(said.toString(UTF_8).contains("has no table user_actions"), said.toString(UTF_8));
  }
}
