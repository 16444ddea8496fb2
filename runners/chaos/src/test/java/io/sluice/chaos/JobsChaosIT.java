package io.sluice.chaos;

import java.util.List;

/** What is done to jobs and their workers. */
class JobsChaosIT extends ScenarioChaos {
  static List<Scenario> scenarios() {
    return List.of(
        Scenario.KILL, Scenario.COMMIT, Scenario.SAVEPOINT, Scenario.STATELESS, Scenario.TWO_JOBS);
  }
}
