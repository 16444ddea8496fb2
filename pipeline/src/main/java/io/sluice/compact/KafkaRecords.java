package io.sluice.compact;

import io.sluice.source.KafkaSettings;
import io.sluice.source.SourceRecord;
import io.sluice.source.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** {@link TopicRecords} of a broker. */
public final class KafkaRecords implements TopicRecords, AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int SILENT_POLLS = 30;

  private final KafkaSettings settings;
  private final String topicName;
  private final Topic topic;
  private final String source;

  public KafkaRecords(KafkaSettings settings, String topicName, @Nullable String sourceId) {
    this.settings = settings;
    this.topicName = topicName;
    this.topic = new Topic(settings, topicName);
    this.source = topic.id(sourceId).text();
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
  public Map<Integer, Long> at(long epochMillis) {
    return topic.at(epochMillis);
  }

  @Override
  public void read(Map<Integer, Long> from, Reader reader) throws IOException {
    Map<TopicPartition, Long> left = new HashMap<>();
    Map<Integer, Long> ends = topic.ends();
    from.forEach(
        (partition, offset) -> {
          long end = ends.getOrDefault(partition, 0L);
          if (offset < end) {
            left.put(new TopicPartition(topicName, partition), end);
          }
        });
    Map<String, Object> config = settings.consumer("none");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(left.keySet());
      for (TopicPartition partition : left.keySet()) {
        consumer.seek(partition, from.getOrDefault(partition.partition(), 0L));
      }
      int silent = 0;
      while (!left.isEmpty()) {
        boolean moved = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          moved = true;
          Long end = left.get(new TopicPartition(record.topic(), record.partition()));
          if (end != null && record.offset() < end) {
            reader.read(sourceRecord(record));
          }
        }
        for (TopicPartition partition : List.copyOf(left.keySet())) {
          if (consumer.position(partition) >= left.getOrDefault(partition, 0L)) {
            left.remove(partition);
            consumer.pause(List.of(partition));
            moved = true;
          }
        }
        silent = moved ? 0 : silent + 1;
        if (silent >= SILENT_POLLS) {
          throw new IOException("Kafka gives nothing more of " + left.keySet() + ", and no end");
        }
      }
    }
  }

  private SourceRecord sourceRecord(ConsumerRecord<byte[], byte[]> record) {
    return new SourceRecord(
        source,
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        StreamSupport.stream(record.headers().spliterator(), false)
            .map(header -> new SourceRecord.Header(header.key(), header.value()))
            .toList());
  }

  @Override
  public void close() {
    topic.close();
  }
}
