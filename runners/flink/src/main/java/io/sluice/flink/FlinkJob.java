package io.sluice.flink;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.UserException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

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

  private FlinkJob() {}

  /**
   * Reads the flags of a run.
   *
   * @throws UserException where a flag is unknown or its value is not of its type
   */
  public static SluiceOptions options(List<String> flags) {
    PipelineOptionsFactory.register(SluiceOptions.class);
    refuseRepeated(flags);
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
      throw new UserException(explain(e, flags), e);
    }
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

  /**
   * Starts the job. Whether it returns before the job's end is Beam's flag {@code attachedMode}.
   *
   * @throws UserException where what the flags name cannot be used
   */
  public static PipelineResult start(SluiceOptions options) throws IOException {
    return prepare(options).run();
  }

  /**
   * Builds the pipeline, which asks Kafka and the stores; nothing runs yet.
   *
   * @throws UserException where what the flags name cannot be used
   */
  static Pipeline prepare(SluiceOptions options) throws IOException {
    SluiceConfig config = SluiceConfig.from(options);
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    SluicePipeline sluice =
        SluicePipeline.open(config, options).forWorkers(FlinkKeySpread.of(flink));
    Pipeline pipeline = Pipeline.create(flink);
    sluice.build(pipeline);
    return pipeline;
  }
}
