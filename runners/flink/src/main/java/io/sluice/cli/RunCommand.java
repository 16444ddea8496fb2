package io.sluice.cli;

import io.sluice.SluiceOptions;
import io.sluice.flink.FlinkJob;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.PipelineResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code sluice run}: the pipeline on Flink, embedded or on the cluster that --flinkMaster names.
 */
@Command(
    name = "run",
    description = "Runs the pipeline on Flink: here, or on the cluster of --flinkMaster.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Unmatched private List<String> flags;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  RunCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (flags != null && (flags.contains("--help") || flags.contains("-h"))) {
      help(out);
      return 0;
    }
    SluiceOptions options = FlinkJob.options(flags == null ? List.of() : flags);
    // On a cluster its workers count, and not this process: there the JobManager is asked.
    boolean isHere = FlinkJob.isHere(options);
    try (RunProgress progress = isHere ? RunProgress.here() : RunProgress.ofCluster()) {
      PipelineResult.State state = FlinkJob.start(options, progress::is).waitUntilFinish();
      return state == PipelineResult.State.DONE ? 0 : Main.BUG;
    }
  }

  private static void help(PrintWriter out) {
    out.println("Usage: sluice run --bootstrapServers=… --lake=… --deadLetters=… [--FLAG=VALUE …]");
    out.println("Runs the pipeline on Flink: here, or on the cluster of --flinkMaster=HOST:PORT.");
    out.println();
    RunFlags.of(SluiceOptions.class)
        .forEach(
            flag ->
                out.printf(
                    "  --%-18s %s%s%n",
                    flag.name(),
                    flag.description(),
                    flag.standard().isEmpty() ? "" : " [" + flag.standard() + "]"));
    out.println();
    out.println(
        "What is written to stderr is text, or with --logFormat=json one JSON object a line.");
    out.println(
        "Beam's AWS flags work too (--awsRegion, --endpoint, --SSEAlgorithm, --SSEKMSKeyId, --s3StorageClass, …), and");
    out.println(
        "so do its Flink flags (--flinkMaster, --parallelism, --checkpointingInterval, --stateBackend, …). Credentials");
    out.println(
        "come from the AWS default chain: environment, profile, web identity, container or instance role.");
    out.flush();
  }
}
