package io.sluice.iceberg;

import io.sluice.follow.FilesChange;
import io.sluice.follow.Footers;
import io.sluice.follow.Maintenance;
import io.sluice.follow.PublishedVersion;
import io.sluice.follow.TargetVersion;
import io.sluice.follow.UnpartitionedFollower;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * A table of Iceberg without partitions whose current snapshot has exactly the files of a version,
 * and names it. Each version is one snapshot. Read and committed as {@link IcebergFollower} does.
 */
final class UnpartitionedTable implements UnpartitionedFollower {
  private final Catalog catalog;
  private final String what;
  private final LakeSchema schema;
  private final LakeTarget target;
  private final Footers footers;
  private final CommitUponLook commits;
  private @Nullable TargetVersion lastSeen;

  /**
   * @param catalog to be closed with this
   * @param schema of a table without dates
   * @param footers of the lake, to be closed with this
   */
  UnpartitionedTable(
      Catalog catalog, TableIdentifier identifier, LakeSchema schema, Footers footers) {
    this.catalog = catalog;
    this.what = "table " + identifier;
    this.schema = schema;
    this.target = new LakeTarget(catalog, identifier, schema, footers.place());
    this.footers = footers;
    this.commits = new CommitUponLook(target, footers, what);
  }

  @Override
  public State state() throws IOException {
    return Failures.named(
        what,
        () -> {
          Optional<Table> table = target.find();
          return state(table, files(table));
        });
  }

  private TableFiles files(Optional<Table> table) throws IOException {
    lastSeen = IcebergFollower.version(table).orElse(null);
    return table.isEmpty()
        ? TableFiles.none(footers.place(), schema)
        : TableFiles.read(table.get(), footers.place(), schema);
  }

  private State state(Optional<Table> table, TableFiles files) {
    return new State(files.files(schema.folder()).keySet(), number(table));
  }

  private static @Nullable Long number(Optional<Table> table) {
    Snapshot current = table.map(Table::currentSnapshot).orElse(null);
    return table.isEmpty() || current == null ? null : number(table.get(), current.snapshotId());
  }

  /**
   * The version that a snapshot names; of one of others, which names none, that of the last one
   * before it that does. What others have changed is seen by the files.
   */
  private static @Nullable Long number(Table table, long id) {
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(id, table::snapshot)) {
      String text = snapshot.summary().get(SnapshotCommit.VERSION);
      if (text != null && text.matches("\\d{1,18}")) {
        return Long.valueOf(text);
      }
    }
    return null;
  }

  @Override
  public void reconcile(State seen, PublishedVersion live) throws IOException {
    commits.run(
        table -> {
          TableFiles files = files(table);
          State now = state(table, files);
          FilesChange<DataFile> change =
              FilesChange.of(live, files.files(schema.folder()), DataFile::location);
          Long number = now.number();
          boolean isSaid = number != null && number == live.number();
          return !now.equals(seen) || change.isNothing() && isSaid
              ? Optional.<SnapshotCommit.Content>empty()
              : Optional.of(
                  new SnapshotCommit.Content(
                      List.of(change),
                      files.spoilt(schema.folder()),
                      files::rows,
                      Map.of(SnapshotCommit.VERSION, String.valueOf(live.number()))));
        });
  }

  @Override
  public Set<Long> ledTo(Instant since) throws IOException {
    return Failures.named(
        what,
        () -> {
          Optional<Table> found = target.find();
          return found.isEmpty() ? Set.<Long>of() : ledTo(found.get(), since);
        });
  }

  /** A snapshot was what readers found until the next one of the history came. */
  private static Set<Long> ledTo(Table table, Instant since) {
    Set<Long> numbers = new TreeSet<>();
    Long before = null;
    for (HistoryEntry entry : table.history()) {
      if (before != null && !Instant.ofEpochMilli(entry.timestampMillis()).isBefore(since)) {
        numbers.add(before);
      }
      before = number(table, entry.snapshotId());
    }
    Long present = number(Optional.of(table));
    if (present != null) {
      numbers.add(present);
    }
    return numbers;
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
    IcebergFollower.close(catalog, footers);
  }
}
