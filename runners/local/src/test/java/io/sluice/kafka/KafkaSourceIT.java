package io.sluice.kafka;

import io.sluice.local.EmbeddedKafka;
import io.sluice.source.Source;
import io.sluice.source.SourceContract;
import io.sluice.source.SourceRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A topic of a real broker keeps what a source has to keep. */
class KafkaSourceIT extends SourceContract {
  @TempDir static Path directory;
  private static EmbeddedKafka kafka;
  private static Admin admin;
  private static KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    producer = producer(Map.of());
  }

  @AfterAll
  static void stop() {
    producer.close();
    admin.close();
    kafka.close();
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", kafka.bootstrapServers());
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void create(String topic, int partitions) throws Exception {
    NewTopic made =
        new NewTopic(topic, partitions, (short) 1)
            // The records are of years ago: Kafka would delete them half a minute after its start.
            .configs(Map.of("retention.ms", "-1", "max.message.bytes", String.valueOf(8 << 20)));
    for (int i = 0; ; i++) {
      try {
        admin.createTopics(List.of(made)).all().get();
        break;
      } catch (ExecutionException e) {
        // A topic that was deleted is there for a moment still.
        if (!(e.getCause() instanceof TopicExistsException) || i == 100) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    awaitKnown(topic);
  }

  /** One that was created a moment ago is not known for another moment. */
  private static void awaitKnown(String topic) throws Exception {
    for (int i = 0; ; i++) {
      try {
        admin.describeTopics(List.of(topic)).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || i == 100) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  @Override
  protected Source create(int partitions) throws Exception {
    String topic = UUID.randomUUID().toString();
    create(topic, partitions);
    return source(topic);
  }

  private static Source source(String topic) {
    return new KafkaSource(new KafkaSettings(kafka.bootstrapServers(), null), topic, null);
  }

  @Override
  protected Source again(Source source) {
    return source(source.name());
  }

  @Override
  protected Source createAnew(Source source) throws Exception {
    admin.deleteTopics(List.of(source.name())).all().get();
    create(source.name(), 3);
    return source(source.name());
  }

  @Override
  protected void send(Source source, int partition, SourceRecord record) throws Exception {
    producer.send(record(source, partition, record)).get();
  }

  private static ProducerRecord<byte[], byte[]> record(
      Source source, int partition, SourceRecord record) {
    return new ProducerRecord<>(
        source.name(),
        partition,
        record.recordTime(),
        record.key(),
        record.value(),
        KafkaRecords.headers(record.headers()));
  }

  /** Two records and a marker. */
  @Override
  protected void abort(Source source, int partition) throws Exception {
    String id = UUID.randomUUID().toString();
    try (KafkaProducer<byte[], byte[]> aborts = producer(Map.of("transactional.id", id))) {
      aborts.initTransactions();
      aborts.beginTransaction();
      for (int i = 0; i < 2; i++) {
        aborts.send(new ProducerRecord<>(source.name(), partition, null, new byte[] {1})).get();
      }
      aborts.abortTransaction();
      aborts.close(Duration.ofSeconds(5));
    }
    // The marker is written a moment after the answer, and what is sent next could come before it.
    TopicPartition of = new TopicPartition(source.name(), partition);
    for (int i = 0;
        end(of, IsolationLevel.READ_COMMITTED) < end(of, IsolationLevel.READ_UNCOMMITTED);
        i++) {
      if (i == 100) {
        throw new AssertionError("no marker");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static long end(TopicPartition of, IsolationLevel level) throws Exception {
    return admin
        .listOffsets(Map.of(of, OffsetSpec.latest()), new ListOffsetsOptions(level))
        .partitionResult(of)
        .get()
        .offset();
  }

  @Override
  protected void deleteBefore(Source source, int partition, long offset) throws Exception {
    admin
        .deleteRecords(
            Map.of(
                new TopicPartition(source.name(), partition), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }
}
