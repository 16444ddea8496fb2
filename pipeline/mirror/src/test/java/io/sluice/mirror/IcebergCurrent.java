package io.sluice.mirror;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/** In a catalog of Iceberg's that is a database. */
final class IcebergCurrent extends PublishedTable {
  private final Path config;
  private final Map<String, String> settings;

  IcebergCurrent(Path directory) throws IOException {
    config = directory.resolve("iceberg.properties");
    settings =
        Map.of(
            "type",
            "jdbc",
            "uri",
            "jdbc:h2:mem:" + directory.getFileName() + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE",
            "jdbc.schema-version",
            "V1",
            "warehouse",
            directory.resolve("warehouse").toString());
    write(settings);
  }

  private void write(Map<String, String> catalog) throws IOException {
    Map<String, String> all = new TreeMap<>(catalog);
    all.put("sluice.namespace", "lake");
    Files.writeString(
        config,
        all.entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining("\n")));
  }

  @Override
  String name() {
    return "iceberg";
  }

  @Override
  PipelineOptions options() {
    return PipelineOptionsFactory.fromArgs("--icebergConfig=" + config).create();
  }

  Table table() {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("io-impl", "io.sluice.iceberg.LocalFileIO");
    return CatalogUtil.buildIcebergCatalog("sluice", all, new Configuration())
        .loadTable(TableIdentifier.of("lake", NAME));
  }

  private static List<String> rows(IcebergGenerics.ScanBuilder scan, boolean hasNote)
      throws IOException {
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Record> records = scan.build()) {
      for (Record record : records) {
        rows.add(text(record::getField, hasNote));
      }
    }
    return rows.stream().sorted().toList();
  }

  @Override
  List<String> rows(boolean hasNote) throws IOException {
    return rows(IcebergGenerics.read(table()), hasNote);
  }

  private static Snapshot of(Table table, long version) {
    for (Snapshot snapshot : table.snapshots()) {
      if (String.valueOf(version).equals(snapshot.summary().get("sluice.version"))) {
        return snapshot;
      }
    }
    throw new AssertionError("no snapshot of version " + version);
  }

  @Override
  List<String> rowsOf(long version) throws IOException {
    Table table = table();
    return rows(IcebergGenerics.read(table).useSnapshot(of(table, version).snapshotId()), false);
  }

  @Override
  List<Long> moments() {
    List<Long> moments = new ArrayList<>();
    for (Snapshot snapshot : table().snapshots()) {
      moments.add(Long.valueOf(snapshot.summary().get("sluice.version")));
    }
    return moments;
  }

  @Override
  List<String> columns() {
    return table().schema().columns().stream().map(Types.NestedField::name).toList();
  }

  @Override
  void rollBack(long version) {
    Table table = table();
    table.manageSnapshots().rollbackTo(of(table, version).snapshotId()).commit();
  }

  @Override
  void fail(boolean fails) throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    write(fails ? Map.of("type", "rest", "uri", "http://127.0.0.1:" + port) : settings);
  }
}
