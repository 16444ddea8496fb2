package io.sluice.cli;

import io.sluice.FlagValues;
import io.sluice.SluiceConfig;
import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.TopicsWithoutTable;
import io.sluice.UserException;
import io.sluice.Version;
import io.sluice.audit.Audit;
import io.sluice.audit.AuditReport;
import io.sluice.audit.AuditText;
import io.sluice.audit.TableReport;
import io.sluice.audit.TableText;
import io.sluice.decode.DecoderCheck;
import io.sluice.lake.LakeTable;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sluice audit}: proves that the lake and the dead letters have every offset of the topic
 * once.
 */
@Command(
    name = "audit",
    description =
        "Proves that lake and dead letters have every offset of the topic, each once; or names those that are not.",
    customSynopsis = "sluice audit" + TableFlags.NEEDED_WITH_KAFKA,
    footer = {
      "",
      "Runs beside jobs: what these have still to read or to write is waiting, and not lost. How long they may keep a row"
          + " they have recorded themselves; --windowSize, --fileInterval and --watermarkDelay override that.",
      "With --follower it proves what readers of the follower's table find, at its current snapshot or an older one: what the"
          + " lake has and the snapshot not yet is behind, what it was to have is missing.",
      "Exit status 3 where something is lost, missing, gone, there twice, there without a record, or damaged; and where"
          + " something still waits, or is behind, after --wait.",
      "%nExample:",
      "  sluice audit --wait=10m" + TableFlags.EXAMPLE_WITH_KAFKA
    })
public final class AuditCommand implements Callable<Integer> {
  /** How much longer than it should a job may take, until something is called lost. */
  static final Duration MARGIN = Duration.ofMinutes(10);

  @Spec private CommandSpec spec;

  @Option(
      names = "--deep",
      description = "Reads every file whole: digests against manifests, rows against footers.")
  private boolean deep;

  @Option(
      names = "--full",
      description =
          "Judges what earlier audits have proved, too: what Kafka has of it and no file has any more is lost.")
  private boolean full;

  @Option(
      names = "--records",
      description =
          "Reads every record of Kafka that is judged, to find each row that is no committed record.")
  private boolean records;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Judges only what Kafka has before this time: 2026-01-31T00:00:00Z.")
  private @Nullable String until;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description =
          "Waits at most so long until nothing waits of what Kafka has now; 0s where nothing may wait.")
  private @Nullable String wait;

  @Option(
      names = "--margin",
      paramLabel = "DURATION",
      defaultValue = "10m",
      description =
          "How much longer than it should a job may take, until something is lost. [${DEFAULT-VALUE}]")
  private String margin;

  @Option(
      names = "--follower",
      paramLabel = "NAME",
      description =
          "Judges what a follower of --publish has, such as iceberg, in the place of the lake's own files: those that its table names.")
  private @Nullable String follower;

  @Option(
      names = "--snapshot",
      paramLabel = "ID",
      description = "With --follower: this snapshot of its table. Default: what is current.")
  private @Nullable String snapshot;

  @Mixin private ExpiryFlags expiry = new ExpiryFlags();

  @Mixin private FollowerFlags followers = new FollowerFlags();

  @Mixin private TableFlags table = new TableFlags();

  @Mixin private KafkaFlags kafka = new KafkaFlags();

  @Mixin private SchemaFlags schemas = new SchemaFlags();

  @Mixin private TimingFlags timing = new TimingFlags();

  @Mixin private StoreFlags store = new StoreFlags();

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  AuditCommand() {}

  @Override
  public Integer call() throws Exception {
    json.check();
    List<String> given = PipelineFlags.given(spec.commandLine().getParseResult());
    SluiceOptions options = SluiceFlags.read(given);
    Duration patience = wait == null ? null : FlagValues.duration("wait", wait);
    SluiceConfig config = SluiceConfig.ofTables(options);
    Instant end = patience == null ? null : Instant.now().plus(patience);
    FollowerAudit tables = follower(options, config, patience);
    Map<String, Found> reports = new LinkedHashMap<>();
    Asked asked =
        new Asked(
            until == null ? null : time(until),
            FlagValues.duration("margin", margin),
            expiry.expiry());
    boolean isEachAudited = true;
    try (Store lake = config.lake().open(options);
        Store deadLetters = config.deadLetters().open(options)) {
      for (SluiceConfig one : config.each()) {
        String table = one.contract().table();
        try {
          Found found =
              tables == null
                  ? Found.of(audit(lake, deadLetters, one, given, asked, end))
                  : Found.of(
                      tables.run(
                          audit(lake, deadLetters, one),
                          request(one, given, asked),
                          lake,
                          deadLetters,
                          one,
                          end == null ? null : untilThen(end)));
          reports.put(table, found);
          print(found, config.inputs().size() == 1 ? null : table);
        } catch (UserException e) {
          if (config.inputs().size() == 1) {
            throw e;
          }
          // The others' verdicts are worth as much.
          isEachAudited = false;
          LogFormat.err()
              .println(
                  "sluice: "
                      + table
                      + ": "
                      + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
        }
      }
    }
    Optional<TopicsWithoutTable> unread = Optional.empty();
    if (!reports.isEmpty()) {
      unread =
          TopicsWithoutTable.look(
              options, config.inputs().stream().map(SluiceConfig.Input::contract).toList());
      unread.flatMap(TopicsWithoutTable::note).ifPresent(this::note);
    }
    json.writeByTable(reports, config.inputs().size(), found -> found.json().toJson(), unread);
    boolean isFine =
        reports.values().stream()
            .allMatch(found -> patience == null ? found.passed() : found.complete());
    return !isFine ? Main.NOT_PROVED : isEachAudited ? 0 : Main.USER_ERROR;
  }

  /** What was found of a table, or of what follows it. */
  private record Found(
      boolean passed,
      boolean complete,
      String line,
      JsonOption.Report json,
      Consumer<PrintStream> text) {
    static Found of(AuditReport report) {
      return new Found(
          report.passed(),
          report.complete(),
          report.line(),
          report::toJson,
          out -> AuditText.print(report, out));
    }

    static Found of(TableReport report) {
      return new Found(
          report.passed(),
          report.complete(),
          report.line(),
          report::toJson,
          out -> TableText.print(report, out));
    }
  }

  /** Who judges what follows the tables; null where their own files are judged. */
  private @Nullable FollowerAudit follower(
      SluiceOptions options, SluiceConfig config, @Nullable Duration patience) {
    if (follower == null) {
      if (snapshot != null) {
        throw new UserException("--snapshot=" + snapshot + ": name the --follower that has it");
      }
      return null;
    }
    if (snapshot != null && config.inputs().size() > 1) {
      throw new UserException(
          "--snapshot=" + snapshot + ": is of one table; name it with --table=NAME");
    }
    if (snapshot != null && patience != null) {
      throw new UserException("--snapshot=" + snapshot + ": never changes; leave --wait out");
    }
    return new FollowerAudit(options, follower, snapshot);
  }

  private void note(String text) {
    if (!json.isInstead()) {
      spec.commandLine().getOut().println("note: " + text);
      spec.commandLine().getOut().flush();
    }
  }

  /** What the flags ask of each table. */
  private record Asked(@Nullable Instant until, Duration margin, Audit.Expiry expiry) {}

  /**
   * Audits one table, and records what is proved.
   *
   * @param end until when to wait; null for not at all
   */
  private AuditReport audit(
      Store lake,
      Store deadLetters,
      SluiceConfig config,
      List<String> given,
      Asked asked,
      @Nullable Instant end)
      throws IOException {
    Audit audit = audit(lake, deadLetters, config);
    Audit.Request request = request(config, given, asked);
    AuditReport report = end == null ? audit.run(request) : audit.await(request, untilThen(end));
    record(lake, config, report);
    return report;
  }

  private Audit.Request request(SluiceConfig config, List<String> given, Asked asked) {
    return new Audit.Request(
        deep,
        full,
        records,
        asked.until(),
        null,
        recorded -> timing(recorded, config, given),
        asked.margin(),
        asked.expiry());
  }

  private static Duration untilThen(Instant end) {
    Duration left = Duration.between(Instant.now(), end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * @param table null where there is no other
   */
  private void print(Found found, @Nullable String table) {
    if (json.isInstead()) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (table != null) {
      System.out.println(table);
    }
    found.text().accept(System.out);
    out.println(found.line() + (table == null ? "" : " table=" + table));
    out.flush();
  }

  /** What the flags say that are there, else what the runs recorded, else what flags say. */
  private static RunStarts.Timing timing(
      RunStarts.@Nullable Timing recorded, SluiceConfig config, List<String> given) {
    RunStarts.Timing flags = config.timing();
    return recorded == null
        ? flags
        : new RunStarts.Timing(
            isGiven("windowSize", given) ? flags.windowSize() : recorded.windowSize(),
            isGiven("fileInterval", given) ? flags.fileInterval() : recorded.fileInterval(),
            isGiven("watermarkDelay", given) ? flags.watermarkDelay() : recorded.watermarkDelay());
  }

  private static boolean isGiven(String flag, List<String> given) {
    return given.stream().anyMatch(one -> one.startsWith("--" + flag + "="));
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new UserException("--until=" + text + ": write 2026-01-31T00:00:00Z", e);
    }
  }

  /** What is proved stays so; whoever may only read proves it each time. */
  private void record(Store lake, SluiceConfig config, AuditReport report) {
    try {
      report
          .proved()
          .record(lake, config.contract().table(), report.source(), Instant.now(), Version.text());
    } catch (IOException | UserException e) {
      LogFormat.notes()
          .println(
              "sluice: what was proved could not be recorded, so the next audit begins where this one did: "
                  + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
    }
  }

  /**
   * Audits all that the flags of a run name, from its beginning, and records nothing.
   *
   * @throws UserException where there is no lake
   */
  public static AuditReport run(SluiceOptions options, boolean deep) throws IOException {
    return run(options, deep, MARGIN);
  }

  /**
   * The same with another {@code --margin}.
   *
   * @throws UserException where there is no lake
   */
  public static AuditReport run(SluiceOptions options, boolean deep, Duration margin)
      throws IOException {
    SluiceConfig config = SluiceConfig.ofTables(options);
    try (Store lake = config.lake().open(options);
        Store deadLetters = config.deadLetters().open(options)) {
      return audit(lake, deadLetters, config)
          .run(request(config, deep, true, margin, Audit.Expiry.NEVER));
    }
  }

  /**
   * Audits, likewise, what follows the one table that the flags of a run name, at its current
   * snapshots.
   *
   * @param follower the name of its kind
   * @throws UserException where there is no lake, or the follower's target does not answer
   */
  public static TableReport run(SluiceOptions options, String follower, boolean deep)
      throws IOException {
    SluiceConfig config = SluiceConfig.ofTables(options);
    try (Store lake = config.lake().open(options);
        Store deadLetters = config.deadLetters().open(options)) {
      return new FollowerAudit(options, follower, null)
          .run(
              audit(lake, deadLetters, config),
              request(config, deep, true, MARGIN, Audit.Expiry.NEVER),
              lake,
              deadLetters,
              config,
              null);
    }
  }

  /** As the runs have recorded, else as the flags say. */
  static Audit.Request request(
      SluiceConfig config, boolean deep, boolean full, Duration margin, Audit.Expiry expiry) {
    return new Audit.Request(
        deep,
        full,
        false,
        null,
        null,
        recorded -> recorded == null ? config.timing() : recorded,
        margin,
        expiry);
  }

  static Audit audit(Store lake, Store deadLetters, SluiceConfig config) throws IOException {
    // Dates of lost records are found by decoding them, which needs no key of a mask.
    DecoderCheck.require(
        config.located().with(config.contract().withoutMaskKeys()), config.decoding());
    LakeTable.open(lake, config.lake(), config.contract(), LakeTable.Access.READ);
    return new Audit(
        lake, deadLetters, config.contract(), config.source(), config.decoding().schemas());
  }
}
