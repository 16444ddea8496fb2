package io.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.source.RecordBatch;
import io.sluice.source.SourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of a consumer's records: each travels through KafkaIO as the value of one record,
 * which stands at the last one's offset and has for its key the source that the reader reads. A
 * record is looked at once: the next look at it would find it gone from the processor's cache. For
 * one thread.
 */
final class Batcher {
  private final RecordBatch.Builder batch = new RecordBatch.Builder();
  private long bytes;

  /** A partition's records in batches. */
  List<ConsumerRecord<byte[], byte[]>> pack(
      SourceId source, TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    List<ConsumerRecord<byte[], byte[]>> batches = new ArrayList<>();
    bytes = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      long size = length(record.key()) + length(record.value());
      if (!batch.hasRoom(size)) {
        batches.add(record(source, partition, batch.offset(), batch.build()));
      }
      bytes += size;
      Header[] headers = record.headers().toArray();
      batch.add(record.offset(), record.timestamp(), record.key(), record.value(), headers.length);
      for (Header header : headers) {
        batch.header(header.key(), header.value());
      }
    }
    if (!batch.isEmpty()) {
      batches.add(record(source, partition, batch.offset(), batch.build()));
    }
    return batches;
  }

  /** Of the keys and values of the records that were packed last. */
  long bytes() {
    return bytes;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /** A batch of no records, which takes the place of the one before an offset. */
  static ConsumerRecord<byte[], byte[]> empty(
      SourceId source, TopicPartition partition, long next) {
    return record(source, partition, next - 1, new RecordBatch.Builder().build());
  }

  private static ConsumerRecord<byte[], byte[]> record(
      SourceId source, TopicPartition partition, long offset, byte[] value) {
    byte[] key = source.text().getBytes(UTF_8);
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        ConsumerRecord.NO_TIMESTAMP,
        TimestampType.NO_TIMESTAMP_TYPE,
        key.length,
        value.length,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
