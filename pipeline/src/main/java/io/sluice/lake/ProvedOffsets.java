package io.sluice.lake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.lake.Positions.Range;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Of which offsets of each partition audits have proved everything: {@code
 * _sluice/TABLE/proved/NNNNNNNNNN.json}. They only become more. What Kafka deletes of them was in
 * the lake before, so nothing of them is asked of Kafka again.
 *
 * <p>They are ranges, and not one end: where the first run began at the topic's end, a later one
 * may still read what came before.
 */
public final class ProvedOffsets {
  /** More audits of one table do not run at the same time. */
  private static final int MOST_AT_ONCE = 4;

  private static final String RANGES = "ranges";
  private static final String HELD = "held";
  private static final String IN_FILES = "in_files";

  /** By partition, ascending; no two of a partition touch one another. */
  private final TreeMap<Integer, List<Range>> ranges = new TreeMap<>();

  /** How many of them were in files when they were proved, by partition. */
  private final TreeMap<Integer, Long> inFiles = new TreeMap<>();

  /** By partition. */
  private final TreeMap<Integer, Held> held = new TreeMap<>();

  /**
   * What an audit saw at the end of a partition and in no file. It is kept because nothing else
   * says when a record came: its own timestamp may be anything.
   *
   * @param offset of the first record that no file had, nor any behind it
   * @param end the offset behind the last one that Kafka had then
   * @param since when an audit first saw that, by the store's clock; null where it is not recorded
   *     yet
   */
  public record Held(long offset, long end, @Nullable Instant since) {
    private boolean isSame(@Nullable Held other) {
      return other != null && other.offset == offset;
    }
  }

  /**
   * What audits have proved of a source; nothing where none has passed. A topic that was created
   * anew is another source.
   */
  public static ProvedOffsets read(Store store, String table, String source) throws IOException {
    NumberedObjects objects = objects(store, table);
    List<Store.Entry> entries = objects.entries();
    ProvedOffsets proved = new ProvedOffsets();
    // Each has what was known when it was made: of two audits at once, one may not know the other.
    int read = 0;
    for (int i = entries.size() - 1; i >= 0 && read < MOST_AT_ONCE; i--) {
      Store.Entry entry = entries.get(i);
      boolean isFirst = read == 0;
      if (objects.read(entry.key(), json -> proved.read(json, source, isFirst, entry))) {
        read++;
      }
    }
    return proved;
  }

  /** Whether it was of this source. */
  private boolean read(LakeObject json, String source, boolean withHeld, Store.Entry entry) {
    if (!json.text("source").equals(source)) {
      return false;
    }
    if (withHeld && json.has(HELD)) {
      held.putAll(
          json.byPartition(
              HELD, (all, partition) -> held(all.object(partition), entry.modified())));
    }
    if (json.has(IN_FILES)) {
      json.byPartition(IN_FILES, LakeObject::number).forEach(this::setInFiles);
    }
    // Objects that say only up to where do not say from where on: they prove nothing.
    if (json.has(RANGES)) {
      json.byPartition(RANGES, LakeObject::ranges)
          .forEach((partition, all) -> all.forEach(range -> add(partition, range)));
    }
    return true;
  }

  private static Held held(LakeObject json, Instant written) {
    return new Held(
        json.number("offset"),
        json.number("end"),
        json.has("since") ? json.time("since") : written);
  }

  /**
   * Records what was proved, where that is more than what is recorded, and what is held, where that
   * is something else.
   *
   * @param version of Sluice, for whoever reads the object
   * @throws IOException where it cannot be written; nothing depends on it
   */
  public void record(Store store, String table, String source, Instant at, String version)
      throws IOException {
    ProvedOffsets known = read(store, table, source);
    ProvedOffsets grown = new ProvedOffsets();
    for (ProvedOffsets some : List.of(known, this)) {
      some.inFiles.forEach(grown::setInFiles);
      some.ranges.forEach((partition, all) -> all.forEach(range -> grown.add(partition, range)));
    }
    held.forEach(
        (partition, one) -> {
          Held before = known.held.get(partition);
          grown.held.put(partition, one.isSame(before) ? before : one);
        });
    if (grown.equals(known)) {
      return;
    }
    ObjectNode json = NumberedObjects.begin().put("source", source).put("at", at.toString());
    json.put("version", version);
    ObjectNode partitions = json.putObject(RANGES);
    grown.ranges.forEach(
        (partition, all) -> {
          ArrayNode list = partitions.putArray(String.valueOf(partition));
          all.forEach(range -> list.addArray().add(range.from()).add(range.to()));
        });
    ObjectNode counts = json.putObject(IN_FILES);
    grown.inFiles.forEach((partition, count) -> counts.put(String.valueOf(partition), count));
    if (!grown.held.isEmpty()) {
      ObjectNode all = json.putObject(HELD);
      grown.held.forEach(
          (partition, one) -> {
            ObjectNode node = all.putObject(String.valueOf(partition));
            node.put("offset", one.offset()).put("end", one.end());
            if (one.since() != null) {
              node.put("since", one.since().toString());
            }
          });
    }
    objects(store, table).add(json);
  }

  /**
   * How many of a partition's proved offsets were in files when they were proved; the rest were no
   * records.
   *
   * @param unknown the answer where no audit has said it
   */
  public long inFiles(int partition, long unknown) {
    return inFiles.getOrDefault(partition, unknown);
  }

  /** Notes that at least so many were. */
  public void setInFiles(int partition, long count) {
    inFiles.merge(partition, count, Math::max);
  }

  /** Notes that a record at the end of a partition waits. */
  public void hold(int partition, long offset, long end) {
    held.put(partition, new Held(offset, end, null));
  }

  /** What the last audit saw waiting at the end of a partition; null for nothing. */
  public @Nullable Held held(int partition) {
    return held.get(partition);
  }

  /** Adds offsets of a partition. */
  public void add(int partition, Range more) {
    if (more.to() < more.from()) {
      return;
    }
    List<Range> all = new ArrayList<>();
    Range together = more;
    for (Range range : of(partition)) {
      if (range.to() + 1 < together.from() || together.to() + 1 < range.from()) {
        all.add(range);
      } else {
        together =
            new Range(Math.min(range.from(), together.from()), Math.max(range.to(), together.to()));
      }
    }
    all.add(together);
    all.sort((one, other) -> Long.compare(one.from(), other.from()));
    ranges.put(partition, List.copyOf(all));
  }

  /** The partitions of which something is proved. */
  public Set<Integer> partitions() {
    return Collections.unmodifiableSet(ranges.keySet());
  }

  /** Those of a partition, ascending. */
  public List<Range> of(int partition) {
    return ranges.getOrDefault(partition, List.of());
  }

  /** The first offset from {@code from} on that is not proved. */
  public long firstMissing(int partition, long from) {
    for (Range range : of(partition)) {
      if (range.from() <= from && from <= range.to()) {
        return range.to() + 1;
      }
    }
    return from;
  }

  /** What is not proved of some ranges of a partition. */
  public List<Range> without(int partition, List<Range> some) {
    List<Range> left = some;
    for (Range proved : of(partition)) {
      List<Range> rest = new ArrayList<>();
      for (Range range : left) {
        Range before = new Range(range.from(), Math.min(range.to(), proved.from() - 1));
        Range behind = new Range(Math.max(range.from(), proved.to() + 1), range.to());
        for (Range part : List.of(before, behind)) {
          if (part.from() <= part.to()) {
            rest.add(part);
          }
        }
      }
      left = rest;
    }
    return left;
  }

  private static NumberedObjects objects(Store store, String table) {
    return new NumberedObjects(
        store,
        "_sluice/" + table + "/proved/",
        "record of what was proved",
        "restore it from a backup, or delete it: the next audit judges all again that this one"
            + " alone says");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProvedOffsets that
        && ranges.equals(that.ranges)
        && inFiles.equals(that.inFiles)
        && held.equals(that.held);
  }

  @Override
  public int hashCode() {
    return Objects.hash(ranges, inFiles, held);
  }

  @Override
  public String toString() {
    return ranges + (held.isEmpty() ? "" : ", held " + held);
  }
}
