package io.sluice.kafka;

import io.sluice.UserException;
import io.sluice.metrics.SluiceMetrics;
import io.sluice.source.RecordBatch;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The consumer under KafkaIO, with five habits that KafkaIO's own way of reading lacks:
 *
 * <ul>
 *   <li>it starts where a topic's {@link SourceSpec} says, unless a checkpoint says otherwise, and
 *       never resets an offset by itself: an offset that Kafka no longer has fails the job instead
 *       of being skipped;
 *   <li>it fails when a topic was deleted, or deleted and created again, see {@link TopicWatch};
 *   <li>what it hands over is a {@link RecordBatch} in place of each record;
 *   <li>its first answer is an empty batch for each partition. Beam's Flink source takes no
 *       watermark from a split that has not emitted, so one subtask with empty partitions would
 *       hold back the whole job for ever;
 *   <li>for its twin that asks for end offsets, it tells how far it has read past transaction
 *       markers, which have offsets but no records: else a partition that ends in one never counts
 *       as idle.
 * </ul>
 */
final class RecordConsumer extends KafkaConsumer<byte[], byte[]> {

  /** How far each reader of this JVM has come, by reader group and partition. */
  private static final Map<String, Progress> PROGRESS = new ConcurrentHashMap<>();

  /**
   * @param next the offset behind the last record that was handed out
   * @param position where the reader is: beyond {@code next} where it passed markers
   */
  private record Progress(long next, long position) {}

  private final Topics topics;
  private final Set<TopicPartition> polled = ConcurrentHashMap.newKeySet();
  private final Set<TopicPartition> ended = ConcurrentHashMap.newKeySet();
  private final Batcher batcher = new Batcher();
  private final Map<String, TopicWatch> watches;
  private final @Nullable UnreadTopics unread;
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean greeted;

  private RecordConsumer(
      Map<String, Object> config, Topics topics, Map<String, TopicWatch> watches) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topics = topics;
    this.watches = watches;
    this.unread = topics.rules().isEmpty() ? null : UnreadTopics.join(topics);
  }

  /**
   * Opens a consumer. What fails leaves no connection open.
   *
   * @throws UserException where a topic is not the one that the job reads
   */
  static RecordConsumer open(Map<String, Object> config, Topics topics) {
    Map<String, TopicWatch> watches = new HashMap<>();
    try {
      for (SourceSpec spec : topics.specs()) {
        watches.put(spec.topic(), TopicWatch.join(spec));
      }
    } catch (RuntimeException e) {
      watches.values().forEach(TopicWatch::close);
      throw counted(e);
    }
    try {
      return new RecordConsumer(config, topics, watches);
    } catch (RuntimeException e) {
      watches.values().forEach(TopicWatch::close);
      throw counted(KafkaFaults.unusable(topics.any().kafka(), config, e));
    }
  }

  @Override
  public void assign(Collection<TopicPartition> partitions) {
    super.assign(partitions);
    for (TopicPartition partition : partitions) {
      SourceSpec spec = topics.of(partition);
      Long start = spec.startOffsets().get(partition.partition());
      if (start == null) {
        throw new IllegalStateException("no start offset for " + partition);
      }
      seek(partition, start);
      TreeMap<Integer, Long> gone = spec.gone();
      SluiceMetrics.goneOffsets(
          spec.topic(),
          partition.partition(),
          gone == null ? 0 : gone.getOrDefault(partition.partition(), 0L));
    }
  }

  @Override
  @Deprecated
  public ConsumerRecords<byte[], byte[]> poll(long timeoutMs) {
    return poll(Duration.ofMillis(timeoutMs));
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    try {
      watches.values().forEach(TopicWatch::require);
      if (!greeted) {
        greeted = true;
        return emptyBatches();
      }
      return read(timeout);
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw counted(explained(e));
    } catch (RuntimeException e) {
      throw counted(e);
    }
  }

  /** The job fails with it and is started again, which alone would look as if nothing were. */
  private static RuntimeException counted(RuntimeException e) {
    SluiceMetrics.SOURCE_FAILURES.labelValues(e.getClass().getSimpleName()).inc();
    return e;
  }

  /**
   * What stands behind a failure to read. A topic that was deleted, or deleted and created again,
   * shows first as an offset that is not there, or as an unknown topic: so all are asked for.
   */
  private RuntimeException explained(KafkaException e) {
    try {
      for (TopicWatch watch : watches.values()) {
        watch.look();
        watch.require();
      }
    } catch (UserException changed) {
      return changed;
    }
    if (e instanceof OffsetOutOfRangeException gone) {
      return notThere(gone);
    }
    return e instanceof RetriableException
        ? e
        : KafkaFaults.of(
            topics.any().kafka(), "reading topic " + String.join(", ", topics.names()), e);
  }

  private UserException notThere(OffsetOutOfRangeException e) {
    String topic = e.offsetOutOfRangePartitions().keySet().iterator().next().topic();
    Map<Integer, Long> beginnings = Objects.requireNonNull(watches.get(topic)).topic().beginnings();
    return new UserException(
        KafkaFaults.notThere(topic, e, beginnings)
            + "; "
            + (KafkaFaults.isCutOff(topic, e, beginnings)
                ? KafkaFaults.CUT_OFF_REMEDY
                : "start the job anew without its state, with --startFrom=lake: it goes on with"
                    + " what Kafka has, and the audit names what is gone"));
  }

  private ConsumerRecords<byte[], byte[]> read(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> batches = new HashMap<>();
    for (TopicPartition partition : assignment()) {
      List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
      String key = progressKey(partition);
      Progress before = PROGRESS.get(key);
      long position = position(partition);
      long next =
          !read.isEmpty()
              ? read.get(read.size() - 1).offset() + 1
              : before == null ? position : before.next();
      PROGRESS.put(key, new Progress(next, position));
      if (!read.isEmpty()) {
        batches.put(partition, batcher.pack(topics.of(partition).source(), partition, read));
        SluiceMetrics.read(partition.topic(), read.size(), batcher.bytes());
      }
      polled.add(partition);
      SluiceMetrics.readOffset(partition.topic(), partition.partition(), position);
      currentLag(partition)
          .ifPresent(lag -> SluiceMetrics.lag(partition.topic(), partition.partition(), lag));
    }
    return new ConsumerRecords<>(batches);
  }

  @Override
  public void close() {
    leave();
    super.close();
  }

  @Override
  public void close(Duration timeout) {
    leave();
    super.close(timeout);
  }

  private void leave() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    watches.values().forEach(TopicWatch::close);
    if (unread != null) {
      unread.close();
    }
    polled.forEach(RecordConsumer::forget);
    ended.forEach(RecordConsumer::forget);
  }

  private static void forget(TopicPartition partition) {
    SluiceMetrics.noLag(partition.topic(), partition.partition());
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = new HashMap<>(super.endOffsets(partitions));
    // Beam's twin reads uncommitted records: these are the high watermarks.
    ends.forEach(
        (partition, end) -> {
          ended.add(partition);
          SluiceMetrics.endOffset(partition.topic(), partition.partition(), end);
        });
    ends.replaceAll(
        (partition, end) -> {
          Progress progress = PROGRESS.get(progressKey(partition));
          return progress != null && progress.position() >= end
              ? Math.min(end, progress.next())
              : end;
        });
    return ends;
  }

  private ConsumerRecords<byte[], byte[]> emptyBatches() {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> batches = new HashMap<>();
    for (TopicPartition partition : assignment()) {
      long position = position(partition);
      PROGRESS.put(progressKey(partition), new Progress(position, position));
      // The reader takes the offset after this one for the next to read.
      batches.put(
          partition, List.of(Batcher.empty(topics.of(partition).source(), partition, position)));
    }
    return new ConsumerRecords<>(batches);
  }

  private String progressKey(TopicPartition partition) {
    return topics.of(partition).source() + "/" + partition.partition();
  }
}
