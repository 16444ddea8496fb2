package io.sluice.lake;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.LongIterator;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * An exact set of positions: offsets by source and partition. Exact, not ranges, so that nothing is
 * assumed of the order in which rows arrive; contiguous offsets cost a few bytes all the same.
 */
public final class Positions {
  private static final long NO_RUN = Long.MAX_VALUE;

  /** The offsets {@code from} to {@code to}, both included. */
  public record Range(long from, long to) {
    public long size() {
      return to - from + 1;
    }
  }

  /** Offsets of which partition. */
  public record Partition(String source, int number) implements Comparable<Partition> {
    @Override
    public int compareTo(Partition other) {
      int bySource = source.compareTo(other.source);
      return bySource != 0 ? bySource : Integer.compare(number, other.number);
    }
  }

  /** Without the run that is not in its bitmap yet: {@link #bitmaps} has it too. */
  private final TreeMap<Partition, Roaring64NavigableMap> offsets = new TreeMap<>();

  /** The partition that was last asked for: mostly the next one's too. */
  private @Nullable Partition lastPartition;

  private @Nullable Roaring64NavigableMap last;

  /** Its greatest offset, -1 where there is none: most offsets are beyond it. */
  private long lastMax;

  /** From here to {@link #lastMax} is to be put into {@link #last}: one range, not each offset. */
  private long runFrom = NO_RUN;

  /** Adds a position; false where it was there. */
  public boolean add(String source, int partition, long offset) {
    if (contains(source, partition, offset)) {
      return false;
    }
    if (last == null) {
      last = new Roaring64NavigableMap();
      offsets.put(new Partition(source, partition), last);
    }
    if (offset < lastMax) {
      last.addLong(offset);
      return true;
    }
    if (offset > lastMax + 1) {
      endRun();
    }
    if (runFrom == NO_RUN) {
      runFrom = offset;
    }
    lastMax = offset;
    return true;
  }

  private void endRun() {
    if (last != null && runFrom != NO_RUN) {
      last.addRange(runFrom, lastMax + 1);
    }
    runFrom = NO_RUN;
  }

  /** All offsets. */
  private TreeMap<Partition, Roaring64NavigableMap> bitmaps() {
    endRun();
    return offsets;
  }

  /** Adds the offsets {@code from} up to, not including, {@code end}. */
  public void addRange(String source, int partition, long from, long end) {
    if (end > from) {
      bitmap(new Partition(source, partition)).addRange(from, end);
    }
  }

  public boolean contains(String source, int partition, long offset) {
    if (lastPartition == null
        || lastPartition.number() != partition
        || !lastPartition.source().equals(source)) {
      endRun();
      lastPartition = new Partition(source, partition);
      last = offsets.get(lastPartition);
      lastMax = last == null || last.isEmpty() ? -1 : last.last();
    }
    return offset <= lastMax && last != null && (offset >= runFrom || last.contains(offset));
  }

  /** The bitmap to change as a whole. */
  private Roaring64NavigableMap bitmap(Partition partition) {
    endRun();
    lastPartition = null;
    return offsets.computeIfAbsent(partition, p -> new Roaring64NavigableMap());
  }

  public boolean isEmpty() {
    return bitmaps().values().stream().allMatch(Roaring64NavigableMap::isEmpty);
  }

  public long size() {
    return bitmaps().values().stream().mapToLong(Roaring64NavigableMap::getLongCardinality).sum();
  }

  public Positions copy() {
    return new Positions().addAll(this);
  }

  public Positions addAll(Positions other) {
    other.bitmaps().forEach((p, bitmap) -> bitmap(p).or(bitmap));
    return this;
  }

  /** These without the other's. */
  public Positions minus(Positions other) {
    Positions result = copy();
    result.combine(other, Roaring64NavigableMap::andNot);
    return result;
  }

  /**
   * What is in both. It copies these, so that the work and the memory grow with these and hardly
   * with the other's: ask the smaller one.
   */
  public Positions and(Positions other) {
    Positions result = new Positions();
    bitmaps()
        .forEach(
            (partition, bitmap) -> {
              Roaring64NavigableMap theirs = other.bitmaps().get(partition);
              if (theirs != null) {
                Roaring64NavigableMap both = result.bitmap(partition);
                both.or(bitmap);
                both.and(theirs);
              }
            });
    return result;
  }

  private void combine(
      Positions other, BiConsumer<Roaring64NavigableMap, Roaring64NavigableMap> operation) {
    bitmaps()
        .forEach(
            (partition, bitmap) -> {
              Roaring64NavigableMap theirs = other.bitmaps().get(partition);
              if (theirs != null) {
                operation.accept(bitmap, theirs);
              }
            });
  }

  /** The partitions of which there is at least one offset. */
  public List<Partition> partitions() {
    return bitmaps().entrySet().stream()
        .filter(e -> !e.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Those of the partitions that a condition takes. */
  public Positions where(Predicate<Partition> taken) {
    Positions result = new Positions();
    bitmaps()
        .forEach(
            (partition, bitmap) -> {
              if (taken.test(partition)) {
                result.bitmap(partition).or(bitmap);
              }
            });
    return result;
  }

  /** Removes all of a partition. */
  public void remove(Partition partition) {
    endRun();
    lastPartition = null;
    last = null;
    offsets.remove(partition);
  }

  public Positions only(Partition partition) {
    Positions result = new Positions();
    Roaring64NavigableMap bitmap = bitmaps().get(partition);
    if (bitmap != null) {
      result.bitmap(partition).or(bitmap);
    }
    return result;
  }

  /** The offsets of a partition as the fewest ranges, ascending. */
  public List<Range> ranges(Partition partition) {
    List<Range> ranges = new ArrayList<>();
    Roaring64NavigableMap bitmap = bitmaps().get(partition);
    if (bitmap == null || bitmap.isEmpty()) {
      return ranges;
    }
    LongIterator iterator = bitmap.getLongIterator();
    long from = iterator.next();
    long to = from;
    while (iterator.hasNext()) {
      long offset = iterator.next();
      if (offset != to + 1) {
        ranges.add(new Range(from, to));
        from = offset;
      }
      to = offset;
    }
    ranges.add(new Range(from, to));
    return ranges;
  }

  /** How many offsets of a partition are here, {@code from} up to, not including, {@code end}. */
  public long count(Partition partition, long from, long end) {
    Roaring64NavigableMap bitmap = bitmaps().get(partition);
    if (bitmap == null || end <= from) {
      return 0;
    }
    return bitmap.rankLong(end - 1) - (from == 0 ? 0 : bitmap.rankLong(from - 1));
  }

  /** From a partition's least offset to its greatest, empty where it has none. */
  public Optional<Range> span(Partition partition) {
    Roaring64NavigableMap bitmap = bitmaps().get(partition);
    return bitmap == null || bitmap.isEmpty()
        ? Optional.empty()
        : Optional.of(new Range(bitmap.first(), bitmap.last()));
  }

  /**
   * The gaps of a partition: ranges of offsets that are not here, ascending. The work grows with
   * the gaps, not with the offsets.
   *
   * @param most at most so many of them
   */
  public List<Range> gaps(Partition partition, long from, long end, int most) {
    List<Range> gaps = new ArrayList<>();
    Roaring64NavigableMap bitmap = bitmaps().get(partition);
    long at = firstMissing(partition.source(), partition.number(), from);
    while (at < end && gaps.size() < most) {
      long before = bitmap == null ? 0 : bitmap.rankLong(at);
      long next =
          bitmap == null || before == bitmap.getLongCardinality()
              ? end
              : Math.min(end, bitmap.select(before));
      gaps.add(new Range(at, next - 1));
      at = firstMissing(partition.source(), partition.number(), next);
    }
    return gaps;
  }

  /** The least offset at or after {@code from} that is not here. */
  public long firstMissing(String source, int partition, long from) {
    Roaring64NavigableMap bitmap = bitmaps().get(new Partition(source, partition));
    if (bitmap == null || !bitmap.contains(from)) {
      return from;
    }
    // Among contiguous offsets the rank grows with the offset: search the last one for which it
    // does.
    long base = bitmap.rankLong(from);
    long low = from;
    long high = from + bitmap.getLongCardinality();
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (bitmap.rankLong(middle) - base == middle - from) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low + 1;
  }

  /** About how many bytes {@link #encode} will need, uncompressed. */
  public long encodedSize() {
    bitmaps().values().forEach(Roaring64NavigableMap::runOptimize);
    return bitmaps().values().stream()
        .mapToLong(Roaring64NavigableMap::serializedSizeInBytes)
        .sum();
  }

  /**
   * One text per partition: the bitmap in Roaring's portable 64-bit format, deflated, in base64.
   *
   * <p>Format:
   * https://github.com/RoaringBitmap/RoaringFormatSpec#extension-for-64-bit-implementations
   */
  public Map<Partition, String> encode() {
    Map<Partition, String> texts = new TreeMap<>();
    bitmaps()
        .forEach(
            (partition, bitmap) -> {
              if (!bitmap.isEmpty()) {
                bitmap.runOptimize();
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
                  bitmap.serializePortable(out);
                } catch (IOException e) {
                  throw new IllegalStateException("writing to memory", e);
                }
                texts.put(partition, Base64.getEncoder().encodeToString(bytes.toByteArray()));
              }
            });
    return texts;
  }

  /** Adds what {@link #encode} wrote of a partition. */
  public void decode(Partition partition, String text) throws IOException {
    Roaring64NavigableMap bitmap = new Roaring64NavigableMap();
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("positions are not base64", e);
    }
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      bitmap.deserializePortable(in);
    } catch (IOException | RuntimeException e) {
      throw new IOException("positions cannot be decoded", e);
    }
    bitmap(partition).or(bitmap);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Positions that && minus(that).isEmpty() && that.minus(this).isEmpty();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(size());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Partition partition : partitions()) {
      text.append(text.isEmpty() ? "" : ", ").append(partition.number()).append(": ");
      List<Range> ranges = ranges(partition);
      for (Range range : ranges.subList(0, Math.min(5, ranges.size()))) {
        text.append(
                range.from() == range.to() ? "" + range.from() : range.from() + ".." + range.to())
            .append(' ');
      }
      text.append(ranges.size() > 5 ? "and " + (ranges.size() - 5) + " more" : "");
    }
    return text.toString().trim();
  }
}
