package io.sluice.chaos;

import java.util.List;

/** What records do to jobs. */
class RecordsChaosIT extends ScenarioChaos {
  static List<Scenario> scenarios() {
    return List.of(Scenario.COMPACTION, Scenario.INPUT, Scenario.PARTITIONS, Scenario.MEMORY);
  }
}
