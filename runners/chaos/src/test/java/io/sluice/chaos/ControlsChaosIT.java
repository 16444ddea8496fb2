package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The controls: the harness finds what is lost or duplicate where a guard is missing. */
class ControlsChaosIT extends ShortChaos {
  /** Here something is to be lost, so that it does not pay to wait for it. */
  static final Duration CONTROL_PATIENCE = Duration.ofSeconds(25);

  private boolean patched;

  @AfterEach
  void repair() throws Exception {
    if (patched) {
      world.patch(List.of());
    }
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
