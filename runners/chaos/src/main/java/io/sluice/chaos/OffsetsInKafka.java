package io.sluice.chaos;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The offsets that a topic had when it was read, where Kafka itself may have removed others. */
final class OffsetsInKafka implements Judge.StillThere {
  private final Map<Integer, BitSet> offsets = new HashMap<>();

  private OffsetsInKafka() {}

  static OffsetsInKafka read(String bootstrapServers, String topic) {
    OffsetsInKafka read = new OffsetsInKafka();
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          read.offsets
              .computeIfAbsent(record.partition(), p -> new BitSet())
              .set(Math.toIntExact(record.offset()));
        }
      }
    }
    return read;
  }

  @Override
  public boolean at(int partition, long offset) {
    return offsets.getOrDefault(partition, new BitSet()).get(Math.toIntExact(offset));
  }
}
