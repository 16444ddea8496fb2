package io.sluice.iceberg;

import io.sluice.follow.FilesChange;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.Footers;
import io.sluice.follow.Maintenance;
import io.sluice.follow.PublishedDate;
import io.sluice.follow.Snapshots;
import io.sluice.follow.TargetVersion;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * A table of Iceberg whose current snapshot has exactly the live files. The snapshot is the state,
 * and it is read anew each time. A commit is made upon the snapshot that was looked at and upon no
 * other: where the table has moved meanwhile, it is looked at again, and so it is where a commit
 * was not answered. No commit is ever repeated.
 */
final class IcebergFollower implements Follower {
  private final Catalog catalog;
  private final String what;
  private final LakeSchema schema;
  private final LakeTarget target;
  private final Footers footers;
  private final CommitUponLook commits;
  private @Nullable TargetVersion lastSeen;

  /**
   * @param catalog to be closed with this
   * @param footers of the lake, to be closed with this
   */
  IcebergFollower(Catalog catalog, TableIdentifier identifier, LakeSchema schema, Footers footers) {
    this.catalog = catalog;
    this.what = "table " + identifier;
    this.schema = schema;
    this.target = new LakeTarget(catalog, identifier, schema, footers.place());
    this.footers = footers;
    this.commits = new CommitUponLook(target, footers, what);
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    return Failures.named(
        what,
        () -> {
          Optional<Table> table = target.find();
          return table.isEmpty() ? Set.of() : TableFiles.dates(table.get(), schema);
        });
  }

  @Override
  public FollowerState state(LocalDate date) throws IOException {
    return files(List.of(date)).state(date);
  }

  @Override
  public Map<LocalDate, FollowerState> states(Collection<LocalDate> dates) throws IOException {
    TableFiles files = files(dates);
    Map<LocalDate, FollowerState> states = new TreeMap<>();
    dates.forEach(date -> states.put(date, files.state(date)));
    return states;
  }

  private TableFiles files(Collection<LocalDate> dates) throws IOException {
    return Failures.named(what, () -> files(target.find(), dates));
  }

  private TableFiles files(Optional<Table> table, Collection<LocalDate> dates) throws IOException {
    lastSeen = version(table).orElse(null);
    return table.isEmpty()
        ? TableFiles.none(footers.place(), schema)
        : TableFiles.read(table.get(), footers.place(), schema, dates);
  }

  @Override
  public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
    reconcile(List.of(new Change(seen, live)));
  }

  @Override
  public void reconcile(List<Change> changes) throws IOException {
    List<LocalDate> dates = changes.stream().map(change -> change.live().date()).toList();
    commits.run(table -> content(files(table, dates), changes));
  }

  /** Of dates that are as they were seen, what is to change. */
  private static Optional<SnapshotCommit.Content> content(TableFiles files, List<Change> changes) {
    List<FilesChange<DataFile>> commits = new ArrayList<>();
    List<String> spoilt = new ArrayList<>();
    for (Change change : changes) {
      PublishedDate live = change.live();
      FilesChange<DataFile> commit =
          FilesChange.of(live, files.files(live.folder()), DataFile::location);
      if (files.state(live.date()).equals(change.seen()) && !commit.isNothing()) {
        commits.add(commit);
        files.spoilt(live.folder()).forEach(name -> spoilt.add(live.date() + " " + name));
      }
    }
    return commits.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SnapshotCommit.Content(
                commits,
                spoilt,
                files::rows,
                Map.of(SnapshotCommit.MANIFESTS, FilesChange.labels(commits))));
  }

  /** What readers of a table find. */
  static Optional<TargetVersion> version(Optional<Table> table) {
    return table
        .map(Table::currentSnapshot)
        .map(
            snapshot ->
                new TargetVersion(
                    String.valueOf(snapshot.snapshotId()),
                    Instant.ofEpochMilli(snapshot.timestampMillis())));
  }

  @Override
  public Optional<Snapshots> snapshots() {
    return Optional.of(new IcebergSnapshots(target, what, footers.place()));
  }

  @Override
  public Optional<TargetVersion> lastSeen() {
    return Optional.ofNullable(lastSeen);
  }

  @Override
  public Optional<Maintenance> maintenance() {
    return Optional.of(new TableMaintenance(target, what));
  }

  @Override
  public void close() {
    close(catalog, footers);
  }

  static void close(Catalog catalog, Footers footers) {
    footers.close();
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
