package io.sluice.report;

import io.sluice.lake.Footer;
import io.sluice.lake.LakeFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gathers a date's files. */
final class DateFacts {
  /** Below this a file costs a reader more in requests than in bytes. */
  private static final long SMALL = 32L << 20;

  /** So many files of one log are as it must be: what came at the end, and what came late. */
  private static final int FEW_FILES = 4;

  private final LocalDate date;
  private final TreeMap<String, Long> rowsByVersion = new TreeMap<>();
  private final Set<Integer> shards = new HashSet<>();
  private long[] sizes = new long[4];
  private int files;
  private long rows;
  private long skipped;
  private long lateRows;
  private int lateFiles;
  private Instant firstEvent = Instant.MAX;
  private Instant lastEvent = Instant.MIN;
  private Instant lastFile = Instant.MIN;
  private Instant lastRewrite = Instant.MIN;
  private @Nullable Instant newestRecord;

  DateFacts(LocalDate date) {
    this.date = date;
  }

  LocalDate date() {
    return date;
  }

  /**
   * @param late how many of the rows came after the date was first called complete
   */
  void add(LakeFiles.DataFile file, long late) {
    Footer footer = file.footer();
    if (files == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * files);
    }
    sizes[files++] = file.entry().size();
    shards.add(file.part().shard());
    rows += footer.rows();
    rowsByVersion.merge(footer.contractVersion(), footer.rows(), Long::sum);
    skipped += footer.skipped().total();
    lateRows += late;
    lateFiles += late > 0 ? 1 : 0;
    if (footer.eventTimes().from().isBefore(firstEvent)) {
      firstEvent = footer.eventTimes().from();
    }
    lastEvent = ReportReader.later(lastEvent, footer.eventTimes().to());
    if (file.part().isRewritten()) {
      lastRewrite = ReportReader.later(lastRewrite, file.entry().modified());
    } else {
      lastFile = ReportReader.later(lastFile, file.entry().modified());
    }
    if (footer.recordTimes() != null) {
      newestRecord = ReportReader.later(newestRecord, footer.recordTimes().to());
    }
  }

  Report.Date finish(Publications.@Nullable State state, ZoneId zone) {
    long[] sorted = Arrays.copyOf(sizes, files);
    Arrays.sort(sorted);
    long median = sorted[(files - 1) / 2];
    // A rewrite brings no rows. Where nothing else is left, they came before the first manifest, or
    // at the latest with the rewrite.
    Instant came = lastFile != Instant.MIN ? lastFile : state != null ? state.first() : lastRewrite;
    Instant end = date.plusDays(1).atStartOfDay(zone).toInstant();
    return new Report.Date(
        date,
        rows,
        files,
        Arrays.stream(sorted).sum(),
        median,
        sorted[0],
        median < SMALL && files > FEW_FILES * shards.size(),
        firstEvent,
        lastEvent,
        newestRecord,
        came,
        Duration.between(end, came).toSeconds(),
        state == null ? null : state.first(),
        state == null ? null : state.since(),
        lateRows,
        lateFiles,
        skipped,
        new TreeMap<>(rowsByVersion));
  }
}
