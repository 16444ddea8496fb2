package io.sluice.chaos;

import java.util.List;

/** What is done to what jobs stand on: broker, registry, store, disk, host. */
class ServersChaosIT extends ScenarioChaos {
  static List<Scenario> scenarios() {
    return List.of(
        Scenario.BROKER, Scenario.S3, Scenario.CHECKPOINT, Scenario.HOST, Scenario.EVOLVING_SCHEMA);
  }
}
