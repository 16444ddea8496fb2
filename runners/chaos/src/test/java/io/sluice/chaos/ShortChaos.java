package io.sluice.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Runs short versions of scenarios, one after the other, in a world of its own. */
abstract class ShortChaos {
  private static final double TEMPO = 0.3;

  /** Each file is one more to follow, and each look of a follower reads what a table names. */
  private static final double TABLES_TEMPO = 0.6;

  private static final double RATE = 600;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path directory;

  static World world;

  @BeforeAll
  static void start() throws Exception {
    world = World.start(directory, 1);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  static Run.Result run(
      Scenario scenario, List<Fault> faults, String name, Jobs.Starter starter, Duration patience)
      throws Exception {
    return run(scenario, faults, name, starter, "iceberg", patience);
  }

  /**
   * @param follower that keeps tables, where the scenario has any
   */
  static Run.Result run(
      Scenario scenario,
      List<Fault> faults,
      String name,
      Jobs.Starter starter,
      String follower,
      Duration patience)
      throws Exception {
    // One round of the faults, or some seconds without any.
    Duration duration = faults.isEmpty() ? Duration.ofSeconds(5) : Duration.ZERO;
    Run.Plan plan =
        new Run.Plan(
            scenario,
            faults,
            scenario.format(),
            name,
            starter,
            follower,
            1,
            duration,
            RATE,
            scenario.hasTables() ? TABLES_TEMPO : TEMPO,
            patience);
    System.err.println(name);
    return new Run(world, plan, System.err).execute();
  }
}
