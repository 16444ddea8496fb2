package io.sluice.audit;

import io.sluice.source.SourceRecord;
import java.util.Map;

/** What the audit asks of Kafka. */
interface TopicLog extends AutoCloseable {
  /** Sees the committed records of a range, in order. */
  interface Reader {
    /** Returns whether to go on. */
    boolean read(SourceRecord record);
  }

  /** The identity of the topic, see {@link io.sluice.source.SourceId}. */
  String source();

  /** The first offset that Kafka still has, of each partition. */
  Map<Integer, Long> beginnings();

  /** The offset behind the last one that a reader of committed records may see. */
  Map<Integer, Long> ends();

  /** The first offset whose record's Kafka timestamp is not before a time, of each partition. */
  Map<Integer, Long> at(long epochMillis);

  /**
   * Whether records go by retention alone, so that an offset without a record never had a committed
   * one; false for a compacted topic, and where Kafka does not say.
   */
  boolean keepsRecords();

  /**
   * Reads the committed records {@code from} to {@code to}, both included.
   *
   * @return the first offset that was really looked at: greater than {@code from} where Kafka has
   *     deleted what was before
   */
  long read(int partition, long from, long to, Reader reader);

  @Override
  void close();
}
