package io.sluice.iceberg;

import io.sluice.follow.Maintenance;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Iceberg's own maintenance of a table whose data files are not its own: {@code gc.enabled} is
 * false, so the library's expiry refuses. Here it says which snapshots have expired, and what is
 * then deleted is metadata alone, by {@link MetadataFiles}.
 */
final class TableMaintenance implements Maintenance {
  private static final int MOST_TRIES = 10;

  /** So many small manifests stay, besides one for each year: a commit or two makes no work. */
  static final int MOST_SMALL = 10;

  private final LakeTarget target;
  private final String what;

  /**
   * @param what the table is called in messages
   */
  TableMaintenance(LakeTarget target, String what) {
    this.target = target;
    this.what = what;
  }

  @Override
  public Result run(Request request) throws IOException {
    return Failures.named(
        what,
        () -> {
          Optional<Table> found = target.find();
          if (found.isEmpty()) {
            return new Result(what, 0, 0, 0, 0, 0, 0, List.of("is not in the catalog"));
          }
          return run(request, found.get());
        });
  }

  private Result run(Request request, Table table) throws IOException {
    List<String> notes = new ArrayList<>();
    int before = manifests(table);
    Set<ManifestFile> small = small(table);
    if (!small.isEmpty() && !request.dryRun()) {
      rewrite(table, small);
    }
    List<Snapshot> expired;
    int deleted = 0;
    if (request.dryRun()) {
      expired = expired(table, request);
    } else {
      expired = new ArrayList<>();
      Set<String> candidates = new HashSet<>();
      expire(request, expired, candidates);
      deleted = MetadataFiles.deleteUnnamed(fresh(), candidates);
    }
    int orphans = 0;
    if (request.orphans() != null) {
      Optional<String> why = MetadataFiles.whyNoOrphans(table);
      why.ifPresent(notes::add);
      if (why.isEmpty()) {
        orphans =
            MetadataFiles.orphans(
                this::fresh, Instant.now().minus(request.orphans()), request.dryRun(), notes);
      }
    }
    if (request.dryRun() && !small.isEmpty()) {
      notes.add(small.size() + " small manifests would become fewer");
    }
    Table after = fresh();
    int left = 0;
    for (Snapshot snapshot : after.snapshots()) {
      left += snapshot == null ? 0 : 1;
    }
    return new Result(
        what, expired.size(), left, before, manifests(after), deleted, orphans, notes);
  }

  private Table fresh() throws IOException {
    return target.find().orElseThrow(() -> new IOException(what + " is gone"));
  }

  private static int manifests(Table table) {
    Snapshot current = table.currentSnapshot();
    return current == null ? 0 : current.dataManifests(table.io()).size();
  }

  /** Those that are worth to become fewer; none where they are few. */
  private static Set<ManifestFile> small(Table table) {
    Snapshot current = table.currentSnapshot();
    Set<ManifestFile> small = new HashSet<>();
    if (current == null) {
      return small;
    }
    long size =
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.MANIFEST_TARGET_SIZE_BYTES,
            TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT);
    int least = Integer.MAX_VALUE;
    int greatest = Integer.MIN_VALUE;
    for (ManifestFile manifest : current.dataManifests(table.io())) {
      PartitionSpec spec = table.specs().get(manifest.partitionSpecId());
      if (manifest.length() < size / 2
          && spec != null
          && TableFiles.isByDate(spec)
          && manifest.partitions() != null) {
        ManifestFile.PartitionFieldSummary dates = manifest.partitions().get(0);
        if (dates.lowerBound() != null && dates.upperBound() != null) {
          small.add(manifest);
          least = Math.min(least, year(Conversions.fromByteBuffer(DATE, dates.lowerBound())));
          greatest = Math.max(greatest, year(Conversions.fromByteBuffer(DATE, dates.upperBound())));
        }
      }
    }
    return small.size() > greatest - least + 1 + MOST_SMALL ? small : Set.of();
  }

  private static final Types.DateType DATE = Types.DateType.get();

  private static int year(int day) {
    return LocalDate.ofEpochDay(day).getYear();
  }

  /** The library's: it replaces lists of files, and looks whether they are still there. */
  private void rewrite(Table table, Set<ManifestFile> small) throws IOException {
    Set<String> paths = new HashSet<>();
    small.forEach(manifest -> paths.add(manifest.path()));
    try {
      table
          .rewriteManifests()
          .clusterBy(TableMaintenance::cluster)
          .rewriteIf(manifest -> paths.contains(manifest.path()))
          .commit();
    } catch (CommitStateUnknownException e) {
      throw new IOException(
          what
              + ": it is not known whether its manifests were rewritten ("
              + Failures.why(e)
              + "): run this again",
          e);
    }
  }

  private static Object cluster(DataFile file) {
    return TableFiles.date(file).getYear();
  }

  /**
   * Takes expired snapshots out of the table. What they name is read before, which may take
   * minutes; then it is looked at once more which of them have expired, and these are taken out at
   * once: somebody may have rolled back to one, or tagged it. A REST catalog takes snapshots out
   * whatever was tagged between that look and the commit.
   *
   * @param expired gets those that are out
   * @param candidates gets the metadata that they named
   */
  private void expire(Request request, List<Snapshot> expired, Set<String> candidates)
      throws IOException {
    List<Snapshot> asked = new ArrayList<>();
    Set<Long> read = new HashSet<>();
    String why = "";
    for (int i = 0; i < MOST_TRIES; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while maintaining " + what);
      }
      Table before = fresh();
      List<Snapshot> unread = new ArrayList<>(expired(before, request));
      unread.removeIf(one -> read.contains(one.snapshotId()));
      MetadataFiles.named(before, unread, candidates);
      unread.forEach(one -> read.add(one.snapshotId()));
      Table table = unread.isEmpty() ? before : fresh();
      List<Snapshot> old = new ArrayList<>(expired(table, request));
      // What has expired since is for the next call: nobody has read what it names.
      old.removeIf(one -> !read.contains(one.snapshotId()));
      // A try that was not answered may have taken effect.
      asked.removeIf(one -> table.snapshot(one.snapshotId()) != null);
      if (old.isEmpty()) {
        expired.addAll(asked);
        return;
      }
      TableOperations operations = ((HasTableOperations) table).operations();
      TableMetadata base = operations.current();
      asked.addAll(old);
      try {
        operations.commit(
            base,
            TableMetadata.buildFrom(base)
                .removeSnapshots(old.stream().map(Snapshot::snapshotId).toList())
                .build());
      } catch (CommitFailedException | ValidationException | CommitStateUnknownException e) {
        why = Failures.why(e);
      }
    }
    throw new IOException(
        what + ": " + MOST_TRIES + " commits were refused, the last one with: " + why);
  }

  /** What the library would take out, of branches and tags as they say themselves. */
  private static List<Snapshot> expired(Table table, Request request) {
    TableOperations operations = ((HasTableOperations) table).operations();
    return new BaseTable(new ShownOperations(operations), table.name())
        .expireSnapshots()
        .expireOlderThan(Instant.now().minus(request.olderThan()).toEpochMilli())
        .retainLast(request.keepLast())
        .apply();
  }
}
