package io.sluice.benchmark;

import io.sluice.contract.ContractParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * A table of Iceberg that follows the lake of a soak, watched from outside: which files its
 * snapshots name, and when the catalog was first seen to have each snapshot. The catalog is a file
 * of SQLite beside the lake.
 */
final class SoakTable implements AutoCloseable {
  /** A file is called visible so much too late at most, and never too early. */
  private static final Duration PERIOD = Duration.ofMillis(250);

  private static final String CATALOG = "sluice";
  private static final String NAMESPACE = "soak";

  private final Map<String, String> settings = new TreeMap<>();
  private final Path config;
  private final TableIdentifier identifier;
  private final Catalog catalog;
  private final Thread thread = new Thread(this::watch, "soak-table");
  private final Set<Long> snapshots = new HashSet<>();
  private final Map<Path, Long> visible = new HashMap<>();
  private @Nullable RuntimeException failure;
  private volatile boolean isClosed;

  /**
   * Makes the catalog.
   *
   * @param directory of the soak
   */
  SoakTable(Path directory) throws IOException {
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
    identifier = TableIdentifier.of(NAMESPACE, ContractParser.userActions().table());
    catalog = CatalogUtil.buildIcebergCatalog(CATALOG, settings, new Configuration());
    thread.setDaemon(true);
  }

  /** What makes a run keep the table. */
  List<String> flags() {
    return List.of("--publish=iceberg", "--icebergConfig=" + config);
  }

  void start() {
    thread.start();
  }

  private void watch() {
    try {
      while (!isClosed) {
        look();
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private void look() {
    if (!catalog.tableExists(identifier)) {
      return;
    }
    Table table = catalog.loadTable(identifier);
    long now = System.currentTimeMillis();
    for (Snapshot snapshot : table.snapshots()) {
      synchronized (this) {
        if (!snapshots.add(snapshot.snapshotId())) {
          continue;
        }
      }
      for (DataFile file : snapshot.addedDataFiles(table.io())) {
        synchronized (this) {
          visible.putIfAbsent(Path.of(file.location().replaceFirst("^file:/+", "/")), now);
        }
      }
    }
  }

  /** How many snapshots there were so far. */
  synchronized int snapshots() {
    return snapshots.size();
  }

  /**
   * Waits until the table names all files.
   *
   * @throws IllegalStateException where it does not within a time
   */
  Map<Path, Long> await(Collection<Path> files, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      synchronized (this) {
        if (failure != null) {
          throw new IllegalStateException("the table cannot be read", failure);
        }
        if (visible.keySet().containsAll(files)) {
          return Map.copyOf(visible);
        }
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              visible.size()
                  + " of "
                  + files.size()
                  + " files are in the table, and the others have not come for "
                  + patience.toSeconds()
                  + " s");
        }
      }
      TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
    }
  }

  @Override
  public void close() throws InterruptedException {
    isClosed = true;
    thread.join();
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
