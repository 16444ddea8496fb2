package io.sluice.audit;

import io.sluice.report.TestLake;
import io.sluice.source.Gaps;
import io.sluice.source.SourceId;
import io.sluice.source.SourceReader;
import io.sluice.source.SourceRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/** A topic whose records, holes and deleted beginnings a test places exactly. */
final class FakeTopic implements SourceReader {
  private final Map<Integer, TreeMap<Long, SourceRecord>> records = new HashMap<>();
  private final Map<Integer, Long> beginnings = new TreeMap<>();
  private final Map<Integer, Long> ends = new TreeMap<>();
  private String source = TestLake.SOURCE;
  Cleanup cleanup = Cleanup.RETENTION;

  /** Offsets that were looked at. */
  long read;

  /** How often its beginnings were asked for. */
  int looks;

  /** Called whenever its ends are asked for, and with each offset that is looked at. */
  Runnable asked = () -> {};

  LongConsumer looked = offset -> {};

  FakeTopic(int partitions) {
    for (int i = 0; i < partitions; i++) {
      records.put(i, new TreeMap<>());
      beginnings.put(i, 0L);
      ends.put(i, 0L);
    }
  }

  /** Puts a committed record at its offset; what is skipped before it holds none. */
  FakeTopic add(SourceRecord record) {
    records.get(record.partition()).put(record.offset(), record);
    ends.merge(record.partition(), record.offset() + 1, Math::max);
    return this;
  }

  FakeTopic end(int partition, long end) {
    ends.put(partition, end);
    return this;
  }

  /** Deletes what is before, as retention does. */
  FakeTopic deleteBefore(int partition, long beginning) {
    beginnings.put(partition, beginning);
    records.get(partition).headMap(beginning).clear();
    return this;
  }

  FakeTopic createdAnew(String id) {
    source = id;
    return this;
  }

  @Override
  public SourceId id() {
    return new SourceId(source);
  }

  @Override
  public Map<Integer, Long> beginnings() {
    looks++;
    return Map.copyOf(beginnings);
  }

  @Override
  public Map<Integer, Long> ends() {
    asked.run();
    return Map.copyOf(ends);
  }

  @Override
  public Map<Integer, Long> at(long epochMillis) {
    Map<Integer, Long> offsets = new TreeMap<>(ends);
    records.forEach(
        (partition, all) ->
            all.values().stream()
                .filter(record -> record.recordTime() >= epochMillis)
                .findFirst()
                .ifPresent(record -> offsets.put(partition, record.offset())));
    return offsets;
  }

  @Override
  public Cleanup cleanup() {
    return cleanup;
  }

  @Override
  public List<Integer> partitions() {
    return List.copyOf(new TreeSet<>(records.keySet()));
  }

  @Override
  public void requireReadable() {}

  @Override
  public void requireEnds(Map<Integer, Long> starts) {}

  @Override
  public <E extends Exception> void read(
      Map<Integer, Long> from, Map<Integer, Long> to, Reader<E> reader) throws E {
    Gaps<E> gaps = new Gaps<>(from, to, () -> cleanup, reader);
    for (int partition : new TreeSet<>(from.keySet())) {
      if (read(partition, from.get(partition), to.get(partition), gaps)) {
        gaps.ended(partition);
      }
    }
  }

  private <E extends Exception> boolean read(int partition, long from, long to, Gaps<E> gaps)
      throws E {
    long at = from;
    while (true) {
      if (at < beginnings.get(partition)) {
        at = beginnings.get(partition);
        gaps.deleted(partition, at);
      }
      Map.Entry<Long, SourceRecord> next = records.get(partition).ceilingEntry(at);
      if (next == null || next.getKey() >= to) {
        return true;
      }
      read++;
      if (!gaps.record(next.getValue())) {
        return false;
      }
      looked.accept(next.getKey());
      at = next.getKey() + 1;
    }
  }

  @Override
  public void close() {}
}
