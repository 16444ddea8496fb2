package io.sluice.benchmark.connect;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Kafka Connect with Iceberg's sink, until it is killed; started again it goes on as Connect does,
 * by its consumer groups. Each row has where its record stands in Kafka.
 *
 * <p>Arguments: {@code BOOTSTRAP_SERVERS TOPIC WORK_DIR TASKS COMMIT_MILLIS}.
 */
public final class SteadySink {
  private static final String CONNECTOR = "events";
  private static final String CONTROL_TOPIC = "control-" + CONNECTOR;
  private static final String CATALOG = "iceberg";
  private static final TableIdentifier TABLE = TableIdentifier.of("lake", "events");

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "event_datetime", Types.TimestampType.withZone()),
          Types.NestedField.optional(2, "event_name", Types.StringType.get()),
          Types.NestedField.optional(3, "user_id", Types.StringType.get()),
          Types.NestedField.optional(4, "platform", Types.StringType.get()),
          Types.NestedField.optional(5, "product_name", Types.StringType.get()),
          Types.NestedField.optional(6, "SKU", Types.StringType.get()),
          Types.NestedField.optional(7, "_partition", Types.IntegerType.get()),
          Types.NestedField.optional(8, "_offset", Types.LongType.get()),
          Types.NestedField.optional(9, "_record_time", Types.TimestampType.withZone()));

  private SteadySink() {}

  public static void main(String[] args) {
    try {
      run(args[0], args[1], Path.of(args[2]), Integer.parseInt(args[3]), args[4]);
    } catch (Exception | Error e) {
      e.printStackTrace();
    }
    System.exit(1);
  }

  private static void run(
      String bootstrapServers, String topic, Path work, int tasks, String commitMillis)
      throws Exception {
    Map<String, String> catalog =
        Map.of(
            CatalogUtil.ICEBERG_CATALOG_TYPE,
            CatalogUtil.ICEBERG_CATALOG_TYPE_HADOOP,
            CatalogProperties.WAREHOUSE_LOCATION,
            work.resolve("warehouse").toUri().toString());
    makeTable(catalog);
    makeControlTopic(bootstrapServers);
    try (IcebergSink sink =
        IcebergSink.start(
            bootstrapServers,
            work,
            CONNECTOR,
            connector(bootstrapServers, topic, catalog, tasks, commitMillis))) {
      while (true) {
        TimeUnit.SECONDS.sleep(1);
        sink.requireRunning();
      }
    }
  }

  private static void makeTable(Map<String, String> settings) throws Exception {
    try (Closeable opened =
        (Closeable) CatalogUtil.buildIcebergCatalog(CATALOG, settings, new Configuration())) {
      Catalog catalog = (Catalog) opened;
      if (catalog.tableExists(TABLE)) {
        return;
      }
      ((SupportsNamespaces) catalog).createNamespace(Namespace.of(TABLE.namespace().levels()));
      catalog.createTable(
          TABLE,
          SCHEMA,
          PartitionSpec.builderFor(SCHEMA).day("event_datetime", "event_date").build(),
          // The codec and the level of every contestant.
          Map.of(
              TableProperties.PARQUET_COMPRESSION,
              "zstd",
              TableProperties.PARQUET_COMPRESSION_LEVEL,
              "3"));
    }
  }

  private static void makeControlTopic(String bootstrapServers)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      // One partition, as the sink's manual says.
      admin.createTopics(List.of(new NewTopic(CONTROL_TOPIC, 1, (short) 1))).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static Map<String, String> connector(
      String bootstrapServers,
      String topic,
      Map<String, String> catalog,
      int tasks,
      String commitMillis) {
    Map<String, String> config =
        new HashMap<>(IcebergSink.userActions(bootstrapServers, topic, tasks));
    config.put("iceberg.tables", TABLE.toString());
    config.put("iceberg.catalog", CATALOG);
    catalog.forEach((name, value) -> config.put("iceberg.catalog." + name, value));
    config.put("iceberg.control.topic", CONTROL_TOPIC);
    config.put("iceberg.control.commit.interval-ms", commitMillis);
    config.put("transforms", "flatten,columns,position");
    config.put("transforms.position.type", "org.apache.kafka.connect.transforms.InsertField$Value");
    config.put("transforms.position.partition.field", "_partition");
    config.put("transforms.position.offset.field", "_offset");
    config.put("transforms.position.timestamp.field", "_record_time");
    return config;
  }
}
