package io.sluice.lake;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Positions that do not change, as the fewest ranges: for whoever holds those of many files. A
 * range takes two to four bytes in most cases, so that a file whose offsets have a thousand gaps is
 * still small.
 */
public final class PositionRanges {
  /** Takes ranges in the order of partitions, and within one ascending; both ends are included. */
  public interface Taker<E extends Exception> {
    void take(Positions.Partition partition, long from, long to) throws E;
  }

  private static final int MORE = 0x80;
  private static final int BITS = 7;

  /** In the order of partitions. */
  private final Positions.Partition[] partitions;

  /** Of each partition: how far behind the range before it begins, and how long it is. */
  private final byte[][] ranges;

  private PositionRanges(TreeMap<Positions.Partition, Packed> packed) {
    partitions = packed.keySet().toArray(new Positions.Partition[0]);
    ranges = new byte[partitions.length][];
    int index = 0;
    for (Packed one : packed.values()) {
      ranges[index++] = one.bytes.toByteArray();
    }
  }

  public static PositionRanges of(Positions positions) {
    Builder builder = new Builder();
    for (Positions.Partition partition : positions.partitions()) {
      for (Positions.Range range : positions.ranges(partition)) {
        builder.add(partition, range.from(), range.to());
      }
    }
    return builder.build();
  }

  /** Gathers ranges. Those of a partition may come in any order, and overlap. */
  public static final class Builder {
    private final TreeMap<Positions.Partition, Packed> packed = new TreeMap<>();

    /** Ranges that did not come in order; null while all did. */
    private @Nullable Positions others;

    /**
     * Adds offsets of a partition.
     *
     * @param to included
     * @throws IllegalArgumentException where these are no offsets
     */
    public Builder add(Positions.Partition partition, long from, long to) {
      if (from < 0 || to < from || to == Long.MAX_VALUE) {
        throw new IllegalArgumentException("no range of offsets: " + from + " to " + to);
      }
      if (!packed.computeIfAbsent(partition, p -> new Packed()).add(from, to)) {
        if (others == null) {
          others = new Positions();
        }
        others.addRange(partition.source(), partition.number(), from, to + 1);
      }
      return this;
    }

    public PositionRanges build() {
      PositionRanges inOrder = new PositionRanges(packed);
      return others == null ? inOrder : of(inOrder.addTo(others));
    }
  }

  /** The ranges of one partition. */
  private static final class Packed {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4);
    private long next;

    /** Whether the range lies behind the last one, with a gap before it unless it is the first. */
    boolean add(long from, long to) {
      if (from < next || (from == next && next > 0)) {
        return false;
      }
      write(from - next);
      write(to - from);
      next = to + 1;
      return true;
    }

    private void write(long value) {
      long left = value;
      while (left >= MORE) {
        bytes.write((int) (left & (MORE - 1)) | MORE);
        left >>>= BITS;
      }
      bytes.write((int) left);
    }
  }

  /** Gives out all ranges. */
  public <E extends Exception> void forEach(Taker<E> taker) throws E {
    for (int i = 0; i < partitions.length; i++) {
      Unpacked unpacked = new Unpacked(ranges[i]);
      long next = 0;
      while (unpacked.hasMore()) {
        long from = next + unpacked.next();
        long to = from + unpacked.next();
        taker.take(partitions[i], from, to);
        next = to + 1;
      }
    }
  }

  /** What {@link Packed#write} wrote. */
  private static final class Unpacked {
    private final byte[] bytes;
    private int at;

    Unpacked(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean hasMore() {
      return at < bytes.length;
    }

    long next() {
      long value = 0;
      int shift = 0;
      while (bytes[at] < 0) {
        value |= (long) (bytes[at++] & (MORE - 1)) << shift;
        shift += BITS;
      }
      return value | (long) bytes[at++] << shift;
    }
  }

  public List<Positions.Partition> partitions() {
    return List.of(partitions);
  }

  /** A copy that may be changed. */
  public Positions toPositions() {
    return addTo(new Positions());
  }

  /** Adds these to others, which it returns. */
  public Positions addTo(Positions others) {
    forEach(
        (partition, from, to) ->
            others.addRange(partition.source(), partition.number(), from, to + 1));
    return others;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PositionRanges that
        && Arrays.equals(partitions, that.partitions)
        && Arrays.deepEquals(ranges, that.ranges);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(partitions), Arrays.deepHashCode(ranges));
  }

  @Override
  public String toString() {
    return toPositions().toString();
  }
}
