package io.sluice.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.cli.HelpOption;
import io.sluice.cli.JsonOption;
import io.sluice.cli.Main;
import io.sluice.cli.Verb;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice chaos}: the guarantees under faults, counted from outside. */
@Command(
    name = "chaos",
    description =
        "Kills and disturbs Kafka, S3, a schema registry, a catalog of tables and Flink, each its own process here, while events flow; then counts.",
    customSynopsis = "sluice chaos [FLAGS]",
    footer = {
      "",
      "Scenarios: kill, commit, savepoint, stateless, two-jobs, broker, compaction,",
      "s3, checkpoint, input, host, evolving-schema, partitions, memory; mixed is all",
      "of them that there are for the format. tables, beside them, is of tables of",
      "Iceberg that follow the lake, and counts what their snapshots have.",
      "Needs 5 GB of memory and two cores.",
      "The same seed gives the same schedule of faults; what they meet depends on the",
      "machine too. Exit status 3 where an event is lost, duplicate or wrong."
    })
public final class ChaosCommand implements Verb {
  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long events flow. [${DEFAULT-VALUE}]")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Decides the schedule of faults. [${DEFAULT-VALUE}]")
  private long seed;

  @Option(
      names = "--scenario",
      defaultValue = "mixed",
      paramLabel = "NAME",
      description = "What is done. [${DEFAULT-VALUE}]")
  private String scenario = "mixed";

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description =
          "Of the events: json, debezium, csv, string; avro, protobuf, json_schema by a schema that evolves. [json; evolving-schema: avro]")
  private @Nullable String format;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Events a second. [${DEFAULT-VALUE}]")
  private double rate;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keeps files, logs and ledgers in this directory.")
  private @Nullable Path keep;

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  /** For picocli and the service loader. */
  public ChaosCommand() {}

  @Override
  public Integer call() throws Exception {
    Scenario chosen =
        Arrays.stream(Scenario.values())
            .filter(s -> s.label().equals(scenario))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserException("--scenario=" + scenario + ": one of " + Scenario.labels()));
    ChaosFormat written = format(chosen);
    require(minutes > 0 && minutes <= 1440, "--minutes: more than 0, at most 1440");
    require(rate >= 1 && rate <= 100_000, "--rate: from 1 to 100000");
    json.check();
    Path directory =
        keep != null
            ? Files.createDirectories(keep).toAbsolutePath()
            : Files.createTempDirectory("sluice-chaos");
    try (Stream<Path> children = Files.list(directory)) {
      require(children.findAny().isEmpty(), "--keep " + keep + " is not empty: name another");
    }
    boolean passed = false;
    try {
      passed = run(chosen, written, directory);
      return passed ? 0 : Main.NOT_PROVED;
    } finally {
      if (keep == null && passed) {
        PathUtils.deleteDirectory(directory);
      } else {
        System.err.println("  files, logs and ledger are kept in " + directory);
      }
    }
  }

  private ChaosFormat format(Scenario chosen) {
    if (format == null) {
      return chosen.format();
    }
    ChaosFormat named =
        Arrays.stream(ChaosFormat.values())
            .filter(one -> one.label().equals(format))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserException(
                        "--format="
                            + format
                            + ": one of "
                            + ChaosFormat.labels(any -> true)
                            + "; bytes is not among them, for it takes whatever a record holds, and nothing"
                            + " of it can be broken"));
    require(
        chosen.fits(named),
        "--format="
            + format
            + ": "
            + chosen.label()
            + " needs one with schemas: "
            + ChaosFormat.labels(chosen::fits));
    return named;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new UserException(message);
    }
  }

  private boolean run(Scenario chosen, ChaosFormat written, Path directory) throws Exception {
    PrintStream progress = System.err;
    progress.println(
        "  starting a broker, a registry, an S3 server, ZooKeeper, a JobManager and two TaskManagers …");
    try (World world = World.start(directory, seed)) {
      Run run =
          new Run(
              world,
              new Run.Plan(
                  chosen,
                  chosen.faults(written),
                  written,
                  "chaos",
                  Jobs.SLUICE,
                  "iceberg",
                  seed,
                  Duration.ofMillis((long) (minutes * 60_000)),
                  rate,
                  1,
                  Run.PATIENCE),
              progress);
      Run.Result result = run.execute();
      print(chosen, written, result);
      json.write(() -> json(chosen, written, result).toString());
      return result.passed();
    }
  }

  private void print(Scenario chosen, ChaosFormat written, Run.Result result) {
    PrintStream out = json.text();
    Judge.Count count = result.count();
    out.println();
    out.printf(
        "  scenario %s, %s, seed %d: %d faults%n",
        chosen.label(), written.label(), seed, result.faults());
    if (result.schemas() > 0) {
      out.printf("  schemas that events were written by %,12d%n", result.schemas());
    }
    out.printf("  requests to S3 that went wrong      %,12d%n", result.s3Faults());
    out.printf("  events dropped by Beam as late      %,12d%n", result.dropped());
    out.printf("  rows of another event, or misplaced %,12d%n", count.wrong());
    out.printf("  greatest TaskManager, resident      %,12d MB%n", result.peakMemory() / 1_000_000);
    count.examples().forEach(example -> out.printf("  %s%n", example));
    Run.Tables tables = result.tables();
    if (tables != null) {
      out.printf("  snapshots of the tables that were read  %,8d%n", tables.snapshots());
      out.printf("  of them by a compaction                 %,8d%n", tables.rewrites());
      out.printf("  of them with a row twice, or without one%,8d%n", tables.faulty());
      tables.faults().forEach(fault -> out.printf("  %s%n", fault));
    }
    if (result.audit() != null) {
      out.printf("%n  %s%n", result.audit().line());
    }
    if (tables != null) {
      out.printf("  %s%n", tables.audit().line());
    }
    out.printf(
        "chaos: seed=%d minutes=%s produced=%d faults=%d restarts=%d lake=%d dead=%d%s%s lost=%d duplicate=%d%n",
        seed,
        minutes == Math.rint(minutes) ? String.valueOf((long) minutes) : String.valueOf(minutes),
        count.produced(),
        result.faults(),
        result.restarts(),
        count.lake(),
        count.dead(),
        count.skipped() > 0 ? " skipped=" + count.skipped() : "",
        count.erased() > 0 ? " erased=" + count.erased() : "",
        count.lost(),
        count.duplicate());
    out.flush();
  }

  private ObjectNode json(Scenario chosen, ChaosFormat written, Run.Result result)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Judge.Count count = result.count();
    ObjectNode json = mapper.createObjectNode();
    json.put("scenario", chosen.label()).put("seed", seed).put("minutes", minutes);
    json.put("format", written.label()).put("schemas", result.schemas());
    json.put("passed", result.passed());
    json.put("produced", count.produced()).put("lake", count.lake()).put("dead", count.dead());
    json.put("skipped", count.skipped()).put("erased", count.erased());
    json.put("lost", count.lost()).put("duplicate", count.duplicate()).put("wrong", count.wrong());
    json.put("faults", result.faults()).put("restarts", result.restarts());
    json.put("s3_faults", result.s3Faults()).put("dropped", result.dropped());
    json.put("peak_resident_bytes", result.peakMemory());
    count.examples().forEach(json.putArray("examples")::add);
    Run.Tables tables = result.tables();
    if (tables != null) {
      json.put("snapshots", tables.snapshots()).put("rewrites", tables.rewrites());
      json.put("faulty_snapshots", tables.faulty());
      tables.faults().forEach(json.putArray("snapshot_faults")::add);
      json.set("table_audit", mapper.readTree(tables.audit().toJson()));
    }
    if (result.audit() != null) {
      json.set("audit", mapper.readTree(result.audit().toJson()));
    }
    return json;
  }
}
