package io.sluice.chaos;

import io.sluice.flink.FlinkJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.beam.sdk.PipelineResult;

/**
 * The jobs of one run: with what flags each is started, and that it is started anew, from the lake,
 * where it has ended.
 */
final class Jobs {
  private static final List<String> ENDED = List.of("FAILED", "CANCELED", "FINISHED");

  /** Starts a job and returns at once. */
  interface Starter {
    PipelineResult start(List<String> flags) throws IOException;
  }

  /** Our pipeline, as {@code sluice run} starts it. */
  static final Starter SLUICE = flags -> FlinkJob.start(FlinkJob.options(flags));

  /** A job, as it was started last. */
  static final class Job {
    private final int number;
    int parallelism = 2;
    int contract = 1;
    private int starts;
    private String id = "";

    private Job(int number) {
      this.number = number;
    }

    String id() {
      return id;
    }
  }

  private final World world;
  private final String name;
  private final ChaosFormat format;
  private final Starter starter;
  private final List<String> followers;
  private final double tempo;
  private final Consumer<String> progress;
  private final List<Job> jobs = new ArrayList<>();

  /**
   * @param name of the topic and of the lake's folder
   * @param format of the events
   * @param followers the flags by which tables follow the lake; empty for none
   * @param tempo 1 for a long run; less makes windows shorter
   */
  Jobs(
      World world,
      String name,
      ChaosFormat format,
      Starter starter,
      List<String> followers,
      double tempo,
      Consumer<String> progress) {
    this.format = format;
    this.world = world;
    this.name = name;
    this.starter = starter;
    this.followers = List.copyOf(followers);
    this.tempo = tempo;
    this.progress = progress;
  }

  /** Whether it is our pipeline, which leaves positions in what it writes. */
  boolean areSluice() {
    return starter == SLUICE;
  }

  List<Job> all() {
    return jobs;
  }

  /** Starts so many that have no state. */
  void start(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      Job job = new Job(i);
      jobs.add(job);
      submit(job, List.of("--startFrom=lake"));
    }
  }

  /** The flags by which a job is started, beside those that are of one start. */
  List<String> flags(Job job) throws IOException {
    String resource = "chaos-" + job.contract + ".yaml";
    Path contract = world.directory().resolve(format.label() + "-" + resource);
    if (!Files.exists(contract)) {
      try (var in = Objects.requireNonNull(Jobs.class.getResourceAsStream(resource))) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        Files.writeString(contract, format.contract(text));
      }
    }
    List<String> flags = new ArrayList<>(world.flags());
    flags.addAll(format.flags(world.registryAddress()));
    flags.addAll(followers);
    flags.add("--topic=" + name);
    flags.add("--contract=" + contract);
    flags.add("--lake=s3://lake/" + name);
    flags.add("--deadLetters=s3://dead/" + name);
    // Jobs with other windows cut their files at other rows: what is overwritten is then lost.
    flags.add("--windowSize=" + (Math.max(2, (long) (10 * tempo)) + 2L * job.number) + "s");
    flags.add("--fileInterval=" + Math.max(1, (long) (5 * tempo)) + "s");
    flags.add("--manifestInterval=" + Math.max(1, (long) (10 * tempo)) + "s");
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
      throw new UncheckedIOException(e);
    }
    flags.addAll(more);
    flags.add("--parallelism=" + job.parallelism);
    flags.add("--jobName=" + jobName);
    world.flink().await("job " + jobName, () -> isStarted(job, jobName, flags));
  }

  private boolean isStarted(Job job, String jobName, List<String> flags) throws IOException {
    try {
      job.id = world.flink().job(jobName);
      return true;
    } catch (IOException e) {
      // Not there yet: start it.
    }
    try {
      starter.start(flags);
      job.id = world.flink().job(jobName);
      return true;
    } catch (IOException | RuntimeException e) {
      progress.accept("  not started yet: " + firstLine(e));
      try {
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("not started yet: " + firstLine(e), e);
    }
  }

  /** An exception in a line of progress. */
  static String firstLine(Exception e) {
    return String.valueOf(e).lines().findFirst().orElse("");
  }

  /** Of each job, in one line. */
  String states() {
    List<String> states = new ArrayList<>();
    for (Job job : jobs) {
      try {
        states.add(world.flink().state(job.id));
      } catch (IOException e) {
        states.add(firstLine(e));
      }
    }
    return String.join(", ", states);
  }

  void awaitRunning() throws InterruptedException {
    for (Job job : jobs) {
      world.flink().await("job " + job.id, () -> isRunning(job));
    }
  }

  /** Whether a job runs; one that has ended is started anew, as an operator would start it. */
  boolean isRunning(Job job) throws IOException {
    String state = world.flink().state(job.id);
    if (ENDED.contains(state)) {
      // What was asked for before could not be had.
      progress.accept("  job " + job.number + " is " + state + ": started anew from the lake");
      try {
        submit(job, List.of("--startFrom=lake"));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return state.equals("RUNNING");
  }

  /**
   * Starts a job from a savepoint and waits until it runs.
   *
   * @throws IOException where it ended instead
   */
  void restore(Job job, String savepoint) throws IOException, InterruptedException {
    submit(job, List.of("--savepointPath=" + savepoint));
    world
        .flink()
        .await(
            "job " + job.id,
            () -> {
              String state = world.flink().state(job.id);
              return state.equals("RUNNING") || ENDED.contains(state);
            });
    if (ENDED.contains(world.flink().state(job.id))) {
      throw new IOException("not restored: " + world.flink().failure(job.id));
    }
  }

  void cancel() throws InterruptedException {
    for (Job job : jobs) {
      world.flink().cancel(job.id);
    }
  }
}
