package io.sluice.audit;

import io.sluice.report.TestLake;
import io.sluice.source.SourceRecord;
import io.sluice.source.TopicLog;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** A topic whose records, holes and deleted beginnings a test places exactly. */
final class FakeTopic implements TopicLog {
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
  public String source() {
    return source;
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
  public <E extends Exception> Map<Integer, Long> read(
      Map<Integer, Long> from, Map<Integer, Long> to, Reader<E> reader) throws E {
    Map<Integer, Long> first = new TreeMap<>(from);
    first.replaceAll((partition, offset) -> Math.max(offset, beginnings.get(partition)));
    for (int partition : first.keySet()) {
      long at = first.get(partition);
      Map.Entry<Long, SourceRecord> next;
      while ((next = records.get(partition).ceilingEntry(at)) != null
          && next.getKey() < to.get(partition)) {
        read++;
        if (!reader.read(next.getValue())) {
          return first;
        }
        looked.accept(next.getKey());
        at = next.getKey() + 1;
        if (at < beginnings.get(partition)) {
          at = beginnings.get(partition);
          first.put(partition, at);
        }
      }
    }
    return first;
  }

  @Override
  public void close() {}
}
