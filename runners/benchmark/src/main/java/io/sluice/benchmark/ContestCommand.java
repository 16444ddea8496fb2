package io.sluice.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.UserException;
import io.sluice.cli.HelpOption;
import io.sluice.cli.JsonOption;
import io.sluice.cli.Main;
import io.sluice.cli.Verb;
import io.sluice.local.EventProducer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.file.PathUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice contest}: two who keep a table of Iceberg, from one topic, killed together. */
@Command(
    name = "contest",
    description =
        "Sluice's table of Iceberg beside that of Kafka Connect's sink: one topic, one load, killed together.",
    customSynopsis = "sluice contest [FLAGS]",
    footer = {
      "",
      "Both read the same topic at the same time, each a JVM of its own, and are killed (kill -9) at",
      "the same moments. At the end DuckDB counts what the current snapshot of each names.",
      "Exit status 3 where Sluice has lost or doubled an event."
    })
public final class ContestCommand implements Verb {
  private static final String TOPIC = "user-actions";
  private static final int PARTITIONS = 4;
  private static final int PARALLELISM = 2;
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration DOWN = Duration.ofSeconds(5);

  /** After which a table that has not grown will not any more: several commits. */
  private static final int STALLED_INTERVALS = 4;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long events are sent. [${DEFAULT-VALUE}]")
  private double minutes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Events a second. [${DEFAULT-VALUE}]")
  private double rate;

  @Option(
      names = "--commitSeconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "How often each commits. [${DEFAULT-VALUE}]")
  private int commitSeconds;

  @Option(
      names = "--killSeconds",
      paramLabel = "N",
      defaultValue = "600",
      description = "How often both are killed; 0: never. [${DEFAULT-VALUE}]")
  private int killSeconds;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "Heap of each. [${DEFAULT-VALUE}]")
  private String heap = "1g";

  @Mixin private JsonOption json = new JsonOption();

  @Mixin private HelpOption help = new HelpOption();

  private final PrintStream progress = System.err;

  /** For picocli and the service loader. */
  public ContestCommand() {}

  /**
   * What one of them has at the end.
   *
   * @param files that the current snapshot names
   * @param rows of the median file
   */
  private record Standing(
      String label,
      Lake.Count count,
      int files,
      double rows,
      int commits,
      double cpu,
      Latencies late) {}

  /**
   * @param kills how often each was killed
   */
  private record Outcome(int kills, List<Standing> standings) {}

  @Override
  public Integer call() throws Exception {
    require(minutes > 0 && minutes <= 1440, "--minutes: more than 0, at most 1440");
    require(rate >= 1 && rate <= 1_000_000, "--rate: from 1 to 1000000");
    require(commitSeconds >= 1 && commitSeconds <= 3600, "--commitSeconds: from 1 to 3600");
    require(killSeconds >= 0, "--killSeconds: 0 or more");
    require(heap.matches("\\d+[mg]"), "--heap=" + heap + ": a size as 512m or 2g");
    json.check();
    String home = System.getProperty("sluice.home");
    require(home != null, "start it by the launcher: ./sluice contest");
    Path directory = Files.createTempDirectory("sluice-contest");
    Outcome outcome = run(directory, Path.of(String.valueOf(home)));
    List<Standing> standings = outcome.standings();
    print(outcome, json.text());
    json.write(() -> report(outcome).toString());
    if (!standings.get(0).count().isPerfect()) {
      progress.println("  logs and files are kept in " + directory);
      return Main.NOT_PROVED;
    }
    PathUtils.deleteDirectory(directory);
    return 0;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new UserException(message);
    }
  }

  private Outcome run(Path directory, Path home) throws Exception {
    Duration interval = Duration.ofSeconds(commitSeconds);
    Path ours = Files.createDirectories(directory.resolve("sluice"));
    Path theirs = Files.createDirectories(directory.resolve("connect"));
    say("starting a broker and both");
    try (Broker broker = Broker.start(directory)) {
      String servers = broker.bootstrapServers();
      EventProducer.createTopic(servers, TOPIC, PARTITIONS, Map.of());
      try (TableWriter sluice =
              TableWriter.sluice(servers, TOPIC, heap, PARALLELISM, interval, ours);
          TableWriter connect =
              TableWriter.connect(home, servers, TOPIC, heap, PARALLELISM, interval, theirs);
          SteadyLoad load =
              new SteadyLoad(
                  servers, TOPIC, PARTITIONS, rate, Math.max(1, (long) (rate * minutes * 60)))) {
        List<TableWriter> both = List.of(sluice, connect);
        for (TableWriter one : both) {
          one.start();
          one.table().start();
        }
        TimeUnit.NANOSECONDS.sleep(START.toNanos());
        load.start();
        int kills = strike(both, load);
        SteadyLoad.Sent sent = load.sent();
        say(
            String.format(
                Locale.ROOT,
                "%,d events are sent, both were killed %d times; waiting for the last commits",
                sent.records(),
                kills));
        for (TableWriter one : both) {
          await(one, sent.records());
        }
        for (TableWriter one : both) {
          one.measure();
        }
        List<Standing> standings = new ArrayList<>();
        for (TableWriter one : both) {
          standings.add(standing(one, sent, directory));
        }
        return new Outcome(kills, standings);
      }
    }
  }

  /** Kills both, and starts them again, until all is sent. */
  private int strike(List<TableWriter> both, SteadyLoad load) throws InterruptedException {
    Duration apart = killSeconds == 0 ? Duration.ofDays(2) : Duration.ofSeconds(killSeconds);
    int kills = 0;
    while (!load.await(apart)) {
      kills++;
      say("kill -9 of both");
      both.forEach(TableWriter::kill);
      TimeUnit.NANOSECONDS.sleep(DOWN.toNanos());
      both.forEach(TableWriter::start);
    }
    return kills;
  }

  /** Waits for all rows, or until none has come for some commits: then they are lost. */
  private void await(TableWriter one, long records) throws InterruptedException, IOException {
    long patience =
        Duration.ofSeconds((long) commitSeconds * STALLED_INTERVALS).plusMinutes(1).toNanos();
    long before = -1;
    long lastChange = System.nanoTime();
    while (true) {
      one.measure();
      long rows = one.table().rows();
      if (rows >= records) {
        return;
      }
      if (rows != before) {
        before = rows;
        lastChange = System.nanoTime();
      } else if (System.nanoTime() - lastChange > patience) {
        say(
            String.format(
                Locale.ROOT, "%s: %,d of %,d rows, and no more come", one.label(), rows, records));
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private Standing standing(TableWriter one, SteadyLoad.Sent sent, Path directory)
      throws IOException, SQLException, InterruptedException {
    List<Path> files = one.table().files();
    Map<Path, Long> visible = one.table().await(files, Duration.ofMinutes(1));
    try (Lake lake = new Lake(files, directory)) {
      lake.rows();
      return new Standing(
          one.label(),
          lake.count(sent.acknowledged()),
          files.size(),
          Sample.median(lake.rowsOfFiles()),
          one.table().snapshots(),
          one.cpuSeconds() / sent.records() * 1e6,
          Latencies.together(lake.latencies(sent.beginMillis(), sent.seconds(), visible)));
    }
  }

  private void print(Outcome outcome, PrintStream out) {
    out.println();
    out.printf(
        Locale.ROOT,
        "  %s min at %,.0f events/s; a commit each %d s; both killed %d times; heap %s, %d cores; %s%n%n",
        SoakChart.number(minutes),
        rate,
        commitSeconds,
        outcome.kills(),
        heap,
        Runtime.getRuntime().availableProcessors(),
        LocalDate.now(ZoneOffset.UTC));
    out.printf(
        "  %-18s %12s %9s %10s %8s %12s %8s %8s %8s %8s%n",
        "",
        "rows",
        "lost",
        "duplicate",
        "files",
        "rows a file",
        "commits",
        "p50, s",
        "p99, s",
        "CPU, s");
    for (Standing one : outcome.standings()) {
      out.printf(
          Locale.ROOT,
          "  %-18s %,12d %,9d %,10d %,8d %,12.0f %,8d %8.1f %8.1f %8.1f%n",
          one.label(),
          one.count().rows(),
          one.count().lost(),
          one.count().duplicate(),
          one.files(),
          one.rows(),
          one.commits(),
          one.late().quantile(0.5),
          one.late().quantile(0.99),
          one.cpu());
    }
    out.printf(
        "%n  p50, p99: from Kafka's timestamp to the first snapshot with the row's file; CPU: for a million events%n");
    out.flush();
  }

  private ObjectNode report(Outcome outcome) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("minutes", minutes).put("rate", rate).put("commit_seconds", commitSeconds);
    root.put("kill_seconds", killSeconds).put("kills", outcome.kills()).put("heap", heap);
    ArrayNode all = root.putArray("contestants");
    for (Standing one : outcome.standings()) {
      ObjectNode node = all.addObject().put("name", one.label());
      node.put("rows", one.count().rows()).put("lost", one.count().lost());
      node.put("duplicate", one.count().duplicate()).put("files", one.files());
      node.put("rows_per_file", one.rows()).put("commits", one.commits());
      node.put("cpu_seconds_per_million_events", one.cpu());
      node.put("p50", one.late().quantile(0.5)).put("p99", one.late().quantile(0.99));
    }
    return root;
  }

  private void say(String text) {
    progress.println("  " + text + " …");
  }
}
