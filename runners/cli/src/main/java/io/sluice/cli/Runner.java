package io.sluice.cli;

import io.sluice.SluiceOptions;
import io.sluice.UserException;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;

/** What runs the pipeline. The service loader finds the one that is on the class path. */
public interface Runner {
  /**
   * Reads the flags of a run, the runner's own among them.
   *
   * @throws UserException where a flag is unknown, or it may not have its value
   */
  SluiceOptions options(List<String> flags);

  /** How many subtasks the flags ask for; null where they leave that to the runner. */
  @Nullable Integer parallelism(SluiceOptions options);

  /** Whether a job with these flags runs in this process, whose metrics then tell how it goes. */
  boolean isHere(SluiceOptions options);

  /**
   * Starts the job.
   *
   * @param progress is told each second how a job elsewhere goes on, while it is waited for
   * @throws UserException where what the flags name cannot be used
   */
  PipelineResult start(SluiceOptions options, Consumer<String> progress) throws IOException;

  /**
   * Runs a pipeline that comes to an end, and waits for it.
   *
   * @param work builds it
   * @throws UserException where what the flags name cannot be used
   * @throws RuntimeException where it failed
   */
  void runBatch(SluiceOptions options, Consumer<Pipeline> work) throws IOException;

  /**
   * The one that is there.
   *
   * @throws UserException where no runner is on the class path
   */
  static Runner find() {
    return ServiceLoader.load(Runner.class)
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "no runner is on the class path: start Sluice by its launcher or in its image, or add sluice-flink"));
  }
}
