package io.sluice.mirror;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.FlagValues;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.cli.FollowFlags;
import io.sluice.cli.HelpOption;
import io.sluice.cli.JsonOption;
import io.sluice.cli.PipelineFlags;
import io.sluice.cli.Runner;
import io.sluice.cli.StoreFlags;
import io.sluice.cli.TableFlags;
import io.sluice.cli.Verb;
import io.sluice.contract.Contract;
import io.sluice.follow.Reconciled;
import io.sluice.follow.TargetVersion;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice mirror}: the current rows of a table of changes. */
@Command(
    name = "mirror",
    description =
        "Keeps NAME_current, which has one row per key, up to the changes of a database that the"
            + " table NAME has: format debezium.",
    customSynopsis = "sluice mirror --contract=FILE --lake=PLACE [FLAGS]",
    footer = {
      "",
      "Reads what is new since the last version, writes the buckets anew that have changes, and"
          + " switches to all of it at once. Safe beside jobs, compactions and other calls; killed"
          + " at any point, the last version stays, and the next call goes on from there. What is"
          + " live is in _symlink_format_manifest/NAME_current/manifest, and --files prints it."
          + " --publish=iceberg, or delta, makes a table NAME_current of it, each version at once.",
      "Exit status 2 where such a table was not made equal to the version, which is there.",
      "%nExample:",
      "  sluice mirror --contract=orders.yaml --lake=s3://bucket/prefix"
    })
public final class MirrorCommand implements Verb {
  @Spec private CommandSpec spec;

  @Option(
      names = "--buckets",
      paramLabel = "N",
      description =
          "Into how many buckets rows are divided by their keys, when the mirror is begun; a worker"
              + " holds the changed rows of one. Default: one for each 200 000 changes.")
  private @Nullable Integer buckets;

  @Option(
      names = "--keepDeletes",
      paramLabel = "DURATION",
      defaultValue = "30d",
      description =
          "How long it is remembered that a row was deleted, by the database's times: a change that"
              + " comes later than that and is older is left out, and counted. [${DEFAULT-VALUE}]")
  private String keepDeletes = "";

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      defaultValue = "1d",
      description =
          "How long a version can be read after the next one is there. [${DEFAULT-VALUE}]")
  private String grace = "";

  @Option(
      names = "--from-scratch",
      description =
          "Reads all changes again and takes nothing from the version before: after a rebuild of"
              + " rows, or for another key or other buckets.")
  private boolean fromScratch;

  @Option(names = "--dry-run", description = "Says what would be read, and changes nothing.")
  private boolean dryRun;

  @Option(
      names = "--files",
      description = "Prints the files that are live, a line for each, and does nothing else.")
  private boolean files;

  @Option(
      names = "--mirrorVersion",
      paramLabel = "N",
      description = "With --files: those of an earlier version, within its grace.")
  private @Nullable Long number;

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  /** For picocli and the service loader. */
  @SuppressWarnings("NullAway.Init") // picocli sets them
  public MirrorCommand() {}

  @Override
  public Integer call() throws Exception {
    json.check();
    if (number != null && !files) {
      throw new UserException("--mirrorVersion is for --files: add it");
    }
    if (buckets != null && (buckets < 1 || buckets > Mirror.MOST_BUCKETS)) {
      throw new UserException(
          "--buckets=" + buckets + ": a whole number from 1 to " + Mirror.MOST_BUCKETS);
    }
    boolean reads = dryRun || files;
    Optional<Runner> runner = reads ? Optional.empty() : Optional.of(Runner.find());
    SluiceOptions options =
        runner.isPresent()
            ? runner.get().options(PipelineFlags.given(spec.commandLine().getParseResult()))
            : PipelineFlags.read(spec);
    Mirror.Settings settings =
        new Mirror.Settings(
            buckets,
            fromScratch,
            FlagValues.duration("keepDeletes", keepDeletes),
            FlagValues.duration("grace", grace),
            SluiceConfig.write(options).zstdLevel());
    MirrorFollowers followers =
        new MirrorFollowers(reads ? List.of() : SluiceConfig.followers(options), options);
    Contract contract = SluiceConfig.contract(options);
    Stores lakes = LakeStores.lake(options);
    try (Store lake = lakes.open(options)) {
      Mirror mirror = Mirror.open(lake, lakes, contract, settings);
      if (files) {
        print(mirror.versions());
        return 0;
      }
      Mirror.Result result =
          runner.isPresent()
              ? mirror.run(work -> runner.get().runBatch(options, work::build), followers)
              : mirror.dryRun();
      print(mirror, result);
      json.write(() -> toJson(mirror, result));
      Optional<String> late = result.followers().late(mirror.table().name());
      if (late.isPresent()) {
        throw new UserException(late.get());
      }
    }
    return 0;
  }

  private void print(Versions versions) throws IOException {
    Optional<MirrorVersion> version =
        number == null ? versions.newest() : Optional.of(versions.get(number));
    version.ifPresent(
        one -> one.rowFiles().forEach(name -> System.out.println(versions.place(name))));
    System.out.flush();
  }

  private void print(Mirror mirror, Mirror.Result result) {
    PrintStream out = json.text();
    String name = mirror.table().name();
    String read =
        Wording.count(result.files(), "file")
            + " with "
            + String.format(Locale.ROOT, "%,d", result.changes())
            + (result.changes() == 1 ? " row" : " rows");
    MirrorVersion version = result.version();
    out.println();
    if (dryRun) {
      out.println("  " + name + " would be made up to date from " + read + ".");
      out.println("  Nothing was changed: a dry run.");
    } else if (!result.isNew()) {
      out.println("  " + name + " is up to date: no file has new changes.");
    } else {
      out.println("  " + name + " was made up to date from " + read + ".");
    }
    if (version != null) {
      out.printf(
          Locale.ROOT,
          "  version %d: %,d rows in %,d files of %,d buckets; %,d deletes are remembered%n",
          version.number(),
          version.rows(),
          version.rowFiles().size(),
          version.buckets(),
          version.deleted());
      for (Positions.Partition partition : version.positions().partitions()) {
        version
            .positions()
            .span(partition)
            .ifPresent(
                span ->
                    out.printf(
                        Locale.ROOT,
                        "    %s, partition %d: up to offset %d%n",
                        partition.source(),
                        partition.number(),
                        span.to()));
      }
      warn(version, out);
    }
    result.followers().each().forEach(one -> print(one, out));
    if (result.removed().versions() + result.removed().files() > 0) {
      out.println(
          "  removed "
              + Wording.count(result.removed().versions(), "version")
              + " that expired, and "
              + Wording.count(result.removed().files(), "file"));
    }
    out.println();
  }

  private static void print(MirrorFollowers.Outcome follower, PrintStream out) {
    Reconciled done = follower.done();
    TargetVersion version = follower.version();
    if (done == null) {
      out.printf("  %s: failed: %s%n", follower.follower(), follower.failed());
    } else {
      out.printf(
          Locale.ROOT,
          "  %s: equal to version %d%s; %,d files added, %,d removed%n",
          follower.follower(),
          done.version(),
          version == null ? "" : ", as " + version.id(),
          done.added().size(),
          done.removed().size());
    }
  }

  private static void warn(MirrorVersion version, PrintStream out) {
    if (version.unknown() > 0) {
      out.printf(
          Locale.ROOT,
          "  %,d values are not known: the connector did not send them (TOAST), and no earlier"
              + " change has them; a snapshot of the connector brings them%n",
          version.unknown());
    }
    if (version.late() > 0) {
      out.printf(
          Locale.ROOT,
          "  %,d changes came after the deletes of their time were forgotten, and were left out:"
              + " --from-scratch has them in%n",
          version.late());
    }
    if (version.keyless() > 0) {
      out.printf(
          Locale.ROOT,
          "  %,d changes have no key, and were left out: see key and REPLICA IDENTITY in"
              + " docs/operations.md%n",
          version.keyless());
    }
  }

  private String toJson(Mirror mirror, Mirror.Result result) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("table", mirror.table().name()).put("dry_run", dryRun).put("new", result.isNew());
    root.put("files_read", result.files()).put("changes_read", result.changes());
    MirrorVersion version = result.version();
    if (version != null) {
      root.put("version", version.number()).put("rows", version.rows());
      root.put("deletes", version.deleted()).put("buckets", version.buckets());
      root.put("unknown_values", version.unknown());
      root.put("late", version.late()).put("without_key", version.keyless());
      ObjectNode ends = root.putObject("ends");
      version
          .positions()
          .partitions()
          .forEach(
              partition ->
                  version
                      .positions()
                      .span(partition)
                      .ifPresent(
                          span ->
                              ends.withObjectProperty(partition.source())
                                  .put(String.valueOf(partition.number()), span.to() + 1)));
    }
    ArrayNode followers = root.putArray("followers");
    for (MirrorFollowers.Outcome one : result.followers().each()) {
      ObjectNode node = followers.addObject().put("follower", one.follower());
      Reconciled done = one.done();
      TargetVersion target = one.version();
      if (done == null) {
        node.put("failed", one.failed());
        continue;
      }
      node.put("version", done.version());
      if (target != null) {
        node.put("target", target.id());
      }
      node.put("files", done.files());
      node.put("added", done.added().size()).put("removed", done.removed().size());
    }
    root.put("expired_versions", result.removed().versions());
    root.put("removed_files", result.removed().files());
    return mapper.writeValueAsString(root);
  }
}
