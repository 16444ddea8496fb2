package io.sluice.benchmark.connect;

import java.io.Closeable;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark's work as a user of Kafka Connect sets it up: the Iceberg sink into a table
 * partitioned by the day of event_datetime, until the table has all rows.
 *
 * <p>Arguments: {@code BOOTSTRAP_SERVERS TOPIC OUTPUT WORK_DIR RECORDS PARALLELISM}, for S3 {@code
 * S3_ENDPOINT} too.
 */
public final class ConnectContestant {
  /** A new one every time: with the name come the consumer group and what it has read. */
  private static final String CONNECTOR = "events-" + System.currentTimeMillis();

  private static final String CONTROL_TOPIC = "control-" + CONNECTOR;
  private static final String CATALOG = "iceberg";
  private static final TableIdentifier TABLE = TableIdentifier.of("lake", "events");
  private static final long LOOK_EVERY_MILLIS = 200;

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "event_datetime", Types.TimestampType.withZone()),
          Types.NestedField.optional(2, "event_name", Types.StringType.get()),
          Types.NestedField.optional(3, "user_id", Types.StringType.get()),
          Types.NestedField.optional(4, "platform", Types.StringType.get()),
          Types.NestedField.optional(5, "product_name", Types.StringType.get()),
          Types.NestedField.optional(6, "SKU", Types.StringType.get()));

  private ConnectContestant() {}

  public static void main(String[] args) {
    // Nothing but the figures goes to standard output.
    PrintStream figures = System.out;
    System.setOut(System.err);
    try {
      run(
          args[0],
          args[1],
          args[2],
          Path.of(args[3]).toAbsolutePath(),
          Long.parseLong(args[4]),
          Integer.parseInt(args[5]),
          args.length > 6 ? args[6] : null,
          figures);
    } catch (Exception | Error e) {
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static void run(
      String bootstrapServers,
      String topic,
      String output,
      Path work,
      long records,
      int parallelism,
      @Nullable String s3Endpoint,
      PrintStream figures)
      throws Exception {
    Files.createDirectories(work);
    Map<String, String> settings =
        s3Endpoint == null ? onDisk(work) : onS3(s3Endpoint, output, work);
    try (Closeable opened =
            (Closeable) CatalogUtil.buildIcebergCatalog(CATALOG, settings, new Configuration());
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Table table = createTable((Catalog) opened, output);
      // One partition, as the sink's manual says.
      admin.createTopics(List.of(new NewTopic(CONTROL_TOPIC, 1, (short) 1))).all().get();
      try (IcebergSink sink =
          IcebergSink.start(
              bootstrapServers,
              work,
              CONNECTOR,
              connector(bootstrapServers, topic, settings, parallelism))) {
        awaitRows(sink, table, records, figures);
      }
    }
  }

  private static Map<String, String> onDisk(Path work) {
    return Map.of(
        CatalogUtil.ICEBERG_CATALOG_TYPE,
        CatalogUtil.ICEBERG_CATALOG_TYPE_HADOOP,
        CatalogProperties.WAREHOUSE_LOCATION,
        work.resolve("warehouse").toUri().toString());
  }

  /**
   * The table's metadata beside its data, and a catalog that says which of them is the newest in a
   * database: one of files alone needs a rename that S3 does not have.
   */
  private static Map<String, String> onS3(String endpoint, String output, Path work) {
    Map<String, String> settings = new HashMap<>();
    settings.put(CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC);
    settings.put(
        CatalogProperties.URI, "jdbc:h2:mem:catalog;DB_CLOSE_DELAY=-1;DATABASE_TO_UPPER=false");
    settings.put(CatalogProperties.WAREHOUSE_LOCATION, output + "/warehouse");
    settings.put(CatalogProperties.FILE_IO_IMPL, "org.apache.iceberg.aws.s3.S3FileIO");
    settings.put("s3.endpoint", endpoint);
    settings.put("s3.path-style-access", "true");
    settings.put("s3.access-key-id", System.getProperty("aws.accessKeyId"));
    settings.put("s3.secret-access-key", System.getProperty("aws.secretAccessKey"));
    settings.put("s3.staging-dir", work.resolve("staging").toString());
    settings.put("client.region", "us-east-1");
    return settings;
  }

  private static Table createTable(Catalog catalog, String output) {
    ((SupportsNamespaces) catalog).createNamespace(Namespace.of(TABLE.namespace().levels()));
    return catalog.createTable(
        TABLE,
        SCHEMA,
        PartitionSpec.builderFor(SCHEMA).day("event_datetime", "event_date").build(),
        Map.of(
            TableProperties.WRITE_DATA_LOCATION,
            output,
            // The codec and the level of every contestant.
            TableProperties.PARQUET_COMPRESSION,
            "zstd",
            TableProperties.PARQUET_COMPRESSION_LEVEL,
            "3"));
  }

  private static Map<String, String> connector(
      String bootstrapServers, String topic, Map<String, String> catalog, int parallelism) {
    Map<String, String> config = IcebergSink.userActions(bootstrapServers, topic, parallelism);
    config.put("iceberg.tables", TABLE.toString());
    config.put("iceberg.catalog", CATALOG);
    catalog.forEach((name, value) -> config.put("iceberg.catalog." + name, value));
    config.put("iceberg.control.topic", CONTROL_TOPIC);
    // Five minutes by default, all of which the last rows could have to wait; oftener would make
    // more and smaller files.
    config.put("iceberg.control.commit.interval-ms", "10000");

    config.put("consumer.override.interceptor.classes", FirstBatch.class.getName());
    config.put("consumer.override.partition.assignment.strategy", WhenAllAreThere.class.getName());
    config.put("consumer.override." + WhenAllAreThere.TASKS, String.valueOf(parallelism));
    return config;
  }

  private static void awaitRows(IcebergSink sink, Table table, long records, PrintStream figures)
      throws InterruptedException {
    boolean first = false;
    while (true) {
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
      sink.requireRunning();
      if (!first && FirstBatch.millis() > 0) {
        figures.println("first " + FirstBatch.millis());
        first = true;
      }
      table.refresh();
      Snapshot snapshot = table.currentSnapshot();
      long rows =
          snapshot == null
              ? 0
              : Long.parseLong(
                  snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
      if (rows > records) {
        throw new IllegalStateException(rows + " rows, not " + records);
      }
      if (rows == records) {
        figures.println("done " + System.currentTimeMillis() + " " + rows);
        return;
      }
    }
  }
}
