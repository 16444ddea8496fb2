package io.sluice.source;

import io.sluice.record.RecordBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record as its source holds it, with its position. Immutable by convention: the arrays are
 * shared, never written.
 */
public final class SourceRecord implements RecordMetadata {
  /** A header; its value may be null. */
  public record Header(String key, byte @Nullable [] value) {}

  private final String source;
  private final int partition;
  private final long offset;
  private final long recordTime;
  private final byte @Nullable [] key;
  private final byte @Nullable [] value;
  private final List<Header> headers;

  /**
   * @param source see {@link SourceId}
   * @param recordTime the record's own time, as Kafka's timestamp, in milliseconds since the epoch;
   *     -1 where it has none
   */
  public SourceRecord(
      String source,
      int partition,
      long offset,
      long recordTime,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers) {
    this.source = source;
    this.partition = partition;
    this.offset = offset;
    this.recordTime = recordTime;
    this.key = key;
    this.value = value;
    this.headers = headers;
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

  @Override
  public byte @Nullable [] key() {
    return key;
  }

  public byte @Nullable [] value() {
    return value;
  }

  /** The record's bytes as decoders take them. */
  public RecordBytes bytes() {
    return new Bytes(key, value == null ? null : Arrays.copyOf(value, value.length + 1));
  }

  private record Bytes(byte @Nullable [] key, byte @Nullable [] terminated) implements RecordBytes {
    @Override
    public boolean hasValue() {
      return terminated != null;
    }

    @Override
    public byte[] array() {
      return Objects.requireNonNull(terminated);
    }

    @Override
    public int valueStart() {
      return 0;
    }

    @Override
    public int valueLength() {
      return array().length - 1;
    }
  }

  @Override
  public List<Header> headers() {
    return headers;
  }

  @Override
  public String toString() {
    return text(source, partition, offset);
  }

  /** A position, in words. */
  static String text(String source, int partition, long offset) {
    return source + "/" + partition + "@" + offset;
  }
}
