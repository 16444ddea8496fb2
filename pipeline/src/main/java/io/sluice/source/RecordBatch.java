package io.sluice.source;

import io.sluice.record.RecordBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive records of a partition, in one array: what the source hands over and what is decoded,
 * so that KafkaIO, Beam and Flink are paid once for all of them. A batch travels through KafkaIO as
 * the value of one record, which stands at the last one's offset.
 */
public final class RecordBatch {
  private static final int MOST_RECORDS = 500;
  private static final int MOST_BYTES = 256 << 10;

  /** The count, the least and the greatest Kafka timestamp. */
  private static final int HEAD = Integer.BYTES + 2 * Long.BYTES;

  /** A record's numbers at their longest, two of 64 bits and three of 32, and the byte of zero. */
  private static final int NUMBERS = 2 * 10 + 3 * 5 + 1;

  private final String source;
  private final int partition;
  private final byte[] bytes;

  /**
   * @param source the identity of the topic, see {@link SourceId}
   * @param bytes as {@link Packer} made them
   */
  RecordBatch(String source, int partition, byte[] bytes) {
    this.source = source;
    this.partition = partition;
    this.bytes = bytes;
  }

  /** A batch of one. */
  public static RecordBatch of(SourceRecord record) {
    RecordHeaders headers = new RecordHeaders();
    record.headers().forEach(header -> headers.add(header.key(), header.value()));
    ConsumerRecord<byte[], byte[]> one =
        new ConsumerRecord<>(
            "",
            record.partition(),
            record.offset(),
            record.recordTime(),
            TimestampType.NO_TIMESTAMP_TYPE,
            0,
            0,
            record.key(),
            record.value(),
            headers,
            Optional.empty());
    Packer packer = new Packer(HEAD + Packer.greatestSize(one));
    packer.add(one);
    return new RecordBatch(record.source(), record.partition(), packer.batch());
  }

  String source() {
    return source;
  }

  int partition() {
    return partition;
  }

  byte[] bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return ByteBuffer.wrap(bytes).getInt() == 0;
  }

  /** The least Kafka timestamp, in milliseconds since the epoch; -1 where a record has none. */
  long leastTime() {
    return ByteBuffer.wrap(bytes).getLong(Integer.BYTES);
  }

  long greatestTime() {
    return ByteBuffer.wrap(bytes).getLong(Integer.BYTES + Long.BYTES);
  }

  /** The records in order, before the first. */
  public Cursor records() {
    return new Cursor();
  }

  /** Stands at one record after the other, without making an object of each. */
  public final class Cursor implements RecordBytes {
    private final ByteBuffer in = ByteBuffer.wrap(bytes);
    private int left = in.getInt();
    private long offset;
    private long recordTime;
    private int keyAt;
    private int keyLength;
    private int valueAt;
    private int valueLength;
    private int headersAt;

    private Cursor() {
      in.position(HEAD);
    }

    /** Goes to the next record; false where there is none. */
    public boolean next() {
      if (left-- <= 0) {
        return false;
      }
      offset += ByteUtils.readVarlong(in);
      recordTime = ByteUtils.readVarlong(in);
      keyLength = ByteUtils.readVarint(in);
      keyAt = in.position();
      in.position(keyAt + Math.max(0, keyLength));
      valueLength = ByteUtils.readVarint(in);
      valueAt = in.position();
      in.position(valueAt + Math.max(0, valueLength) + 1);
      headersAt = in.position();
      skipHeaders();
      return true;
    }

    private void skipHeaders() {
      for (int i = ByteUtils.readVarint(in); i > 0; i--) {
        skipBytes();
        skipBytes();
      }
    }

    private void skipBytes() {
      int length = ByteUtils.readVarint(in);
      in.position(in.position() + Math.max(0, length));
    }

    public String source() {
      return source;
    }

    public int partition() {
      return partition;
    }

    public long offset() {
      return offset;
    }

    /** The record's own Kafka timestamp in milliseconds since the epoch; -1 where it has none. */
    public long recordTime() {
      return recordTime;
    }

    /**
     * T of the record, in milliseconds since the epoch.
     *
     * @param batchTime the batch's, which Beam knows
     * @param now the clock
     */
    public long time(long batchTime, long now) {
      return RecordTimePolicy.timeOf(recordTime, batchTime, now);
    }

    @Override
    public boolean hasValue() {
      return valueLength >= 0;
    }

    @Override
    public byte[] array() {
      return bytes;
    }

    @Override
    public int valueStart() {
      return valueAt;
    }

    @Override
    public int valueLength() {
      return valueLength;
    }

    @Override
    public byte @Nullable [] key() {
      return copy(keyAt, keyLength);
    }

    @Override
    public String toString() {
      return SourceRecord.text(source, partition, offset);
    }

    /** The record, on its own. */
    public SourceRecord record() {
      return new SourceRecord(
          source,
          partition,
          offset,
          recordTime,
          copy(keyAt, keyLength),
          copy(valueAt, valueLength),
          headers());
    }

    private byte @Nullable [] copy(int at, int length) {
      return length < 0 ? null : Arrays.copyOfRange(bytes, at, at + length);
    }

    private List<SourceRecord.Header> headers() {
      ByteBuffer in = ByteBuffer.wrap(bytes).position(headersAt);
      int count = ByteUtils.readVarint(in);
      if (count == 0) {
        return List.of();
      }
      List<SourceRecord.Header> headers = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        byte[] name = Objects.requireNonNull(readBytes(in));
        headers.add(
            new SourceRecord.Header(new String(name, StandardCharsets.UTF_8), readBytes(in)));
      }
      return headers;
    }

    private byte @Nullable [] readBytes(ByteBuffer in) {
      int length = ByteUtils.readVarint(in);
      int at = in.position();
      in.position(at + Math.max(0, length));
      return copy(at, length);
    }
  }

  /**
   * Puts records together. Each is looked at once: the next look at it would find it gone from the
   * processor's cache. For one thread.
   */
  static final class Packer {
    private final List<ConsumerRecord<byte[], byte[]>> batches = new ArrayList<>();
    private final int room;
    private ByteBuffer out;
    private int count;
    private long offset;
    private long least;
    private long greatest;
    private long bytes;

    Packer() {
      this(MOST_BYTES);
    }

    private Packer(int room) {
      this.room = room;
      this.out = ByteBuffer.allocate(room);
      begin();
    }

    /** A partition's records in batches. */
    List<ConsumerRecord<byte[], byte[]>> pack(
        TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
      batches.clear();
      bytes = 0;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        int size = greatestSize(record);
        if (count == MOST_RECORDS || (count > 0 && out.remaining() < size)) {
          end(partition);
        }
        if (out.remaining() < size) {
          out = ByteBuffer.allocate(Math.addExact(HEAD, size)).position(HEAD);
        }
        add(record);
      }
      if (count > 0) {
        end(partition);
      }
      return List.copyOf(batches);
    }

    /** Of the keys and values of the records that were packed last. */
    long bytes() {
      return bytes;
    }

    private void begin() {
      if (out.capacity() > room) {
        // One record of many MiB is no reason to keep so much.
        out = ByteBuffer.allocate(room);
      }
      out.clear().position(HEAD);
      count = 0;
      offset = 0;
      least = Long.MAX_VALUE;
      greatest = Long.MIN_VALUE;
    }

    private void end(TopicPartition partition) {
      batches.add(record(partition, offset, batch()));
      begin();
    }

    private static int greatestSize(ConsumerRecord<byte[], byte[]> record) {
      int size = Math.addExact(NUMBERS + length(record.key()), length(record.value()));
      for (Header header : record.headers()) {
        // A character takes at most three bytes in UTF-8, and each length up to five.
        size = Math.addExact(size, 2 * 5 + 3 * header.key().length() + length(header.value()));
      }
      return size;
    }

    private static int length(byte @Nullable [] bytes) {
      return bytes == null ? 0 : bytes.length;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
      count++;
      bytes += length(record.key()) + length(record.value());
      least = Math.min(least, record.timestamp());
      greatest = Math.max(greatest, record.timestamp());
      ByteUtils.writeVarlong(record.offset() - offset, out);
      offset = record.offset();
      ByteUtils.writeVarlong(record.timestamp(), out);
      write(record.key());
      write(record.value());
      // A decoder that runs on is stopped by it.
      out.put((byte) 0);
      Header[] headers = record.headers().toArray();
      ByteUtils.writeVarint(headers.length, out);
      for (Header header : headers) {
        write(header.key().getBytes(StandardCharsets.UTF_8));
        write(header.value());
      }
    }

    private void write(byte @Nullable [] bytes) {
      if (bytes == null) {
        ByteUtils.writeVarint(-1, out);
      } else {
        ByteUtils.writeVarint(bytes.length, out);
        out.put(bytes);
      }
    }

    private byte[] batch() {
      out.putInt(0, count);
      out.putLong(Integer.BYTES, least);
      out.putLong(Integer.BYTES + Long.BYTES, greatest);
      return Arrays.copyOf(out.array(), out.position());
    }
  }

  /** A batch of no records, which takes the place of the one before an offset. */
  static ConsumerRecord<byte[], byte[]> empty(TopicPartition partition, long next) {
    return record(partition, next - 1, new byte[HEAD]);
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
        new RecordHeaders(),
        Optional.empty());
  }
}
