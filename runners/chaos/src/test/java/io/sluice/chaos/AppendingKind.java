package io.sluice.chaos;

import io.sluice.complete.Manifest;
import io.sluice.follow.Follower;
import io.sluice.follow.FollowerKind;
import io.sluice.follow.FollowerState;
import io.sluice.follow.PublishedDate;
import io.sluice.iceberg.IcebergOptions;
import io.sluice.lake.LakeTable;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The control: a follower that appends to a table of Iceberg each file that it has not appended,
 * and remembers these, as sinks do that know what they have committed. It never asks the table. The
 * table itself is made by the real one.
 */
public final class AppendingKind implements FollowerKind {
  static final String NAME = "append";

  /** What this process has appended, by table and date. */
  private static final Map<String, Set<String>> APPENDED = new ConcurrentHashMap<>();

  /** For the service loader. */
  public AppendingKind() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String words() {
    return "A table of Apache Iceberg that is appended to, and never looked at.";
  }

  @Override
  public Follower open(LakeTable table, PipelineOptions options) throws IOException {
    return new Appending(FollowerKind.named("publish", "iceberg").open(table, options), options);
  }

  private static final class Appending implements Follower {
    private final Follower real;
    private final PipelineOptions options;
    private final Map<LocalDate, PublishedDate> asked = new TreeMap<>();

    Appending(Follower real, PipelineOptions options) {
      this.real = real;
      this.options = options;
    }

    @Override
    public Set<LocalDate> dates() throws IOException {
      return real.dates();
    }

    /** What it was given last it takes for what is there. */
    @Override
    public FollowerState state(LocalDate date) {
      PublishedDate given = asked.get(date);
      return given == null ? FollowerState.NOTHING : new FollowerState(given.names());
    }

    @Override
    public void reconcile(FollowerState seen, PublishedDate live) throws IOException {
      Map<String, String> settings = settings();
      TableIdentifier identifier =
          TableIdentifier.of(settings.getOrDefault("sluice.namespace", ""), live.table().name());
      Catalog catalog = CatalogUtil.buildIcebergCatalog(NAME, settings, new Configuration());
      try {
        Set<String> appended =
            APPENDED.computeIfAbsent(
                identifier + "/" + live.date(), any -> ConcurrentHashMap.newKeySet());
        if (!catalog.tableExists(identifier)) {
          real.reconcile(FollowerState.NOTHING, live);
          appended.addAll(live.names());
        } else {
          append(catalog.loadTable(identifier), live, appended);
        }
        asked.put(live.date(), live);
      } catch (RuntimeException e) {
        throw new IOException(e);
      } finally {
        if (catalog instanceof Closeable closeable) {
          closeable.close();
        }
      }
    }

    private Map<String, String> settings() throws IOException {
      Properties config = new Properties();
      String file = String.valueOf(options.as(IcebergOptions.class).getIcebergConfig());
      try (BufferedReader in = Files.newBufferedReader(Path.of(file))) {
        config.load(in);
      }
      Map<String, String> settings = new TreeMap<>();
      config.stringPropertyNames().forEach(key -> settings.put(key, config.getProperty(key, "")));
      S3Options s3 = options.as(S3Options.class);
      settings.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
      settings.put("s3.client-factory-impl", "io.sluice.iceberg.LakeS3Clients");
      settings.put("s3.endpoint", String.valueOf(s3.getEndpoint()));
      settings.put("s3.path-style-access", "true");
      settings.put("client.region", String.valueOf(s3.getAwsRegion()));
      return settings;
    }

    private static void append(Table table, PublishedDate live, Set<String> appended) {
      AppendFiles append = table.newAppend();
      Set<String> names = new TreeSet<>();
      for (Manifest.DataFile file : live.files()) {
        if (!appended.contains(file.name())) {
          PartitionData partition = new PartitionData(table.spec().partitionType());
          partition.set(0, (int) live.date().toEpochDay());
          append.appendFile(
              DataFiles.builder(table.spec())
                  .withPath(table.properties().get("sluice.lake") + live.key(file))
                  .withFormat(FileFormat.PARQUET)
                  .withFileSizeInBytes(file.bytes())
                  .withRecordCount(file.rows())
                  .withPartition(partition)
                  .build());
          names.add(file.name());
        }
      }
      if (!names.isEmpty()) {
        append.commit();
        appended.addAll(names);
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
