package io.sluice.chaos;

import io.sluice.SluiceOptions;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.flink.FlinkJob;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * One scenario: events at a steady rate, jobs that read them, a fault every few seconds by a seeded
 * schedule; then all is well again, the jobs write what is left, and the files are counted.
 */
final class Run {
  static final List<String> ENDED = List.of("FAILED", "CANCELED", "FINISHED");

  /** A job that is to lose nothing may take its time on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Starts a job and returns at once. */
  interface Starter {
    PipelineResult start(List<String> flags) throws IOException;
  }

  /** Our pipeline, as {@code sluice run} starts it. */
  static final Starter SLUICE = flags -> FlinkJob.start(FlinkJob.options(flags));

  /**
   * How it ended.
   *
   * @param audit what the lake says of itself; null where the job under test leaves no positions
   * @param dropped elements that Beam's own counters say were dropped
   */
  record Result(
      Judge.Count count,
      @Nullable AuditReport audit,
      int faults,
      long restarts,
      long s3Faults,
      long dropped,
      long peakMemory) {
    boolean passed() {
      return count.isPerfect() && dropped == 0 && (audit == null || audit.complete());
    }
  }

  /** A job of this run, as it was started last. */
  static final class Job {
    private final int number;
    int parallelism = 2;
    int contract = 1;
    private int starts;
    private String id = "";

    Job(int number) {
      this.number = number;
    }

    String id() {
      return id;
    }
  }

  private final World world;
  private final Scenario scenario;
  private final String name;
  private final Starter starter;
  private final SplittableRandom random;
  private final Duration duration;
  private final double rate;
  private final Load load;
  private final PrintStream progress;
  private final List<Fault> faultsToStrike;
  private final double tempo;
  private final Duration patience;
  private final List<Job> jobs = new ArrayList<>();
  private final long begin = System.nanoTime();
  private int faults;

  /**
   * What a run is to be.
   *
   * @param faults those of the scenario, or others
   * @param name of the topic and of the lake's folder, unique in a world
   * @param rate events a second
   * @param tempo 1 for a long run; less makes pauses shorter
   * @param patience after which what does not come any more is lost
   */
  record Plan(
      Scenario scenario,
      List<Fault> faults,
      String name,
      Starter starter,
      long seed,
      Duration duration,
      double rate,
      double tempo,
      Duration patience) {}

  Run(World world, Plan plan, PrintStream progress)
      throws IOException, InterruptedException, ExecutionException {
    this.world = world;
    this.scenario = plan.scenario();
    this.name = plan.name();
    this.starter = plan.starter();
    this.random = new SplittableRandom(plan.seed());
    this.duration = plan.duration();
    this.rate = plan.rate();
    this.tempo = plan.tempo();
    this.patience = plan.patience();
    this.faultsToStrike = plan.faults();
    this.progress = progress;
    world.createTopic(name, scenario.partitions().size(), scenario.compacted());
    this.load =
        new Load(
            world.bootstrapServers(),
            name,
            scenario.partitions(),
            rate,
            scenario.compacted(),
            starter == SLUICE,
            plan.seed(),
            Files.createDirectories(world.directory().resolve("ledgers")).resolve(name + ".csv"));
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

  List<Job> jobs() {
    return jobs;
  }

  /** Of the topic, and of the lake's folder. */
  String name() {
    return name;
  }

  int oneOf(int count) {
    return random.nextInt(count);
  }

  /** A number of records that suits the rate: what is given is meant for 5000 a second. */
  int scaled(int records) {
    return (int) Math.max(1_000, records * rate / 5_000);
  }

  /** Waits for some seconds. */
  void pause(double least, double most) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep((long) (1000 * random.nextDouble(least, most)));
  }

  /** Waits for some seconds, less in a short run. */
  void rest(double least, double most) throws InterruptedException {
    pause(least * tempo, most * tempo);
  }

  void say(String text) {
    progress.printf("  %4d s  %s%n", (System.nanoTime() - begin) / 1_000_000_000L, text);
  }

  Result execute() throws Exception {
    long restartsBefore = flink().restarts();
    long hitsBefore = world.s3Proxy().hits();
    long droppedBefore = flink().dropped();
    try (load) {
      load.start();
      for (int i = 0; i < scenario.jobs(); i++) {
        Job job = new Job(i);
        jobs.add(job);
        submit(job, List.of("--startFrom=lake"));
      }
      awaitFirstFile();
      strikeUntil(System.nanoTime() + duration.toNanos());
      world.s3Proxy().calm();
      say("all is well; the load ends and the jobs write what is left");
      load.stop();
      awaitRunning();
      drain();
      flink().readMetrics();
      long restarts = flink().restarts() - restartsBefore;
      for (Job job : jobs) {
        flink().cancel(job.id);
      }
      return new Result(
          count(),
          starter == SLUICE ? audit(true) : null,
          faults,
          restarts,
          world.s3Proxy().hits() - hitsBefore,
          flink().dropped() - droppedBefore,
          flink().peakTaskManagerMemory());
    }
  }

  /** Every fault comes once, in some order, before any comes again. */
  private void strikeUntil(long end) throws InterruptedException {
    rest(3, 5);
    if (faultsToStrike.isEmpty()) {
      TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
    }
    // All of a scenario's faults are struck once, however short the run is.
    boolean whole = scenario != Scenario.MIXED;
    do {
      List<Fault> round = new ArrayList<>(faultsToStrike);
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
      say("  did not come off: " + firstLine(e));
    }
    rest(3, 9);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e).lines().findFirst().orElse("");
  }

  /** The flags by which a job is started, beside those that are of one start. */
  List<String> flags(Job job) throws IOException {
    Path contract = world.directory().resolve("chaos-" + job.contract + ".yaml");
    if (!Files.exists(contract)) {
      try (var in = Run.class.getResourceAsStream(contract.getFileName().toString())) {
        Files.copy(java.util.Objects.requireNonNull(in), contract);
      }
    }
    List<String> flags = new ArrayList<>(world.flags());
    flags.add("--topic=" + name);
    flags.add("--contract=" + contract);
    flags.add("--lake=s3://lake/" + name);
    flags.add("--deadLetters=s3://dead/" + name);
    // Jobs with other windows cut their files at other rows: what is overwritten is then lost.
    flags.add("--windowSize=" + (Math.max(2, (long) (10 * tempo)) + 2L * job.number) + "s");
    flags.add("--fileInterval=" + Math.max(1, (long) (5 * tempo)) + "s");
    flags.add("--watermarkDelay=1s");
    flags.add("--checkpointingInterval=3000");
    flags.add("--s3PartMebibytes=5");
    flags.add("--s3Timeout=8s");
    flags.add("--zstdLevel=1");
    flags.add("--attachedMode=false");
    // The counters of what Beam drops are among those that are off by default.
    flags.add("--disableMetrics=false");
    return flags;
  }

  /** Starts a job, again and again while its parts are not all there. */
  void submit(Job job, List<String> more) throws InterruptedException {
    String jobName = name + "-" + job.number + "-" + ++job.starts;
    List<String> flags;
    try {
      flags = flags(job);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    flags.addAll(more);
    flags.add("--parallelism=" + job.parallelism);
    flags.add("--jobName=" + jobName);
    flink()
        .await(
            "job " + jobName,
            () -> {
              try {
                job.id = flink().job(jobName);
                return true;
              } catch (IOException e) {
                // Not there yet: start it.
              }
              try {
                starter.start(flags);
                job.id = flink().job(jobName);
                return true;
              } catch (IOException | RuntimeException e) {
                say("  not started yet: " + firstLine(e));
                try {
                  TimeUnit.SECONDS.sleep(1);
                } catch (InterruptedException interrupted) {
                  Thread.currentThread().interrupt();
                }
                return false;
              }
            });
  }

  void awaitRunning() throws InterruptedException {
    for (Job job : jobs) {
      flink().await("job " + job.id, () -> isRunning(job));
    }
  }

  private boolean isRunning(Job job) throws IOException {
    String state = flink().state(job.id);
    if (ENDED.contains(state)) {
      // As an operator would: what was asked for before could not be had.
      say("  job " + job.number + " is " + state + ": started anew from the lake");
      try {
        submit(job, List.of("--startFrom=lake"));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return state.equals("RUNNING");
  }

  /** From here on there is something that can be lost or duplicated. */
  private void awaitFirstFile() throws InterruptedException {
    flink()
        .await(
            "a first file of " + name,
            () -> {
              for (Job job : jobs) {
                isRunning(job);
              }
              try (Stream<Path> files = Files.walk(world.bucket("lake").resolve(name))) {
                return files.anyMatch(file -> file.toString().endsWith(".parquet"));
              }
            });
  }

  Job anyJob() {
    return jobs.get(random.nextInt(jobs.size()));
  }

  void storm(double probability, double seconds, S3Fault... faults) throws InterruptedException {
    double scaled = seconds * tempo;
    world.s3Proxy().storm(List.of(faults), probability, scaled);
    pause(scaled, scaled + 0.1);
  }

  /** Waits until nothing is missing, or nothing moves any more. */
  private void drain() throws InterruptedException {
    long lastChange = System.nanoTime();
    String before = "";
    while (System.nanoTime() - lastChange < patience.toNanos()) {
      TimeUnit.SECONDS.sleep(2);
      String now;
      try {
        if (starter == SLUICE) {
          AuditReport report = audit(false);
          if (report.complete()) {
            return;
          }
          now = report.line();
        } else {
          Judge.Count count = count();
          if (count.lost() == 0) {
            return;
          }
          now = count.lake() + " " + count.dead();
        }
      } catch (Exception e) {
        now = before;
      }
      if (!now.equals(before)) {
        before = now;
        lastChange = System.nanoTime();
      }
    }
    say("nothing moves any more");
  }

  private AuditReport audit(boolean deep) throws IOException {
    SluiceOptions options = FlinkJob.options(flags(jobs.get(0)));
    return AuditCommand.run(options, deep);
  }

  private Judge.Count count() throws Exception {
    Judge.StillThere stillThere = (partition, offset) -> true;
    if (scenario.compacted()) {
      Map<Integer, BitSet> offsets = offsetsInKafka();
      stillThere =
          (partition, offset) ->
              offsets.getOrDefault(partition, new BitSet()).get(Math.toIntExact(offset));
    }
    return Judge.count(
        load.ledger(),
        world.bucket("lake").resolve(name).resolve("chaos"),
        world.bucket("dead").resolve(name).resolve("chaos_dead_letters"),
        stillThere);
  }

  /** The offsets that Kafka has now, by partition. */
  private Map<Integer, BitSet> offsetsInKafka() {
    Map<Integer, BitSet> offsets = new HashMap<>();
    Map<String, Object> config =
        Map.of("bootstrap.servers", world.bootstrapServers(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(name).stream()
              .map(info -> new TopicPartition(name, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          offsets
              .computeIfAbsent(record.partition(), p -> new BitSet())
              .set(Math.toIntExact(record.offset()));
        }
      }
    }
    return offsets;
  }
}
