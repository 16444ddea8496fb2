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

  /**
   * Commits.
   *
   * @throws CommitFailedException where it is certain that it is not there
   * @throws CommitStateUnknownException where the catalog answered with anything else, and the
   *     table does not have it: the client may have sent more than one request, of which one may
   *     still be on its way, so what it needs is kept
   */
  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    try {
      operations.commit(base, metadata);
    } catch (RuntimeException e) {
      if (isThere(base, metadata, e)) {
        LOG.info(
            "a commit to {} is there, though it was answered with: {}",
            metadata.location(),
            Failures.why(e));
      } else if (e instanceof CommitFailedException
          || e instanceof CommitStateUnknownException
          || !Failures.isOfOthers(e)) {
        throw e;
      } else {
        throw new CommitStateUnknownException(e);
      }
    }
  }

  /** Snapshots have numbers that nobody else gives; what adds none gives a schema. */
  private boolean isThere(TableMetadata base, TableMetadata metadata, RuntimeException answer) {
    Set<Long> added = snapshots(metadata);
    added.removeAll(snapshots(base));
    try {
      TableMetadata now = operations.refresh();
      return added.isEmpty()
          ? now.schema().sameSchema(metadata.schema())
              && now.formatVersion() >= metadata.formatVersion()
          : snapshots(now).containsAll(added);
    } catch (RuntimeException e) {
      answer.addSuppressed(e);
      throw answer instanceof CommitStateUnknownException unknown
          ? unknown
          : new CommitStateUnknownException(answer);
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
    try {
      return operations.refresh();
    } catch (IllegalStateException e) {
      // Another table has the name now: it is to be looked at.
      throw new CommitFailedException(e, "the table was dropped and made again");
    }
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
