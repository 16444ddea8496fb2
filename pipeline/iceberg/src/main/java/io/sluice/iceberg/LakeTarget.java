package io.sluice.iceberg;

import io.sluice.UserException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchIcebergTableException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table in the catalog: found, made, and brought up to the contract. */
final class LakeTarget {
  private static final Logger LOG = LoggerFactory.getLogger(LakeTarget.class);

  /** Whose files the table has. */
  private static final String LAKE = "sluice.lake";

  private static final String TABLE = "sluice.table";

  private final Catalog catalog;
  private final TableIdentifier identifier;
  private final LakeSchema schema;
  private final String place;

  LakeTarget(Catalog catalog, TableIdentifier identifier, LakeSchema schema, String place) {
    this.catalog = catalog;
    this.identifier = identifier;
    this.schema = schema;
    this.place = place;
  }

  /**
   * The table as it is now; empty where it is not there.
   *
   * @throws UserException where it is not this lake's, or no table of Iceberg's
   */
  Optional<Table> find() {
    Table table;
    try {
      Table loaded = catalog.loadTable(identifier);
      table =
          new BaseTable(
              new SureOperations(((HasTableOperations) loaded).operations()), loaded.name());
    } catch (NoSuchIcebergTableException e) {
      // Hive and Glue have tables of other kinds by the same names; it is a kind of the next.
      throw new UserException(
          "table "
              + identifier
              + " is in the catalog, and is no Iceberg table: name another sluice.namespace or"
              + " sluice.table in --icebergConfig",
          e);
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return Optional.empty();
    }
    String lake = table.properties().get(LAKE);
    if (!place.equals(lake) || !schema.name().equals(table.properties().get(TABLE))) {
      throw new UserException(
          "table "
              + identifier
              + " is in the catalog, and "
              + (lake == null ? "no lake's" : "that of " + lake + table.properties().get(TABLE))
              + ": choose other names with sluice.namespace or sluice.table in --icebergConfig; or,"
              + " where the lake has moved, set its properties "
              + LAKE
              + "="
              + place
              + " and "
              + TABLE
              + "="
              + schema.name());
    }
    return Optional.of(table);
  }

  /** Whether a partitioning is the one that the table was made with. */
  boolean isSpec(PartitionSpec spec) {
    return schema.isSpec(spec);
  }

  /** The lake's name of the table. */
  String lakeTable() {
    return schema.name();
  }

  /**
   * Makes the table, in one request: whoever finds it finds all of it. Another one may be faster,
   * and may have filled it already, so it is to be looked at afterwards.
   *
   * @throws IOException where it is not there afterwards
   */
  void create() throws IOException {
    try {
      if (catalog instanceof SupportsNamespaces namespaces
          && !namespaces.namespaceExists(identifier.namespace())) {
        createNamespace(namespaces);
      }
      begin().commitTransaction();
    } catch (AlreadyExistsException e) {
      // Another one was faster, or this one's own request that was sent twice.
    } catch (RuntimeException e) {
      if (!Failures.isOfOthers(e) || find().isEmpty()) {
        throw e;
      }
      LOG.info(
          "table {} is there, though its creation was answered with: {}",
          identifier,
          Failures.why(e));
      return;
    }
    if (find().isEmpty()) {
      throw new IOException("table " + identifier + " was made, and the catalog has none");
    }
  }

  private void createNamespace(SupportsNamespaces namespaces) {
    try {
      namespaces.createNamespace(identifier.namespace());
    } catch (AlreadyExistsException e) {
      // Another one was faster.
    }
  }

  private Transaction begin() {
    Schema columns = schema.schema();
    Transaction begun =
        catalog
            .buildTable(identifier, columns)
            .withProperties(properties(columns))
            .createTransaction();
    // Iceberg has given numbers of its own; the files have theirs.
    TableOperations operations = ((HasTableOperations) begun.table()).operations();
    TableMetadata numbered = operations.current();
    operations.commit(
        numbered,
        TableMetadata.buildFrom(numbered)
            .setCurrentSchema(columns, columns.highestFieldId())
            .setDefaultPartitionSpec(schema.spec(columns))
            .build());
    return begun;
  }

  private Map<String, String> properties(Schema columns) {
    return Map.of(
        TableProperties.FORMAT_VERSION,
        String.valueOf(schema.formatVersion()),
        // The files are the lake's: whoever expires snapshots is not to delete them.
        TableProperties.GC_ENABLED,
        "false",
        TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
        "true",
        TableProperties.METADATA_PREVIOUS_VERSIONS_MAX,
        "100",
        TableProperties.DEFAULT_NAME_MAPPING,
        mapping(columns),
        LAKE,
        place,
        TABLE,
        schema.name());
  }

  /** By which files of before, without numbers, are read. */
  private static String mapping(Schema columns) {
    return NameMappingParser.toJson(MappingUtil.create(columns));
  }

  /** The schema that the table is to have. */
  Schema wanted(Table table, Set<Integer> notInAllFiles) throws IOException {
    return SchemaMerge.merge(
        "table " + identifier,
        table.schema(),
        schema.schema(),
        table.currentSnapshot() == null,
        notInAllFiles);
  }

  /**
   * Gives the table a schema; not where it has it.
   *
   * @throws org.apache.iceberg.exceptions.CommitFailedException where the table has changed
   */
  Table evolve(Table table, Schema wanted) throws IOException {
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata now = operations.current();
    boolean isOld = now.formatVersion() < schema.formatVersion();
    if (now.schema().sameSchema(wanted) && !isOld) {
      return table;
    }
    TableMetadata.Builder next = TableMetadata.buildFrom(now);
    if (isOld) {
      next.upgradeFormatVersion(schema.formatVersion());
    }
    operations.commit(
        now,
        next.setCurrentSchema(wanted, Math.max(now.lastColumnId(), wanted.highestFieldId()))
            .setProperties(Map.of(TableProperties.DEFAULT_NAME_MAPPING, mapping(wanted)))
            .build());
    return find().orElseThrow(() -> new IOException("table " + identifier + " is gone"));
  }
}
