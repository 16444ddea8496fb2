package io.sluice.audit;

import io.sluice.source.KafkaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.source.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** {@link TopicLog} of a broker. */
final class KafkaLog implements TopicLog {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int SILENT_POLLS = 30;

  private final KafkaSettings settings;
  private final String name;
  private final Topic topic;
  private final String source;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable Boolean keepsRecords;

  /** Asks the broker who the topic is. */
  KafkaLog(KafkaSettings settings, String name, @Nullable String sourceId) {
    this.settings = settings;
    this.name = name;
    this.topic = new Topic(settings, name);
    try {
      this.source = topic.id(sourceId).text();
    } catch (RuntimeException e) {
      topic.close();
      throw e;
    }
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public Map<Integer, Long> beginnings() {
    return topic.beginnings();
  }

  @Override
  public Map<Integer, Long> ends() {
    return topic.ends();
  }

  @Override
  public Map<Integer, Long> at(long epochMillis) {
    return topic.at(epochMillis);
  }

  @Override
  public boolean keepsRecords() {
    if (keepsRecords == null) {
      keepsRecords = topic.cleanupPolicy().map(policy -> !policy.contains("compact")).orElse(false);
    }
    return keepsRecords;
  }

  @Override
  public long read(int partition, long from, long to, Reader reader) {
    TopicPartition at = new TopicPartition(name, partition);
    Consumer<byte[], byte[]> consumer = consumer();
    consumer.assign(List.of(at));
    consumer.seek(at, from);
    long looked = from;
    int silent = 0;
    while (consumer.position(at) <= to) {
      long before = consumer.position(at);
      try {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(at)) {
          if (record.offset() > to || !reader.read(sourceRecord(record))) {
            return looked;
          }
        }
      } catch (OffsetOutOfRangeException e) {
        // Retention went on since the first offset was asked for.
        looked = topic.beginnings().getOrDefault(partition, 0L);
        if (looked <= before) {
          throw e;
        }
        consumer.seek(at, looked);
        continue;
      }
      silent = consumer.position(at) == before ? silent + 1 : 0;
      if (silent >= SILENT_POLLS) {
        throw new IllegalStateException(
            "Kafka gives nothing at " + at + " from offset " + before + ", and no end");
      }
    }
    return looked;
  }

  private SourceRecord sourceRecord(ConsumerRecord<byte[], byte[]> record) {
    return new SourceRecord(
        source,
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        List.of());
  }

  private Consumer<byte[], byte[]> consumer() {
    if (consumer == null) {
      consumer =
          new KafkaConsumer<>(
              settings.consumer("none"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
    return consumer;
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(Duration.ofSeconds(5));
    }
    topic.close();
  }
}
