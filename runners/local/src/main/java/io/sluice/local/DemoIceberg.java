package io.sluice.local;

import io.sluice.SluiceConfig;
import io.sluice.SluiceOptions;
import io.sluice.audit.AuditReport;
import io.sluice.cli.FollowCommand;
import io.sluice.contract.Contract;
import io.sluice.deadletter.DeadLetters;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The tables of Iceberg that follow a demo's lake: their catalog is a file of SQLite in the demo's
 * directory, their metadata a bucket of its own. Rows are counted by Iceberg's own reader.
 */
final class DemoIceberg {
  /** The bucket of the metadata. */
  static final String BUCKET = "tables";

  private static final String NAME = "iceberg";
  private static final String CATALOG = "sluice";
  private static final String NAMESPACE = "demo";

  private final Path config;
  private final Map<String, String> catalog;

  private DemoIceberg(Path config, Map<String, String> catalog) {
    this.config = config;
    this.catalog = catalog;
  }

  /**
   * Writes the settings of the catalog.
   *
   * @param directory the demo's own
   */
  static DemoIceberg in(Path directory, EmbeddedS3 s3) throws IOException {
    Map<String, String> catalog = new TreeMap<>();
    catalog.put("type", "jdbc");
    // Two workers commit at once: who comes second waits, and does not fail.
    catalog.put("uri", "jdbc:sqlite:" + directory.resolve("iceberg.db") + "?busy_timeout=30000");
    catalog.put("jdbc.schema-version", "V1");
    catalog.put("warehouse", "s3://" + BUCKET);
    Properties settings = new Properties();
    settings.putAll(catalog);
    settings.setProperty("sluice.catalog", CATALOG);
    settings.setProperty("sluice.namespace", NAMESPACE);
    Path config = directory.resolve("iceberg.properties");
    try (Writer out = Files.newBufferedWriter(config)) {
      settings.store(out, null);
    }
    // A run has these from the flags of the lake.
    catalog.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    catalog.put("s3.client-factory-impl", "io.sluice.iceberg.LakeS3Clients");
    catalog.put("s3.endpoint", s3.endpoint().toString());
    catalog.put("s3.path-style-access", "true");
    catalog.put("client.region", EmbeddedS3.REGION);
    return new DemoIceberg(config, catalog);
  }

  /** What makes a run, or {@code sluice follow}, keep the tables. */
  List<String> flags() {
    return List.of("--publish=" + NAME, "--icebergConfig=" + config);
  }

  /**
   * What Iceberg's reader finds.
   *
   * @param snapshot of the rows; 0 where there is none yet, as without any row
   */
  record Count(String table, long rows, long dead, long snapshot) {
    /** Whether the audit, which knows nothing of tables, counts the same. */
    boolean isSame(AuditReport report) {
      return rows == report.lakeRows() && dead == report.dead();
    }

    /** For machines, beside the audit's. */
    String line() {
      return "iceberg: table="
          + table
          + " rows="
          + rows
          + " dead="
          + dead
          + " snapshot="
          + snapshot;
    }
  }

  /**
   * Makes the tables equal to a lake whose job has ended, and reads them.
   *
   * @param options with {@link #flags}
   */
  Count count(SluiceOptions options) throws IOException {
    FollowCommand.run(options);
    Contract contract = SluiceConfig.contract(options);
    TableIdentifier rows = TableIdentifier.of(NAMESPACE, contract.table());
    TableIdentifier dead = TableIdentifier.of(NAMESPACE, DeadLetters.table(contract).name());
    Catalog opened = CatalogUtil.buildIcebergCatalog(CATALOG, catalog, new Configuration());
    try {
      return new Count(
          rows.toString(), rows(opened, rows), rows(opened, dead), snapshot(opened, rows));
    } finally {
      if (opened instanceof Closeable closeable) {
        closeable.close();
      }
    }
  }

  private static long rows(Catalog catalog, TableIdentifier identifier) throws IOException {
    if (!catalog.tableExists(identifier)) {
      return 0;
    }
    Table table = catalog.loadTable(identifier);
    long rows = 0;
    String one = table.schema().columns().get(0).name();
    try (CloseableIterable<Record> all = IcebergGenerics.read(table).select(one).build()) {
      for (Record unused : all) {
        rows++;
      }
    }
    return rows;
  }

  private static long snapshot(Catalog catalog, TableIdentifier identifier) {
    if (!catalog.tableExists(identifier)) {
      return 0;
    }
    return catalog.loadTable(identifier).currentSnapshot().snapshotId();
  }
}
