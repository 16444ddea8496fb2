package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to which offset of each partition an audit has proved everything: {@code
 * _sluice/TABLE/proved/NNNNNNNNNN.json}. It only grows. What Kafka deletes below it was in the lake
 * before, so nothing below it is asked of Kafka again.
 */
public final class ProvedPrefix {
  /** More audits of one table do not run at the same time. */
  private static final int MOST_AT_ONCE = 4;

  private ProvedPrefix() {}

  /**
   * The offset before which everything is proved, by partition; empty where no audit has passed. A
   * topic that was created anew is another source.
   */
  public static Map<Integer, Long> read(Store store, String table, String source)
      throws IOException {
    NumberedObjects objects = objects(store, table);
    List<String> keys = objects.keys();
    Map<Integer, Long> proved = new TreeMap<>();
    // Each has what was known when it was made: of two audits at once, one may not know the other.
    int read = 0;
    for (int i = keys.size() - 1; i >= 0 && read < MOST_AT_ONCE; i--) {
      JsonNode json = objects.read(keys.get(i));
      if (json.path("source").asText().equals(source)) {
        read++;
        json.path("offsets")
            .properties()
            .forEach(
                p -> proved.merge(Integer.parseInt(p.getKey()), p.getValue().asLong(), Math::max));
      }
    }
    return proved;
  }

  /**
   * Records what was proved, where that is more than what is recorded.
   *
   * @param offsets the offset before which everything is proved, by partition
   * @param version of Sluice, for whoever reads the object
   * @throws IOException where it cannot be written; nothing depends on it
   */
  public static void record(
      Store store,
      String table,
      String source,
      Map<Integer, Long> offsets,
      Instant at,
      String version)
      throws IOException {
    Map<Integer, Long> known = read(store, table, source);
    TreeMap<Integer, Long> grown = new TreeMap<>(known);
    offsets.forEach((partition, offset) -> grown.merge(partition, offset, Math::max));
    grown.values().removeIf(offset -> offset == 0);
    if (grown.equals(known)) {
      return;
    }
    ObjectNode json = NumberedObjects.begin().put("source", source).put("at", at.toString());
    json.put("version", version);
    ObjectNode partitions = json.putObject("offsets");
    grown.forEach((partition, offset) -> partitions.put(String.valueOf(partition), offset));
    objects(store, table).add(json);
  }

  private static NumberedObjects objects(Store store, String table) {
    return new NumberedObjects(store, "_sluice/" + table + "/proved/", "record of what was proved");
  }
}
