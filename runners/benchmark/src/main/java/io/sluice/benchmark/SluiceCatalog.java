package io.sluice.benchmark;

import io.sluice.contract.ContractParser;
import io.sluice.iceberg.LocalFileIO;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A catalog of Iceberg in a file of SQLite, for a lake in a directory, with what a run is given.
 */
final class SluiceCatalog {
  private static final String CATALOG = "sluice";
  private static final String NAMESPACE = "benchmark";

  private final Map<String, String> settings = new TreeMap<>();
  private final Path config;

  /**
   * Writes its settings.
   *
   * @param directory of database, settings and metadata
   */
  SluiceCatalog(Path directory) throws IOException {
    settings.put("type", "jdbc");
    settings.put("uri", "jdbc:sqlite:" + directory.resolve("iceberg.db") + "?busy_timeout=30000");
    settings.put("jdbc.schema-version", "V1");
    settings.put(
        "warehouse", Files.createDirectories(directory.resolve("tables")).toUri().toString());
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.setProperty("sluice.catalog", CATALOG);
    properties.setProperty("sluice.namespace", NAMESPACE);
    config = directory.resolve("iceberg.properties");
    try (Writer out = Files.newBufferedWriter(config)) {
      properties.store(out, null);
    }
  }

  /** What makes a run keep the table. */
  List<String> flags() {
    return List.of("--publish=iceberg", "--icebergConfig=" + config);
  }

  /** The table of the events. */
  TableWatch watch() {
    Map<String, String> all = new TreeMap<>(settings);
    // As a run has it for a directory: Hadoop's file system is not all on this class path.
    all.put("io-impl", LocalFileIO.class.getName());
    Catalog catalog = CatalogUtil.buildIcebergCatalog(CATALOG, all, new Configuration());
    TableIdentifier table = TableIdentifier.of(NAMESPACE, ContractParser.userActions().table());
    return new TableWatch(
        new TableWatch.Source() {
          @Override
          public Optional<Table> load() {
            return catalog.tableExists(table)
                ? Optional.of(catalog.loadTable(table))
                : Optional.empty();
          }

          @Override
          public void close() throws IOException {
            if (catalog instanceof Closeable closeable) {
              closeable.close();
            }
          }
        });
  }
}
