package io.sluice.source;

import java.util.Map;

/**
 * A topic as whoever works beside the job asks for it: what Kafka says of it, and its committed
 * records by their offsets.
 *
 * <p>What Kafka refuses or does not answer is a {@link io.sluice.UserException}.
 */
public interface TopicLog extends AutoCloseable {
  /**
   * Sees committed records, those of a partition in order.
   *
   * @param <E> what it throws
   */
  interface Reader<E extends Exception> {
    /** Returns whether to go on. */
    boolean read(SourceRecord record) throws E;
  }

  /** How records leave a topic. */
  enum Cleanup {
    /** By retention alone, so that an offset without a record never had a committed one. */
    RETENTION,
    /** By compaction, too. */
    COMPACTION,
    /** Kafka does not let this principal see it. */
    NOT_SAID
  }

  /** The identity of the topic, see {@link SourceId}. */
  String source();

  /** The first offset that Kafka still has, of each partition. */
  Map<Integer, Long> beginnings();

  /** The offset behind the last one that a reader of committed records may see. */
  Map<Integer, Long> ends();

  /** The first offset whose record's Kafka timestamp is not before a time, of each partition. */
  Map<Integer, Long> at(long epochMillis);

  Cleanup cleanup();

  /**
   * Reads the committed records of some partitions.
   *
   * @param from the first offset of each
   * @param ends the offset behind the last one of each, at most that of {@link #ends}
   * @return the first offset of each that was really looked at: greater than {@code from} where
   *     Kafka has deleted what was before
   */
  <E extends Exception> Map<Integer, Long> read(
      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E;

  /** The same for one partition; {@code to} is included. */
  default <E extends Exception> long read(int partition, long from, long to, Reader<E> reader)
      throws E {
    return read(Map.of(partition, from), Map.of(partition, to + 1), reader)
        .getOrDefault(partition, from);
  }

  @Override
  void close();
}
