package io.sluice.source;

import io.sluice.record.BytesReader;
import io.sluice.record.BytesWriter;
import io.sluice.record.RecordBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive records of a partition, in one array: what the source hands over and what is decoded,
 * so that Beam and its runner are paid once for all of them.
 */
public final class RecordBatch {
  private static final int MOST_RECORDS = 500;
  private static final int MOST_BYTES = 256 << 10;

  /** The count, the least and the greatest time of the records. */
  private static final int HEAD = Integer.BYTES + 2 * Long.BYTES;

  private final String source;
  private final int partition;
  private final byte[] bytes;

  /**
   * @param source see {@link SourceId}
   * @param bytes as a {@link Builder} made them
   */
  public RecordBatch(String source, int partition, byte[] bytes) {
    this.source = source;
    this.partition = partition;
    this.bytes = bytes;
  }

  /** A batch of one. */
  public static RecordBatch of(SourceRecord record) {
    Builder builder = new Builder();
    builder.add(
        record.offset(),
        record.recordTime(),
        record.key(),
        record.value(),
        record.headers().size());
    record.headers().forEach(header -> builder.header(header.key(), header.value()));
    return new RecordBatch(record.source(), record.partition(), builder.build());
  }

  /** See {@link SourceId}: of all records. */
  public String source() {
    return source;
  }

  /** The partition of all records. */
  public int partition() {
    return partition;
  }

  byte[] bytes() {
    return bytes;
  }

  public boolean isEmpty() {
    return ByteBuffer.wrap(bytes).getInt() == 0;
  }

  /** The least record's time, in milliseconds since the epoch; -1 where a record has none. */
  public long leastTime() {
    return ByteBuffer.wrap(bytes).getLong(Integer.BYTES);
  }

  public long greatestTime() {
    return ByteBuffer.wrap(bytes).getLong(Integer.BYTES + Long.BYTES);
  }

  /** The records in order, before the first. */
  public Cursor records() {
    return new Cursor();
  }

  /** Stands at one record after the other, without making an object of each. */
  public final class Cursor implements RecordBytes, RecordMetadata {
    private final BytesReader in = new BytesReader(bytes, HEAD);
    private int left = ByteBuffer.wrap(bytes).getInt();
    private long offset;
    private long recordTime;
    private int keyAt;
    private int keyLength;
    private int valueAt;
    private int valueLength;
    private int headersAt;

    private Cursor() {}

    /** Goes to the next record; false where there is none. */
    public boolean next() {
      if (left-- <= 0) {
        return false;
      }
      offset += in.readSigned();
      recordTime = in.readSigned();
      keyLength = (int) in.readSigned();
      keyAt = in.bytesAt();
      in.skip(Math.max(0, keyLength));
      valueLength = (int) in.readSigned();
      valueAt = in.bytesAt();
      in.skip(Math.max(0, valueLength) + 1);
      headersAt = in.bytesAt();
      for (long i = in.readSigned(); i > 0; i--) {
        skipBytes();
        skipBytes();
      }
      return true;
    }

    private void skipBytes() {
      in.skip(Math.max(0, (int) in.readSigned()));
    }

    @Override
    public String source() {
      return source;
    }

    @Override
    public int partition() {
      return partition;
    }

    @Override
    public long offset() {
      return offset;
    }

    @Override
    public long recordTime() {
      return recordTime;
    }

    /**
     * T of the record, in milliseconds since the epoch.
     *
     * @param batchTime the batch's, which Beam knows: no record is before it
     * @param now the clock, which no record is ahead of
     */
    public long time(long batchTime, long now) {
      return Math.max(Math.min(recordTime, now), batchTime);
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

    @Override
    public List<SourceRecord.Header> headers() {
      BytesReader in = new BytesReader(bytes, headersAt);
      int count = (int) in.readSigned();
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

    private byte @Nullable [] readBytes(BytesReader in) {
      int length = (int) in.readSigned();
      int at = in.bytesAt();
      in.skip(Math.max(0, length));
      return copy(at, length);
    }
  }

  /** Puts records of a partition together, in order. For one thread. */
  public static final class Builder {
    private final BytesWriter out = new BytesWriter();
    private int count;
    private long offset;
    private long least;
    private long greatest;

    public Builder() {
      begin();
    }

    private void begin() {
      out.clear();
      out.writeFixed(0, Integer.BYTES);
      out.writeFixed(0, Long.BYTES);
      out.writeFixed(0, Long.BYTES);
      count = 0;
      offset = 0;
      least = Long.MAX_VALUE;
      greatest = Long.MIN_VALUE;
    }

    public boolean isEmpty() {
      return count == 0;
    }

    /** The last record's offset. */
    public long offset() {
      return offset;
    }

    /**
     * Whether another record is to go into this batch.
     *
     * @param bytes of the record's key and value; a batch of one may have any number
     */
    public boolean hasRoom(long bytes) {
      return count == 0 || (count < MOST_RECORDS && out.size() + bytes <= MOST_BYTES);
    }

    /**
     * Adds a record, whose offset is greater than the last one's.
     *
     * @param headers how many times {@link #header} is called next
     */
    public void add(
        long offset, long recordTime, byte @Nullable [] key, byte @Nullable [] value, int headers) {
      count++;
      least = Math.min(least, recordTime);
      greatest = Math.max(greatest, recordTime);
      out.writeSigned(offset - this.offset);
      this.offset = offset;
      out.writeSigned(recordTime);
      write(key);
      write(value);
      // A decoder that runs on is stopped by it.
      out.writeByte(0);
      out.writeSigned(headers);
    }

    /** Adds a header to the record that was added last. */
    public void header(String name, byte @Nullable [] value) {
      write(name.getBytes(StandardCharsets.UTF_8));
      write(value);
    }

    private void write(byte @Nullable [] bytes) {
      if (bytes == null) {
        out.writeSigned(-1);
      } else {
        out.writeSigned(bytes.length);
        out.write(bytes, 0, bytes.length);
      }
    }

    /** The batch's bytes; begins another. */
    public byte[] build() {
      byte[] bytes = out.toArray();
      ByteBuffer.wrap(bytes)
          .putInt(count)
          .putLong(count == 0 ? 0 : least)
          .putLong(count == 0 ? 0 : greatest);
      begin();
      return bytes;
    }
  }
}
