package io.sluice.audit;

import io.sluice.lake.Positions.Range;
import io.sluice.source.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads Kafka where the lake has nothing, to see whether there are records: the offsets of
 * transaction markers, of aborted records and of compacted ones hold none that a reader of
 * committed records could have seen.
 */
final class GapReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int SILENT_POLLS = 30;

  private final KafkaSettings settings;
  private final String topic;
  private org.apache.kafka.clients.consumer.@org.jspecify.annotations.Nullable Consumer<
          byte[], byte[]>
      consumer;

  GapReader(KafkaSettings settings, String topic) {
    this.settings = settings;
    this.topic = topic;
  }

  /**
   * The offsets of a gap that hold records. Offsets that Kafka has deleted since cannot be read any
   * more and are taken for records: what cannot be proved is not claimed.
   *
   * @param beginning the first offset that Kafka still has
   */
  List<Range> records(int partition, Range gap, long beginning) {
    List<Range> found = new ArrayList<>();
    if (gap.from() < beginning) {
      found.add(new Range(gap.from(), Math.min(gap.to(), beginning - 1)));
    }
    long from = Math.max(gap.from(), beginning);
    if (from > gap.to()) {
      return found;
    }
    TopicPartition at = new TopicPartition(topic, partition);
    org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer = consumer();
    consumer.assign(List.of(at));
    consumer.seek(at, from);
    int silent = 0;
    while (consumer.position(at) <= gap.to()) {
      long before = consumer.position(at);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(at)) {
        if (record.offset() <= gap.to()) {
          found.add(new Range(record.offset(), record.offset()));
        }
      }
      silent = consumer.position(at) == before ? silent + 1 : 0;
      if (silent >= SILENT_POLLS) {
        throw new IllegalStateException(
            "Kafka gives nothing at " + at + " from offset " + before + ", and no end");
      }
    }
    return found;
  }

  private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer() {
    if (consumer == null) {
      Map<String, Object> config = settings.load();
      config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
      config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
      consumer =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
    return consumer;
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(Duration.ofSeconds(5));
    }
  }
}
