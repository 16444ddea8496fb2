package io.sluice.chaos;

import io.sluice.audit.AuditReport;
import io.sluice.audit.TableReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One scenario: events at a steady rate, jobs that read them, a fault every few seconds by a seeded
 * schedule; then all is well again, the jobs write what is left, and the files are counted.
 */
final class Run {
  /** A job that is to lose nothing may take its time on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  /**
   * How it ended.
   *
   * @param count of the lake, or of the snapshots of the tables that follow it
   * @param audit what the lake says of itself; null where the job under test leaves no positions
   * @param tables what the tables say of themselves that follow it; null where none do
   * @param dropped elements that Beam's own counters say were dropped
   * @param schemas by which events were written; 0 for a format without
   * @param erased rows of which a call of {@code erase} has said that they are gone
   */
  record Result(
      Judge.Count count,
      @Nullable AuditReport audit,
      @Nullable Tables tables,
      int faults,
      long restarts,
      long s3Faults,
      long dropped,
      int schemas,
      long erased,
      long peakMemory) {
    boolean passed() {
      return count.isPerfect()
          && dropped == 0
          && (audit == null || audit.complete() && audit.erased() == count.erased())
          && count.erased() >= erased
          && (tables == null || tables.arePerfect());
    }
  }

  /**
   * What was seen of the tables that follow the lake.
   *
   * @param audit that of their last snapshots
   * @param snapshots that were read, most of them while the run went on
   * @param rewrites those of them that are a compaction's
   * @param faulty those of them in which a row is twice, or one is gone
   * @param faults some of what was wrong, one a line
   */
  record Tables(TableReport audit, int snapshots, int rewrites, long faulty, List<String> faults) {
    boolean arePerfect() {
      return audit.complete() && faulty == 0 && snapshots > 0;
    }
  }

  /**
   * What a run is to be.
   *
   * @param faults those of the scenario, or others
   * @param format of the events
   * @param name of the topic and of the lake's folder, unique in a world
   * @param follower that keeps tables, where the scenario has any
   * @param rate events a second
   * @param tempo 1 for a long run; less makes pauses shorter
   * @param patience after which what does not come any more is lost
   */
  record Plan(
      Scenario scenario,
      List<Fault> faults,
      ChaosFormat format,
      String name,
      Jobs.Starter starter,
      String follower,
      long seed,
      Duration duration,
      double rate,
      double tempo,
      Duration patience) {}

  private final World world;
  private final Plan plan;
  private final PrintStream progress;
  private final SplittableRandom random;
  private final Load load;
  private final Jobs jobs;
  private final WrittenTables tables;
  private final @Nullable TableReader reader;
  private final long begin = System.nanoTime();
  private int faults;
  private long erased;

  Run(World world, Plan plan, PrintStream progress)
      throws IOException, InterruptedException, ExecutionException {
    this.world = world;
    this.plan = plan;
    this.progress = progress;
    random = new SplittableRandom(plan.seed());
    Scenario scenario = plan.scenario();
    String name = plan.name();
    world.createTopic(name, scenario.partitions().size(), scenario.compacted());
    Path ledger =
        Files.createDirectories(world.directory().resolve("ledgers")).resolve(name + ".csv");
    jobs =
        new Jobs(
            world,
            name,
            plan.format(),
            plan.starter(),
            scenario.hasTables() ? world.catalog().flags(plan.follower(), name) : List.of(),
            plan.tempo(),
            this::say);
    load =
        new Load(
            world.bootstrapServers(),
            name,
            scenario.partitions(),
            plan.rate(),
            scenario.compacted(),
            new ChaosEvents(
                plan.seed(), jobs.areSluice(), plan.format().writer(world.registryAddress(), name)),
            plan.seed(),
            ledger);
    reader = scenario.hasTables() ? world.reader(name) : null;
    tables =
        new WrittenTables(
            world,
            name,
            scenario.compacted(),
            ledger,
            jobs,
            reader,
            // Where nothing is erased, whatever is nowhere is lost.
            plan.faults().contains(Fault.COMPACT_AND_ERASE) ? ChaosEvents.IS_ERASED : "false");
  }

  World world() {
    return world;
  }

  FlinkCluster flink() {
    return world.flink();
  }

  Load load() {
    return load;
  }

  Jobs jobs() {
    return jobs;
  }

  /** Of the topic, and of the lake's folder. */
  String name() {
    return plan.name();
  }

  /** Rows are gone for good. */
  void hasErased(long rows) {
    erased += rows;
  }

  int oneOf(int count) {
    return random.nextInt(count);
  }

  Jobs.Job anyJob() {
    return jobs.all().get(oneOf(jobs.all().size()));
  }

  /** A number of records that suits the rate: what is given is meant for 5000 a second. */
  int scaled(int records) {
    return (int) Math.max(1_000, records * plan.rate() / 5_000);
  }

  /** Waits for some seconds. */
  void pause(double least, double most) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep((long) (1000 * random.nextDouble(least, most)));
  }

  /** Waits for some seconds, less in a short run. */
  void rest(double least, double most) throws InterruptedException {
    pause(least * plan.tempo(), most * plan.tempo());
  }

  void say(String text) {
    progress.printf("  %4d s  %s%n", (System.nanoTime() - begin) / 1_000_000_000L, text);
  }

  void storm(double probability, double seconds, S3Fault... faults) throws InterruptedException {
    storm(world.s3Proxy(), probability, seconds, faults);
  }

  void storm(S3FaultProxy proxy, double probability, double seconds, S3Fault... faults)
      throws InterruptedException {
    double scaled = seconds * plan.tempo();
    proxy.storm(List.of(faults), probability, scaled);
    pause(scaled, scaled + 0.1);
  }

  Result execute() throws Exception {
    long restartsBefore = flink().restarts();
    long hitsBefore = world.s3Proxy().hits();
    long droppedBefore = flink().dropped();
    try (load;
        TableReader read = reader) {
      load.start();
      if (read != null) {
        read.start();
      }
      jobs.start(plan.scenario().jobs());
      awaitFirstFile();
      strikeUntil(System.nanoTime() + plan.duration().toNanos());
      world.s3Proxy().calm();
      if (read != null) {
        world.catalog().proxy().calm();
      }
      say("all is well; the load ends and the jobs write what is left");
      load.stop();
      jobs.awaitRunning();
      if (!tables.awaitAll(plan.patience())) {
        say("nothing moves any more");
      }
      flink().readMetrics();
      long restarts = flink().restarts() - restartsBefore;
      jobs.cancel();
      return new Result(
          tables.count(),
          tables.audit(true),
          tables(read),
          faults,
          restarts,
          world.s3Proxy().hits() - hitsBefore,
          flink().dropped() - droppedBefore,
          load.schemas(),
          erased,
          flink().peakTaskManagerMemory());
    }
  }

  private @Nullable Tables tables(@Nullable TableReader read) throws Exception {
    TableReport report = tables.tableAudit(true);
    if (read == null || report == null) {
      return null;
    }
    read.finish();
    return new Tables(report, read.snapshots(), read.rewrites(), read.faulty(), read.faults());
  }

  /** From here on there is something that can be lost or duplicated. */
  private void awaitFirstFile() throws InterruptedException {
    flink()
        .await(
            "a first file of " + name(),
            () -> {
              for (Jobs.Job job : jobs.all()) {
                jobs.isRunning(job);
              }
              return tables.hasFiles();
            });
  }

  /** Every fault comes once, in some order, before any comes again. */
  private void strikeUntil(long end) throws InterruptedException {
    rest(3, 5);
    if (plan.faults().isEmpty()) {
      TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
    }
    // All of a scenario's faults are struck once, however short the run is.
    boolean whole = plan.scenario() != Scenario.MIXED;
    do {
      List<Fault> round = new ArrayList<>(plan.faults());
      Collections.shuffle(round, new java.util.Random(random.nextLong()));
      for (Fault fault : round) {
        if (whole || System.nanoTime() < end) {
          strike(fault);
        }
      }
      whole = false;
    } while (System.nanoTime() < end);
  }

  private void strike(Fault fault) throws InterruptedException {
    say(fault.description());
    try {
      fault.strike(this);
      faults++;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      // As where a savepoint is asked for while the JobManager is dead.
      say("  did not come off: " + Jobs.firstLine(e));
    }
    rest(3, 9);
  }
}
