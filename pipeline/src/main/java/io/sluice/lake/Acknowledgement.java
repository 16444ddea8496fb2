package io.sluice.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Offsets that Kafka deleted before they were read, and that somebody has taken note of: {@code
 * _sluice/TABLE/acknowledged/NNNNNNNNNN.json}. It is never removed, and reports show it for ever.
 *
 * @param offsets of the partition, both ends included
 * @param by who
 * @param why what is known of it
 */
public record Acknowledgement(
    String source,
    int partition,
    Positions.Range offsets,
    String by,
    String why,
    Instant at,
    String version) {

  /** All that the lake has, in the order in which they were made, of former topics too. */
  public static List<Acknowledgement> read(Store store, String table) throws IOException {
    NumberedObjects objects = objects(store, table);
    List<Acknowledgement> found = new ArrayList<>();
    for (String key : objects.keys()) {
      JsonNode json = objects.read(key);
      found.add(
          new Acknowledgement(
              json.path("source").asText(),
              json.path("partition").asInt(),
              new Positions.Range(json.path("from").asLong(), json.path("to").asLong()),
              json.path("by").asText(),
              json.path("why").asText(),
              Instant.parse(json.path("at").asText()),
              json.path("version").asText()));
    }
    return List.copyOf(found);
  }

  /** Records this in a lake. */
  public void record(Store store, String table) throws IOException {
    ObjectNode json = NumberedObjects.begin().put("source", source).put("partition", partition);
    json.put("from", offsets.from()).put("to", offsets.to());
    json.put("by", by).put("why", why).put("at", at.toString()).put("version", version);
    objects(store, table).add(json);
  }

  private static NumberedObjects objects(Store store, String table) {
    return new NumberedObjects(store, "_sluice/" + table + "/acknowledged/", "acknowledgement");
  }
}
