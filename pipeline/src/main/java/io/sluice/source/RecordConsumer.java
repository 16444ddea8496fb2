package io.sluice.source;

import io.sluice.metrics.SluiceMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer under KafkaIO, with five habits that KafkaIO's own way of reading lacks:
 *
 * <ul>
 *   <li>it starts where the {@link SourceSpec} says, unless a checkpoint says otherwise, and never
 *       resets an offset by itself: an offset that Kafka no longer has fails the job instead of
 *       being skipped;
 *   <li>it fails when the topic was deleted and created again, and warns when partitions were
 *       added, which are not read until the job is started anew;
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
  private static final Logger LOG = LoggerFactory.getLogger(RecordConsumer.class);
  private static final Duration IDENTITY_CHECK = Duration.ofSeconds(10);

  /** How far each reader of this JVM has come, by reader group and partition. */
  private static final Map<String, Progress> PROGRESS = new ConcurrentHashMap<>();

  /**
   * @param next the offset behind the last record that was handed out
   * @param position where the reader is: beyond {@code next} where it passed markers
   */
  private record Progress(long next, long position) {}

  private final SourceSpec spec;
  private final Set<Integer> polled = ConcurrentHashMap.newKeySet();
  private final Set<Integer> ended = ConcurrentHashMap.newKeySet();
  private final RecordBatch.Packer packer = new RecordBatch.Packer();
  private boolean greeted;
  private long nextIdentityCheck;

  RecordConsumer(Map<String, Object> config, SourceSpec spec) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.spec = spec;
    checkIdentity();
  }

  @Override
  public void assign(Collection<TopicPartition> partitions) {
    super.assign(partitions);
    for (TopicPartition partition : partitions) {
      Long start = spec.startOffsets().get(partition.partition());
      if (start == null) {
        throw new IllegalStateException("no start offset for " + partition);
      }
      seek(partition, start);
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
      if (!greeted) {
        greeted = true;
        return emptyBatches();
      }
      return read(timeout);
    } catch (RuntimeException e) {
      // The job fails with it and is started again, which alone would look as if nothing were.
      SluiceMetrics.SOURCE_FAILURES.labelValues(e.getClass().getSimpleName()).inc();
      throw e;
    }
  }

  /**
   * A broker that hangs gives no records and no error: the check of the topic's identity has a
   * time-out, and so finds it.
   */
  private ConsumerRecords<byte[], byte[]> read(Duration timeout) {
    if (System.nanoTime() - nextIdentityCheck >= 0) {
      checkIdentity();
    }
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
        batches.put(partition, packer.pack(partition, read));
        SluiceMetrics.read(spec.topic(), read.size(), packer.bytes());
      }
      polled.add(partition.partition());
      SluiceMetrics.readOffset(spec.topic(), partition.partition(), position);
      currentLag(partition)
          .ifPresent(lag -> SluiceMetrics.lag(spec.topic(), partition.partition(), lag));
    }
    return new ConsumerRecords<>(batches);
  }

  @Override
  public void close() {
    forgetLag();
    super.close();
  }

  @Override
  public void close(Duration timeout) {
    forgetLag();
    super.close(timeout);
  }

  private void forgetLag() {
    polled.forEach(partition -> SluiceMetrics.noLag(spec.topic(), partition));
    ended.forEach(partition -> SluiceMetrics.noLag(spec.topic(), partition));
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = new HashMap<>(super.endOffsets(partitions));
    // Beam's twin reads uncommitted records: these are the high watermarks.
    ends.forEach(
        (partition, end) -> {
          ended.add(partition.partition());
          SluiceMetrics.endOffset(spec.topic(), partition.partition(), end);
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
      batches.put(partition, List.of(RecordBatch.empty(partition, position)));
    }
    return new ConsumerRecords<>(batches);
  }

  private String progressKey(TopicPartition partition) {
    return spec.source() + "/" + partition.partition();
  }

  private void checkIdentity() {
    nextIdentityCheck = System.nanoTime() + IDENTITY_CHECK.toNanos();
    try (Topic topic = new Topic(spec.kafka(), spec.topic())) {
      if (spec.generatedId() && !topic.id(null).equals(spec.source())) {
        throw new IllegalStateException(
            "topic "
                + spec.topic()
                + " was deleted and created again: it was "
                + spec.source()
                + " and is "
                + topic.id(null)
                + "; start the job anew without its state, with --startFrom=lake: nothing is lost or doubled");
      }
      int partitions = topic.partitions().size();
      SluiceMetrics.unreadPartitions(
          spec.topic(), Math.max(0, partitions - spec.startOffsets().size()));
      if (partitions > spec.startOffsets().size()) {
        LOG.warn(
            "topic {} has {} partitions, this job reads {}: start it anew without its state, with --startFrom=lake, to read all",
            spec.topic(),
            partitions,
            spec.startOffsets().size());
      }
    }
  }
}
