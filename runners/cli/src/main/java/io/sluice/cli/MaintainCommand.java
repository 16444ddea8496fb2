package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.FlagValues;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.Maintenance;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice maintain}: keeps what follows the tables small, where no service does. */
@Command(
    name = "maintain",
    description =
        "Expires old snapshots of tables that follow the lake, joins small manifests, and removes"
            + " metadata that nothing names. Data files stay.",
    customSynopsis = "sluice maintain --publish=NAMES --lake=PLACE [FLAGS]",
    footer = {
      "",
      "What is current is the same before and after, and no file of the lake is touched. With"
          + " --deadLetters that table is maintained, too. Safe beside jobs and other calls; killed"
          + " at any point, run it again.",
      "Exit status 2 where a table could not be maintained; all others are.",
      "%nExample:",
      "  sluice maintain --publish=iceberg --olderThan=5d --dry-run" + TableFlags.EXAMPLE
    })
final class MaintainCommand implements Callable<Integer> {
  private static final Duration LEAST_ORPHANS = Duration.ofDays(1);

  @Spec private CommandSpec spec;

  @Option(
      names = "--olderThan",
      paramLabel = "DURATION",
      defaultValue = "5d",
      description =
          "Snapshots that are older go: nobody can read the table as it was then."
              + " [${DEFAULT-VALUE}]")
  private String olderThan;

  @Option(
      names = "--keepLast",
      paramLabel = "N",
      defaultValue = "10",
      description = "So many of the newest snapshots stay, however old. [${DEFAULT-VALUE}]")
  private int keepLast;

  @Option(
      names = "--orphans",
      paramLabel = "DURATION",
      description =
          "Removes metadata that nothing names and that is older than this, at least 1d: what"
              + " killed commits have left. Default: none.")
  private @Nullable String orphans;

  @Option(names = "--dry-run", description = "Says what would be done, and changes nothing.")
  private boolean dryRun;

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  MaintainCommand() {}

  /**
   * What became of a table.
   *
   * @param done null where it failed
   * @param failed why; null where it did not
   */
  private record Made(
      String follower, String table, Maintenance.@Nullable Result done, @Nullable String failed) {}

  @Override
  public Integer call() throws Exception {
    json.check();
    Maintenance.Request request = request();
    SluiceOptions options = PipelineFlags.read(spec);
    List<String> followers = SluiceConfig.followers(options);
    if (followers.isEmpty()) {
      throw new UserException(
          "--publish is missing: name what follows the tables; there are "
              + String.join(", ", FollowerKind.all().keySet()));
    }
    Contract contract = SluiceConfig.contract(options);
    List<Made> made = new ArrayList<>();
    Stores lakes = LakeStores.lake(options);
    try (Store lake = lakes.open(options)) {
      maintain(
          LakeTable.open(lake, lakes, contract, LakeTable.Access.READ),
          followers,
          options,
          request,
          made);
    }
    if (options.getDeadLetters() != null) {
      Stores deads = LakeStores.deadLetters(options);
      try (Store dead = deads.open(options)) {
        maintain(
            LakeTable.open(dead, deads, DeadLetters.table(contract), LakeTable.Access.READ),
            followers,
            options,
            request,
            made);
      }
    }
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      print(out, made);
      out.flush();
    }
    json.write(() -> toJson(made));
    refuseFailed(made);
    return 0;
  }

  private Maintenance.Request request() {
    if (keepLast < 1) {
      throw new UserException("--keepLast=" + keepLast + ": a whole number from 1 on");
    }
    Duration ofOrphans = orphans == null ? null : FlagValues.duration("orphans", orphans);
    if (ofOrphans != null && ofOrphans.compareTo(LEAST_ORPHANS) < 0) {
      throw new UserException(
          "--orphans="
              + orphans
              + ": at least 1d, for a commit that goes on has metadata that nothing names yet");
    }
    return new Maintenance.Request(
        FlagValues.duration("olderThan", olderThan), keepLast, ofOrphans, dryRun);
  }

  private static void maintain(
      LakeTable table,
      List<String> followers,
      SluiceOptions options,
      Maintenance.Request request,
      List<Made> made) {
    String name = table.table().name();
    for (String one : followers) {
      try (Follower follower = FollowerKind.named("publish", one).open(table, options)) {
        Optional<Maintenance> maintenance = follower.maintenance();
        Maintenance.Result done =
            maintenance.isPresent()
                ? maintenance.get().run(request)
                : new Maintenance.Result(
                    name, 0, 0, 0, 0, 0, 0, List.of("has only the present: nothing to maintain"));
        made.add(new Made(one, name, done, null));
      } catch (IOException | UserException e) {
        // The others are maintained all the same.
        made.add(new Made(one, name, null, Mistakes.firstLine(e)));
      }
    }
  }

  private void print(PrintWriter out, List<Made> made) {
    String format = "  %-28s %-12s %9s %9s %12s %9s %9s%n";
    out.println();
    out.printf(format, "table", "follower", "expired", "left", "manifests", "metadata", "orphans");
    for (Made one : made) {
      Maintenance.Result done = one.done();
      if (done == null) {
        out.printf("  %-28s %-12s failed: %s%n", one.table(), one.follower(), one.failed());
        continue;
      }
      out.printf(
          format,
          one.table(),
          one.follower(),
          done.expired(),
          done.left(),
          done.manifestsBefore() == done.manifestsAfter()
              ? done.manifestsAfter()
              : done.manifestsBefore() + " > " + done.manifestsAfter(),
          done.deleted(),
          done.orphans());
      done.notes().forEach(note -> out.printf("    %s%n", note));
    }
    out.println();
    if (dryRun) {
      out.println("  Nothing was changed: a dry run.");
      out.println();
    }
  }

  private String toJson(List<Made> made) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("dry_run", dryRun);
    ArrayNode tables = root.putArray("tables");
    for (Made one : made) {
      ObjectNode node = tables.addObject();
      node.put("follower", one.follower()).put("table", one.table());
      Maintenance.Result done = one.done();
      if (done == null) {
        node.put("failed", one.failed());
        continue;
      }
      node.put("expired", done.expired()).put("left", done.left());
      node.put("manifests_before", done.manifestsBefore());
      node.put("manifests_after", done.manifestsAfter());
      node.put("metadata_deleted", done.deleted()).put("orphans", done.orphans());
      done.notes().forEach(node.putArray("notes")::add);
    }
    return mapper.writeValueAsString(root);
  }

  private static void refuseFailed(List<Made> made) {
    List<Made> failed = made.stream().filter(one -> one.failed() != null).toList();
    if (!failed.isEmpty()) {
      Made first = failed.get(0);
      throw new UserException(
          "follower "
              + first.follower()
              + " of "
              + first.table()
              + " could not be maintained: "
              + first.failed()
              + (failed.size() == 1
                  ? ""
                  : "; and " + Wording.count(failed.size() - 1, "more failure") + ", above")
              + "; all others are done");
    }
  }
}
