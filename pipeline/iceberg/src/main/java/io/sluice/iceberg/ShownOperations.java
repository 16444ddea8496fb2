package io.sluice.iceberg;

import java.util.Map;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * A table's operations for whoever only asks which snapshots have expired: the table says that its
 * files may be collected, which it does not, and nothing is ever committed.
 */
final class ShownOperations implements TableOperations {
  private final TableOperations operations;

  ShownOperations(TableOperations operations) {
    this.operations = operations;
  }

  private static TableMetadata shown(TableMetadata metadata) {
    return TableMetadata.buildFrom(metadata)
        .setProperties(Map.of(TableProperties.GC_ENABLED, "true"))
        .build();
  }

  @Override
  public TableMetadata current() {
    return shown(operations.current());
  }

  /** As it was looked at: what is expired is taken out of the same. */
  @Override
  public TableMetadata refresh() {
    return current();
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    throw new UnsupportedOperationException("it is only shown");
  }

  @Override
  public FileIO io() {
    return operations.io();
  }

  @Override
  public String metadataFileLocation(String name) {
    return operations.metadataFileLocation(name);
  }

  @Override
  public LocationProvider locationProvider() {
    return operations.locationProvider();
  }
}
