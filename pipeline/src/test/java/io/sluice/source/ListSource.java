package io.sluice.source;

import io.sluice.UserException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/** The least source that there can be: lists of this JVM, with offsets that hold no record. */
public class ListSource implements Source {
  /** A partition: its records by their offsets. */
  static final class Partition {
    final ConcurrentNavigableMap<Long, SourceRecord> records = new ConcurrentSkipListMap<>();
    volatile long beginning;
    volatile long end;
  }

  /** What is there now, by name: identity and partitions. */
  private static final Map<String, ListSource.Lists> NOW = new ConcurrentHashMap<>();

  record Lists(SourceId id, Map<Integer, Partition> partitions) {
    Partition partition(int number) {
      Partition partition = partitions.get(number);
      if (partition == null) {
        throw new IllegalArgumentException("no partition " + number);
      }
      return partition;
    }
  }

  private final String name;
  private Set<String> leftOut = Set.of();

  public ListSource(String name) {
    this.name = name;
  }

  @Override
  public Source watching(Set<String> rules, Set<String> leftOut) {
    this.leftOut = Set.copyOf(leftOut);
    return this;
  }

  /** What the job that reads this was told that it leaves out. */
  Set<String> leftOut() {
    return leftOut;
  }

  static NavigableSet<String> names() {
    return new TreeSet<>(NOW.keySet());
  }

  /** Makes empty lists of this name, in place of those that there are. */
  public void create(int partitions) {
    Map<Integer, Partition> empty = new TreeMap<>();
    for (int i = 0; i < partitions; i++) {
      empty.put(i, new Partition());
    }
    NOW.put(name, new Lists(new SourceId(name + "/" + UUID.randomUUID()), empty));
  }

  void delete() {
    NOW.remove(name);
  }

  Lists lists() {
    return lists(name);
  }

  private static Lists lists(String name) {
    Lists lists = NOW.get(name);
    if (lists == null) {
      throw new UserException("there are no lists of the name " + name);
    }
    return lists;
  }

  public void send(int number, SourceRecord record) {
    Partition partition = lists().partition(number);
    partition.records.put(
        partition.end,
        new SourceRecord(
            lists().id().text(),
            number,
            partition.end,
            record.recordTime(),
            record.key(),
            record.value(),
            record.headers()));
    partition.end++;
  }

  /** An offset without a record. */
  public void leaveOut(int number) {
    lists().partition(number).end++;
  }

  void deleteBefore(int number, long offset) {
    Partition partition = lists().partition(number);
    partition.beginning = offset;
    partition.records.headMap(offset).clear();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String address() {
    return "this JVM";
  }

  @Override
  public List<Probe> probes() {
    return List.of();
  }

  @Override
  public SourceReader open() {
    return new ListReader(lists());
  }

  @Override
  public PTransform<PBegin, PCollection<RecordBatch>> read(From from, List<Reading> others) {
    Map<String, TreeMap<Integer, Long>> offsets = new TreeMap<>();
    offsets.put(name, from.offsets());
    for (Reading other : others) {
      if (!(other.source() instanceof ListSource lists)) {
        throw new UserException(other.source().name() + " is no list, as " + name + " is");
      }
      offsets.put(lists.name, other.from().offsets());
    }
    return new ReadLists(offsets);
  }

  /** Reads lists beside a job. */
  static class ListReader implements SourceReader {
    private final Lists lists;

    ListReader(Lists lists) {
      this.lists = lists;
    }

    @Override
    public SourceId id() {
      return lists.id();
    }

    @Override
    public List<Integer> partitions() {
      return List.copyOf(lists.partitions().keySet());
    }

    @Override
    public Map<Integer, Long> beginnings() {
      Map<Integer, Long> beginnings = new TreeMap<>();
      lists.partitions().forEach((number, one) -> beginnings.put(number, one.beginning));
      return beginnings;
    }

    @Override
    public Map<Integer, Long> ends() {
      Map<Integer, Long> ends = new TreeMap<>();
      lists.partitions().forEach((number, one) -> ends.put(number, one.end));
      return ends;
    }

    @Override
    public Map<Integer, Long> at(long epochMillis) {
      Map<Integer, Long> offsets = ends();
      lists
          .partitions()
          .forEach(
              (number, one) ->
                  one.records.values().stream()
                      .filter(record -> record.recordTime() >= epochMillis)
                      .findFirst()
                      .ifPresent(record -> offsets.put(number, record.offset())));
      return offsets;
    }

    @Override
    public Cleanup cleanup() {
      return Cleanup.RETENTION;
    }

    @Override
    public void requireReadable() {}

    @Override
    public void requireEnds(Map<Integer, Long> starts) {
      starts.forEach((number, start) -> requireEnd(number, start));
    }

    private void requireEnd(int number, long offset) {
      long end = lists.partition(number).end;
      if (offset > end) {
        throw new UserException("partition " + number + " ends at " + end + ", not at " + offset);
      }
    }

    @Override
    public <E extends Exception> void read(
        Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
      Gaps<E> gaps = new Gaps<>(from, ends, this::cleanup, reader);
      for (int number : new TreeMap<>(from).keySet()) {
        if (read(number, from.get(number), ends.get(number), gaps)) {
          gaps.ended(number);
        }
      }
    }

    private <E extends Exception> boolean read(int number, long from, long end, Gaps<E> gaps)
        throws E {
      Partition partition = lists.partition(number);
      gaps.deleted(number, partition.beginning);
      if (from < end) {
        for (SourceRecord record : partition.records.subMap(from, end).values()) {
          if (!gaps.record(record)) {
            return false;
          }
        }
        requireEnd(number, end);
      }
      return true;
    }

    @Override
    public void close() {}
  }

  /** Reads lists for as long as a job runs. */
  static final class ReadLists extends PTransform<PBegin, PCollection<RecordBatch>> {
    private static final long serialVersionUID = 1L;

    private final Map<String, TreeMap<Integer, Long>> offsets;

    ReadLists(Map<String, TreeMap<Integer, Long>> offsets) {
      this.offsets = offsets;
    }

    @Override
    public PCollection<RecordBatch> expand(PBegin input) {
      PCollectionList<RecordBatch> all = PCollectionList.empty(input.getPipeline());
      for (Map.Entry<String, TreeMap<Integer, Long>> one : offsets.entrySet()) {
        String name = one.getKey();
        all =
            all.and(
                input.apply(
                    "Read " + name,
                    Read.from(new Splits(name, lists(name).id(), new HashMap<>(one.getValue())))));
      }
      return all.apply(Flatten.pCollections());
    }
  }

  /** How far a split has come: the next offset of each partition. */
  static final class Mark implements UnboundedSource.CheckpointMark, Serializable {
    private static final long serialVersionUID = 1L;

    private final HashMap<Integer, Long> next;

    Mark(Map<Integer, Long> next) {
      this.next = new HashMap<>(next);
    }

    @Override
    public void finalizeCheckpoint() {}
  }

  /** Partitions, each a split of its own. */
  static final class Splits extends UnboundedSource<RecordBatch, Mark> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final SourceId id;
    private final HashMap<Integer, Long> offsets;

    Splits(String name, SourceId id, HashMap<Integer, Long> offsets) {
      this.name = name;
      this.id = id;
      this.offsets = offsets;
    }

    @Override
    public List<Splits> split(int desired, PipelineOptions options) {
      List<Splits> splits = new ArrayList<>();
      offsets.forEach(
          (number, offset) ->
              splits.add(new Splits(name, id, new HashMap<>(Map.of(number, offset)))));
      return splits;
    }

    @Override
    public UnboundedReader<RecordBatch> createReader(PipelineOptions options, @Nullable Mark mark) {
      return new SplitReader(this, new TreeMap<>(mark == null ? offsets : mark.next));
    }

    @Override
    public Coder<Mark> getCheckpointMarkCoder() {
      return SerializableCoder.of(Mark.class);
    }

    @Override
    public Coder<RecordBatch> getOutputCoder() {
      return new RecordBatchCoder();
    }
  }

  private static final class SplitReader extends UnboundedSource.UnboundedReader<RecordBatch> {
    private final Splits splits;
    private final TreeMap<Integer, Long> next;
    private @Nullable SourceRecord current;

    SplitReader(Splits splits, TreeMap<Integer, Long> next) {
      this.splits = splits;
      this.next = next;
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      Lists lists = lists(splits.name);
      if (!lists.id().equals(splits.id)) {
        throw new IOException(splits.name + " was created anew");
      }
      for (Map.Entry<Integer, Long> one : next.entrySet()) {
        Partition partition = lists.partition(one.getKey());
        if (one.getValue() < partition.beginning) {
          throw new IOException("offset " + one.getValue() + " is gone");
        }
        Map.Entry<Long, SourceRecord> found = partition.records.ceilingEntry(one.getValue());
        if (found != null) {
          current = found.getValue();
          one.setValue(found.getKey() + 1);
          return true;
        }
      }
      current = null;
      // Whoever runs it asks again at once.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      return false;
    }

    @Override
    public RecordBatch getCurrent() {
      return RecordBatch.of(record());
    }

    private SourceRecord record() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochMilli(record().recordTime());
    }

    @Override
    public Instant getWatermark() {
      return Instant.ofEpochMilli(0);
    }

    @Override
    public Mark getCheckpointMark() {
      return new Mark(next);
    }

    @Override
    public Splits getCurrentSource() {
      return splits;
    }

    @Override
    public void close() {}
  }
}
