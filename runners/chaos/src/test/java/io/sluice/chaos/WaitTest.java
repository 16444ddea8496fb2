package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sees a wait fail learns which, and why that may be. */
class WaitTest {
  @TempDir Path directory;

  private static Wait wait(String hint) {
    return new Wait(
        Duration.ofMillis(30), Duration.ofMillis(1), () -> "GET /overview: 200 {}", () -> hint);
  }

  private static String failure(Wait wait, FlinkCluster.Question question) {
    return assertThrows(IllegalStateException.class, () -> wait.until("the TaskManagers", question))
        .getMessage();
  }

  @Test
  void theFailureSaysWhatWasWaitedForAndWhatWasSeenLast() {
    assertEquals(
        "Flink does not come up with the TaskManagers: waited 0 s, and seen last: GET /overview: 200 {}",
        failure(wait(""), () -> false));
    AtomicInteger asked = new AtomicInteger();
    assertEquals(
        "Flink does not come up with the TaskManagers: waited 0 s, and seen last:"
            + " java.io.IOException: 503 starting; the machine is too busy",
        failure(
            wait("the machine is too busy"),
            () -> {
              if (asked.getAndIncrement() == 0) {
                return false;
              }
              throw new IOException("503 starting\nmore of it");
            }));
  }

  @Test
  void whatComesLateIsNoFailure() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    wait("").until("it", () -> asked.incrementAndGet() == 3);
    assertEquals(3, asked.get());
  }

  /** The lines are as Flink 1.19 and ZooKeeper 3.7 write them. */
  @Test
  void sessionsAndHeartbeatsThatTimedOutAreCounted() throws Exception {
    Path quiet = Files.writeString(directory.resolve("taskmanager-0.log"), "INFO  Starting\n");
    Path lost =
        Files.write(
            directory.resolve("jobmanager.log"),
            List.of(
                "WARN  ClientCnxn - Client session timed out, have not heard from server in 5334ms for session id 0x100",
                "INFO  JobMaster - Heartbeat of TaskManager with id 127.0.0.1:1-a timed out.",
                "INFO  CheckpointCoordinator - Completed checkpoint 4"));
    Path none = directory.resolve("taskmanager-1.log");
    assertEquals("", TimeOuts.in(List.of(quiet, none)));
    String found = TimeOuts.in(List.of(quiet, none, lost));
    assertTrue(
        found.startsWith("a session of ZooKeeper (5 s) or a heartbeat (8 s) timed out"), found);
    assertTrue(
        found.contains(
            "in 2 lines of the logs, the last \"jobmanager.log: INFO  JobMaster - Heartbeat of"
                + " TaskManager with id 127.0.0.1:1-a timed out.\""),
        found);
  }
}
