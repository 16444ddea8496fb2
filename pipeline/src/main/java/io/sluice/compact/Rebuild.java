package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.decode.DecodeSettings;
import io.sluice.lake.LakeTable;
import io.sluice.lake.Positions;
import io.sluice.lake.Store;
import io.sluice.source.SourceReader;
import io.sluice.write.WriteSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.function.LongConsumer;

/**
 * Derives a date again from Kafka and swaps it in: its rows as the contract and the code of today
 * make them, in files that take the place of those that are there; rows that no file has are
 * appended as a job would. Kafka is read twice: first to see whether all is there and falls where
 * it did, and nothing is changed before that is known.
 *
 * <p>Files that are not settled, and those of recovered dead letters, stay as they are. What was
 * erased stays erased.
 */
public final class Rebuild {
  /**
   * How to.
   *
   * @param settle files younger than this stay, see {@link Rewrite}
   * @param takeOver see {@link Rewrite#clean}
   * @param replaceDamaged whether files whose footer cannot be read may be replaced by what Kafka
   *     has
   */
  public record Settings(
      WriteSettings write,
      Duration settle,
      boolean takeOver,
      boolean replaceDamaged,
      DecodeSettings decoding) {}

  /**
   * What was done, or would be.
   *
   * @param replaced files whose rows were derived again
   * @param kept files that stayed as they are
   * @param damaged files that could not be read; among those replaced
   * @param unknown those of them of which no manifest says which rows they had: what Kafka still
   *     has of these rows and the contract accepts is among the missing ones, and appended
   * @param deadAgain rows of damaged files that a replay had made of dead letters, and the contract
   *     alone does not: they are dead letters, until they are replayed again
   * @param derived records that were derived again, to rows or to none
   * @param missing records of the date that no file had, and were appended
   * @param skipped those of both of which the contract wants no row
   * @param recovered those of them that are dead letters, too
   * @param rejected rows that the contract does not accept any more, and are dead letters now
   * @param removed files that an interrupted rewrite had left
   * @param read records of Kafka that were looked at
   */
  public record Result(
      String table,
      LocalDate date,
      int filesBefore,
      int replaced,
      int kept,
      int damaged,
      int unknown,
      long deadAgain,
      long derived,
      long missing,
      long skipped,
      long recovered,
      long rejected,
      int filesAfter,
      int removed,
      long read,
      double seconds) {
    /** Of a run that followed the mending of damaged files, as one of both. */
    private Result afterMending(
        DateBefore before, RebuildCheck check, int removedBefore, long readBefore) {
      return new Result(
          table,
          date,
          before.files,
          before.replacedFiles(),
          before.kept,
          before.damaged.size(),
          before.unknown.size(),
          check.deadAgain(),
          check.derived(),
          missing,
          check.skipped(),
          recovered,
          check.rejected(),
          filesAfter,
          removed + removedBefore,
          read + readBefore,
          seconds);
    }
  }

  /** Opens the table to be written, where its contract is recorded. */
  public interface Begin {
    LakeTable begin() throws IOException;
  }

  final Contract contract;
  Table table;
  LakeTable lakeTable;
  private final Begin begin;
  final Store lake;
  final LakeTable deadTable;
  final Store deadLetters;
  private final SourceReader topic;
  final Settings settings;
  private final LongConsumer progress;
  private final BeforeDeletion beforeDeletion;

  /**
   * @param lakeTable opened to be read
   * @param begin is asked when it is known that the date may be changed, and not before: a contract
   *     that is recorded stays
   * @param progress is told how many records were read so far
   */
  public Rebuild(
      Contract contract,
      LakeTable lakeTable,
      Begin begin,
      Store lake,
      LakeTable deadTable,
      Store deadLetters,
      SourceReader topic,
      Settings settings,
      LongConsumer progress,
      BeforeDeletion beforeDeletion) {
    this.beforeDeletion = beforeDeletion;
    this.contract = contract;
    this.table = lakeTable.table();
    this.lakeTable = lakeTable;
    this.begin = begin;
    this.lake = lake;
    this.deadTable = deadTable;
    this.deadLetters = deadLetters;
    this.topic = topic;
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Rebuilds a date.
   *
   * @param dryRun says what would be done and changes nothing
   * @throws UserException where the date cannot be derived from Kafka as it is; nothing has changed
   *     then
   */
  public Result run(LocalDate date, boolean dryRun) throws IOException {
    long started = System.nanoTime();
    Instant end = date.plusDays(1).atStartOfDay(table.zone()).toInstant();
    if (end.isAfter(Instant.now())) {
      throw new UserException(date + " has not ended yet: rebuild it after " + end);
    }
    try (Rewrite rewrite =
        new Rewrite(lake, table, date, settings.settle(), dryRun, beforeDeletion)) {
      int removed = 0;
      if (dryRun) {
        Compact.refuseWithinGrace(date, rewrite.kept());
      } else {
        Rewrite.Cleaned cleaned = rewrite.clean(settings.takeOver());
        removed = cleaned.removed();
        Compact.refuseWhileUnderWay(date, cleaned.underWay(), settings.settle());
        Compact.refuseWithinGrace(date, cleaned.kept());
      }
      DateBefore before = DateBefore.read(lake, table, contract.version(), settings, rewrite, date);
      TablePositions letters = TablePositions.read(deadLetters, deadTable.table(), file -> true);
      letters.requireKnown(settings.replaceDamaged());
      // A letter that was erased is no row that is missing, whatever the contract says of it now.
      before.isErased(letters.erased());
      RebuildCheck check = new RebuildCheck(date, before, letters.positions());
      RebuildScan scan = new RebuildScan(contract, table, topic, settings, date);
      long read = scan.read(before, check, progress);
      check.requireAllowed(topic.id().text(), contract.version());
      if (!dryRun) {
        lakeTable = begin.begin();
        table = lakeTable.table();
      }
      if (!dryRun && !before.damaged.isEmpty()) {
        mend(scan, rewrite, date, before, letters.positions());
        // Now each log can be read, and so be appended to.
        return run(date, false).afterMending(before, check, removed, read);
      }
      int filesAfter = before.files;
      if (!dryRun) {
        RebuildChange change =
            new RebuildChange(this, rewrite, date, before, letters.positions(), true);
        scan.read(before, change, count -> {});
        change.commit();
        filesAfter = DateFiles.read(lake, table, date).live().size();
      }
      return new Result(
          table.name(),
          date,
          before.files,
          before.replacedFiles(),
          before.kept,
          before.damaged.size(),
          before.unknown.size(),
          check.deadAgain(),
          check.derived(),
          check.missing(),
          check.skipped(),
          check.recovered(),
          check.rejected(),
          filesAfter,
          removed,
          read,
          (System.nanoTime() - started) / 1e9);
    } catch (NoSuchFileException e) {
      throw NotNowException.rewrittenByAnother(date, e);
    }
  }

  /** Replaces damaged files, and nothing else. */
  private void mend(
      RebuildScan scan, Rewrite rewrite, LocalDate date, DateBefore before, Positions dead)
      throws IOException {
    rewrite.withoutGrace();
    DateBefore damaged = before.damagedOnly();
    RebuildChange change = new RebuildChange(this, rewrite, date, damaged, dead, false);
    if (!damaged.replaced.isEmpty()) {
      scan.read(damaged, change, count -> {});
    }
    change.commit();
  }
}
