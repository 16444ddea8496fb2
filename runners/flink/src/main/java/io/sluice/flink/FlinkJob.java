package io.sluice.flink;

import io.sluice.SluiceConfig;
import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.UnavailableException;
import io.sluice.UserException;
import io.sluice.metrics.MetricsServer;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline as a Flink job, with the settings that it needs there unless a flag says otherwise.
 */
public final class FlinkJob {

  /** Why each: docs/operations.md. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "objectReuse", "true",
          "fasterCopy", "true",
          "finishBundleBeforeCheckpointing", "true",
          "autoWatermarkInterval", "200",
          "maxBundleSize", "50000",
          "maxBundleTimeMills", "1000",
          "disableMetrics", "true",
          "checkpointingInterval", "30000",
          "streaming", "true",
          "runner", "FlinkRunner");

  private static final String NO_METRICS = "none (--metricsAddress serves them)";
  private static final Logger LOG = LoggerFactory.getLogger(FlinkJob.class);

  private FlinkJob() {}

  /**
   * Reads the flags of a run, those of Flink among them.
   *
   * @throws UserException where a flag is unknown, or it may not have its value
   */
  public static SluiceOptions options(List<String> flags) {
    List<String> all = new ArrayList<>(flags);
    DEFAULTS.forEach(
        (name, value) -> {
          if (flags.stream()
              .noneMatch(flag -> flag.equals("--" + name) || flag.startsWith("--" + name + "="))) {
            all.add("--" + name + "=" + value);
          }
        });
    SluiceOptions options = SluiceFlags.read(all);
    FlinkFlags.check(options.as(FlinkPipelineOptions.class));
    if (options.getJobName() == null
        || flags.stream().noneMatch(flag -> flag.startsWith("--jobName="))) {
      options.setJobName("sluice");
    }
    return options;
  }

  /** Whether a job with these flags runs in this process, and not on a cluster. */
  public static boolean isHere(SluiceOptions options) {
    return EmbeddedFlink.isFor(options.as(FlinkPipelineOptions.class));
  }

  /**
   * Starts the job. Whether it returns before the job's end is Beam's flag {@code attachedMode}.
   *
   * @throws UserException where what the flags name cannot be used
   */
  public static PipelineResult start(SluiceOptions options) throws IOException {
    return start(options, progress -> {});
  }

  /**
   * The same.
   *
   * @param progress is told each second how a job on a cluster goes on, while this waits for it
   */
  public static PipelineResult start(SluiceOptions options, Consumer<String> progress)
      throws IOException {
    if (isHere(options)) {
      return startHere(options);
    }
    return options.as(FlinkPipelineOptions.class).getFlinkMaster().equals(FlinkFlags.AUTO)
        ? startOnCluster(prepare(options))
        : startAfar(options, progress);
  }

  private static PipelineResult startHere(SluiceOptions options) throws IOException {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    FlinkFlags.checkHere(flink);
    MetricsServer.Address address = SluiceConfig.metrics(options);
    // Held for the whole run, so that a job that fails over and over is seen doing so.
    if (address != null) {
      MetricsServer.open(address);
    }
    SluiceMetrics.countRestarts();
    Runnable atEnd = address == null ? () -> {} : MetricsServer::close;
    Prepared prepared;
    Path folder;
    try {
      prepared = prepare(options);
      folder = EmbeddedFlink.needsCheckpointFolder(flink) ? checkpointFolder() : null;
    } catch (IOException | RuntimeException e) {
      atEnd.run();
      throw e;
    }
    String checkpoints =
        folder != null
            ? folder + ", which goes with the run"
            : FlinkFlags.checkpointFolder(flink, EmbeddedFlink.configuration(flink));
    String metrics =
        address == null
            ? NO_METRICS
            : "at http://" + address.host() + ":" + MetricsServer.port() + "/metrics";
    return new EmbeddedFlink(
            flink,
            folder,
            rest ->
                LOG.info(
                    "{}",
                    prepared.startLine(
                        "in " + checkpoints, "in this process, its REST at " + rest, metrics)),
            atEnd)
        .run(prepared.pipeline());
  }

  /** Flink has none of its own here, and keeps no state beyond 5 MiB without one. */
  private static Path checkpointFolder() throws IOException {
    Path folder = Files.createTempDirectory("sluice-checkpoints-");
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> FileUtils.deleteDirectoryQuietly(folder.toFile()), "checkpoints"));
    return folder;
  }

  /** Submits to a cluster elsewhere, and watches the job there as long as this waits for it. */
  private static PipelineResult startAfar(SluiceOptions options, Consumer<String> progress)
      throws IOException {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    String master = flink.getFlinkMaster();
    JobManager jobManager = JobManager.of(master, EmbeddedFlink.configuration(flink));
    String folder = flink.getStateBackendStoragePath();
    Set<String> others;
    try {
      folder = folder == null ? jobManager.checkpointFolder() : folder;
      others = jobManager.jobs(options.getJobName());
    } catch (IOException e) {
      throw noJobManager(master, e);
    }
    Prepared prepared = prepare(options);
    prepared.announce(folder, "at " + master + ", its UI too");
    try (JobWatch watch =
        JobWatch.start(
            jobManager,
            () ->
                jobManager.jobs(options.getJobName()).stream()
                    .filter(id -> !others.contains(id))
                    .findFirst()
                    .orElse(null),
            new JobWatch.Listener() {
              @Override
              public boolean wantsProgress() {
                return true;
              }

              @Override
              public void isAt(String line) {
                progress.accept(line);
              }
            })) {
      return prepared.pipeline().run();
    }
  }

  /**
   * Runs a pipeline that comes to an end, here or on the cluster of the flags, and waits for it.
   *
   * @throws UserException where what the flags name cannot be used
   */
  static void runBatch(SluiceOptions options, Consumer<Pipeline> work) throws IOException {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    flink.setStreaming(false);
    flink.setAttachedMode(true);
    if (!isHere(options) && !flink.getFlinkMaster().equals(FlinkFlags.AUTO)) {
      String master = flink.getFlinkMaster();
      try {
        var unused =
            JobManager.of(master, EmbeddedFlink.configuration(flink)).jobs(options.getJobName());
      } catch (IOException e) {
        throw noJobManager(master, e);
      }
    }
    Pipeline pipeline = Pipeline.create(flink);
    work.accept(pipeline);
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new IOException("the job " + options.getJobName() + " ended as " + state);
    }
  }

  private static UnavailableException noJobManager(String master, IOException e) {
    return new UnavailableException(
        "--flinkMaster="
            + master
            + ": no JobManager answers there ("
            + e
            + "); name its REST address, and where it speaks TLS the truststore, with"
            + " security.ssl.rest.* in Flink's configuration (--flinkConfDir)",
        e);
  }

  /** Starts a job that was prepared in a cluster, or by its client. */
  static PipelineResult startOnCluster(Prepared prepared) {
    prepared.announce(
        FlinkFlags.checkpointFolder(
            prepared.options().as(FlinkPipelineOptions.class),
            StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration()),
        "on this cluster");
    return prepared.pipeline().run();
  }

  /** A pipeline that is built, with what its first line of the log says. */
  record Prepared(
      Pipeline pipeline, SluiceOptions options, SluiceConfig config, SluicePipeline sluice) {
    void announce(@Nullable String checkpoints, String flink) {
      MetricsServer.Address address = config.metrics();
      LOG.info(
          "{}",
          startLine(
              checkpoints == null ? "in memory" : "in " + checkpoints,
              flink,
              address == null ? NO_METRICS : "of each worker at " + address));
      if (checkpoints == null) {
        LOG.warn(
            "checkpoints have no folder, so Flink keeps them in the JobManager's memory and lets no state grow beyond 5 MiB: set execution.checkpointing.dir of Flink, or --stateBackend and --stateBackendStoragePath");
      }
    }

    String startLine(String checkpoints, String flink, String metrics) {
      return StartLine.of(config, options, sluice.readings(), checkpoints, flink, metrics);
    }
  }

  /**
   * Builds the pipeline, which asks Kafka and the stores; nothing runs yet.
   *
   * @throws UserException where what the flags name cannot be used
   */
  static Prepared prepare(SluiceOptions options) throws IOException {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    SluiceConfig config =
        FlinkFlags.goesOn(flink) ? SluiceConfig.goingOn(options) : SluiceConfig.from(options);
    SluicePipeline sluice =
        SluicePipeline.open(config, options).forWorkers(FlinkKeySpread.of(flink));
    Pipeline pipeline = Pipeline.create(flink);
    sluice.build(pipeline);
    return new Prepared(pipeline, options, config, sluice);
  }
}
