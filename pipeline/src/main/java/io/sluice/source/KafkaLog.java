package io.sluice.source;

import io.sluice.UserException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** {@link TopicLog} of a broker. Nothing is written to Kafka; no group is joined. */
public final class KafkaLog implements TopicLog {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int MOST_SILENT_POLLS = 30;

  private final KafkaSettings settings;
  private final String name;
  private final Topic topic;
  private final String source;
  private final int mostSilentPolls;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable Cleanup cleanup;

  /**
   * Asks the broker who the topic is.
   *
   * @param sourceId overrides what the broker says
   */
  public KafkaLog(KafkaSettings settings, String name, @Nullable String sourceId) {
    this(settings, name, sourceId, MOST_SILENT_POLLS);
  }

  /**
   * @param mostSilentPolls for how many seconds a broker may give nothing
   */
  KafkaLog(KafkaSettings settings, String name, @Nullable String sourceId, int mostSilentPolls) {
    this.settings = settings;
    this.name = name;
    this.mostSilentPolls = mostSilentPolls;
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
  public Cleanup cleanup() {
    if (cleanup == null) {
      cleanup =
          topic
              .cleanupPolicy()
              .map(policy -> policy.contains("compact") ? Cleanup.COMPACTION : Cleanup.RETENTION)
              .orElse(Cleanup.NOT_SAID);
    }
    return cleanup;
  }

  @Override
  public <E extends Exception> Map<Integer, Long> read(
      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
    Map<TopicPartition, Long> left = new HashMap<>();
    from.forEach(
        (partition, offset) -> {
          long end = ends.getOrDefault(partition, 0L);
          if (offset < end) {
            left.put(new TopicPartition(name, partition), end);
          }
        });
    Map<Integer, Long> looked = new TreeMap<>(from);
    try {
      Consumer<byte[], byte[]> consumer = consumer();
      consumer.assign(left.keySet());
      for (TopicPartition partition : left.keySet()) {
        consumer.seek(partition, from.getOrDefault(partition.partition(), 0L));
      }
      int silent = 0;
      while (!left.isEmpty()) {
        long before = positions(consumer, left);
        for (ConsumerRecord<byte[], byte[]> record : poll(consumer, looked)) {
          long end = left.getOrDefault(new TopicPartition(name, record.partition()), 0L);
          if (record.offset() < end && !reader.read(SourceRecord.of(source, record))) {
            return looked;
          }
        }
        silent = positions(consumer, left) == before ? silent + 1 : 0;
        if (silent >= mostSilentPolls) {
          throw silence(consumer, left);
        }
        if (left.entrySet().removeIf(one -> consumer.position(one.getKey()) >= one.getValue())) {
          consumer.assign(left.keySet());
        }
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw KafkaFaults.of(settings, "reading topic " + name, e);
    }
    return looked;
  }

  private static long positions(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> left) {
    return left.keySet().stream().mapToLong(consumer::position).sum();
  }

  /** Goes on at the first offset where retention has taken those that were to be read. */
  private ConsumerRecords<byte[], byte[]> poll(
      Consumer<byte[], byte[]> consumer, Map<Integer, Long> looked) {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      Map<Integer, Long> beginnings = topic.beginnings();
      if (KafkaFaults.isCutOff(e, beginnings)) {
        throw new UserException(
            KafkaFaults.notThere(name, e, beginnings) + "; " + KafkaFaults.CUT_OFF_REMEDY, e);
      }
      for (TopicPartition partition : e.offsetOutOfRangePartitions().keySet()) {
        long beginning = beginnings.getOrDefault(partition.partition(), 0L);
        looked.put(partition.partition(), beginning);
        consumer.seek(partition, beginning);
      }
      return ConsumerRecords.empty();
    }
  }

  /** Nothing came for long: either nobody answers, which asking for the ends says, or the end. */
  private UserException silence(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> left) {
    Map<Integer, Long> ends = topic.ends();
    TopicPartition partition = List.copyOf(left.keySet()).get(0);
    long at = consumer.position(partition);
    long end = ends.getOrDefault(partition.partition(), 0L);
    return new UserException(
        "Kafka at "
            + settings.bootstrapServers()
            + " has given nothing of topic "
            + name
            + ", partition "
            + partition.partition()
            + ", from offset "
            + at
            + " on for "
            + mostSilentPolls
            + " s, and its end is "
            + end
            + (end <= at
                ? ": " + KafkaFaults.cutOff(end) + "; " + KafkaFaults.CUT_OFF_REMEDY
                : ": check the partition's leader, then run this again"));
  }

  private Consumer<byte[], byte[]> consumer() {
    if (consumer == null) {
      Map<String, Object> config = settings.consumer("none");
      try {
        consumer =
            new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      } catch (KafkaException e) {
        throw KafkaFaults.unusable(settings, config, e);
      }
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
