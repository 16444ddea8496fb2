package io.sluice.chaos;

import io.sluice.audit.AuditReport;
import io.sluice.audit.TableReport;
import io.sluice.cli.AuditCommand;
import io.sluice.flink.FlinkJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lake and the dead letters that the jobs of a run have written, or the tables that follow
 * them, from outside: as the judge counts them, and as the audit proves them.
 */
final class WrittenTables {
  private final World world;
  private final String name;
  private final boolean compacted;
  private final Path ledger;
  private final Jobs jobs;
  private final @Nullable TableReader reader;
  private final String erasedUsers;

  /**
   * @param name of the topic and of the folders
   * @param compacted whether Kafka may have removed records
   * @param ledger what was sent
   * @param reader of the tables that follow them, which are judged in their place; null where none
   *     do
   * @param erasedUsers as {@link Judge} has them
   */
  WrittenTables(
      World world,
      String name,
      boolean compacted,
      Path ledger,
      Jobs jobs,
      @Nullable TableReader reader,
      String erasedUsers) {
    this.world = world;
    this.name = name;
    this.compacted = compacted;
    this.ledger = ledger;
    this.jobs = jobs;
    this.reader = reader;
    this.erasedUsers = erasedUsers;
  }

  boolean hasFiles() throws IOException {
    try (Stream<Path> files = Files.walk(world.bucket("lake").resolve(name))) {
      return files.anyMatch(file -> file.toString().endsWith(".parquet"));
    }
  }

  Judge.Count count() throws Exception {
    Judge.StillThere stillThere =
        compacted
            ? OffsetsInKafka.read(world.bootstrapServers(), name)
            : (partition, offset) -> true;
    return reader == null
        ? Judge.count(
            ledger,
            Judge.Rows.in(world.bucket("lake").resolve(name).resolve("chaos")),
            Judge.Rows.in(world.bucket("dead").resolve(name).resolve("chaos_dead_letters")),
            erasedUsers,
            stillThere)
        : Judge.count(ledger, reader.ofLake(), reader.ofDeadLetters(), erasedUsers, stillThere);
  }

  /** What the lake says of itself; null where the jobs leave no positions in it. */
  @Nullable AuditReport audit(boolean deep) throws IOException {
    return jobs.areSluice()
        ? AuditCommand.run(FlinkJob.options(jobs.flags(jobs.all().get(0))), deep)
        : null;
  }

  /** What the tables that follow the lake say of themselves; null where none do. */
  @Nullable TableReport tableAudit(boolean deep) throws IOException {
    return reader == null
        ? null
        : AuditCommand.run(FlinkJob.options(jobs.flags(jobs.all().get(0))), "iceberg", deep);
  }

  /**
   * Waits until nothing is missing, or nothing moves any more.
   *
   * @param patience after which what does not move is taken for still
   * @return whether nothing is missing
   */
  boolean awaitAll(Duration patience) throws InterruptedException {
    long lastChange = System.nanoTime();
    String before = "";
    while (System.nanoTime() - lastChange < patience.toNanos()) {
      TimeUnit.SECONDS.sleep(2);
      try {
        Optional<String> now = unfinished();
        if (now.isEmpty()) {
          return true;
        }
        if (!now.get().equals(before)) {
          before = now.get();
          lastChange = System.nanoTime();
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        // A file that is not there yet, or no more: asked again.
      }
    }
    return false;
  }

  /** How much is there, which is another text when it is more; empty where nothing is missing. */
  private Optional<String> unfinished() throws Exception {
    TableReport tables = tableAudit(false);
    if (tables != null) {
      return tables.complete() ? Optional.empty() : Optional.of(tables.line());
    }
    AuditReport report = audit(false);
    if (report != null) {
      return report.complete() ? Optional.empty() : Optional.of(report.line());
    }
    Judge.Count count = count();
    return count.lost() == 0 ? Optional.empty() : Optional.of(count.lake() + " " + count.dead());
  }
}
