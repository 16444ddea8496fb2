package io.sluice.iceberg;

import io.sluice.follow.Snapshots;
import io.sluice.follow.TableSnapshot;
import io.sluice.follow.TableSnapshot.NamedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a table, by the entries of their manifests: no scan, which leaves out files
 * without rows.
 */
final class IcebergSnapshots implements Snapshots {
  private final LakeTarget target;
  private final String what;
  private final String place;

  /**
   * @param what the table is called in messages
   * @param place where objects of the lake are, all before the key
   */
  IcebergSnapshots(LakeTarget target, String what, String place) {
    this.target = target;
    this.what = what;
    this.place = TableFiles.normal(place);
  }

  @Override
  public Optional<TableSnapshot> current() throws IOException {
    return read(Table::currentSnapshot);
  }

  @Override
  public Optional<TableSnapshot> of(String id) throws IOException {
    if (!id.matches("\\d{1,19}")) {
      return Optional.empty();
    }
    return read(table -> find(table, id));
  }

  /** A number that is too great is no snapshot's. */
  private static @Nullable Snapshot find(Table table, String id) {
    for (Snapshot snapshot : table.snapshots()) {
      if (String.valueOf(snapshot.snapshotId()).equals(id)) {
        return snapshot;
      }
    }
    return null;
  }

  /** Finds a snapshot. */
  private interface Finder {
    @Nullable Snapshot in(Table table);
  }

  private Optional<TableSnapshot> read(Finder which) throws IOException {
    return Failures.named(
        what,
        () -> {
          Optional<Table> found = target.find();
          Snapshot snapshot = found.isEmpty() ? null : which.in(found.get());
          return snapshot == null
              ? Optional.<TableSnapshot>empty()
              : Optional.of(read(found.get(), snapshot));
        });
  }

  private TableSnapshot read(Table table, Snapshot snapshot) throws IOException {
    TableFiles.Deletes deletes = TableFiles.Deletes.read(table, snapshot);
    List<NamedFile> files = new ArrayList<>();
    for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
      if (!manifest.hasAddedFiles() && !manifest.hasExistingFiles()) {
        continue;
      }
      PartitionSpec spec = table.specs().get(manifest.partitionSpecId());
      boolean isByDate = spec != null && TableFiles.isByDate(spec);
      try (CloseableIterable<DataFile> entries =
          ManifestFiles.read(manifest, table.io(), table.specs()).select(TableFiles.COLUMNS)) {
        for (DataFile entry : entries) {
          LocalDate date = isByDate ? TableFiles.date(entry) : null;
          files.add(
              new NamedFile(
                  key(entry.location()),
                  date,
                  entry.recordCount(),
                  entry.fileSizeInBytes(),
                  deletes.isOf(entry, date)));
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    Snapshot current = table.currentSnapshot();
    boolean isCurrent = current != null && current.snapshotId() == snapshot.snapshotId();
    return new TableSnapshot(
        what,
        String.valueOf(snapshot.snapshotId()),
        Instant.ofEpochMilli(snapshot.timestampMillis()),
        isCurrent,
        files,
        manifests(table, snapshot, isCurrent));
  }

  private String key(String location) {
    String normal = TableFiles.normal(location);
    return normal.startsWith(place) ? normal.substring(place.length()) : location;
  }

  /**
   * Which manifests the table says it was equal to. What is current is to have what any snapshot
   * had that ever was: a table that somebody has put back is not what it was.
   */
  private static Map<LocalDate, Integer> manifests(
      Table table, Snapshot snapshot, boolean isCurrent) {
    Set<Long> said = new HashSet<>();
    SnapshotUtil.ancestorsOf(snapshot.snapshotId(), table::snapshot)
        .forEach(one -> said.add(one.snapshotId()));
    if (isCurrent) {
      for (HistoryEntry entry : table.history()) {
        said.add(entry.snapshotId());
      }
    }
    Set<String> goOn = new HashSet<>();
    for (Snapshot one : table.snapshots()) {
      Long parent = one.parentId();
      if (parent != null) {
        goOn.add(parent + " " + one.summary().get(SnapshotCommit.MANIFESTS));
      }
    }
    Map<LocalDate, Integer> manifests = new TreeMap<>();
    for (Snapshot one : table.snapshots()) {
      String text = one.summary().get(SnapshotCommit.MANIFESTS);
      // A commit of two snapshots says it in both, and has done it with the second.
      boolean isHalf = goOn.contains(one.snapshotId() + " " + text);
      if (text != null && said.contains(one.snapshotId()) && !isHalf) {
        parse(text, manifests);
      }
    }
    return manifests;
  }

  /** {@code DATE=VERSION,…}; what is not so says nothing. */
  private static void parse(String text, Map<LocalDate, Integer> manifests) {
    for (String item : text.split(",", -1)) {
      int equals = item.indexOf('=');
      try {
        manifests.merge(
            LocalDate.parse(item.substring(0, Math.max(0, equals))),
            Integer.parseInt(item.substring(equals + 1)),
            Math::max);
      } catch (DateTimeException | NumberFormatException e) {
        // Somebody else has a word of this name.
      }
    }
  }
}
