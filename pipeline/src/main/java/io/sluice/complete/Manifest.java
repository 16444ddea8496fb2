package io.sluice.complete;

import io.sluice.contract.Table;
import io.sluice.lake.Erased;
import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.PositionRanges;
import io.sluice.lake.Positions;
import io.sluice.lake.Replaced;
import io.sluice.lake.Skipped;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A version of a date's manifest: which files are the date's rows, and what their footers say. It
 * is derived from the files, so it can be made again at any time, and a version is never changed: a
 * further file makes the next one, and so does a rewrite. Which of the folder's files are the
 * date's rows is for the newest to say, see {@link DateFiles}.
 *
 * @param table the table's name
 * @param date as it says itself, which is not its folder's where somebody has renamed that
 * @param firstComplete the number of the version that called the date complete first, as all later
 *     ones do; 0 while the date grows
 * @param files in the order of their names
 * @param abandoned the rewrites that were declared dead
 * @param abandonedFiles those of their files that were there: what older versions of Sluice go by
 */
public record Manifest(
    String table,
    LocalDate date,
    int version,
    int firstComplete,
    List<DataFile> files,
    Abandoned abandoned,
    Set<String> abandonedFiles) {
  private static final Comparator<DataFile> BY_NAME = Comparator.comparing(DataFile::name);

  public Manifest {
    files = files.stream().sorted(BY_NAME).toList();
    abandonedFiles = Collections.unmodifiableSet(new TreeSet<>(abandonedFiles));
  }

  /**
   * A file of a date.
   *
   * @param sha256 of its bytes, in hexadecimal digits
   * @param written when, by the store's clock; null where no list has said so yet, and in manifests
   *     of before
   * @param recovered as {@link Footer} has it
   * @param replaces as {@link Footer} has it
   * @param skipped as {@link Footer} has it
   * @param erased as {@link Footer} has it, with its positions as ranges
   */
  public record DataFile(
      String name,
      long rows,
      long records,
      long bytes,
      String sha256,
      @Nullable Instant written,
      String contractVersion,
      Footer.TimeRange eventTimes,
      boolean recovered,
      @Nullable Replaced replaces,
      PositionRanges positions,
      Skipped skipped,
      ErasedRanges erased) {
    /** A file from which nothing was erased. */
    public DataFile(
        String name,
        long rows,
        long records,
        long bytes,
        String sha256,
        @Nullable Instant written,
        String contractVersion,
        Footer.TimeRange eventTimes,
        boolean recovered,
        @Nullable Replaced replaces,
        PositionRanges positions,
        Skipped skipped) {
      this(
          name,
          rows,
          records,
          bytes,
          sha256,
          written,
          contractVersion,
          eventTimes,
          recovered,
          replaces,
          positions,
          skipped,
          ErasedRanges.NONE);
    }

    /** A file that has a row for each position. */
    DataFile(
        String name,
        long rows,
        long bytes,
        String sha256,
        @Nullable Instant written,
        String contractVersion,
        Footer.TimeRange eventTimes,
        boolean recovered,
        @Nullable Replaced replaces,
        PositionRanges positions) {
      this(
          name,
          rows,
          rows,
          bytes,
          sha256,
          written,
          contractVersion,
          eventTimes,
          recovered,
          replaces,
          positions,
          Skipped.NONE);
    }

    static DataFile of(LakeFiles.DataFile file, String sha256, @Nullable Instant written) {
      Footer footer = file.footer();
      return new DataFile(
          file.part().name(),
          footer.rows(),
          footer.records(),
          file.entry().size(),
          sha256,
          written,
          footer.contractVersion(),
          footer.eventTimes(),
          footer.recovered(),
          footer.replaces(),
          PositionRanges.of(footer.positions()),
          footer.skipped(),
          ErasedRanges.of(footer.erased()));
    }

    /** Its footer, as far as a manifest has it: without the times of records. */
    public Footer footer() {
      return new Footer(
          rows,
          records,
          positions.toPositions(),
          contractVersion,
          eventTimes,
          null,
          recovered,
          replaces,
          skipped,
          erased.toErased());
    }

    DataFile writtenAt(Instant time) {
      return new DataFile(
          name,
          rows,
          records,
          bytes,
          sha256,
          time,
          contractVersion,
          eventTimes,
          recovered,
          replaces,
          positions,
          skipped,
          erased);
    }
  }

  /**
   * {@link Erased} of a file, held in few bytes.
   *
   * @param unplaced as {@link Erased} has it
   * @param rows as {@link Erased} has it
   */
  public record ErasedRanges(PositionRanges positions, long unplaced, long rows) {
    static final ErasedRanges NONE = of(Erased.NONE);

    static ErasedRanges of(Erased erased) {
      return new ErasedRanges(
          PositionRanges.of(erased.positions()), erased.unplaced(), erased.rows());
    }

    boolean isNone() {
      return rows == 0 && positions.partitions().isEmpty();
    }

    Erased toErased() {
      return isNone() ? Erased.NONE : new Erased(positions.toPositions(), unplaced, rows);
    }
  }

  /** Whether rows of a file were erased. */
  boolean hasErased() {
    return files.stream().anyMatch(file -> !file.erased().isNone());
  }

  /** Whether the date is complete: all was there that was to come, and what came since is late. */
  public boolean isComplete() {
    return firstComplete > 0;
  }

  /** The file of a name; empty where it is not the date's. */
  public Optional<DataFile> file(String name) {
    int low = 0;
    int high = files.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = files.get(middle).name().compareTo(name);
      if (order == 0) {
        return Optional.of(files.get(middle));
      }
      low = order < 0 ? middle + 1 : low;
      high = order > 0 ? middle - 1 : high;
    }
    return Optional.empty();
  }

  /** The names of the files. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    files.forEach(file -> names.add(file.name()));
    return names;
  }

  public long rows() {
    return files.stream().mapToLong(DataFile::rows).sum();
  }

  public long bytes() {
    return files.stream().mapToLong(DataFile::bytes).sum();
  }

  /** From the least event time to the greatest; empty where there is no file. */
  public Optional<Footer.TimeRange> eventTimes() {
    return files.stream().map(DataFile::eventTimes).reduce(Footer.TimeRange::and);
  }

  /** The positions of all rows. */
  public Positions positions() {
    Positions all = new Positions();
    files.forEach(file -> file.positions().addTo(all));
    return all;
  }

  /** The names of the files that some of the files have taken the place of. */
  Set<String> replaced(Table of) {
    String folder = PartFile.folder(of.name(), of.dateColumn(), date);
    Set<String> names = new TreeSet<>();
    for (DataFile file : files) {
      Replaced replaces = file.replaces();
      if (replaces != null) {
        PartFile.parse(folder + file.name()).ifPresent(part -> names.addAll(replaces.names(part)));
      }
    }
    return names;
  }
}
