package io.sluice.iceberg;

import io.sluice.follow.DateChange;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerState;
import io.sluice.follow.Footers;
import io.sluice.follow.Maintenance;
import io.sluice.follow.PublishedDate;
import io.sluice.follow.Snapshots;
import io.sluice.follow.TargetVersion;
import io.sluice.metrics.SluiceMetrics;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
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
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * A table of Iceberg whose current snapshot has exactly the live files. The snapshot is the state,
 * and it is read anew each time. A commit is made upon the snapshot that was looked at and upon no
 * other: where the table has moved meanwhile, it is looked at again, and so it is where a commit
 * was not answered. No commit is ever repeated.
 */
final class IcebergFollower implements Follower {
  /** Where so many commits of others came first, the caller looks again, too. */
  private static final int MOST_TRIES = 10;

  private final Catalog catalog;
  private final String what;
  private final LakeSchema schema;
  private final LakeTarget target;
  private final Footers footers;
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
  }

  @Override
  public Set<LocalDate> dates() throws IOException {
    return Failures.named(
        what,
        () -> {
          Optional<Table> table = target.find();
          return table.isEmpty() ? Set.of() : TableFiles.dates(table.get());
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
    Snapshot snapshot = table.map(Table::currentSnapshot).orElse(null);
    lastSeen =
        snapshot == null
            ? null
            : new TargetVersion(
                String.valueOf(snapshot.snapshotId()),
                Instant.ofEpochMilli(snapshot.timestampMillis()));
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
    String why = "";
    for (int i = 0; i < MOST_TRIES; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while following into " + what);
      }
      try {
        Optional<Table> table = target.find();
        TableFiles files = files(table, dates);
        List<DateChange<DataFile>> commits = new ArrayList<>();
        List<String> spoilt = new ArrayList<>();
        for (Change change : changes) {
          LocalDate date = change.live().date();
          DateChange<DataFile> commit =
              DateChange.of(change.live(), files.files(date), DataFile::location);
          if (files.state(date).equals(change.seen()) && !commit.isNothing()) {
            commits.add(commit);
            files.spoilt(date).forEach(name -> spoilt.add(date + " " + name));
          }
        }
        if (commits.isEmpty()) {
          return;
        }
        if (table.isEmpty()) {
          // Looked at again: whoever was faster may have filled it by now.
          target.create();
          continue;
        }
        // The look above was at this very object: what is committed is committed upon it.
        new SnapshotCommit(table.get(), target, footers, what).commit(commits, spoilt, files::rows);
        return;
      } catch (CommitStateUnknownException e) {
        throw new IOException(what + ": " + outcome(e), e);
      } catch (CommitFailedException | ValidationException e) {
        why = Failures.why(e);
        SluiceMetrics.FOLLOWER_CONFLICTS.labelValues(IcebergKind.NAME, target.lakeTable()).inc();
      } catch (UncheckedIOException e) {
        throw new IOException(what + ": " + Failures.why(e), e);
      } catch (RuntimeException e) {
        if (!Failures.isOfOthers(e)) {
          throw e;
        }
        throw new IOException(what + ": " + Failures.why(e), e);
      }
    }
    throw new IOException(
        what + ": " + MOST_TRIES + " commits were refused, the last one with: " + why);
  }

  private static String outcome(CommitStateUnknownException e) {
    Throwable cause = e.getCause();
    return cause instanceof CleanableFailure
        ? "the commit was refused (" + Failures.why(cause) + ")"
        : "it is not known whether the commit came through ("
            + Failures.why(e)
            + "): it is looked up before anything else is done";
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
