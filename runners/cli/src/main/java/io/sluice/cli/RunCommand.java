package io.sluice.cli;

import io.sluice.SluiceOptions;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.PipelineResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code sluice run}: the pipeline on the runner that is on the class path, here or on a cluster.
 */
@Command(
    name = "run",
    description = "Runs the pipeline on Flink: here, or on the cluster of --flinkMaster.",
    customSynopsis = "sluice run" + TableFlags.NEEDED_WITH_KAFKA,
    footer = {
      "",
      "Beam's other AWS flags work too, and so do its Flink flags (--flinkMaster, --parallelism, --checkpointingInterval,"
          + " --stateBackend, …), each written as --name=value. Credentials come from the AWS default chain: environment,"
          + " profile, web identity, container or instance role.",
      "%nExample:",
      "  sluice run --contract=events.yaml" + TableFlags.EXAMPLE_WITH_KAFKA
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private KafkaFlags kafka = new KafkaFlags();

  @Mixin private SchemaFlags schemas = new SchemaFlags();

  @Mixin private TimingFlags timing = new TimingFlags();

  @Mixin private RowFlags rows = new RowFlags();

  @Mixin private RunFlags run = new RunFlags();

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  RunCommand() {}

  @Override
  public Integer call() throws Exception {
    Runner runner = Runner.find();
    SluiceOptions options =
        runner.options(PipelineFlags.given(spec.commandLine().getParseResult()));
    // On a cluster its workers count, and not this process: there the runner is asked.
    boolean isHere = runner.isHere(options);
    try (RunProgress shown = RunProgress.start(isHere, progress)) {
      StopNote note = StopNote.start(isHere, options.getStartFrom(), shown);
      try {
        PipelineResult.State state = runner.start(options, shown::is).waitUntilFinish();
        return state == PipelineResult.State.DONE ? 0 : Main.BUG;
      } finally {
        note.close();
      }
    }
  }
}
