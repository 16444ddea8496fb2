package io.sluice.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive records of a partition, as the value of one record that stands at the last one's
 * offset. KafkaIO asks Beam's metrics five times for each record that it hands over, and Flink its
 * source for each one's availability: for a batch they do so once.
 */
final class RecordBatch {
  private static final int MOST_RECORDS = 500;
  private static final int MOST_BYTES = 256 << 10;

  /** The count, the least and the greatest Kafka timestamp. */
  private static final int HEAD = Integer.BYTES + 2 * Long.BYTES;

  /** A record's numbers at their longest: two of 64 bits, three of 32. */
  private static final int NUMBERS = 2 * 10 + 3 * 5;

  private final ByteBuffer in;
  private final int count;
  private final long leastTime;
  private final long greatestTime;

  /**
   * Reads a batch from its bytes.
   *
   * @param bytes a value that {@link #of} made
   */
  RecordBatch(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
    count = in.getInt();
    leastTime = in.getLong();
    greatestTime = in.getLong();
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The least Kafka timestamp, in milliseconds since the epoch; -1 where a record has none. */
  long leastTime() {
    return leastTime;
  }

  long greatestTime() {
    return greatestTime;
  }

  /** Gives out the records in order. To be called once. */
  void forEach(String source, int partition, Consumer<SourceRecord> to) {
    long offset = 0;
    for (int i = 0; i < count; i++) {
      offset += ByteUtils.readVarlong(in);
      long time = ByteUtils.readVarlong(in);
      byte[] key = readBytes();
      byte[] value = readBytes();
      to.accept(new SourceRecord(source, partition, offset, time, key, value, readHeaders()));
    }
  }

  private byte @Nullable [] readBytes() {
    int length = ByteUtils.readVarint(in);
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private List<SourceRecord.Header> readHeaders() {
    int headers = ByteUtils.readVarint(in);
    if (headers == 0) {
      return List.of();
    }
    List<SourceRecord.Header> read = new ArrayList<>(headers);
    for (int i = 0; i < headers; i++) {
      byte[] name = java.util.Objects.requireNonNull(readBytes());
      read.add(new SourceRecord.Header(new String(name, StandardCharsets.UTF_8), readBytes()));
    }
    return read;
  }

  /** A partition's records in batches. */
  static List<ConsumerRecord<byte[], byte[]>> of(
      TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    List<ConsumerRecord<byte[], byte[]>> batches = new ArrayList<>();
    int from = 0;
    while (from < records.size()) {
      int to = from;
      int bytes = HEAD;
      while (to < records.size() && to - from < MOST_RECORDS && bytes < MOST_BYTES) {
        bytes = Math.addExact(bytes, greatestSize(records.get(to++)));
      }
      batches.add(batch(partition, records.subList(from, to), bytes));
      from = to;
    }
    return batches;
  }

  /** A batch of no records, which takes the place of the one before an offset. */
  static ConsumerRecord<byte[], byte[]> empty(TopicPartition partition, long next) {
    return record(partition, next - 1, new byte[HEAD]);
  }

  private static int greatestSize(ConsumerRecord<byte[], byte[]> record) {
    int size = NUMBERS + length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      // A character takes at most three bytes in UTF-8, and each length up to five.
      size += 2 * 5 + 3 * header.key().length() + length(header.value());
    }
    return size;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static ConsumerRecord<byte[], byte[]> batch(
      TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, int bytes) {
    ByteBuffer out = ByteBuffer.allocate(bytes);
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    long offset = 0;
    out.position(HEAD);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      least = Math.min(least, record.timestamp());
      greatest = Math.max(greatest, record.timestamp());
      ByteUtils.writeVarlong(record.offset() - offset, out);
      offset = record.offset();
      ByteUtils.writeVarlong(record.timestamp(), out);
      write(record.key(), out);
      write(record.value(), out);
      Header[] headers = record.headers().toArray();
      ByteUtils.writeVarint(headers.length, out);
      for (Header header : headers) {
        write(header.key().getBytes(StandardCharsets.UTF_8), out);
        write(header.value(), out);
      }
    }
    out.putInt(0, records.size());
    out.putLong(Integer.BYTES, least);
    out.putLong(Integer.BYTES + Long.BYTES, greatest);
    return record(partition, offset, java.util.Arrays.copyOf(out.array(), out.position()));
  }

  private static void write(byte @Nullable [] bytes, ByteBuffer out) {
    if (bytes == null) {
      ByteUtils.writeVarint(-1, out);
    } else {
      ByteUtils.writeVarint(bytes.length, out);
      out.put(bytes);
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(
      TopicPartition partition, long offset, byte[] value) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        ConsumerRecord.NO_TIMESTAMP,
        TimestampType.NO_TIMESTAMP_TYPE,
        0,
        value.length,
        null,
        value,
        new org.apache.kafka.common.header.internals.RecordHeaders(),
        java.util.Optional.empty());
  }
}
