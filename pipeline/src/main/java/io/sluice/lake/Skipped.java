package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many of a file's positions have no row, because the contract wants none of their records: by
 * its {@code skip}, its format, its {@code when} or that of another contract of the topic, an empty
 * list that it explodes or its transform; or because a transform of one's own skips them.
 *
 * @param byPartition none of it is 0
 */
public record Skipped(SortedMap<Positions.Partition, Long> byPartition) {
  public static final Skipped NONE = new Skipped(Collections.emptySortedMap());

  public Skipped {
    byPartition = Collections.unmodifiableSortedMap(new TreeMap<>(byPartition));
  }

  public boolean isNone() {
    return byPartition.isEmpty();
  }

  public long total() {
    return byPartition.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The counts of both. */
  public Skipped and(Skipped other) {
    if (other.isNone()) {
      return this;
    }
    TreeMap<Positions.Partition, Long> both = new TreeMap<>(byPartition);
    other.byPartition.forEach((partition, count) -> both.merge(partition, count, Long::sum));
    return new Skipped(both);
  }

  /** As footers and manifests have it: counts by partition, by source. */
  public ObjectNode toJson() {
    ObjectNode sources = JsonNodeFactory.instance.objectNode();
    byPartition.forEach(
        (partition, count) ->
            sources
                .withObjectProperty(partition.source())
                .put(String.valueOf(partition.number()), count));
    return sources;
  }

  /**
   * What {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException where it is anything else
   */
  public static Skipped of(JsonNode json) {
    return new Skipped(LakeObject.of("skipped", json).counts());
  }
}
