package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.source.Gaps;
import io.sluice.source.SourceId;
import io.sluice.source.SourceReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a topic. No group is joined. */
final class KafkaLog implements SourceReader {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int MOST_SILENT_POLLS = 30;

  private final KafkaSettings settings;
  private final String name;
  private final Topic topic;
  private final @Nullable String sourceId;
  private final int mostSilentPolls;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable SourceId id;
  private @Nullable Cleanup cleanup;

  /**
   * @param sourceId overrides what the broker says
   */
  KafkaLog(KafkaSettings settings, String name, @Nullable String sourceId) {
    this(settings, name, sourceId, MOST_SILENT_POLLS);
  }

  /**
   * @param mostSilentPolls for how many seconds a broker may give nothing
   */
  KafkaLog(KafkaSettings settings, String name, @Nullable String sourceId, int mostSilentPolls) {
    this.settings = settings;
    this.name = name;
    this.mostSilentPolls = mostSilentPolls;
    this.sourceId = sourceId;
    this.topic = new Topic(settings, name);
  }

  @Override
  public SourceId id() {
    if (id == null) {
      id = topic.id(sourceId);
    }
    return id;
  }

  @Override
  public List<Integer> partitions() {
    return topic.partitions();
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
  public void requireReadable() {
    topic.requireRead();
  }

  @Override
  public void requireEnds(Map<Integer, Long> starts) {
    Map<Integer, Long> ends = topic.logEnds();
    starts.forEach(
        (partition, start) -> {
          long end = ends.getOrDefault(partition, 0L);
          if (start > end) {
            throw new UserException(
                "topic "
                    + name
                    + ", partition "
                    + partition
                    + ": the lake has all offsets before "
                    + start
                    + ", and Kafka ends at "
                    + end
                    + ": "
                    + KafkaFaults.cutOff(null)
                    + "; "
                    + KafkaFaults.CUT_OFF_REMEDY);
          }
        });
  }

  @Override
  public <E extends Exception> void read(
      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
    String source = id().text();
    Map<TopicPartition, Long> left = new HashMap<>();
    from.forEach(
        (partition, offset) -> {
          long end = ends.getOrDefault(partition, 0L);
          if (offset < end) {
            left.put(new TopicPartition(name, partition), end);
          }
        });
    Gaps<E> gaps = new Gaps<>(from, ends, this::cleanup, reader);
    try {
      Consumer<byte[], byte[]> consumer = consumer();
      consumer.assign(left.keySet());
      for (TopicPartition partition : left.keySet()) {
        consumer.seek(partition, from.getOrDefault(partition.partition(), 0L));
      }
      int silent = 0;
      while (!left.isEmpty()) {
        long before = positions(consumer, left);
        for (ConsumerRecord<byte[], byte[]> record : poll(consumer, gaps)) {
          TopicPartition partition = new TopicPartition(name, record.partition());
          if (record.offset() < left.getOrDefault(partition, 0L)
              && !gaps.record(KafkaRecords.of(source, record))) {
            left.remove(partition);
          }
        }
        silent = positions(consumer, left) == before ? silent + 1 : 0;
        if (silent >= mostSilentPolls) {
          throw silence(consumer, left);
        }
        for (TopicPartition partition : List.copyOf(left.keySet())) {
          if (consumer.position(partition) >= left.getOrDefault(partition, 0L)) {
            left.remove(partition);
            gaps.ended(partition.partition());
          }
        }
        if (left.size() < consumer.assignment().size()) {
          consumer.assign(left.keySet());
        }
      }
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw KafkaFaults.of(settings, "reading topic " + name, e);
    }
  }

  private static long positions(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> left) {
    return left.keySet().stream().mapToLong(consumer::position).sum();
  }

  /** Goes on at the first offset where retention has taken those that were to be read. */
  private <E extends Exception> ConsumerRecords<byte[], byte[]> poll(
      Consumer<byte[], byte[]> consumer, Gaps<E> gaps) throws E {
    try {
      return consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      Map<Integer, Long> beginnings = topic.beginnings();
      if (KafkaFaults.isCutOff(name, e, beginnings)) {
        throw new UserException(
            KafkaFaults.notThere(name, e, beginnings) + "; " + KafkaFaults.CUT_OFF_REMEDY, e);
      }
      for (TopicPartition partition : e.offsetOutOfRangePartitions().keySet()) {
        long beginning = beginnings.getOrDefault(partition.partition(), 0L);
        gaps.deleted(partition.partition(), beginning);
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
      // The consumer reads ahead, and whoever goes on elsewhere throws that away, and waits for it.
      config.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
      config.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 256 << 10);
      config.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
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
