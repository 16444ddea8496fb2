package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A short version of each scenario of {@code sluice chaos}, with every fault of it once; and the
 * controls: the same harness finds what is lost or duplicate where a guard is missing.
 */
class ChaosIT {
  private static final double TEMPO = 0.3;
  private static final double RATE = 600;

  /** Here something is to be lost, so that it does not pay to wait for it. */
  private static final Duration CONTROL_PATIENCE = Duration.ofSeconds(25);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path directory;

  private static World world;
  private boolean patched;

  @BeforeAll
  static void start() throws Exception {
    world = World.start(directory, 1);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @AfterEach
  void repair() throws Exception {
    if (patched) {
      world.patch(List.of());
    }
  }

  private static Run.Result run(
      Scenario scenario, List<Fault> faults, String name, Jobs.Starter starter, Duration patience)
      throws Exception {
    // One round of the faults, or some seconds without any.
    Duration duration = faults.isEmpty() ? Duration.ofSeconds(5) : Duration.ZERO;
    Run.Plan plan =
        new Run.Plan(
            scenario, faults, scenario.format(), name, starter, 1, duration, RATE, TEMPO, patience);
    System.err.println(name);
    return new Run(world, plan, System.err).execute();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MIXED")
  void nothingIsLostOrDuplicated(Scenario scenario) throws Exception {
    Run.Result result =
        run(
            scenario,
            scenario.faults(scenario.format()),
            scenario.label(),
            Jobs.SLUICE,
            Run.PATIENCE);
    assertTrue(result.passed(), result.toString());
    assertEquals(
        scenario.faults(scenario.format()).size(), result.faults(), "a fault did not come off");
    assertEquals(scenario.format() == ChaosFormat.AVRO, result.schemas() > 8, result.toString());
    assertTrue(result.count().produced() > 1_000, result.toString());
    if (scenario == Scenario.EVOLVING_SCHEMA) {
      assertTrue(haveWaited(), "no worker has missed the registry");
    }
  }

  private static boolean haveWaited() throws IOException {
    try (Stream<Path> logs = Files.list(directory.resolve("logs"))) {
      for (Path log : logs.filter(one -> one.toString().contains("taskmanager")).toList()) {
        if (Files.readString(log).contains("does not answer, and records wait for it")) {
          return true;
        }
      }
    }
    return false;
  }

  private Run.Result sabotaged(Sabotage sabotage, Scenario scenario, Fault... faults)
      throws Exception {
    patched = true;
    world.patch(List.of(sabotage.patch(directory.resolve(sabotage.name()))));
    String name = sabotage.name().toLowerCase(java.util.Locale.ROOT);
    return run(scenario, List.of(faults), name, Jobs.SLUICE, CONTROL_PATIENCE);
  }

  @Test
  void withoutTheFilterThereAreDuplicates() throws Exception {
    Run.Result result =
        sabotaged(Sabotage.NO_FILTER, Scenario.STATELESS, Fault.RESTART_FROM_EARLIEST);
    assertTrue(result.count().duplicate() > 0, result.toString());
    assertTrue(!result.audit().complete(), "the audit did not see it: " + result);
  }

  @Test
  void withoutTheConditionTwoJobsOverwriteEachOther() throws Exception {
    // No faults: a job that is started again reads what was lost once more, and writes it.
    Run.Result result = sabotaged(Sabotage.NO_CONDITION, Scenario.TWO_JOBS);
    assertTrue(result.count().lost() + result.count().duplicate() > 0, result.toString());
    assertTrue(!result.audit().complete(), "the audit did not see it: " + result);
  }

  @Test
  void withShardsAtRandomThereAreDuplicates() throws Exception {
    Run.Result result =
        sabotaged(Sabotage.RANDOM_SHARD, Scenario.STATELESS, Fault.RESTART_FROM_EARLIEST);
    assertTrue(result.count().duplicate() > 0, result.toString());
    assertTrue(!result.audit().complete(), "the audit did not see it: " + result);
  }

  @Test
  void beamsOwnFileSinkIsWellWithoutFaultsAndNotAfterAnOlderSavepoint() throws Exception {
    FileIoPipeline fileIo = new FileIoPipeline(world.bucket("lake"), false);
    Run.Result calm =
        run(Scenario.KILL, List.of(), "file-io-calm", fileIo::start, CONTROL_PATIENCE);
    assertTrue(calm.passed(), calm.toString());
    Run.Result result =
        run(
            Scenario.SAVEPOINT,
            List.of(Fault.OLD_SAVEPOINT),
            "file-io",
            fileIo::start,
            CONTROL_PATIENCE);
    assertTrue(result.count().lost() + result.count().duplicate() > 0, result.toString());
  }

  @Test
  void whatBeamDropsIsSeen() throws Exception {
    FileIoPipeline fileIo = new FileIoPipeline(world.bucket("lake"), true);
    Run.Result result =
        run(Scenario.KILL, new ArrayList<>(), "file-io-late", fileIo::start, CONTROL_PATIENCE);
    assertTrue(result.dropped() > 0, result.toString());
  }
}
