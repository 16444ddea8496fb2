package io.sluice.audit;

import io.sluice.contract.Contract;
import io.sluice.contract.Table;
import io.sluice.follow.TableSnapshot;
import io.sluice.follow.TableSnapshot.NamedFile;
import io.sluice.lake.DamagedFileException;
import io.sluice.lake.LakeFiles;
import io.sluice.lake.PartFile;
import io.sluice.lake.Positions;
import io.sluice.lake.Positions.Partition;
import io.sluice.lake.Positions.Range;
import io.sluice.lake.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What follows one table, the rows' or that of dead letters, held against it: the positions in the
 * footers of exactly the files that a snapshot names, each as often as it is named. What it lacks
 * and the lake has is behind, or missing where the snapshot was to have it ({@link Claims}).
 *
 * <p>A footer that the audit of the lake reads anyway is not read again; those of files that are
 * live no more are.
 */
final class TableSide {
  private static final int FILES_UNMEASURED = 256;
  private static final Pattern KEY =
      Pattern.compile(
          "[^/\\s]+/[a-z_]+=\\d{4}-\\d{2}-\\d{2}/part-\\d{5}-\\d{8,}(?:_[0-9a-f]+-\\d{3,})?\\.parquet");

  private final Store store;
  private final Table table;
  private final TableSnapshot snapshot;
  private final Claims claims;
  private final boolean keepFiles;

  /** Of this table's files: by key, each as often as it is named. */
  private final Map<String, List<NamedFile>> named = new LinkedHashMap<>();

  private final TreeSet<String> faults = new TreeSet<>();
  private final TreeSet<String> gone = new TreeSet<>();
  private final Set<String> deleted = new TreeSet<>();
  private final List<TableReport.Partition> partitions = new ArrayList<>();
  private final List<LakeFiles.DataFile> notLive = new ArrayList<>();
  private final Set<String> met = new HashSet<>();
  private @Nullable Instant oldestBehind;
  private long rows;
  private long bytes;
  private long unplaced;

  private Pass pass = Pass.whole();
  private Coverage coverage = new Coverage(pass, null);
  private Positions due = new Positions();

  /** Of files that cannot be read, by the manifest that the table was equal to. */
  private Positions unread = new Positions();

  private boolean isFirst = true;

  /**
   * @param looked when the snapshot was read, by the store's clock, or before
   * @param keepFiles whether {@link #notLive} has the named files that the lake's audit does not
   *     see
   */
  TableSide(Store store, Table table, TableSnapshot snapshot, Instant looked, boolean keepFiles) {
    this.store = store;
    this.table = table;
    this.snapshot = snapshot;
    this.keepFiles = keepFiles;
    Map<String, List<PartFile>> byDate = new HashMap<>();
    for (NamedFile file : snapshot.files()) {
      PartFile part = PartFile.parse(file.key()).orElse(null);
      if (part == null
          || !part.table().equals(table.name())
          || !part.dateColumn().equals(table.dateColumn())) {
        faults.add(file.key() + ": is named, and no file of " + table.name() + " of this lake");
        continue;
      }
      named.computeIfAbsent(file.key(), key -> new ArrayList<>(1)).add(file);
      byDate.computeIfAbsent(part.date().toString(), date -> new ArrayList<>()).add(part);
      if (file.date() != null && !file.date().equals(part.date())) {
        faults.add(file.key() + ": is there under the date " + file.date());
      }
      if (file.hasDeletes()) {
        deleted.add(file.key());
      }
    }
    named.forEach(
        (key, times) -> {
          if (times.size() > 1) {
            faults.add(key + ": is named " + times.size() + " times, so are its rows");
          }
        });
    this.claims = new Claims(store, table, snapshot, looked, byDate);
  }

  void begin(Pass next) {
    pass = next;
    isFirst = next.isFirst();
    coverage = new Coverage(next, null);
    due = new Positions();
    unread = new Positions();
    met.clear();
  }

  /** Takes a live file of the lake's. */
  void live(LakeFiles.DataFile file) {
    List<NamedFile> times = named.get(file.entry().key());
    if (times != null) {
      if (met.add(file.entry().key())) {
        add(file, times);
      }
    } else if (claims.isDue(file.part())) {
      due.addAll(file.footer().positions().where(pass::takes));
    } else if (!file.part().isRewritten()) {
      Instant written = file.entry().modified();
      if (oldestBehind == null || written.isBefore(oldestBehind)) {
        oldestBehind = written;
      }
    }
  }

  private void add(LakeFiles.DataFile file, List<NamedFile> times) {
    for (NamedFile one : times) {
      coverage.add(file);
      if (isFirst) {
        rows += file.footer().rows();
        bytes += file.entry().size();
        unplaced += file.footer().erased().unplaced();
        check("rows", one.rows(), file.footer().rows(), file);
        check("bytes", one.bytes(), file.entry().size(), file);
      }
    }
    if (coverage.count % FILES_UNMEASURED == 0) {
      pass.fit();
    }
  }

  private void check(String what, @Nullable Long said, long has, LakeFiles.DataFile file) {
    if (said != null && said != has) {
      faults.add(
          file.entry().key()
              + ": has "
              + has
              + " "
              + what
              + ", and "
              + said
              + " by what names it: readers skip or misread it");
    }
  }

  /**
   * Reads the named files that were not live, and notes what the table has of each partition.
   *
   * @param lake what the lake has of the table
   * @param others what the lake has of the other table, where a rebuild moves rows to
   * @param ends up to which offset a partition is judged; of others, all of it is
   * @param extra of each partition, offsets in the lake's files that are no committed record
   */
  void end(
      Coverage lake, Coverage others, Map<Partition, Long> ends, Map<Partition, List<Range>> extra)
      throws IOException {
    readNotLive();
    pass.fit();
    if (isFirst) {
      faults.addAll(coverage.damaged);
    }
    Positions has = coverage.once.copy().addAll(unread);
    Positions missing = due.minus(has);
    Positions behind = lake.once.minus(has).minus(missing);
    // What a rebuild has moved to the other table is not without a place.
    Positions unknown = coverage.once.minus(lake.once).minus(others.once);
    // A letter that had been recovered counts where its row is, or was.
    Positions erased =
        table.dateColumn().equals(Contract.DATE_COLUMN)
            ? coverage.erased
            : coverage.erased.minus(others.once);
    TreeSet<Partition> all = new TreeSet<>(coverage.once.partitions());
    all.addAll(lake.once.partitions());
    for (Partition partition : all) {
      if (!pass.takes(partition)) {
        continue;
      }
      long end = ends.getOrDefault(partition, Long.MAX_VALUE);
      Positions wrong = new Positions();
      extra
          .getOrDefault(partition, List.of())
          .forEach(
              range ->
                  wrong.addRange(
                      partition.source(), partition.number(), range.from(), range.to() + 1));
      List<Range> nowhere = unknown.ranges(partition);
      if (!nowhere.isEmpty()) {
        faults.add(
            "partition "
                + partition.number()
                + ", offsets "
                + AuditText.text(nowhere)
                + ": in files that are named, and in no live file of the lake");
      }
      partitions.add(
          new TableReport.Partition(
              partition,
              coverage.once.count(partition, 0, Long.MAX_VALUE),
              coverage.skipped(partition),
              erased.count(partition, 0, Long.MAX_VALUE),
              coverage.once.span(partition).map(Range::to).orElse(-1L),
              coverage.twice.ranges(partition),
              before(end, missing.ranges(partition)),
              before(end, behind.ranges(partition)),
              wrong.and(coverage.once).ranges(partition)));
    }
  }

  private static List<Range> before(long end, List<Range> ranges) {
    return ranges.stream()
        .filter(range -> range.from() < end)
        .map(range -> new Range(range.from(), Math.min(range.to(), end - 1)))
        .toList();
  }

  private void readNotLive() throws IOException {
    TreeMap<String, List<String>> byFolder = new TreeMap<>();
    for (String key : named.keySet()) {
      if (!met.contains(key) && !gone.contains(key)) {
        byFolder
            .computeIfAbsent(key.substring(0, key.lastIndexOf('/') + 1), f -> new ArrayList<>())
            .add(key);
      }
    }
    for (Map.Entry<String, List<String>> folder : byFolder.entrySet()) {
      Set<String> asked = new HashSet<>(folder.getValue());
      List<Store.Entry> there =
          store.list(folder.getKey()).stream().filter(e -> asked.contains(e.key())).toList();
      LakeFiles.forEach(
          store,
          there,
          file -> {
            met.add(file.entry().key());
            add(file, Objects.requireNonNull(named.get(file.entry().key())));
            if (keepFiles && isFirst) {
              notLive.add(
                  new LakeFiles.DataFile(
                      file.entry(), file.part(), file.footer().withoutPositions()));
            }
          },
          this::damaged);
      for (String key : folder.getValue()) {
        if (!met.contains(key)) {
          gone.add(key);
          readsAsTheManifestSays(key);
        }
      }
    }
    for (String key : gone) {
      readsAsTheManifestSays(key);
    }
  }

  private void damaged(Store.Entry entry, DamagedFileException e) throws IOException {
    readsAsTheManifestSays(entry.key());
    faults.add(e.remedy());
  }

  /** What a file had that is gone, or damaged, is not missing besides. */
  private void readsAsTheManifestSays(String key) throws IOException {
    if (met.add(key)) {
      PartFile part = PartFile.parse(key).orElseThrow();
      claims.footer(part).ifPresent(footer -> unread.addAll(footer.positions().where(pass::takes)));
    }
  }

  /** Whether there is no table, and nothing that it could have. */
  boolean isNothing() {
    return !snapshot.exists() && partitions.isEmpty();
  }

  /** Whether files are named that are not there: a newer snapshot may not name them. */
  boolean hasGone() {
    return !gone.isEmpty();
  }

  /**
   * What was found.
   *
   * @param ofLake what is wrong with the lake: of it, what is wrong with files that are named
   * @param deep whether files are read whole
   */
  TableReport.Side report(List<String> ofLake, boolean deep) throws IOException {
    TreeSet<String> all = new TreeSet<>(faults);
    for (String line : ofLake) {
      Matcher key = KEY.matcher(line);
      if (key.find() && named.containsKey(key.group())) {
        all.add(line);
      }
    }
    if (deep) {
      all.addAll(FileChecks.read(store, table, notLive));
    }
    for (String key : deleted) {
      all.add(
          key
              + ": another engine has deleted rows of it in the table, or of its date, and readers"
              + " do not see all of its rows; sluice follow --once undoes that, so erase rows in"
              + " the lake (sluice erase)");
    }
    for (String key : gone) {
      all.add(key + ": is named, and is not there any more: " + whyGone());
    }
    return new TableReport.Side(
        table.name(),
        snapshot,
        snapshot.files().size(),
        rows,
        bytes,
        unplaced,
        partitions,
        oldestBehind,
        deleted.size(),
        gone.size(),
        List.copyOf(all));
  }

  private String whyGone() {
    return snapshot.isCurrent()
        ? "a rewrite without --publish, a rule of the bucket, or somebody has deleted it; sluice"
            + " follow --once makes the table equal to the lake"
        : "a rewrite has replaced it since and deleted it after its grace (--grace), or a rule of"
            + " the bucket has; this old snapshot cannot be read any more";
  }
}
