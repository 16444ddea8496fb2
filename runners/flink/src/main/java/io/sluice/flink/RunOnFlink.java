package io.sluice.flink;

import io.sluice.SluiceOptions;
import io.sluice.cli.Runner;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;

/** Flink as what the launcher's verbs run the pipeline on. */
public final class RunOnFlink implements Runner {
  /** For the service loader. */
  public RunOnFlink() {}

  @Override
  public SluiceOptions options(List<String> flags) {
    return FlinkJob.options(flags);
  }

  @Override
  public @Nullable Integer parallelism(SluiceOptions options) {
    int parallelism = options.as(FlinkPipelineOptions.class).getParallelism();
    return parallelism < 1 ? null : parallelism;
  }

  @Override
  public boolean isHere(SluiceOptions options) {
    return FlinkJob.isHere(options);
  }

  @Override
  public PipelineResult start(SluiceOptions options, Consumer<String> progress) throws IOException {
    return FlinkJob.start(options, progress);
  }

  @Override
  public void runBatch(SluiceOptions options, Consumer<Pipeline> work) throws IOException {
    FlinkJob.runBatch(options, work);
  }
}
