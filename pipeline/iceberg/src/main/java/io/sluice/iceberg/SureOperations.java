package io.sluice.iceberg;

import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table's operations that look whether a commit is there before they say that it is not. A client
 * that sends a request again, since the answer was lost, is told of a conflict, which is with
 * itself: Iceberg's library would take back what it has just committed, delete the manifests, and
 * leave a table that nobody can read.
 */
final class SureOperations implements TableOperations {
  private static final Logger LOG = LoggerFactory.getLogger(SureOperations.class);

  private final TableOperations operations;

  SureOperations(TableOperations operations) {
    this.operations = operations;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    try {
      operations.commit(base, metadata);
    } catch (CommitFailedException | CommitStateUnknownException e) {
      if (!isThere(base, metadata, e)) {
        throw e;
      }
      LOG.info(
          "a commit to {} is there, though it was answered with: {}",
          metadata.location(),
          Failures.why(e));
    }
  }

  /** Snapshots have numbers that nobody else gives. */
  private boolean isThere(TableMetadata base, TableMetadata metadata, RuntimeException answer) {
    Set<Long> added = snapshots(metadata);
    added.removeAll(snapshots(base));
    if (added.isEmpty()) {
      return false;
    }
    try {
      return snapshots(operations.refresh()).containsAll(added);
    } catch (RuntimeException e) {
      e.addSuppressed(answer);
      throw new CommitStateUnknownException(e);
    }
  }

  private static Set<Long> snapshots(TableMetadata metadata) {
    Set<Long> numbers = new HashSet<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      numbers.add(snapshot.snapshotId());
    }
    return numbers;
  }

  @Override
  public TableMetadata current() {
    return operations.current();
  }

  @Override
  public TableMetadata refresh() {
    return operations.refresh();
  }

  @Override
  public FileIO io() {
    return operations.io();
  }

  @Override
  public EncryptionManager encryption() {
    return operations.encryption();
  }

  @Override
  public String metadataFileLocation(String name) {
    return operations.metadataFileLocation(name);
  }

  @Override
  public LocationProvider locationProvider() {
    return operations.locationProvider();
  }

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return operations.temp(uncommitted);
  }

  @Override
  public long newSnapshotId() {
    return operations.newSnapshotId();
  }
}
