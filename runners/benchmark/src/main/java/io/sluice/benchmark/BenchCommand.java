package io.sluice.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.audit.AuditReport;
import io.sluice.cli.AuditCommand;
import io.sluice.cli.HelpOption;
import io.sluice.cli.JsonOption;
import io.sluice.cli.OutFolder;
import io.sluice.cli.Progress;
import io.sluice.cli.ProgressOption;
import io.sluice.cli.Verb;
import io.sluice.flink.FlinkJob;
import io.sluice.local.EventProducer;
import io.sluice.local.UserActions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench}: the same topic through each contestant in turn. */
@Command(
    name = "bench",
    description =
        "Reads one topic into Parquet with Sluice and with its peers, each in a JVM of its own, in turn; and compares.",
    customSynopsis = "sluice bench [FLAGS]",
    footer = {
      "",
      "Contestants: sluice, flink-datastream, spark, beam-fileio, connect-iceberg, bare-loop, poll-only.",
      "Measured from the first record to the last commit; start-up is given beside it.",
      "A contestant whose files do not hold every event once has no figure. Broker and",
      "S3 server are processes of their own, and not counted. Use a quiet machine; the",
      "first run fetches the peers' libraries."
    })
public final class BenchCommand implements Verb {
  private static final String TOPIC = "user-actions";
  private static final int PARTITIONS = 4;
  private static final int DATES = 3;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "Events in the topic. [${DEFAULT-VALUE}]")
  private long events;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each runs, in turn. [${DEFAULT-VALUE}]")
  private int rounds;

  @Option(
      names = "--peers",
      paramLabel = "NAMES",
      split = ",",
      description = "Only these, beside sluice; default: all.")
  private @Nullable List<String> peers;

  @Option(
      names = "--store",
      paramLabel = "local|s3",
      defaultValue = "local",
      description =
          "Where they write: a local directory, or an S3 server on this machine. [${DEFAULT-VALUE}]")
  private String store = "local";

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description = "Heap of each contestant. [${DEFAULT-VALUE}]")
  private String heap = "2g";

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads, subtasks or tasks of each. [${DEFAULT-VALUE}]")
  private int parallelism;

  @Mixin private JsonOption json = new JsonOption();

  @Option(names = "--chart", paramLabel = "FILE", description = "Draws them as SVG.")
  private @Nullable Path chart;

  @Mixin private HelpOption help = new HelpOption();

  @Mixin private ProgressOption bars = new ProgressOption();

  private final PrintStream progress = System.err;

  /** For picocli and the service loader. */
  public BenchCommand() {}

  @Override
  public Integer call() throws Exception {
    List<Contestant> contestants = contestants();
    require(events >= 1 && events <= 1_000_000_000L, "--events: from 1 to 1000000000");
    require(rounds >= 1 && rounds <= 100, "--rounds: from 1 to 100");
    require(parallelism >= 1 && parallelism <= 64, "--parallelism: from 1 to 64");
    require(store.equals("local") || store.equals("s3"), "--store=" + store + ": local or s3");
    require(heap.matches("\\d+[mg]"), "--heap=" + heap + ": a size as 512m or 2g");
    String home = System.getProperty("sluice.home");
    json.check();
    if (chart != null) {
      OutFolder.requireWritable("--chart", chart);
    }
    require(home != null, "start it by the launcher: ./sluice bench");
    Path directory = Files.createTempDirectory("sluice-bench");
    boolean passed = false;
    try (Broker broker = Broker.start(directory);
        S3Server s3 = store.equals("s3") ? S3Server.start(directory) : null) {
      UserActions actions =
          new UserActions(events, LocalDate.now(ZoneOffset.UTC).minusDays(DATES), DATES, 0);
      fill(broker, actions);
      Heat.Topic topic = new Heat.Topic(broker.bootstrapServers(), TOPIC, events);
      Heat.Settings settings = new Heat.Settings(Path.of(String.valueOf(home)), heap, parallelism);
      List<Figures> figures = run(contestants, topic, settings, s3, directory, jsonBytes(actions));
      print(figures);
      json.write(() -> json(figures).toString());
      if (chart != null) {
        Files.writeString(chart, Chart.svg(figures, caption()));
      }
      passed = true;
      return 0;
    } finally {
      if (passed) {
        PathUtils.deleteDirectory(directory);
      } else {
        progress.println("  logs and files are kept in " + directory);
      }
    }
  }

  private List<Contestant> contestants() {
    if (peers == null) {
      return List.of(Contestant.values());
    }
    List<Contestant> chosen = new ArrayList<>(List.of(Contestant.SLUICE));
    for (String name : peers) {
      Contestant contestant =
          Arrays.stream(Contestant.values())
              .filter(c -> c.label().equals(name))
              .findFirst()
              .orElseThrow(
                  () -> new UserException("--peers=" + name + ": one of " + Contestant.labels()));
      if (!chosen.contains(contestant)) {
        chosen.add(contestant);
      }
    }
    return chosen;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new UserException(message);
    }
  }

  private void fill(Broker broker, UserActions actions) throws Exception {
    progress.printf("  making %,d events …%n", events);
    EventProducer.createTopic(broker.bootstrapServers(), TOPIC, PARTITIONS);
    try (Progress bar = bars.start("events made", events)) {
      EventProducer.send(
          broker.bootstrapServers(), TOPIC, PARTITIONS, actions, 0, events, 0, bar::to);
    }
  }

  /** The bytes of all values, from a sample of them. */
  private double jsonBytes(UserActions actions) {
    long step = Math.max(1, events / 20_000);
    long bytes = 0;
    long count = 0;
    for (long n = 0; n < events; n += step) {
      byte[] value = actions.event(n).value();
      bytes += value == null ? 0 : value.length;
      count++;
    }
    return (double) bytes / count * events;
  }

  private List<Figures> run(
      List<Contestant> contestants,
      Heat.Topic topic,
      Heat.Settings settings,
      @Nullable S3Server s3,
      Path directory,
      double jsonBytes)
      throws Exception {
    // Else the first contestant is the one beside whom the system writes the topic to disk.
    Heat.Seen unused =
        new Heat(
                Contestant.POLL_ONLY,
                topic,
                settings,
                Output.directory(directory.resolve("none")),
                directory.resolve("poll-before"))
            .run();
    progress.printf("  read once before, in %.0f s%n", unused.seconds());
    Map<Contestant, List<Heat.Seen>> seen = new EnumMap<>(Contestant.class);
    for (int round = 1; round <= rounds; round++) {
      for (Contestant contestant : contestants) {
        String name = contestant.label() + "-" + round;
        Path place = directory.resolve(name);
        Output output = s3 == null ? Output.directory(place.resolve("lake")) : s3.output(name);
        Heat heat = new Heat(contestant, topic, settings, output, place);
        Heat.Seen run = heat.run();
        check(contestant, topic, output, heat.log());
        seen.computeIfAbsent(contestant, c -> new ArrayList<>()).add(run);
        progress.printf(
            "  round %d of %d  %-16s %,10.0f events/s%n",
            round, rounds, contestant.label(), events / run.seconds());
        PathUtils.deleteDirectory(place);
        if (Files.exists(output.files())) {
          PathUtils.deleteDirectory(output.files());
        }
      }
    }
    return contestants.stream()
        .map(c -> new Figures(c, List.copyOf(seen.getOrDefault(c, List.of())), events, jsonBytes))
        .toList();
  }

  /** Where events were lost or duplicated, no figure counts. */
  private void check(Contestant contestant, Heat.Topic topic, Output output, Path log)
      throws IOException, SQLException {
    if (!contestant.writes()) {
      return;
    }
    long rows = rows(output.files());
    if (rows != events) {
      throw new IllegalStateException(
          contestant.label() + " wrote " + rows + " rows of " + events + ": see " + log);
    }
    if (contestant == Contestant.SLUICE) {
      List<String> flags = new ArrayList<>(output.flags());
      flags.add("--bootstrapServers=" + topic.bootstrapServers());
      flags.add("--topic=" + topic.name());
      flags.add("--lake=" + output.root());
      flags.add("--deadLetters=" + output.root());
      AuditReport report = AuditCommand.run(FlinkJob.options(flags), false);
      if (!report.complete()) {
        throw new IllegalStateException("sluice: " + report.line());
      }
    }
  }

  private static long rows(Path lake) throws IOException, SQLException {
    List<String> files = Heat.dataFiles(lake).stream().map(file -> "'" + file + "'").toList();
    if (files.isEmpty()) {
      return 0;
    }
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select count(*) from read_parquet([" + String.join(",", files) + "])")) {
      result.next();
      return result.getLong(1);
    }
  }

  private void print(List<Figures> all) {
    PrintStream out = json.text();
    out.println();
    out.printf(
        "  %-16s %29s %7s %8s %13s %8s %6s %6s%n",
        "", "events/s", "JSON", "CPU", "heap   RSS", "Parquet", "files", "start");
    out.printf(
        "  %-16s %11s %8s %8s %7s %8s %13s %8s %6s %6s%n",
        "", "median", "min", "max", "MB/s", "s/10^6", "peak, MB", "B/event", "", "s");
    for (Figures figures : all) {
      Figures.Spread rate = figures.eventsPerSecond();
      out.printf(
          Locale.ROOT,
          "  %-16s %,11.0f %,8.0f %,8.0f %7.0f %8.2f %,6.0f %,6.0f %8.2f %6.0f %6.1f%n",
          figures.contestant().label(),
          rate.median(),
          rate.min(),
          rate.max(),
          figures.megabytesPerSecond().median(),
          figures.cpuSecondsPerMillion().median(),
          figures.peakHeap().median() / 1e6,
          figures.peakResident().median() / 1e6,
          figures.bytesPerEvent().median(),
          figures.files().median(),
          figures.startSeconds().median());
    }
    out.println();
    double ours = all.get(0).eventsPerSecond().median();
    for (Figures figures : all.subList(1, all.size())) {
      out.printf(
          Locale.ROOT,
          "  sluice is %6.2f × %s%n",
          ours / figures.eventsPerSecond().median(),
          figures.contestant().label());
    }
    out.printf("%n  %s%n", caption());
    out.flush();
  }

  private String caption() {
    return String.format(
        Locale.ROOT,
        "%,d events, %d partitions, %d dates, %s; %d cores, heap %s, parallelism %d; median of %d; %s",
        events,
        PARTITIONS,
        DATES,
        store.equals("s3") ? "S3 server" : "local lake",
        Runtime.getRuntime().availableProcessors(),
        heap,
        parallelism,
        rounds,
        LocalDate.now(ZoneOffset.UTC));
  }

  private ObjectNode json(List<Figures> all) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("store", store);
    root.put("events", events).put("rounds", rounds).put("heap", heap);
    root.put("parallelism", parallelism).put("partitions", PARTITIONS).put("dates", DATES);
    root.put("cores", Runtime.getRuntime().availableProcessors());
    root.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    ArrayNode contestants = root.putArray("contestants");
    double ours = all.get(0).eventsPerSecond().median();
    for (Figures figures : all) {
      ObjectNode node = contestants.addObject();
      node.put("name", figures.contestant().label());
      put(node, "events_per_second", figures.eventsPerSecond());
      put(node, "megabytes_per_second", figures.megabytesPerSecond());
      put(node, "cpu_seconds_per_million_events", figures.cpuSecondsPerMillion());
      put(node, "peak_heap_bytes", figures.peakHeap());
      put(node, "peak_resident_bytes", figures.peakResident());
      put(node, "parquet_bytes_per_event", figures.bytesPerEvent());
      put(node, "files", figures.files());
      put(node, "start_seconds", figures.startSeconds());
      node.put("sluice_ratio", ours / figures.eventsPerSecond().median());
    }
    return root;
  }

  private static void put(ObjectNode node, String name, Figures.Spread spread) {
    node.putObject(name)
        .put("median", spread.median())
        .put("min", spread.min())
        .put("max", spread.max());
  }
}
