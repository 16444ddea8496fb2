package io.sluice.chaos;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;

/** What is done to the jobs themselves: kills at bad moments, restores, starts by other rules. */
final class JobFaults {
  private static final int MOST_PARTITIONS = 8;
  private static final int MOST_PARALLELISM = 4;

  private JobFaults() {}

  static void killAt(Run run, S3FaultProxy.Moment moment) throws InterruptedException {
    strikeAt(run, run.world().s3Proxy(), moment, run.flink()::killTaskManagers);
  }

  /** Waits for a commit, and strikes at a moment of it. */
  static void strikeAt(Run run, S3FaultProxy proxy, S3FaultProxy.Moment moment, Runnable strike)
      throws InterruptedException {
    proxy.atNextCommit(moment, strike);
    for (int i = 0; i < 1_200 && proxy.isWaiting(); i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    if (proxy.isWaiting()) {
      throw new IllegalStateException(
          proxy.what()
              + " was asked for no commit in the two minutes in which a fault was to strike at one; jobs: "
              + run.jobs().states());
    }
  }

  static void restoreOldSavepoint(Run run) throws IOException, InterruptedException {
    Jobs.Job job = run.anyJob();
    run.jobs().awaitRunning();
    String savepoint = run.flink().savepoint(job.id(), false);
    run.rest(8, 12);
    run.flink().killTaskManagers();
    run.flink().cancel(job.id());
    run.jobs().restore(job, savepoint);
  }

  static void rescale(Run run, boolean up) throws IOException, InterruptedException {
    Jobs.Job job = run.anyJob();
    run.jobs().awaitRunning();
    String savepoint = run.flink().savepoint(job.id(), true);
    job.parallelism =
        up ? Math.min(MOST_PARALLELISM, job.parallelism * 2) : Math.max(1, job.parallelism / 2);
    run.jobs().restore(job, savepoint);
  }

  static void restart(Run run, String from) throws InterruptedException {
    Jobs.Job job = run.anyJob();
    run.flink().cancel(job.id());
    run.jobs().submit(job, List.of("--startFrom=" + from));
  }

  static void changeContract(Run run) {
    for (Jobs.Job job : run.jobs().all()) {
      job.contract = 3 - job.contract;
    }
  }

  static void addPartition(Run run) throws InterruptedException, ExecutionException {
    int partitions = run.load().partitions() + 1;
    if (partitions > MOST_PARTITIONS) {
      restart(run, "lake");
      return;
    }
    try (Admin admin = run.world().admin()) {
      admin.createPartitions(Map.of(run.name(), NewPartitions.increaseTo(partitions))).all().get();
    }
    run.load().partitionAdded();
    run.rest(2, 4);
    for (Jobs.Job job : run.jobs().all()) {
      run.flink().cancel(job.id());
      run.jobs().submit(job, List.of("--startFrom=lake"));
    }
  }
}
