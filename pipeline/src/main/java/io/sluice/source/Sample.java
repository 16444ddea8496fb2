package io.sluice.source;

import io.sluice.UserException;
import io.sluice.source.SampleSlices.Slice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Some of a topic's committed records: of each partition the newest, the oldest, and evenly in
 * between.
 *
 * @param records by partition and offset, each once
 * @param partitions what the topic has, by partition
 * @param bytes of keys and values of the records
 * @param end why there are not more
 */
public record Sample(
    String topic,
    List<SourceRecord> records,
    Map<Integer, Partition> partitions,
    long bytes,
    End end) {

  /** Why a sample has no more records. */
  public enum End {
    /** There are as many as were asked for, or as the offsets looked at hold. */
    COMPLETE,
    /** Their bytes reached the limit. */
    BYTES,
    /** Time was up. */
    TIME
  }

  /**
   * A partition when the sample was begun.
   *
   * @param beginning the first offset that Kafka has
   * @param end the offset behind the last committed one
   * @param sampled how many of its records are in the sample
   */
  public record Partition(long beginning, long end, int sampled) {
    /**
     * Offsets, of which some may have no record: markers of transactions, what compaction removed.
     */
    public long offsets() {
      return end - beginning;
    }
  }

  /**
   * @param records the most records
   * @param bytes the most bytes of keys and values; the record that reaches it is still there
   * @param time how long reading may take
   */
  public record Limits(int records, long bytes, Duration time) {
    /** A number of records, of at most 64 MiB, read in at most a minute. */
    public static Limits of(int records) {
      return new Limits(records, 64 << 20, Duration.ofMinutes(1));
    }
  }

  public Sample {
    records = List.copyOf(records);
    partitions = new TreeMap<>(partitions);
  }

  /** Offsets of the whole topic. */
  public long offsets() {
    return partitions.values().stream().mapToLong(Partition::offsets).sum();
  }

  /**
   * Reads a sample. An empty topic gives an empty one.
   *
   * @param progress is told how many records there are so far
   * @throws UserException where there is no broker, no topic, or no right to read it
   */
  public static Sample read(Source source, Limits limits, LongConsumer progress) {
    try (SourceReader reader = source.open()) {
      Map<Integer, Long> beginnings = reader.beginnings();
      Map<Integer, Long> ends = reader.ends();
      Slices slices = new Slices(source.name(), limits, progress);
      End end = slices.read(reader, SampleSlices.rounds(beginnings, ends, limits.records()));
      return slices.sample(beginnings, ends, end);
    }
  }

  /** Reads slice after slice, those of a round at once. */
  private static final class Slices {
    private final String topic;
    private final Limits limits;
    private final LongConsumer progress;
    private final long deadline;
    private final List<SourceRecord> records = new ArrayList<>();
    private long bytes;

    /** Whether time was up before a slice was. */
    private boolean cut;

    Slices(String topic, Limits limits, LongConsumer progress) {
      this.topic = topic;
      this.limits = limits;
      this.progress = progress;
      this.deadline = System.nanoTime() + limits.time().toNanos();
    }

    End read(SourceReader reader, List<List<Slice>> rounds) {
      int slices = rounds.stream().mapToInt(List::size).sum();
      for (List<Slice> round : rounds) {
        if (isTimeUp()) {
          return End.TIME;
        }
        // Each slice may have its share of the bytes, so that large records do not take all.
        End end = read(reader, round, limits.bytes() / slices);
        if (end != End.COMPLETE) {
          return end;
        }
      }
      return End.COMPLETE;
    }

    private End read(SourceReader reader, List<Slice> round, long bytesOfASlice) {
      Map<Integer, Taken> slices = new TreeMap<>();
      Map<Integer, Long> from = new HashMap<>();
      Map<Integer, Long> ends = new HashMap<>();
      for (Slice slice : round) {
        slices.put(slice.partition(), new Taken(slice, bytesOfASlice));
        from.put(slice.partition(), slice.from());
        ends.put(slice.partition(), slice.to());
      }
      reader.read(
          from,
          ends,
          record -> {
            Taken taken = Objects.requireNonNull(slices.get(record.partition()));
            taken.offer(record);
            if (taken.full) {
              return false;
            }
            cut = isTimeUp();
            return !cut;
          });
      for (Taken taken : slices.values()) {
        for (SourceRecord record : taken.records) {
          if (bytes >= limits.bytes()) {
            return End.BYTES;
          }
          records.add(record);
          bytes += size(record);
        }
      }
      progress.accept(records.size());
      return cut ? End.TIME : End.COMPLETE;
    }

    private boolean isTimeUp() {
      return System.nanoTime() - deadline >= 0;
    }

    Sample sample(Map<Integer, Long> beginnings, Map<Integer, Long> ends, End end) {
      records.sort(
          Comparator.comparingInt(SourceRecord::partition).thenComparingLong(SourceRecord::offset));
      Map<Integer, Integer> sampled = new HashMap<>();
      records.forEach(record -> sampled.merge(record.partition(), 1, Integer::sum));
      Map<Integer, Partition> partitions = new TreeMap<>();
      beginnings.forEach(
          (partition, beginning) ->
              partitions.put(
                  partition,
                  new Partition(
                      beginning,
                      ends.getOrDefault(partition, beginning),
                      sampled.getOrDefault(partition, 0))));
      return new Sample(topic, records, partitions, bytes, end);
    }
  }

  private static long size(SourceRecord record) {
    byte[] key = record.key();
    byte[] value = record.value();
    return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
  }

  /** What was taken of a slice: its first records, or its last ones; one at least. */
  private static final class Taken {
    private final Slice slice;
    private final long mostBytes;
    private final Deque<SourceRecord> records = new ArrayDeque<>();
    private long bytes;
    private boolean full;

    Taken(Slice slice, long mostBytes) {
      this.slice = slice;
      this.mostBytes = mostBytes;
    }

    void offer(SourceRecord record) {
      records.add(record);
      bytes += size(record);
      if (!slice.newest()) {
        full = records.size() >= slice.records() || bytes >= mostBytes;
        return;
      }
      while (records.size() > 1 && (records.size() > slice.records() || bytes > mostBytes)) {
        bytes -= size(records.removeFirst());
      }
    }
  }
}
