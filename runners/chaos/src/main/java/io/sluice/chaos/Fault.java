package io.sluice.chaos;

import static io.sluice.chaos.S3FaultProxy.Moment.AFTER_COMMIT;
import static io.sluice.chaos.S3FaultProxy.Moment.BEFORE_COMMIT;
import static io.sluice.chaos.S3FaultProxy.Moment.IN_COMMIT;

/** Something that goes wrong, or is done to a deployment, while events keep coming. */
enum Fault {
  KILL_TASKMANAGER("kill -9 of a TaskManager", run -> run.flink().killTaskManager(run.oneOf(2))),
  KILL_JOBMANAGER("kill -9 of the JobManager", run -> run.flink().killJobManager()),
  KILL_BOTH(
      "kill -9 of the JobManager and a TaskManager",
      run -> {
        run.flink().killJobManager();
        run.flink().killTaskManager(run.oneOf(2));
      }),
  KILL_TWICE(
      "kill -9 of one TaskManager, then of the other, within a checkpoint",
      run -> {
        run.flink().killTaskManager(0);
        run.pause(1, 2);
        run.flink().killTaskManager(1);
      }),
  KILL_AFTER_RESTORE(
      "kill -9 of a TaskManager, and again as soon as the job is restored",
      run -> {
        run.flink().killTaskManager(run.oneOf(2));
        run.pause(2, 3);
        run.jobs().awaitRunning();
        run.flink().killTaskManagers();
      }),

  KILL_BEFORE_COMMIT(
      "kill -9 between upload and commit", run -> JobFaults.killAt(run, BEFORE_COMMIT)),
  KILL_IN_COMMIT("kill -9 in the middle of a commit", run -> JobFaults.killAt(run, IN_COMMIT)),
  KILL_AFTER_COMMIT(
      "kill -9 after a commit, before its checkpoint", run -> JobFaults.killAt(run, AFTER_COMMIT)),
  LARGE_RECORDS(
      "records of a megabyte, which make multipart uploads", run -> run.load().large(8, 1_200_000)),

  OLD_SAVEPOINT(
      "savepoint, run on, kill, restore of that older savepoint", JobFaults::restoreOldSavepoint),
  SCALE_UP(
      "stop with savepoint, restore at double the parallelism",
      run -> JobFaults.rescale(run, true)),
  SCALE_DOWN(
      "stop with savepoint, restore at half the parallelism", run -> JobFaults.rescale(run, false)),

  RESTART_FROM_LAKE("start without state from the lake", run -> JobFaults.restart(run, "lake")),
  RESTART_FROM_EARLIEST(
      "start without state from earliest", run -> JobFaults.restart(run, "earliest")),
  NEXT_CONTRACT(
      "the other version of the contract, start without state from earliest",
      run -> {
        JobFaults.changeContract(run);
        JobFaults.restart(run, "earliest");
      }),

  BROKER_KILL(
      "kill -9 of the broker",
      run -> {
        run.world().broker().kill();
        run.pause(1, 4);
        run.world().restartBroker();
      }),
  BROKER_FREEZE(
      "broker frozen (SIGSTOP) beyond the time-outs",
      run -> {
        run.world().broker().freeze();
        try {
          run.pause(22, 30);
        } finally {
          run.world().broker().thaw();
        }
      }),
  ADD_PARTITION("a partition added, then a start from the lake", JobFaults::addPartition),
  TRANSACTIONS(
      "transactions, every third aborted, a marker at the end", run -> run.load().transactions(6)),

  S3_ERRORS(
      "S3 answers 500 and 503 SlowDown",
      run -> run.storm(0.4, 6, S3Fault.INTERNAL_ERROR, S3Fault.SLOW_DOWN)),
  S3_RESETS(
      "S3 connections end before or after the request took effect, or it does later",
      run -> run.storm(0.3, 6, S3Fault.RESET_BEFORE, S3Fault.LOST_ANSWER, S3Fault.DONE_LATER)),
  S3_SLOW(
      "S3 bodies are slow, or end in the middle",
      run -> run.storm(0.3, 6, S3Fault.SLOW_BODY, S3Fault.TRUNCATED)),
  S3_RACES(
      "S3 answers 412 to the writer itself, and 409",
      run -> run.storm(0.5, 6, S3Fault.PRECONDITION_FAILED, S3Fault.CONDITIONAL_REQUEST_CONFLICT)),
  S3_EXPIRED_UPLOADS(
      "uploads expire in the middle (NoSuchUpload)",
      run -> {
        run.load().large(8, 1_200_000);
        run.storm(0.5, 10, S3Fault.NO_SUCH_UPLOAD);
      }),
  S3_CLOCK(
      "a wrong clock (RequestTimeTooSkewed)",
      run -> run.storm(0.3, 5, S3Fault.REQUEST_TIME_TOO_SKEWED)),
  S3_CREDENTIALS("credentials expire", run -> run.storm(1, 5, S3Fault.EXPIRED_TOKEN)),
  S3_HANG("S3 does not answer", run -> run.storm(0.2, 4, S3Fault.HANG)),

  CHECKPOINT_DISK_FULL("the disk of the checkpoints is full", HostFaults::fillDisk),
  CHECKPOINT_FAILS("the folder of the checkpoints is gone", HostFaults::hideCheckpoints),
  DECODER_THROWS("the decoder throws an error at every record", HostFaults::breakDecoder),

  ODD_TIMES(
      "Kafka timestamps in microseconds, nanoseconds, seconds; then a start from the lake",
      run -> {
        run.load().oddTimes(40);
        run.rest(6, 8);
        JobFaults.restart(run, "lake");
      }),
  ODD_VALUES("numbers with exponents of nine digits", run -> run.load().oddValues(40)),
  FOREIGN_FILES(
      "folders and files of others in the tables; then a start from the lake",
      run -> {
        HostFaults.addForeignFiles(run);
        JobFaults.restart(run, "lake");
      }),

  METRICS_PORT_TAKEN(
      "the port of the metrics is taken while a TaskManager starts", HostFaults::takeMetricsPort),
  S3_REFUSES(
      "S3 refuses everything until the job starts anew, which says why",
      HostFaults::refuseUntilRestart),
  CLOCK_AHEAD(
      "a compaction on a host whose clock is two hours ahead", HostFaults::compactWithClockAhead),

  REGISTRY_KILL(
      "kill -9 of the registry, then records of a new schema; it comes back later",
      RegistryFaults::kill),
  REGISTRY_FREEZE(
      "registry frozen (SIGSTOP) beyond the time-outs, and records of a new schema",
      RegistryFaults::freeze),
  REGISTRY_AND_WORKERS(
      "kill -9 of the registry and of the TaskManagers, which come back first",
      RegistryFaults::killWithWorkers),
  NEXT_SCHEMAS(
      "a new schema every second",
      run -> {
        for (int i = 0; i < 8; i++) {
          run.load().evolve(() -> {});
          run.pause(0.8, 1.2);
        }
      }),

  CATALOG_KILL(
      "kill -9 of the catalog when it has done a commit; it comes back later", CatalogFaults::kill),
  CATALOG_FREEZE("catalog frozen (SIGSTOP) beyond the time-outs", CatalogFaults::freeze),
  CATALOG_LOSES_ANSWERS("the answers to commits are lost, three times", CatalogFaults::loseAnswers),
  CATALOG_ERRORS(
      "the catalog answers 500 and 503; resets before or after the effect, or it comes later",
      run ->
          run.storm(
              run.world().catalog().proxy(),
              0.3,
              10,
              S3Fault.INTERNAL_ERROR,
              S3Fault.SLOW_DOWN,
              S3Fault.RESET_BEFORE,
              S3Fault.LOST_ANSWER,
              S3Fault.DONE_LATER)),
  KILL_IN_TABLE_COMMIT(
      "kill -9 of the TaskManagers when the catalog has done a commit, before it answers",
      CatalogFaults::killInCommit),
  COMPACT_AND_ERASE(
      "a compaction of all closed dates, then an erasure of one in a hundred users",
      run -> {
        CatalogFaults.compact(run);
        CatalogFaults.erase(run);
      }),

  BEHIND("one partition falls far behind", run -> run.load().burst(0, run.scaled(60_000))),
  BACKLOG(
      "a backlog of 400 dates, record by record", run -> run.load().backlog(run.scaled(60_000))),
  HUGE_RECORD("a record of 20 MB", run -> run.load().large(1, 20 << 20)),
  ALL_DEAD(
      "nothing but dead letters",
      run -> {
        run.load().allDead(true);
        try {
          run.rest(6, 8);
        } finally {
          run.load().allDead(false);
        }
      });

  interface Strike {
    void on(Run run) throws Exception;
  }

  private final String description;
  private final Strike strike;

  Fault(String description, Strike strike) {
    this.description = description;
    this.strike = strike;
  }

  String description() {
    return description;
  }

  /** Whether there is what it disturbs, where events are of a format. */
  boolean fits(ChaosFormat format) {
    return switch (this) {
      case ODD_VALUES -> format.isText();
      case REGISTRY_KILL, REGISTRY_FREEZE, REGISTRY_AND_WORKERS, NEXT_SCHEMAS ->
          format.hasSchemas();
      default -> true;
    };
  }

  /** Whether it is one of tables that follow the lake. */
  boolean needsTables() {
    return switch (this) {
      case CATALOG_KILL,
          CATALOG_FREEZE,
          CATALOG_LOSES_ANSWERS,
          CATALOG_ERRORS,
          KILL_IN_TABLE_COMMIT,
          COMPACT_AND_ERASE ->
          true;
      default -> false;
    };
  }

  void strike(Run run) throws Exception {
    strike.on(run);
  }
}
