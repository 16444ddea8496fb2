package io.sluice.flink;

import io.sluice.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Flags of Beam's Flink runner whose wrong values Beam or Flink would find late, with a stack trace
 * or by starting the job over and over: they are checked where the flags come in.
 */
final class FlinkFlags {
  static final String AUTO = "[auto]";
  static final String LOCAL = "[local]";

  private static final int MOST_PORT = 65_535;
  private static final int MOST_PARALLELISM = 32_768;
  private static final long LEAST_CHECKPOINT_MS = 10;
  private static final Pattern MASTER =
      Pattern.compile("(https?://)?([A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+])(:\\d{1,5})?");
  private static final Set<String> MODES = Set.of("EXACTLY_ONCE", "AT_LEAST_ONCE");

  private FlinkFlags() {}

  /**
   * @throws UserException that names the flag
   */
  static void check(FlinkPipelineOptions options) {
    String master = options.getFlinkMaster();
    if (!List.of(AUTO, LOCAL).contains(master) && !isAddress(master)) {
      throw new UserException(
          "--flinkMaster="
              + master
              + ": write the JobManager's host:port (its REST port, 8081 as a rule), or leave it out for Flink in this process");
    }
    if (master.startsWith("https://") && !JobManager.isTls(EmbeddedFlink.configuration(options))) {
      throw new UserException(
          "--flinkMaster="
              + master
              + ": Flink's client speaks TLS where its configuration says so, and not by the address:"
              + " set security.ssl.rest.enabled: true and security.ssl.rest.truststore in config.yaml"
              + " of --flinkConfDir");
    }
    if (!options.isStreaming()) {
      throw new UserException("--streaming=false: a topic has no end; leave it out");
    }
    numbers(options);
    if (!MODES.contains(String.valueOf(options.getCheckpointingMode()))) {
      throw new UserException(
          "--checkpointingMode="
              + options.getCheckpointingMode()
              + ": EXACTLY_ONCE or AT_LEAST_ONCE");
    }
    String folder = options.getFlinkConfDir();
    if (folder != null && !Files.isDirectory(Path.of(folder))) {
      throw new UserException(
          "--flinkConfDir="
              + folder
              + ": there is no such folder; it is to have Flink's config.yaml");
    }
    stateBackend(options);
  }

  private static boolean isAddress(String master) {
    Matcher address = MASTER.matcher(master);
    if (!address.matches()) {
      return false;
    }
    String port = address.group(3);
    return port == null || Integer.parseInt(port.substring(1)) <= MOST_PORT;
  }

  private static void numbers(FlinkPipelineOptions options) {
    from("parallelism", options.getParallelism(), 1, -1);
    from("maxParallelism", options.getMaxParallelism(), 1, -1);
    most("parallelism", options.getParallelism());
    most("maxParallelism", options.getMaxParallelism());
    if (options.getMaxParallelism() > 0 && options.getParallelism() > options.getMaxParallelism()) {
      throw new UserException(
          "--maxParallelism="
              + options.getMaxParallelism()
              + " is less than --parallelism="
              + options.getParallelism()
              + ": leave it out");
    }
    // Without checkpoints Flink ends a job at its first failure.
    from("checkpointingInterval", options.getCheckpointingInterval(), LEAST_CHECKPOINT_MS, null);
    from("checkpointTimeoutMillis", options.getCheckpointTimeoutMillis(), LEAST_CHECKPOINT_MS, -1);
    from("minPauseBetweenCheckpoints", options.getMinPauseBetweenCheckpoints(), 0, -1);
    from("numConcurrentCheckpoints", options.getNumConcurrentCheckpoints(), 1, null);
    from("numberOfExecutionRetries", options.getNumberOfExecutionRetries(), 0, -1);
    from("executionRetryDelay", options.getExecutionRetryDelay(), 0, -1);
    from("maxBundleSize", options.getMaxBundleSize(), 1, null);
    from("maxBundleTimeMills", options.getMaxBundleTimeMills(), 1, null);
    from("jobCheckIntervalInSecs", options.getJobCheckIntervalInSecs(), 1, null);
    Long watermarks = options.getAutoWatermarkInterval();
    // None at 0, and then no window ever ends.
    from("autoWatermarkInterval", watermarks == null ? 1 : watermarks, 1, null);
  }

  private static void from(String flag, long value, long least, @Nullable Integer standard) {
    if (value < least && (standard == null || value != standard)) {
      throw new UserException("--" + flag + "=" + value + ": a whole number from " + least + " on");
    }
  }

  private static void most(String flag, int value) {
    if (value > MOST_PARALLELISM) {
      throw new UserException("--" + flag + "=" + value + ": at most " + MOST_PARALLELISM);
    }
  }

  private static void stateBackend(FlinkPipelineOptions options) {
    String backend = options.getStateBackend();
    String path = options.getStateBackendStoragePath();
    if (backend == null) {
      if (path != null) {
        throw new UserException(
            "--stateBackendStoragePath without --stateBackend is not looked at: add --stateBackend=rocksdb or --stateBackend=filesystem");
      }
      return;
    }
    if (!Set.of("rocksdb", "filesystem").contains(backend.toLowerCase(Locale.ROOT))) {
      throw new UserException("--stateBackend=" + backend + ": rocksdb or filesystem");
    }
    if (path == null) {
      throw new UserException(
          "--stateBackend="
              + backend
              + " needs a folder for checkpoints: add --stateBackendStoragePath=file:///path, or s3://bucket/prefix on a cluster");
    }
    try {
      if (new URI(path).getScheme() != null) {
        return;
      }
    } catch (URISyntaxException e) {
      throw new UserException(
          "--stateBackendStoragePath=" + path + ": not a URI; write file:///path", e);
    }
    throw new UserException(
        "--stateBackendStoragePath="
            + path
            + ": has no scheme; write "
            + Path.of(path).toAbsolutePath().toUri());
  }

  /**
   * Checks what only the process in which Flink runs can: that it can use the folders that are
   * named.
   */
  static void checkHere(FlinkPipelineOptions options) {
    String path = options.getStateBackendStoragePath();
    if (path != null) {
      try {
        FileSystem.get(URI.create(path)).mkdirs(new org.apache.flink.core.fs.Path(path));
      } catch (UnsupportedFileSystemSchemeException e) {
        throw new UserException(
            "--stateBackendStoragePath="
                + path
                + ": Flink in this process writes to directories alone; write file:///path, or run on a cluster",
            e);
      } catch (IOException | IllegalArgumentException e) {
        throw new UserException(
            "--stateBackendStoragePath=" + path + ": cannot be used: " + e.getMessage(), e);
      }
    }
    String savepoint = options.getSavepointPath();
    if (savepoint != null) {
      org.apache.flink.core.fs.Path at = new org.apache.flink.core.fs.Path(savepoint);
      try {
        if (!at.getFileSystem().exists(at)) {
          throw new UserException(
              "--savepointPath="
                  + savepoint
                  + ": nothing is there; name the folder of a savepoint");
        }
      } catch (IOException e) {
        throw new UserException(
            "--savepointPath=" + savepoint + ": cannot be read: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Whether a job begins with the state of one before it, by the flags or by what the cluster was
   * started with.
   */
  static boolean goesOn(FlinkPipelineOptions options) {
    return options.getSavepointPath() != null
        || StreamExecutionEnvironment.getExecutionEnvironment()
            .getConfiguration()
            .getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
            .isPresent();
  }

  /** Where checkpoints go, by the flags or Flink's configuration; null where neither says it. */
  static @Nullable String checkpointFolder(
      FlinkPipelineOptions options, ReadableConfig configuration) {
    return options.getStateBackendStoragePath() != null
        ? options.getStateBackendStoragePath()
        : configuration.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).orElse(null);
  }
}
