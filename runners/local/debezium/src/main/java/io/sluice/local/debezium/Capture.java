package io.sluice.local.debezium;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's engine with the connector of PostgreSQL: each change of the table becomes a record of
 * the topic, in JSON without a schema. As always with Debezium, a change may come twice where the
 * engine was killed.
 */
final class Capture implements AutoCloseable {
  static final String TOPIC = "shop.public.user_actions";

  static final String SLOT = "sluice_demo";

  /** Of a message in the database's log that is no change. */
  private static final String MARK = "sluice";

  private final DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread worker = new Thread(work, "debezium");
            worker.setDaemon(true);
            return worker;
          });
  private final KafkaProducer<byte[], byte[]> producer;
  private final JsonConverter keys = converter(true);
  private final JsonConverter values = converter(false);
  private final Set<String> marks = ConcurrentHashMap.newKeySet();
  private final EngineState state = new EngineState(System::nanoTime);
  private long clock;

  /** Starts it where it had come to, by what the folder says. */
  Capture(Path folder, Database database, String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                "compression.type",
                "lz4",
                "linger.ms",
                20,
                "max.request.size",
                4 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    engine =
        DebeziumEngine.create(Connect.class)
            .using(settings(folder, database))
            .notifying(this::send)
            .using(
                (success, message, error) -> {
                  if (!success) {
                    state.failed(error == null ? new IllegalStateException(message) : error);
                  }
                })
            .build();
    thread.execute(
        () -> {
          try {
            engine.run();
          } finally {
            state.ended();
          }
        });
  }

  private static JsonConverter converter(boolean isKey) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), isKey);
    return converter;
  }

  private static Properties settings(Path folder, Database database) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "name", "sluice-demo",
            "connector.class", "io.debezium.connector.postgresql.PostgresConnector",
            "topic.prefix", Database.NAME,
            "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore",
            "offset.storage.file.filename", folder.resolve("debezium-offsets").toString(),
            "offset.flush.interval.ms", "1000",
            // The slot was there before the first row: the log has each change.
            "snapshot.mode", "no_data",
            // Each record is a change: none is there only for a topic that Kafka compacts.
            "tombstones.on.delete", "false"));
    settings.putAll(
        Map.of(
            "database.hostname", "127.0.0.1",
            "database.port", String.valueOf(database.port()),
            "database.user", Database.USER,
            "database.password", "",
            "database.dbname", Database.NAME,
            "table.include.list", "public.user_actions",
            "plugin.name", "pgoutput",
            "slot.name", SLOT,
            "publication.name", "sluice_demo",
            "publication.autocreate.mode", "disabled"));
    return settings;
  }

  /** Returns once Kafka has a batch, so that Debezium does not go on before that. */
  private void send(
      List<ChangeEvent<SourceRecord, SourceRecord>> batch,
      RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer)
      throws InterruptedException {
    AtomicReference<@Nullable Exception> refused = new AtomicReference<>();
    for (ChangeEvent<SourceRecord, SourceRecord> event : batch) {
      SourceRecord record = event.value();
      if (record.topic().equals(TOPIC)) {
        var unused =
            producer.send(
                record(record),
                (metadata, exception) -> {
                  if (exception != null) {
                    refused.compareAndSet(null, exception);
                  }
                });
      }
    }
    producer.flush();
    Exception first = refused.get();
    if (first != null) {
      throw new IllegalStateException("sending changes", first);
    }
    for (ChangeEvent<SourceRecord, SourceRecord> event : batch) {
      committer.markProcessed(event);
      markOf(event.value());
    }
    committer.markBatchFinished();
    state.sent();
  }

  private ProducerRecord<byte[], byte[]> record(SourceRecord record) {
    Struct envelope = (Struct) record.value();
    Struct after = envelope.getStruct("after");
    Struct row = after == null ? envelope.getStruct("before") : after;
    // The demo's days pass in seconds, and Kafka's with them: a delete is as late as its row is
    // old.
    clock = Math.max(clock, Instant.parse(row.getString("updated_at")).toEpochMilli());
    return new ProducerRecord<>(
        TOPIC,
        null,
        clock,
        json(keys, record.keySchema(), record.key()),
        json(values, record.valueSchema(), envelope));
  }

  private static byte[] json(JsonConverter converter, Schema schema, Object value) {
    return converter.fromConnectData(TOPIC, schema, value);
  }

  private void markOf(SourceRecord record) {
    if (record.value() instanceof Struct message && message.schema().field("message") != null) {
      Struct content = message.getStruct("message");
      marks.add(new String(content.getBytes("content"), StandardCharsets.UTF_8));
    }
  }

  /**
   * Returns once Kafka has all changes that were committed before.
   *
   * @throws IllegalStateException where Debezium has ended, or sends nothing for minutes
   */
  void awaitAll(Connection connection) throws SQLException, InterruptedException {
    String mark = UUID.randomUUID().toString();
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_logical_emit_message(true, ?, ?)")) {
      statement.setString(1, MARK);
      statement.setString(2, mark);
      statement.execute();
    }
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
    state.waited();
    while (!marks.contains(mark)) {
      state.requireProgress();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public void close() throws IOException {
    state.closed();
    try {
      engine.close();
    } finally {
      thread.shutdownNow();
      producer.close();
    }
  }
}
