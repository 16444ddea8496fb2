package io.sluice.source;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Names the gaps between the records of some ranges, for whoever implements {@link
 * SourceReader#read}: it is told what comes, and tells the reader that.
 *
 * @param <E> what the reader throws
 */
public final class Gaps<E extends Exception> {
  private final Map<Integer, Long> next;
  private final Map<Integer, Long> ends;
  private final Supplier<SourceReader.Cleanup> cleanup;
  private final SourceReader.Reader<E> reader;

  /**
   * @param from the first offset of each partition
   * @param ends the offset behind the last one of each
   * @param cleanup asked where there is a gap
   */
  public Gaps(
      Map<Integer, Long> from,
      Map<Integer, Long> ends,
      Supplier<SourceReader.Cleanup> cleanup,
      SourceReader.Reader<E> reader) {
    this.next = new HashMap<>(from);
    this.ends = ends;
    this.cleanup = cleanup;
    this.reader = reader;
  }

  /**
   * The next record of its partition, which is in its range.
   *
   * @return whether to go on with the partition
   */
  public boolean record(SourceRecord record) throws E {
    none(record.partition(), record.offset());
    next.put(record.partition(), record.offset() + 1);
    return reader.read(record);
  }

  /** There is nothing any more before an offset. */
  public void deleted(int partition, long before) throws E {
    long from = next(partition);
    long to = Math.min(before, end(partition));
    if (from < to) {
      reader.gap(new Gap(partition, from, to - 1, Gap.Why.DELETED));
      next.put(partition, to);
    }
  }

  /** All of a partition's range was looked at. */
  public void ended(int partition) throws E {
    none(partition, end(partition));
  }

  private void none(int partition, long before) throws E {
    long from = next(partition);
    if (from < before) {
      Gap.Why why =
          cleanup.get() == SourceReader.Cleanup.RETENTION
              ? Gap.Why.NO_RECORD
              : Gap.Why.NO_RECORD_OR_COMPACTED;
      reader.gap(new Gap(partition, from, before - 1, why));
      next.put(partition, before);
    }
  }

  private long next(int partition) {
    return next.getOrDefault(partition, 0L);
  }

  private long end(int partition) {
    return ends.getOrDefault(partition, 0L);
  }
}
