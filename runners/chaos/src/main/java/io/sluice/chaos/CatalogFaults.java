package io.sluice.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.chaos.S3FaultProxy.Moment;
import io.sluice.cli.Main;
import io.sluice.local.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What goes wrong with tables that follow the lake, and with their catalog. */
final class CatalogFaults {
  /** More than files need to settle. */
  private static final Duration LONG_AGO = Duration.ofHours(3);

  /** What every writer has listed by then. */
  private static final Duration YOUNG = Duration.ofSeconds(15);

  /** In which a date of a run is complete. */
  private static final Duration COMPLETE = Duration.ofMinutes(2);

  /** In which a verb ends, on a machine that is short of cores, too. */
  private static final Duration ENDS = Duration.ofMinutes(5);

  private static final ObjectMapper JSON = new ObjectMapper();

  private CatalogFaults() {}

  /** Right after it has done a commit, of which nobody hears. */
  static void kill(Run run) throws InterruptedException {
    TableCatalog catalog = run.world().catalog();
    JobFaults.strikeAt(run, catalog.proxy(), Moment.IN_COMMIT, catalog.process()::kill);
    run.pause(4, 8);
    // The strike may have been held up behind an answer.
    catalog.process().kill();
    catalog.restart();
  }

  /** Longer than a request to it may take: what was given up is done when it goes on. */
  static void freeze(Run run) throws InterruptedException {
    JavaProcess process = run.world().catalog().process();
    process.freeze();
    try {
      run.pause(8, 14);
    } finally {
      process.thaw();
    }
  }

  /** Whoever committed is dead before the answer comes. */
  static void killInCommit(Run run) throws InterruptedException {
    JobFaults.strikeAt(
        run, run.world().catalog().proxy(), Moment.IN_COMMIT, run.flink()::killTaskManagers);
  }

  static void loseAnswers(Run run) throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      JobFaults.strikeAt(run, run.world().catalog().proxy(), Moment.IN_COMMIT, () -> {});
    }
  }

  /**
   * A compaction beside the jobs, as a nightly one is. It is begun again until it has a date to
   * rewrite: early in a run none is complete.
   */
  static void compact(Run run) throws IOException, InterruptedException {
    rewrite(run, "compact", List.of("--all"), Set.of(0));
  }

  /** Takes the events of some users out of what is there, and leaves those that come. */
  static void erase(Run run) throws IOException, InterruptedException {
    Path keys = run.world().directory().resolve("erased-" + run.name() + ".txt");
    Files.write(keys, ChaosEvents.erasedUsers());
    // Where files are too young to be rewritten it says that they are left.
    JsonNode dates =
        rewrite(run, "erase", List.of("--where=user_id in " + keys), Set.of(0, Main.NOT_PROVED));
    run.hasErased(sum(dates, "rows"));
  }

  /**
   * Calls a verb until it has rewritten a file. Files are made old for it on the store's disk, but
   * for those that a writer may not have seen yet.
   *
   * @return what it says of each date
   */
  private static JsonNode rewrite(Run run, String verb, List<String> flags, Set<Integer> well)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(verb, "--json"));
    arguments.addAll(flags);
    for (String flag : run.jobs().flags(run.jobs().all().get(0))) {
      if (flag.matches(
          "--(lake|contract|awsRegion|endpoint|s3PathStyle|publish|icebergConfig)=.*")) {
        arguments.add(flag);
      }
    }
    long end = System.nanoTime() + COMPLETE.toNanos();
    while (true) {
      JsonNode dates = call(run, arguments, well);
      if (sum(dates, "written") + sum(dates, "rewritten") > 0) {
        return dates;
      }
      if (System.nanoTime() > end) {
        throw new IOException(verb + " had nothing to rewrite in " + COMPLETE.toSeconds() + " s");
      }
      run.pause(2, 4);
    }
  }

  private static long sum(JsonNode dates, String field) {
    long sum = 0;
    for (JsonNode date : dates) {
      sum += date.path(field).asLong();
    }
    return sum;
  }

  private static JsonNode call(Run run, List<String> arguments, Set<Integer> well)
      throws IOException, InterruptedException {
    String verb = arguments.get(0);
    makeOld(run.world().bucket("lake").resolve(run.name()));
    try (JavaProcess process = run.world().verb(verb + "-" + run.name(), List.of(), arguments)) {
      process.start();
      int status = process.await(ENDS);
      if (!well.contains(status)) {
        throw new IOException(verb + " ended with " + status + "; see " + process.log());
      }
      List<String> said = Files.readAllLines(process.log());
      String last =
          said.stream().filter(line -> line.startsWith("{")).reduce((a, b) -> b).orElse("{}");
      return JSON.readTree(last).path("dates");
    }
  }

  private static void makeOld(Path folder) throws IOException {
    Instant young = Instant.now().minus(YOUNG);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".parquet")).toList()) {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        if (written.isBefore(young) && written.isAfter(young.minus(LONG_AGO))) {
          Files.setLastModifiedTime(file, FileTime.from(written.minus(LONG_AGO)));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
