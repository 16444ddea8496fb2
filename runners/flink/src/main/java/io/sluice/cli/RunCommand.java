package io.sluice.cli;

import io.sluice.SluiceOptions;
import io.sluice.flink.FlinkJob;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
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
    PipelineResult result = FlinkJob.start(FlinkJob.options(flags == null ? List.of() : flags));
    PipelineResult.State state = result.waitUntilFinish();
    return state == PipelineResult.State.DONE ? 0 : Main.BUG;
  }

  private static void help(PrintWriter out) {
    out.println("Usage: sluice run --bootstrapServers=… --lake=… --deadLetters=… [--FLAG=VALUE …]");
    out.println("Runs the pipeline on Flink: here, or on the cluster of --flinkMaster=HOST:PORT.");
    out.println();
    Arrays.stream(SluiceOptions.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Description.class))
        .sorted(Comparator.comparing(RunCommand::flag))
        .forEach(
            method ->
                out.printf(
                    "  --%-18s %s%s%n",
                    flag(method),
                    method.getAnnotation(Description.class).value(),
                    standard(method)));
    out.println();
    out.println(
        "Beam's AWS flags work too (--awsRegion, --endpoint, --SSEAlgorithm, --SSEKMSKeyId, --s3StorageClass, …), and");
    out.println(
        "so do its Flink flags (--flinkMaster, --parallelism, --checkpointingInterval, --stateBackend, …). Credentials");
    out.println(
        "come from the AWS default chain: environment, profile, web identity, container or instance role.");
    out.flush();
  }

  private static String flag(Method method) {
    String name = method.getName().replaceFirst("^(get|is)", "");
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static String standard(Method method) {
    if (method.isAnnotationPresent(Default.String.class)) {
      return " [" + method.getAnnotation(Default.String.class).value() + "]";
    }
    if (method.isAnnotationPresent(Default.Integer.class)) {
      return " [" + method.getAnnotation(Default.Integer.class).value() + "]";
    }
    if (method.isAnnotationPresent(Default.Boolean.class)) {
      return " [" + method.getAnnotation(Default.Boolean.class).value() + "]";
    }
    return "";
  }
}
