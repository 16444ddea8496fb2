package io.sluice.chaos;

import io.sluice.local.JavaProcess;
import java.io.IOException;

/**
 * A registry that is not there, each time while records come by a schema that no job has asked it
 * for. The jobs wait for it: no record becomes a dead letter of that, which the judge would see.
 */
final class RegistryFaults {
  private RegistryFaults() {}

  static void kill(Run run) throws IOException, InterruptedException {
    run.load().evolve(run.world().registry()::kill);
    run.pause(6, 10);
    run.world().restartRegistry();
  }

  /** Longer than a request to it may take. */
  static void freeze(Run run) throws IOException, InterruptedException {
    JavaProcess registry = run.world().registry();
    try {
      run.load().evolve(registry::freeze);
      run.pause(12, 15);
    } finally {
      registry.thaw();
    }
  }

  /** What workers have kept of schemas is lost with them. */
  static void killWithWorkers(Run run) throws IOException, InterruptedException {
    run.load().evolve(run.world().registry()::kill);
    try {
      run.flink().killTaskManagers();
      run.jobs().awaitRunning();
      run.pause(3, 5);
    } finally {
      run.world().restartRegistry();
    }
  }
}
