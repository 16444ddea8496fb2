package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.LakeStores;
import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.UserException;
import io.sluice.Wording;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.Published;
import io.sluice.follow.Reconcile;
import io.sluice.follow.Reconciled;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Store;
import io.sluice.lake.Stores;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice follow}: makes what follows the tables equal to them, beside any job. */
@Command(
    name = "follow",
    description =
        "Makes what follows the tables, such as lists of their files, equal to what is live in them.",
    customSynopsis = "sluice follow --once --publish=NAMES --lake=PLACE [FLAGS]",
    footer = {
      "",
      "A job with --publish does the same as it goes on. This is for what happened beside it, such as a compaction, and for whoever"
          + " runs no such job. With --deadLetters that table is followed, too. Safe beside jobs and other calls; killed at any"
          + " point, run it again.",
      "Exit status 2 where a follower could not be made equal to a date; all others are. 3 where --dry-run found something to change.",
      "%nExample:",
      "  sluice follow --once --publish=symlink" + TableFlags.EXAMPLE
    })
public final class FollowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--once",
      required = true,
      description = "Looks at each date once, and ends. Jobs with --publish go on.")
  private boolean once;

  @Option(
      names = "--date",
      paramLabel = "DATE",
      description = "Only this date. Default: all that lake or follower have.")
  private @Nullable LocalDate date;

  @Option(
      names = "--to",
      paramLabel = "DATE",
      description = "The last date, where --date is the first of several.")
  private @Nullable LocalDate to;

  @Option(names = "--dry-run", description = "Says what would be done, and changes nothing.")
  private boolean dryRun;

  @Mixin private FollowFlags follow = new FollowFlags();

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private ProgressOption progress = new ProgressOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  FollowCommand() {}

  /**
   * What became of a date.
   *
   * @param date null where the follower did not even say which it has
   * @param done null where it failed
   * @param failed why; null where it did not
   */
  private record Result(
      String follower,
      String table,
      @Nullable LocalDate date,
      @Nullable Reconciled done,
      @Nullable String failed) {
    String dateOr(String all) {
      return date == null ? all : date.toString();
    }
  }

  /**
   * Makes what {@code --publish} names equal to the tables, as the verb does, without a word.
   *
   * @throws UserException where a follower could not be made equal to a date
   */
  public static void run(SluiceOptions options) throws IOException {
    refuseFailed(new FollowCommand().follow(options, SluiceConfig.followers(options)));
  }

  @Override
  public Integer call() throws Exception {
    if (to != null && (date == null || to.isBefore(date))) {
      throw new UserException("--to=" + to + ": name an earlier --date");
    }
    json.check();
    SluiceOptions options = PipelineFlags.read(spec);
    List<String> followers = SluiceConfig.followers(options);
    if (followers.isEmpty()) {
      throw new UserException(
          "--publish is missing: name what follows the tables; there are "
              + String.join(", ", FollowerKind.all().keySet()));
    }
    List<Result> results = follow(options, followers);
    if (results.isEmpty() && date != null) {
      throw new UserException(
          LakeStores.lake(options).root()
              + " has nothing of --date="
              + date
              + (to == null ? "" : " to --to=" + to)
              + ", and no follower has: name another date");
    }
    if (!json.isInstead()) {
      PrintWriter out = spec.commandLine().getOut();
      print(out, results);
      out.flush();
    }
    json.write(() -> toJson(results));
    refuseFailed(results);
    return dryRun && results.stream().anyMatch(FollowCommand::isChanged) ? Main.NOT_PROVED : 0;
  }

  private List<Result> follow(SluiceOptions options, List<String> followers) throws IOException {
    Contract contract = SluiceConfig.contract(options);
    List<Result> results = new ArrayList<>();
    Stores lakes = LakeStores.lake(options);
    try (Store lake = lakes.open(options)) {
      LakeTable rows = LakeTable.open(lake, lakes, contract, LakeTable.Access.READ);
      follow(lake, rows, followers, options, results);
    }
    if (options.getDeadLetters() != null) {
      Stores deads = LakeStores.deadLetters(options);
      try (Store dead = deads.open(options)) {
        LakeTable letters =
            LakeTable.open(dead, deads, DeadLetters.table(contract), LakeTable.Access.READ);
        follow(dead, letters, followers, options, results);
      }
    }
    return results;
  }

  private void follow(
      Store lake,
      LakeTable table,
      List<String> followers,
      SluiceOptions options,
      List<Result> results) {
    for (String name : followers) {
      try (Follower follower = FollowerKind.named("publish", name).open(table, options)) {
        Reconcile reconcile = new Reconcile(Published.in(lake, table.table()), follower, name);
        List<LocalDate> dates = reconcile.dates().stream().filter(this::isAsked).toList();
        try (Progress bar = progress.start("following dates", dates.size())) {
          for (int from = 0; from < dates.size(); from += Reconcile.AT_ONCE) {
            List<LocalDate> some =
                dates.subList(from, Math.min(from + Reconcile.AT_ONCE, dates.size()));
            results.addAll(follow(reconcile, name, table.table().name(), some));
            bar.to(from + some.size());
          }
        }
      } catch (IOException | UserException e) {
        // The others, and the other table, are followed all the same.
        results.add(new Result(name, table.table().name(), null, null, Mistakes.firstLine(e)));
      }
    }
  }

  private boolean isAsked(LocalDate one) {
    return date == null || !(one.isBefore(date) || one.isAfter(to == null ? date : to));
  }

  /**
   * Some dates, of which none keeps another from being followed.
   *
   * @throws RuntimeException where one of them shows a fault of the program
   */
  private List<Result> follow(
      Reconcile reconcile, String follower, String table, List<LocalDate> dates)
      throws InterruptedIOException {
    List<Result> made = new ArrayList<>();
    if (dryRun) {
      for (LocalDate one : dates) {
        try {
          made.add(new Result(follower, table, one, reconcile.wouldBe(one), null));
        } catch (IOException | UserException e) {
          made.add(new Result(follower, table, one, null, Mistakes.firstLine(e)));
        }
      }
      return made;
    }
    for (Map.Entry<LocalDate, Reconcile.Outcome> outcome :
        reconcile.dates(dates, () -> {}).entrySet()) {
      Exception failed = outcome.getValue().failed();
      if (failed instanceof RuntimeException fault && !(fault instanceof UserException)) {
        throw fault;
      }
      made.add(
          new Result(
              follower,
              table,
              outcome.getKey(),
              outcome.getValue().done(),
              failed == null ? null : Mistakes.firstLine(failed)));
    }
    return made;
  }

  private static boolean isEqual(Result result) {
    return result.done() != null && result.done().published() && result.done().isNothing();
  }

  private void print(PrintWriter out, List<Result> results) {
    String format = "  %-12s %-28s %-12s %8s %10s %10s %10s%n";
    List<Result> told = results.stream().filter(one -> !isEqual(one)).toList();
    out.println();
    if (!told.isEmpty()) {
      out.printf(format, "date", "table", "follower", "manifest", "files", "added", "removed");
      for (Result result : told) {
        Reconciled done = result.done();
        if (done == null || !done.published()) {
          out.printf(
              "  %-12s %-28s %-12s %s%n",
              result.dateOr("all"),
              result.table(),
              result.follower(),
              done == null ? "failed: " + result.failed() : "waits for its first manifest");
        } else {
          out.printf(
              format,
              result.dateOr("all"),
              result.table(),
              result.follower(),
              done.version(),
              number(done.files()),
              number(done.added().size()),
              number(done.removed().size()));
        }
      }
      out.println();
    }
    long equal = results.stream().filter(FollowCommand::isEqual).count();
    long changed = told.stream().filter(FollowCommand::isChanged).count();
    out.printf(
        "  %s equal already, %s %s%n%n",
        Wording.count(equal, "date was", "dates were"),
        changed == 0 ? "none" : number(changed),
        dryRun ? "would change: a dry run" : "changed");
  }

  private static boolean isChanged(Result result) {
    return result.done() != null && result.done().published() && !result.done().isNothing();
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private String toJson(List<Result> results) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("dry_run", dryRun);
    ArrayNode dates = root.putArray("dates");
    for (Result result : results) {
      ObjectNode node = dates.addObject();
      node.put("follower", result.follower()).put("table", result.table());
      LocalDate one = result.date();
      if (one != null) {
        node.put("date", one.toString());
      }
      Reconciled done = result.done();
      if (done == null) {
        node.put("failed", result.failed());
        continue;
      }
      node.put("published", done.published());
      if (done.published()) {
        node.put("manifest", done.version()).put("files", done.files());
        node.put("added", done.added().size()).put("removed", done.removed().size());
      }
    }
    return mapper.writeValueAsString(root);
  }

  private static void refuseFailed(List<Result> results) {
    List<Result> failed = results.stream().filter(one -> one.failed() != null).toList();
    if (!failed.isEmpty()) {
      Result first = failed.get(0);
      throw new UserException(
          "follower "
              + first.follower()
              + " of "
              + first.table()
              + " is not equal to "
              + first.dateOr("any of its dates")
              + ": "
              + first.failed()
              + (failed.size() == 1
                  ? ""
                  : "; and " + Wording.count(failed.size() - 1, "more failure") + ", above")
              + "; all others are done");
    }
  }
}
