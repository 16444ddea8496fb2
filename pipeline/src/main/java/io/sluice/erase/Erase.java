package io.sluice.erase;

import io.sluice.UserException;
import io.sluice.compact.BeforeDeletion;
import io.sluice.compact.Compact;
import io.sluice.compact.DamagedDateException;
import io.sluice.compact.NotNowException;
import io.sluice.compact.Rewrite;
import io.sluice.complete.DateFiles;
import io.sluice.complete.Publication;
import io.sluice.contract.Table;
import io.sluice.lake.DamagedFileException;
import io.sluice.lake.LakeDescriptor;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.Parallel;
import io.sluice.lake.PartFile;
import io.sluice.lake.Replaced;
import io.sluice.lake.Seal;
import io.sluice.lake.Store;
import io.sluice.write.ParquetCopy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the files of a table that have rows which are to go, without these: one file in the
 * place of each, with its positions. A date need not be complete, for its files that are settled
 * are seen by every writer; those that are not stay, and are said.
 */
public final class Erase {
  /** How many files are looked into at once: of each the column of the keys may be held. */
  private static final int LOOKS = 8;

  /**
   * How to.
   *
   * @param settle files younger than this stay, see {@link Rewrite}
   * @param takeOver see {@link Rewrite#clean}
   * @param dryRun says what would be done and changes nothing
   */
  public record Settings(Duration settle, int zstdLevel, boolean takeOver, boolean dryRun) {}

  /**
   * What was done to a date, or would be.
   *
   * @param files all files of the date
   * @param looked how many row groups were looked into; all others could not have a key
   * @param rewritten how many of the files were written again
   * @param rows that were erased
   * @param records of which no row is left
   * @param left rows that are to go and stay for now
   * @param unsettled how many files have such rows and are too young
   * @param removed files that were deleted, which an earlier or an interrupted rewrite had left
   * @param kept until when files that were replaced stay, with all that they have; null for none
   * @param why nothing was erased though there is something, or it was not seen whether there is;
   *     null where all of it was
   * @param damaged whether that has to be mended, and does not pass by itself
   */
  public record Result(
      String table,
      LocalDate date,
      int files,
      int looked,
      int rewritten,
      long rows,
      long records,
      long left,
      int unsettled,
      int removed,
      @Nullable Instant kept,
      @Nullable String why,
      boolean damaged) {
    private static Result leftOut(String table, LocalDate date, String why, boolean damaged) {
      return new Result(table, date, 0, 0, 0, 0, 0, 0, 0, 0, null, why, damaged);
    }

    /** Whether all is gone that is to go. */
    public boolean isDone() {
      return left == 0 && why == null;
    }
  }

  /** Finds the rows of a file that are to go. */
  interface Finder {
    FileMatches of(LakeFiles.DataFile file) throws IOException;
  }

  /** Looks at a date before its files are. */
  interface Preparation {
    Finder finder() throws IOException;
  }

  private final Store store;
  private final Table table;
  private final Settings settings;
  private final BeforeDeletion beforeDeletion;
  private final LongConsumer progress;
  private final FoundKeys found = new FoundKeys();

  /**
   * @param progress is told how many more files were looked at
   */
  public Erase(
      Store store,
      Table table,
      Settings settings,
      BeforeDeletion beforeDeletion,
      LongConsumer progress) {
    this.store = store;
    this.table = table;
    this.settings = settings;
    this.beforeDeletion = beforeDeletion;
    this.progress = progress;
  }

  /** Which of the keys any row had so far. */
  public FoundKeys found() {
    return found;
  }

  /**
   * Erases the rows of a date that have one of some keys.
   *
   * @throws UserException where the next date would end as this one: the store refuses, or a newer
   *     version of Sluice has written the table
   */
  public Result run(LocalDate date, Where where) throws IOException {
    return runIfPossible(date, () -> file -> FileMatches.of(store, file, where));
  }

  /** A date that cannot be rewritten now keeps no other from it. */
  Result runIfPossible(LocalDate date, Preparation preparation) throws IOException {
    try {
      return run(date, preparation.finder());
    } catch (NoSuchFileException e) {
      return Result.leftOut(
          table.name(),
          date,
          date + " was rewritten by another at the same time: run this again",
          false);
    } catch (NotNowException e) {
      return Result.leftOut(table.name(), date, String.valueOf(e.getMessage()), false);
    } catch (DamagedDateException e) {
      return Result.leftOut(table.name(), date, String.valueOf(e.getMessage()), true);
    } catch (DamagedFileException e) {
      return Result.leftOut(table.name(), date, e.remedy(), true);
    }
  }

  /** A file, and its rows that are to go. */
  private record Hit(LakeFiles.DataFile file, FileMatches matches) {}

  private Result run(LocalDate date, Finder finder) throws IOException {
    LakeDescriptor.requireReadable(store, table);
    try (Rewrite rewrite =
        new Rewrite(store, table, date, settings.settle(), settings.dryRun(), beforeDeletion)) {
      int removed = 0;
      List<Store.Entry> underWay = List.of();
      Instant kept;
      if (settings.dryRun()) {
        kept = rewrite.kept();
      } else {
        Rewrite.Cleaned cleaned = rewrite.clean(settings.takeOver());
        removed = cleaned.removed();
        underWay = cleaned.underWay();
        kept = cleaned.kept();
        new Publication(store, table, date).repairSuccess();
      }
      DateFiles now = DateFiles.read(store, table, date);
      List<Store.Entry> live = now.live();
      List<Hit> hits = new ArrayList<>();
      long young = 0;
      int unsettled = 0;
      int looked = 0;
      for (Hit hit : Parallel.map(live, LOOKS, "looking for rows", entry -> look(entry, finder))) {
        FileMatches matches = hit.matches();
        looked += matches.rowGroupsRead();
        found.add(matches.found());
        if (matches.isAny() && rewrite.isSettled(hit.file().entry())) {
          hits.add(hit);
        } else if (matches.isAny()) {
          young += matches.rows();
          unsettled++;
        }
      }
      progress.accept(live.size());
      long rows = hits.stream().mapToLong(hit -> hit.matches().rows()).sum();
      long records = hits.stream().mapToLong(hit -> hit.matches().records()).sum();
      String why = hits.isEmpty() ? null : whyNot(date, underWay);
      if (why == null && !hits.isEmpty() && !settings.dryRun()) {
        for (Hit hit : hits) {
          stage(rewrite, hit, now.replaced());
        }
        if (!rewrite.commit()) {
          throw NotNowException.rewrittenByAnother(date, null);
        }
        kept = rewrite.kept();
      }
      return new Result(
          table.name(),
          date,
          live.size(),
          looked,
          why == null ? hits.size() : 0,
          why == null ? rows : 0,
          why == null ? records : 0,
          young + (why == null ? 0 : rows),
          unsettled,
          removed,
          kept,
          why,
          false);
    }
  }

  private @Nullable String whyNot(LocalDate date, List<Store.Entry> underWay) {
    try {
      Compact.refuseWhileUnderWay(date, underWay, settings.settle());
      return null;
    } catch (NotNowException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private Hit look(Store.Entry entry, Finder finder) throws IOException {
    LakeFiles.DataFile file =
        LakeFiles.read(store, entry).orElseThrow(() -> new NoSuchFileException(entry.key()));
    return new Hit(file, find(file, finder));
  }

  private FileMatches find(LakeFiles.DataFile file, Finder finder) throws IOException {
    try {
      return finder.of(file);
    } catch (NoSuchFileException | UserException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // What the library says of pages may have their values in it.
      if (!Seal.check(store, file.entry()).intact()) {
        throw damaged(file);
      }
      throw e;
    }
  }

  private DamagedDateException damaged(LakeFiles.DataFile file) {
    return new DamagedDateException(
        store.root()
            + "/"
            + file.entry().key()
            + " is damaged: its bytes are not those that were sealed; restore it from a backup, or"
            + " rebuild "
            + file.part().date()
            + " from Kafka, and run this again");
  }

  /**
   * @param kept what was replaced and stays for its grace
   */
  private void stage(Rewrite rewrite, Hit hit, List<Store.Entry> kept) throws IOException {
    LakeFiles.DataFile file = hit.file();
    if (!Seal.check(store, file.entry()).intact()) {
      throw damaged(file);
    }
    if (!file.footer().addsUp() || !hit.matches().isOfFile()) {
      throw new DamagedDateException(
          store.root()
              + "/"
              + file.entry().key()
              + ": its rows are not those that its footer names, so it is not rewritten; see"
              + " sluice audit --deep");
    }
    Rewrite.Log log = rewrite.replacing(List.of(file.part()), before(file, kept));
    try (ParquetCopy copy =
        new ParquetCopy(
            store,
            List.of(file),
            hit.matches(),
            hit.matches().footer(log.replaces()),
            settings.zstdLevel())) {
      log.add(copy::writeTo);
    }
  }

  /** Those of what stays that a file has taken the place of. */
  private static List<PartFile> before(LakeFiles.DataFile file, List<Store.Entry> kept) {
    Replaced replaces = file.footer().replaces();
    if (replaces == null) {
      return List.of();
    }
    Set<String> names = replaces.names(file.part());
    return kept.stream()
        .map(entry -> PartFile.parse(entry.key()).orElseThrow())
        .filter(part -> names.contains(part.name()))
        .toList();
  }
}
