package io.sluice.cli;

import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs nothing: keeps what it was asked for, and ends as it was told. */
public final class RecordingRunner implements Runner {
  static List<String> flags = List.of();
  static PipelineResult.State end = PipelineResult.State.DONE;

  @Override
  public SluiceOptions options(List<String> given) {
    flags = List.copyOf(given);
    return SluiceFlags.read(given);
  }

  @Override
  public @Nullable Integer parallelism(SluiceOptions options) {
    return null;
  }

  @Override
  public boolean isHere(SluiceOptions options) {
    return true;
  }

  @Override
  public PipelineResult start(SluiceOptions options, Consumer<String> progress) {
    return new PipelineResult() {
      @Override
      public State getState() {
        return end;
      }

      @Override
      public State cancel() {
        return end;
      }

      @Override
      public State waitUntilFinish(Duration duration) {
        return end;
      }

      @Override
      public State waitUntilFinish() {
        return end;
      }

      @Override
      public MetricResults metrics() {
        throw new UnsupportedOperationException();
      }
    };
  }

  @Override
  public void runBatch(SluiceOptions options, Consumer<Pipeline> work) {
    throw new UnsupportedOperationException();
  }
}
