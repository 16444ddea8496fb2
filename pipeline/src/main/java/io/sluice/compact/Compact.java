package io.sluice.compact;

import io.sluice.UserException;
import io.sluice.complete.DateFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.DamagedFileException;
import io.sluice.lake.Erased;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Seal;
import io.sluice.lake.Skipped;
import io.sluice.lake.Store;
import io.sluice.write.FilePolicy;
import io.sluice.write.ParquetCopy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Compacts closed dates: rewrites the small files of each log as files of a target size, with
 * exactly their rows and positions. A date is closed when it has ended in its zone and its newest
 * manifest calls it complete and names its files.
 */
public final class Compact {
  /**
   * How to.
   *
   * @param targetBytes how large files are to become; those of three quarters of it stay
   * @param settle files younger than this stay, see {@link Rewrite}
   * @param takeOver see {@link Rewrite#clean}
   */
  public record Settings(long targetBytes, Duration settle, int zstdLevel, boolean takeOver) {}

  /**
   * What was done to a date, or would be.
   *
   * @param filesBefore all files of the date
   * @param rewritten those of them that were replaced
   * @param unsettled small ones that are too young
   * @param written files that took their place
   * @param removed files that an interrupted rewrite had left
   * @param skipped why nothing was done; null where the date was looked at
   * @param damaged whether that has to be mended, and does not pass by itself
   */
  public record Result(
      String table,
      LocalDate date,
      int filesBefore,
      long bytesBefore,
      int rewritten,
      int unsettled,
      int written,
      int filesAfter,
      long bytesAfter,
      long rows,
      int removed,
      double seconds,
      @Nullable String skipped,
      boolean damaged) {
    private static Result leftOut(String table, LocalDate date, String why, boolean damaged) {
      return new Result(table, date, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, why, damaged);
    }
  }

  private final Store store;
  private final Table table;
  private final Settings settings;
  private final LongConsumer progress;
  private final BeforeDeletion beforeDeletion;

  /**
   * @param progress is told how many bytes were rewritten so far
   */
  public Compact(Store store, Table table, Settings settings, LongConsumer progress) {
    this(store, table, settings, progress, BeforeDeletion.NOTHING);
  }

  /**
   * @param progress is told how many bytes were rewritten so far
   */
  public Compact(
      Store store,
      Table table,
      Settings settings,
      LongConsumer progress,
      BeforeDeletion beforeDeletion) {
    this.beforeDeletion = beforeDeletion;
    this.store = store;
    this.table = table;
    this.settings = settings;
    this.progress = progress;
  }

  /** Files of one log that become one. */
  private record Group(List<LakeFiles.DataFile> files, Positions positions) {
    long bytes() {
      return files.stream().mapToLong(file -> file.entry().size()).sum();
    }

    long rows() {
      return files.stream().mapToLong(file -> file.footer().rows()).sum();
    }
  }

  /**
   * What files must have in common to become one.
   *
   * @param isPlaced a file that is not can never be derived again, and would keep others from it
   */
  private record Kind(
      int shard, String contractVersion, boolean recovered, boolean isPlaced, MessageType schema) {}

  /**
   * Why a date cannot be compacted now; null where it can.
   *
   * @throws UserException where a newer version of Sluice has written the table
   */
  private @Nullable String notClosed(LocalDate date) throws IOException {
    LakeDescriptor.requireReadable(store, table);
    Instant end = date.plusDays(1).atStartOfDay(table.zone()).toInstant();
    if (end.isAfter(Instant.now())) {
      return date + " has not ended yet: compact it after " + end;
    }
    if (store.list(PartFile.folder(table.name(), table.dateColumn(), date)).isEmpty()) {
      return store.root() + " has no files of " + table.name() + " for " + date;
    }
    if (!new Publication(store, table, date).isComplete()) {
      return date
          + " of "
          + table.name()
          + " is not complete: its newest manifest does not call it so; wait for the job that writes it, or start it";
    }
    return null;
  }

  /**
   * Compacts a date of many: one that is not closed, that another rewrites, or that has a damaged
   * file keeps no other from being compacted, and is left out.
   *
   * @param dryRun says what would be done and changes nothing
   * @throws UserException where the next date would end as this one: the store refuses, or a newer
   *     version of Sluice has written the table
   */
  public Result runIfPossible(LocalDate date, boolean dryRun) throws IOException {
    try {
      return run(date, dryRun);
    } catch (NotNowException e) {
      return Result.leftOut(table.name(), date, String.valueOf(e.getMessage()), false);
    } catch (DamagedDateException e) {
      return Result.leftOut(table.name(), date, String.valueOf(e.getMessage()), true);
    } catch (DamagedFileException e) {
      return Result.leftOut(table.name(), date, e.remedy(), true);
    }
  }

  /**
   * Compacts a closed date.
   *
   * @param dryRun says what would be done and changes nothing
   * @throws UserException where the date is not closed, a file is damaged, or another rewrite of
   *     the date is under way; nothing has changed then
   */
  public Result run(LocalDate date, boolean dryRun) throws IOException {
    long started = System.nanoTime();
    String notClosed = notClosed(date);
    if (notClosed != null) {
      throw new NotNowException(notClosed);
    }
    try (Rewrite rewrite =
        new Rewrite(store, table, date, settings.settle(), dryRun, beforeDeletion)) {
      int removed = 0;
      if (dryRun) {
        refuseWithinGrace(date, rewrite.kept());
      } else {
        Rewrite.Cleaned cleaned = rewrite.clean(settings.takeOver());
        removed = cleaned.removed();
        refuseWhileUnderWay(date, cleaned.underWay());
        refuseWithinGrace(date, cleaned.kept());
        new Publication(store, table, date).repairSuccess();
      }
      DateFiles before = DateFiles.read(store, table, date);
      List<LakeFiles.DataFile> small = new ArrayList<>();
      int unsettled = 0;
      for (Store.Entry entry : before.live()) {
        if (entry.size() < settings.targetBytes() * 3 / 4) {
          if (rewrite.isSettled(entry)) {
            small.add(LakeFiles.read(store, entry).orElseThrow(() -> vanished(entry)));
          } else {
            unsettled++;
          }
        }
      }
      List<Group> groups = groups(small);
      long bytesBefore = before.live().stream().mapToLong(Store.Entry::size).sum();
      int rewritten = groups.stream().mapToInt(group -> group.files().size()).sum();
      long rows = groups.stream().mapToLong(Group::rows).sum();
      List<Store.Entry> after = before.live();
      if (!dryRun && !groups.isEmpty()) {
        for (Group group : groups) {
          stage(rewrite, group);
        }
        if (!rewrite.commit()) {
          throw NotNowException.rewrittenByAnother(date, null);
        }
        after = DateFiles.read(store, table, date).live();
      }
      return new Result(
          table.name(),
          date,
          before.live().size(),
          bytesBefore,
          rewritten,
          unsettled,
          groups.size(),
          dryRun ? before.live().size() - rewritten + groups.size() : after.size(),
          dryRun ? bytesBefore : after.stream().mapToLong(Store.Entry::size).sum(),
          rows,
          removed,
          (System.nanoTime() - started) / 1e9,
          null,
          false);
    } catch (NoSuchFileException e) {
      throw NotNowException.rewrittenByAnother(date, e);
    }
  }

  /**
   * Refuses to rewrite a date while another rewrite may be at it.
   *
   * @throws NotNowException where files of one are there that are not settled
   */
  public static void refuseWhileUnderWay(
      LocalDate date, List<Store.Entry> underWay, Duration settle) {
    if (underWay.isEmpty()) {
      return;
    }
    Instant youngest =
        underWay.stream().map(Store.Entry::modified).max(Comparator.naturalOrder()).orElseThrow();
    throw new NotNowException(
        "another rewrite of "
            + date
            + " is under way, or was interrupted: "
            + underWay.size()
            + " files of it can go after "
            + youngest.plus(settle)
            + ", or now with --takeOver if it does not run any more");
  }

  /**
   * Refuses to rewrite a date again within its grace: a file that stands for one that stands for
   * others would not say so of these.
   *
   * @param kept until when replaced files stay; null where none do
   * @throws NotNowException where some do
   */
  public static void refuseWithinGrace(LocalDate date, @Nullable Instant kept) {
    if (kept != null) {
      throw new NotNowException(
          date
              + " was rewritten, and the files that were replaced stay until "
              + kept
              + ", for readers of old snapshots (--grace): run this again then, or now with"
              + " --grace=0s, which removes them");
    }
  }

  private void refuseWhileUnderWay(LocalDate date, List<Store.Entry> underWay) {
    refuseWhileUnderWay(date, underWay, settings.settle());
  }

  private static NoSuchFileException vanished(Store.Entry entry) {
    return new NoSuchFileException(entry.key());
  }

  private List<Group> groups(List<LakeFiles.DataFile> small) throws IOException {
    Map<Integer, List<LakeFiles.DataFile>> logs = new TreeMap<>();
    for (LakeFiles.DataFile file : small) {
      logs.computeIfAbsent(file.part().shard(), shard -> new ArrayList<>()).add(file);
    }
    List<Group> groups = new ArrayList<>();
    for (List<LakeFiles.DataFile> log : logs.values()) {
      // A file that is alone need not be asked for its schema.
      if (log.size() > 1) {
        Map<Kind, List<LakeFiles.DataFile>> kinds = new java.util.LinkedHashMap<>();
        for (LakeFiles.DataFile file : log) {
          Footer footer = file.footer();
          Kind kind =
              new Kind(
                  file.part().shard(),
                  footer.contractVersion(),
                  footer.recovered(),
                  footer.erased().isPlaced(),
                  ParquetCopy.schema(store, file));
          kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(file);
        }
        kinds.values().forEach(files -> group(files, groups));
      }
    }
    return groups;
  }

  /** Neighbours, as many as fit. */
  private void group(List<LakeFiles.DataFile> files, List<Group> groups) {
    files.sort(Comparator.comparingLong(file -> file.part().sequence()));
    List<LakeFiles.DataFile> current = new ArrayList<>();
    Positions positions = new Positions();
    Positions erased = new Positions();
    long bytes = 0;
    for (LakeFiles.DataFile file : files) {
      Positions with = positions.copy().addAll(file.footer().positions());
      erased.addAll(file.footer().erased().positions());
      if (!current.isEmpty()
          && (bytes + file.entry().size() > settings.targetBytes()
              || with.encodedSize() > FilePolicy.MOST_POSITION_BYTES
              || erased.encodedSize() > FilePolicy.MOST_POSITION_BYTES)) {
        add(current, positions, groups);
        current = new ArrayList<>();
        with = file.footer().positions().copy();
        erased = file.footer().erased().positions().copy();
        bytes = 0;
      }
      current.add(file);
      positions = with;
      bytes += file.entry().size();
    }
    add(current, positions, groups);
  }

  private static void add(List<LakeFiles.DataFile> files, Positions positions, List<Group> groups) {
    if (files.size() > 1) {
      groups.add(new Group(files, positions));
    }
  }

  private void stage(Rewrite rewrite, Group group) throws IOException {
    for (LakeFiles.DataFile file : group.files()) {
      if (!Seal.check(store, file.entry()).intact()) {
        throw new DamagedDateException(
            store.root()
                + "/"
                + file.entry().key()
                + " is damaged: its bytes are not those that were sealed; rebuild "
                + file.part().date()
                + " from Kafka, or restore the file");
      }
    }
    Rewrite.Log log =
        rewrite.replacing(group.files().stream().map(LakeFiles.DataFile::part).toList());
    Footer footer = footer(group, log);
    if (!footer.addsUp()) {
      throw new DamagedDateException(
          store.root()
              + ": files of "
              + group.files().get(0).part().date()
              + " have rows in common, so they are not rewritten; see sluice audit");
    }
    try (ParquetCopy copy = new ParquetCopy(store, group.files(), footer, settings.zstdLevel())) {
      log.add(copy::writeTo);
    }
    progress.accept(group.bytes());
  }

  private static Footer footer(Group group, Rewrite.Log log) {
    Footer first = group.files().get(0).footer();
    Skipped skipped = Skipped.NONE;
    Erased erased = Erased.NONE;
    Footer.@Nullable TimeRange rowTimes = null;
    Footer.@Nullable TimeRange skippedTimes = null;
    Footer.@Nullable TimeRange recordTimes = first.recordTimes();
    for (LakeFiles.DataFile file : group.files()) {
      Footer footer = file.footer();
      skipped = skipped.and(footer.skipped());
      erased = erased.and(footer.erased());
      if (footer.rows() > 0) {
        rowTimes = and(rowTimes, footer.eventTimes());
      } else {
        skippedTimes = and(skippedTimes, footer.eventTimes());
      }
      recordTimes =
          recordTimes == null || footer.recordTimes() == null
              ? null
              : recordTimes.and(footer.recordTimes());
    }
    return new Footer(
        group.rows(),
        group.files().stream().mapToLong(file -> file.footer().records()).sum(),
        group.positions(),
        first.contractVersion(),
        java.util.Objects.requireNonNull(rowTimes != null ? rowTimes : skippedTimes),
        recordTimes,
        first.recovered(),
        log.replaces().byCopy(),
        skipped,
        erased);
  }

  private static Footer.TimeRange and(Footer.@Nullable TimeRange one, Footer.TimeRange other) {
    return one == null ? other : one.and(other);
  }
}
