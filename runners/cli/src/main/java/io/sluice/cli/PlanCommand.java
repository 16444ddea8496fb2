package io.sluice.cli;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.plan.Plan;
import io.sluice.plan.PlanJson;
import io.sluice.plan.Plans;
import io.sluice.plan.PlansText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sluice plan}: what a run with these flags would meet, need and cost, before it is started.
 */
@Command(
    name = "plan",
    description =
        "Reads a sample of the topic and tries the stores: what would be rejected, how late events are, what it needs and costs.",
    customSynopsis = "sluice plan" + TableFlags.NEEDED_WITH_KAFKA,
    footer = {
      "",
      "The runner's flags work too, as --parallelism=4: sluice help run. Nothing is written but probes, _sluice/probe…,"
          + " which are removed where that is allowed.",
      "Exit status 0 where a run could start, 2 where a check failed.",
      "%nExample:",
      "  sluice plan --contract=events.yaml" + TableFlags.EXAMPLE_WITH_KAFKA
    })
final class PlanCommand implements Callable<Integer> {
  private static final int MOST_RECORDS = 1_000_000;
  private static final double LEAST_GIB = 0.001;
  private static final double MOST_GIB = 1_048_576;

  @Spec private CommandSpec spec;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many records are looked at, of 64 MiB at most. [${DEFAULT-VALUE}]")
  private int sample;

  @Option(
      names = "--gibPerDay",
      paramLabel = "N",
      description = "GiB of JSON a day to size for. Default: what the topic has.")
  private @Nullable Double gibPerDay;

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private KafkaFlags kafka = new KafkaFlags();

  @Mixin private SchemaFlags schemas = new SchemaFlags();

  @Mixin private TimingFlags timing = new TimingFlags();

  @Mixin private RowFlags rows = new RowFlags();

  @Mixin private RunFlags run = new RunFlags();

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  PlanCommand() {}

  @Override
  public Integer call() throws IOException {
    check();
    json.check();
    List<String> given = PipelineFlags.given(spec.commandLine().getParseResult());
    Runner runner = Runner.find();
    SluiceOptions options = runner.options(given);
    SluiceConfig config = SluiceConfig.from(options);
    // A plan says what a run would meet here, which needs keys of masks as well.
    config.requireDecoders();
    Map<String, Plan> byTable = new HashMap<>();
    try (Plans all =
        new Plans(
            config, options, new Plan.Question(sample, runner.parallelism(options), gibPerDay))) {
      for (SluiceConfig one : all.inOrder()) {
        try (Progress bar = progress.start("reading a sample", sample)) {
          byTable.put(one.contract().table(), all.of(one, bar::to));
        }
      }
    }
    Map<String, Plan> plans = new LinkedHashMap<>();
    for (SluiceConfig.Input input : config.inputs()) {
      String table = input.contract().table();
      plans.put(table, Objects.requireNonNull(byTable.get(table)));
    }
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      new PlansText(List.copyOf(plans.values()), given, out).print();
      out.flush();
    }
    json.writeByTable(plans, plans.size(), plan -> PlanJson.of(plan, given));
    if (json.isInstead()) {
      plans.forEach((table, plan) -> printFailed(plans.size() == 1 ? "" : table + ": ", plan));
    }
    return plans.values().stream().allMatch(Plan::canStart) ? 0 : Main.USER_ERROR;
  }

  private static void printFailed(String prefix, Plan plan) {
    PrintStream err = LogFormat.err();
    plan.failed().forEach(one -> err.println("sluice: " + prefix + one.name() + ": " + one.text()));
  }

  private void check() {
    if (sample < 1 || sample > MOST_RECORDS) {
      throw new UserException("--sample=" + sample + ": from 1 to " + MOST_RECORDS);
    }
    // A NaN is not within anything.
    if (gibPerDay != null && !(gibPerDay >= LEAST_GIB && gibPerDay <= MOST_GIB)) {
      throw new UserException(
          "--gibPerDay=" + gibPerDay + ": from " + LEAST_GIB + " to " + (long) MOST_GIB);
    }
  }
}
