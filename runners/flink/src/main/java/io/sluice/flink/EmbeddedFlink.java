package io.sluice.flink;

import io.sluice.metrics.SluiceMetrics;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.client.program.PerJobMiniClusterFactory;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Flink within this process, for one job: as Beam would start it, but with a folder for
 * checkpoints, without which Flink lets no state grow beyond 5 MiB, and with an address at which it
 * can be asked how the job is.
 */
final class EmbeddedFlink {
  private final Configuration configuration;
  private final FlinkPipelineOptions options;
  private final @Nullable Path ownCheckpoints;
  private final Runnable atEnd;
  private final Consumer<URI> started;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable MiniCluster cluster;

  /**
   * @param ownCheckpoints a folder that is deleted when the job has ended; null where the flags
   *     name another place
   * @param started told where the JobManager answers, before the job runs
   * @param atEnd done once the job has ended, however it did
   */
  EmbeddedFlink(
      FlinkPipelineOptions options,
      @Nullable Path ownCheckpoints,
      Consumer<URI> started,
      Runnable atEnd) {
    this.options = options;
    this.ownCheckpoints = ownCheckpoints;
    this.started = started;
    this.atEnd = atEnd;
    this.configuration = configuration(options);
    configuration.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
    configuration.set(DeploymentOptions.TARGET, "local");
    configuration.set(DeploymentOptions.ATTACHED, true);
    if (ownCheckpoints != null) {
      configuration.set(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY, ownCheckpoints.toUri().toString());
    }
    String savepoint = options.getSavepointPath();
    if (savepoint != null) {
      SavepointRestoreSettings.toConfiguration(
          SavepointRestoreSettings.forPath(savepoint, options.getAllowNonRestoredState()),
          configuration);
    }
  }

  /** Whether a job with these flags runs in this process. */
  static boolean isFor(FlinkPipelineOptions options) {
    return options.getFlinkMaster().equals(FlinkFlags.LOCAL)
        || (options.getFlinkMaster().equals(FlinkFlags.AUTO)
            && StreamExecutionEnvironment.getExecutionEnvironment()
                instanceof LocalStreamEnvironment);
  }

  /** Whether neither the flags nor Flink's configuration say where checkpoints go. */
  static boolean needsCheckpointFolder(FlinkPipelineOptions options) {
    return FlinkFlags.checkpointFolder(options, configuration(options)) == null;
  }

  static Configuration configuration(FlinkPipelineOptions options) {
    String folder = options.getFlinkConfDir();
    return folder == null
        ? GlobalConfiguration.loadConfiguration()
        : GlobalConfiguration.loadConfiguration(folder);
  }

  PipelineResult run(Pipeline pipeline) {
    // What Flink calls its context: the environment that Beam asks for.
    options.setFlinkMaster(FlinkFlags.AUTO);
    Environment.begin(this);
    try {
      return pipeline.run();
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    } finally {
      Environment.end();
    }
  }

  private CompletableFuture<JobClient> execute(
      org.apache.flink.api.dag.Pipeline graph, Configuration configuration, ClassLoader loader)
      throws Exception {
    JobGraph job = PipelineExecutorUtils.getJobGraph(graph, configuration, loader);
    return PerJobMiniClusterFactory.createWithFactory(configuration, this::cluster)
        .submitJob(job, loader)
        .thenApply(client -> watched(client, job));
  }

  private MiniCluster cluster(MiniClusterConfiguration settings) {
    MiniCluster created = new MiniCluster(settings);
    cluster = created;
    return created;
  }

  private JobClient watched(JobClient client, JobGraph job) {
    URI address = Objects.requireNonNull(cluster).getRestAddress().join();
    started.accept(address);
    String id = job.getJobID().toHexString();
    JobWatch watch =
        JobWatch.start(
            new JobManager(address),
            () -> id,
            new JobWatch.Listener() {
              @Override
              public void restarted() {
                SluiceMetrics.restarted();
              }
            });
    var unused =
        client
            .getJobExecutionResult()
            .whenCompleteAsync(
                (result, failure) -> {
                  watch.close();
                  end();
                });
    return client;
  }

  private void end() {
    if (ended.getAndSet(true)) {
      return;
    }
    atEnd.run();
    Path folder = ownCheckpoints;
    if (folder == null) {
      return;
    }
    MiniCluster running = cluster;
    if (running == null) {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    } else {
      // It writes there until it has ended.
      var unused =
          running
              .closeAsync()
              .whenComplete((done, failure) -> FileUtils.deleteDirectoryQuietly(folder.toFile()));
    }
  }

  /** The environment that Beam finds. */
  private static final class Environment extends StreamExecutionEnvironment {
    private Environment(EmbeddedFlink flink, Configuration configuration, ClassLoader loader) {
      super(new Executors(flink), configuration, loader);
    }

    static void begin(EmbeddedFlink flink) {
      initializeContextEnvironment(
          ignored -> {
            Environment environment =
                new Environment(
                    flink, flink.configuration, Thread.currentThread().getContextClassLoader());
            environment.setParallelism(getDefaultLocalParallelism());
            return environment;
          });
    }

    static void end() {
      resetContextEnvironment();
    }
  }

  private record Executors(EmbeddedFlink flink)
      implements PipelineExecutorServiceLoader, PipelineExecutorFactory {
    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
      return this;
    }

    @Override
    public Stream<String> getExecutorNames() {
      return Stream.of(getName());
    }

    @Override
    public String getName() {
      return "local";
    }

    @Override
    public boolean isCompatibleWith(Configuration configuration) {
      return true;
    }

    @Override
    public PipelineExecutor getExecutor(Configuration configuration) {
      return flink::execute;
    }
  }
}
