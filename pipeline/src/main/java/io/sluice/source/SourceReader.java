package io.sluice.source;

import java.util.List;
import java.util.Map;

/**
 * Reads a source beside the job: what it has, and the committed records of given offsets. Nothing
 * is written to the source.
 *
 * <p>What it refuses or does not answer is a {@link io.sluice.UserException}. For one thread.
 */
public interface SourceReader extends AutoCloseable {
  /**
   * Sees committed records, those of a partition in order, and what is between them.
   *
   * @param <E> what it throws
   */
  interface Reader<E extends Exception> {
    /** Returns whether to go on with the record's partition. */
    boolean read(SourceRecord record) throws E;

    /** There is no record at some offsets, which lie before that which comes next. */
    default void gap(Gap gap) throws E {}
  }

  /** How records leave a source. */
  enum Cleanup {
    /** By retention alone, so that an offset without a record never had a committed one. */
    RETENTION,
    /** By compaction, too. */
    COMPACTION,
    /** The source does not let this principal see it. */
    NOT_SAID
  }

  /** What a position of this source means. */
  SourceId id();

  /** The partitions' numbers, ascending. */
  List<Integer> partitions();

  /** The first offset that is still there, of each partition. */
  Map<Integer, Long> beginnings();

  /** The offset behind the last one that a reader of committed records may see. */
  Map<Integer, Long> ends();

  /** The first offset whose record's own time is not before a time, of each partition. */
  Map<Integer, Long> at(long epochMillis);

  Cleanup cleanup();

  /** Makes sure that records may be read. */
  void requireReadable();

  /**
   * Makes sure that no start lies behind all that there is, committed or not: nothing would ever be
   * read from there, and what comes next would have offsets that the lake has already.
   *
   * @param starts where a job is to begin, by partition
   */
  void requireEnds(Map<Integer, Long> starts);

  /**
   * Reads the committed records of some partitions, and says where there are none: each offset from
   * the first to the last is a record's or lies in a gap, once. A range that ends behind what is
   * there fails, and is not short.
   *
   * @param from the first offset of each
   * @param ends the offset behind the last one of each, at most that of {@link #ends}
   */
  <E extends Exception> void read(
      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E;

  /** The same for one partition; {@code to} is included. */
  default <E extends Exception> void read(int partition, long from, long to, Reader<E> reader)
      throws E {
    read(Map.of(partition, from), Map.of(partition, to + 1), reader);
  }

  @Override
  void close();
}
