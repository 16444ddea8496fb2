package io.sluice.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short version of scenarios of {@code sluice chaos}, with every fault of them once. Those of a
 * class are what its method {@code scenarios} says; {@link ShortChaosTest} holds that each is of
 * one.
 */
abstract class ScenarioChaos extends ShortChaos {
  @ParameterizedTest
  @MethodSource("scenarios")
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
    Run.Tables tables = result.tables();
    assertEquals(scenario.hasTables(), tables != null, result.toString());
    if (tables != null) {
      assertTrue(tables.rewrites() > 0, "nothing was compacted: " + result);
      assertTrue(result.count().erased() > 0, "nothing was erased: " + result);
    }
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
}
