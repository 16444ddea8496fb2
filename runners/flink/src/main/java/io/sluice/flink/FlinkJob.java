package io.sluice.flink;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.UnavailableException;
import io.sluice.UserException;
import io.sluice.metrics.MetricsServer;
import io.sluice.metrics.SluiceMetrics;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
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
   * Reads the flags of a run.
   *
   * @throws UserException where a flag is unknown or its value is not of its type
   */
  public static SluiceOptions options(List<String> flags) {
    PipelineOptionsFactory.register(SluiceOptions.class);
    refuseRepeated(flags);
    refuseValuesApart(flags);
    List<String> all = new ArrayList<>(flags);
    DEFAULTS.forEach(
        (name, value) -> {
          if (flags.stream()
              .noneMatch(flag -> flag.equals("--" + name) || flag.startsWith("--" + name + "="))) {
            all.add("--" + name + "=" + value);
          }
        });
    SluiceOptions options;
    try {
      options =
          PipelineOptionsFactory.fromArgs(all.toArray(new String[0]))
              .withValidation()
              .as(SluiceOptions.class);
    } catch (RuntimeException e) {
      // What Beam's readers of values throw is theirs alone: a malformed --awsCredentialsProvider
      // is a NullPointerException.
      throw explained(e, flags);
    }
    FlinkFlags.check(options.as(FlinkPipelineOptions.class));
    if (options.getJobName() == null
        || flags.stream().noneMatch(flag -> flag.startsWith("--jobName="))) {
      options.setJobName("sluice");
    }
    return options;
  }

  private static void refuseRepeated(List<String> flags) {
    Set<String> names = new HashSet<>();
    for (String flag : flags) {
      if (flag.startsWith("--") && !names.add(flag.replaceFirst("=.*", ""))) {
        throw new UserException(flag.replaceFirst("=.*", "") + " is given twice");
      }
    }
  }

  /** Beam takes {@code --lake s3://…} for a switch that is on, and for an argument of nobody's. */
  private static void refuseValuesApart(List<String> flags) {
    Set<String> switches = switches();
    for (int i = 0; i < flags.size(); i++) {
      String flag = flags.get(i);
      String next = i + 1 < flags.size() ? flags.get(i + 1) : "--";
      if (!flag.startsWith("--")) {
        throw new UserException("'" + flag + "' is no flag: write --name=value");
      }
      if (!flag.contains("=") && !next.startsWith("--")) {
        throw new UserException(
            flag + " " + next + ": write " + flag + "=" + next + ", with = and without a space");
      }
      if (!flag.contains("=") && !switches.contains(flag.substring(2))) {
        throw new UserException(flag + " has no value: write " + flag + "=VALUE");
      }
    }
  }

  /** The flags that may stand alone, and those that Beam will say it does not know. */
  private static Set<String> switches() {
    Set<String> switches = new HashSet<>();
    for (Class<?> options : List.of(SluiceOptions.class, FlinkPipelineOptions.class)) {
      for (Method method : options.getMethods()) {
        if (method.getReturnType() == boolean.class || method.getReturnType() == Boolean.class) {
          String name = method.getName().replaceFirst("^(get|is)", "");
          switches.add(Character.toLowerCase(name.charAt(0)) + name.substring(1));
        }
      }
    }
    return switches;
  }

  private static UserException explained(RuntimeException e, List<String> flags) {
    for (String flag : flags) {
      // 127.0.0.1:9000 is no URI, and Beam names neither the flag nor what is wrong.
      if (flag.matches("--endpoint=[^/]+(:\\d+)?/?")) {
        return SluiceConfig.noEndpoint(flag.substring("--endpoint=".length()));
      }
    }
    return new UserException(explain(e, flags), e);
  }

  private static String explain(RuntimeException e, List<String> flags) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    Matcher unknown =
        Pattern.compile("missing a property named '([^']*)'(?:\\. Did you mean '([^']*)'\\?)?.*")
            .matcher(message);
    if (unknown.find()) {
      return "unknown flag --"
          + unknown.group(1)
          + (unknown.group(2) == null
              ? "; see sluice run --help"
              : "; did you mean --" + unknown.group(2) + "?");
    }
    // Beam names the value and its type, and not the flag.
    Matcher value =
        Pattern.compile("value of type `([^`]*)` from String \"([^\"]*)\"").matcher(message);
    if (value.find()) {
      for (String flag : flags) {
        if (flag.endsWith("=" + value.group(2))) {
          String type = value.group(1).substring(value.group(1).lastIndexOf('.') + 1);
          return flag + ": not a value of type " + type;
        }
      }
    }
    return message;
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
    MetricsServer.Address address = SluiceConfig.from(options).metrics();
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
      throw new UnavailableException(
          "--flinkMaster="
              + master
              + ": no JobManager answers there ("
              + e
              + "); name its REST address, and where it speaks TLS the truststore, with"
              + " security.ssl.rest.* in Flink's configuration (--flinkConfDir)",
          e);
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
      return StartLine.of(
          config, options, sluice.start().orElseThrow(), checkpoints, flink, metrics);
    }
  }

  /**
   * Builds the pipeline, which asks Kafka and the stores; nothing runs yet.
   *
   * @throws UserException where what the flags name cannot be used
   */
  static Prepared prepare(SluiceOptions options) throws IOException {
    SluiceConfig config = SluiceConfig.from(options);
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    SluicePipeline sluice =
        SluicePipeline.open(config, options).forWorkers(FlinkKeySpread.of(flink));
    Pipeline pipeline = Pipeline.create(flink);
    sluice.build(pipeline);
    return new Prepared(pipeline, options, config, sluice);
  }
}
