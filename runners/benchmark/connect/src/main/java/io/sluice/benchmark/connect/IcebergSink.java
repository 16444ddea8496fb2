package io.sluice.benchmark.connect;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy;
import org.apache.kafka.connect.connector.policy.ConnectorClientConfigOverridePolicy;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.Worker;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;
import org.apache.kafka.connect.storage.FileOffsetBackingStore;

/** A worker of Kafka Connect, as {@code connect-standalone} starts one, with Iceberg's sink. */
final class IcebergSink implements AutoCloseable {
  private final String connector;
  private final Herder herder;

  private IcebergSink(String connector, Herder herder) {
    this.connector = connector;
    this.herder = herder;
  }

  /**
   * Starts one.
   *
   * @param connector its name; with the name come the consumer group and what it has read
   * @param work for what the worker remembers
   * @param config of the connector, beside its name
   */
  static IcebergSink start(
      String bootstrapServers, Path work, String connector, Map<String, String> config)
      throws InterruptedException, ExecutionException {
    Map<String, String> properties = worker(bootstrapServers, work);
    Plugins plugins = new Plugins(properties);
    plugins.compareAndSwapWithDelegatingLoader();
    StandaloneConfig standalone = new StandaloneConfig(properties);
    ConnectorClientConfigOverridePolicy policy = new AllConnectorClientConfigOverridePolicy();
    FileOffsetBackingStore offsets =
        new FileOffsetBackingStore(
            plugins.newInternalConverter(
                true, JsonConverter.class.getName(), Map.of("schemas.enable", "false")));
    offsets.configure(standalone);
    Worker worker = new Worker(connector, Time.SYSTEM, plugins, standalone, offsets, policy);
    Herder herder = new StandaloneHerder(worker, standalone.kafkaClusterId(), policy);
    herder.start();
    IcebergSink sink = new IcebergSink(connector, herder);
    try {
      sink.put(config);
      return sink;
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      sink.close();
      throw e;
    }
  }

  private static Map<String, String> worker(String bootstrapServers, Path work) {
    Map<String, String> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrapServers);
    config.put("plugin.discovery", "service_load");
    config.put("offset.storage.file.filename", work.resolve("connect.offsets").toString());
    config.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("value.converter", JsonConverter.class.getName());
    config.put("value.converter.schemas.enable", "false");
    // A task whose topic is read to the end looks at the control topic only this often: the last
    // commit would take another minute by default.
    config.put("offset.flush.interval.ms", "1000");
    return config;
  }

  /**
   * What every set-up of the sink for user actions has; the catalog and the table are beside it.
   */
  static Map<String, String> userActions(String bootstrapServers, String topic, int tasks) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "org.apache.iceberg.connect.IcebergSinkConnector");
    config.put("tasks.max", String.valueOf(tasks));
    config.put("topics", topic);
    config.put("iceberg.kafka.bootstrap.servers", bootstrapServers);
    // The columns. No TimestampConverter: the sink reads ISO-8601 itself, and faster.
    config.put("transforms", "flatten,columns");
    config.put("transforms.flatten.type", "org.apache.kafka.connect.transforms.Flatten$Value");
    config.put("transforms.flatten.delimiter", "_");
    config.put("transforms.columns.type", "org.apache.kafka.connect.transforms.ReplaceField$Value");
    config.put(
        "transforms.columns.renames",
        "timestamp:event_datetime,user_identifiers_id:user_id,user_identifiers_platform:platform,"
            + "product_information_name:product_name,product_information_SKU:SKU");
    config.put("consumer.override.auto.offset.reset", "earliest");
    // Fewer and larger fetches and batches: 1 MiB and 500 records by default.
    config.put("consumer.override.max.partition.fetch.bytes", String.valueOf(8 << 20));
    config.put("consumer.override.max.poll.records", "10000");
    return config;
  }

  private void put(Map<String, String> config) throws InterruptedException, ExecutionException {
    Map<String, String> named = new HashMap<>(config);
    named.put("name", connector);
    CompletableFuture<Void> created = new CompletableFuture<>();
    herder.putConnectorConfig(
        connector,
        named,
        false,
        (error, info) -> {
          if (error == null) {
            created.complete(null);
          } else {
            created.completeExceptionally(error);
          }
        });
    created.get();
  }

  /**
   * @throws IllegalStateException where a task has failed, with what it says
   */
  void requireRunning() {
    for (ConnectorStateInfo.TaskState task : herder.connectorStatus(connector).tasks()) {
      if (task.state().equals("FAILED")) {
        throw new IllegalStateException("task " + task.id() + ": " + task.trace());
      }
    }
  }

  @Override
  public void close() {
    herder.stop();
  }
}
